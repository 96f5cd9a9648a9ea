from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# reason kept on a draft that a plan of a later day replaces
SUPERSEDED = "superseded"


class DunningRun(models.Model):
    """One planning for one company and date, and what came of it."""

    _name = "dunning.run"
    _description = "Dunning run"
    _inherit = ["mail.thread", "dunning.state.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=lambda self: self._default_date())
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("planned", "Planned"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    notice_ids = fields.One2many("dunning.notice", "run_id")
    notice_count = fields.Integer(compute="_compute_counts")
    draft_count = fields.Integer(string="To review", compute="_compute_counts")
    approved_count = fields.Integer(string="Approved", compute="_compute_counts")
    sent_count = fields.Integer(string="Sent", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    cancelled_count = fields.Integer(string="Cancelled", compute="_compute_counts")
    progress = fields.Integer(
        compute="_compute_counts",
        help="Share of the notices that are sent, failed or cancelled, in percent.",
    )
    amount_demanded = fields.Monetary(
        string="Demanded",
        compute="_compute_counts",
        help="Of all notices that are not cancelled.",
    )
    summary = fields.Json(
        readonly=True,
        copy=False,
        help="Counts and amounts by hold code and by level, as planned.",
    )
    forgotten_count = fields.Integer(
        compute="_compute_forgotten",
        help="Overdue items that are in no notice and have no reason for it.",
    )
    is_complete = fields.Boolean(
        string="Nothing forgotten", compute="_compute_forgotten"
    )
    problems = fields.Json(
        readonly=True,
        copy=False,
        help="What kept notices back, or will: by record, with the remedy.",
    )
    problem_count = fields.Integer(compute="_compute_problem_count")
    error = fields.Text(
        readonly=True, copy=False, help="Why the scheduled planning stopped."
    )
    is_automatic = fields.Boolean(readonly=True, copy=False)
    date_planned = fields.Datetime(string="Planned on", readonly=True, copy=False)

    # one real run per company and date
    _date_unique = models.UniqueIndex(
        "(company_id, date) WHERE state != 'cancelled'",
        "There is already a run of this company for this date: open that one.",
    )

    @api.model
    def _default_date(self):
        return self.env.company._dunning_today()[self.env.company]

    # === COMPUTE === #
    @api.depends("company_id", "date")
    def _compute_name(self):
        for run in self:
            run.name = self.env._(
                "%(company)s, %(date)s",
                company=run.company_id.name,
                date=fields.Date.to_string(run.date) or "",
            )

    @api.depends("notice_ids.state", "notice_ids.amount_company")
    def _compute_counts(self):
        groups = self.env["dunning.notice"]._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state"],
            ["__count", "amount_company:sum"],
        )
        counts = {}
        for run, state, count, amount in groups:
            counts.setdefault(run.id, {})[state] = (count, amount)
        for run in self:
            found = counts.get(run._origin.id, {})
            total = sum(count for count, _amount in found.values())
            waiting = 0
            for state in ("draft", "approved", "sent", "failed", "cancelled"):
                count = found.get(state, (0, 0))[0]
                run[f"{state}_count"] = count
                waiting += count if state in ("draft", "approved") else 0
            run.notice_count = total
            run.progress = round(100 * (total - waiting) / total) if total else 0
            run.amount_demanded = sum(
                amount for state, (_n, amount) in found.items() if state != "cancelled"
            )

    @api.depends("summary")
    def _compute_forgotten(self):
        for run in self:
            run.forgotten_count = (run.summary or {}).get("forgotten", 0)
            run.is_complete = bool(run.summary) and not run.forgotten_count

    @api.depends("problems")
    def _compute_problem_count(self):
        for run in self:
            run.problem_count = len(run.problems or [])

    # === RIGHTS === #
    def _check_manager(self):
        """Raise unless the user may plan and release reminders."""
        if self.env.su or self.env.user.has_group("credit_control.group_manager"):
            self.check_access("write")
            return
        raise AccessError(
            self.env._(
                "Only a credit manager plans, approves, sends or cancels a run: ask "
                "one of them, or work on the notices of your own customers."
            )
        )

    # === ACTIONS === #
    def action_plan(self):
        """Plan the notices of the run; again: only what is new."""
        self._check_manager()
        for run in self:
            run.sudo()._plan()
        return True

    def action_approve(self):
        """Approve all drafts of the run, whoever would have to review them."""
        self._check_manager()
        self._check_state(("planned",), self.env._("approve"))
        runs = self.sudo()
        drafts = runs.notice_ids.filtered(lambda notice: notice.state == "draft")
        approved = drafts._approve()
        runs.company_id.filtered(lambda c: not c.dunning_is_started)._start_dunning()
        return self._notify(
            self.env._("%(count)s notices approved.", count=len(approved))
        )

    def action_send(self):
        """Queue what is approved; the scheduled action sends it."""
        self._check_manager()
        self._check_state(("planned", "done"), self.env._("send"))
        approved = self.sudo().notice_ids.filtered(
            lambda notice: notice.state == "approved"
        )
        if not approved:
            raise UserError(
                self.env._("Nothing is approved: review and approve notices first.")
            )
        queued = approved._request_sending()
        return self._notify(
            self.env._("%(count)s deliveries are on their way.", count=len(queued))
        )

    def action_cancel(self):
        """Cancel the run and its notices that nobody received."""
        self._check_manager()
        self._check_state(("draft", "planned"), self.env._("cancel"))
        runs = self.sudo()
        if any(notice.state == "sent" for notice in runs.notice_ids):
            raise UserError(
                self.env._(
                    "Notices of this run were sent, so it stays: cancel the notices "
                    "that still wait one by one, or all of them in their list."
                )
            )
        waiting = runs.notice_ids.filtered(lambda n: n.state in ("draft", "approved"))
        runs._update_state(("draft", "planned"), "cancelled")
        waiting._cancel(self.env._("The run was cancelled."))
        return True

    def action_open_notices(self):
        """Open the notices of the run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notices of %(run)s", run=self.name),
            "res_model": "dunning.notice",
            "view_mode": "list,kanban,form",
            "domain": [("run_id", "=", self.id)],
            "context": {"default_run_id": self.id, **self._state_filter()},
        }

    def _state_filter(self):
        state = self.env.context.get("dunning_notice_state")
        return {f"search_default_{state}": 1} if state else {}

    def _check_state(self, allowed, deed):
        """Raise with a sentence unless every run is in an allowed state."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for run in self:
            if run.state not in allowed:
                raise UserError(
                    self.env._(
                        "“%(run)s” is %(state)s: it cannot be used to %(deed)s "
                        "reminders.",
                        run=run.name,
                        state=labels[run.state].lower(),
                        deed=deed,
                    )
                )

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === STATE === #
    @api.private
    def _close_finished(self):
        """Set the runs to done of which no notice waits any more.

        :return: the runs closed
        """
        waiting = self.env["dunning.notice"].sudo()._read_group(
            [("run_id", "in", self.ids), ("state", "in", ("draft", "approved"))],
            ["run_id"],
        )
        busy = {run.id for (run,) in waiting}
        finished = self.filtered(lambda run: run.id not in busy)
        return finished._update_state(("planned",), "done")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        if self.sudo().notice_ids:
            raise UserError(
                self.env._("A run with notices is kept; cancel it instead.")
            )


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _after_state(self, target):
        """A run is done when its last notice is sent, failed or cancelled."""
        super()._after_state(target)
        if target not in ("draft", "approved"):
            self.sudo().run_id._close_finished()


class ResCompany(models.Model):
    _inherit = "res.company"

    dunning_plan_date = fields.Datetime(
        string="Last planning", readonly=True, copy=False
    )

    @api.private
    def _start_dunning(self):
        """Mark that a person released the first reminders of these companies."""
        for company, today in self._dunning_today().items():
            company.sudo().write(
                {"dunning_is_started": True, "dunning_start_date": today}
            )

    @api.private
    def _lock_for_planning(self):
        """Make this transaction the only one that plans the company.

        A plan committed since this transaction began is not visible to it: writing
        on the row that each plan writes makes PostgreSQL refuse that, and the request
        or the scheduled action is repeated on what is true by then.

        :return: False when another transaction plans it right now
        """
        self.ensure_one()
        [[won]] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext('dunning.run'), %s)",
                self.id,
            )
        )
        if won:
            self.env.execute_query(
                SQL(
                    "UPDATE res_company SET dunning_plan_date = %s WHERE id = %s "
                    "RETURNING id",
                    self.env.cr.now().replace(microsecond=0),
                    self.id,
                )
            )
            self.invalidate_recordset(["dunning_plan_date"])
        return won
