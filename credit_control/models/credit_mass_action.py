import json
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .screen_days import format_day

PORTFOLIO = ("user_id", "team_id", "portfolio_by_hand")
# kind: model, columns kept for the undo, group that may do it
KINDS = {
    "policy": ("credit.profile", ("policy_id",), "group_manager"),
    "collector": ("credit.profile", PORTFOLIO, "group_collector"),
    "team": ("credit.profile", PORTFOLIO, "group_collector"),
    "hold": ("credit.profile", ("hold_until", "hold_reason"), "group_collector"),
    "release": ("credit.profile", ("hold_until", "hold_reason"), "group_collector"),
    "origin": (
        "account.move",
        ("dunning_origin", "dunning_origin_is_automatic"),
        "group_collector",
    ),
    "statement": ("credit.profile", (), "group_collector"),
    "rules": (
        "dunning.policy",
        ("sequence", "assign_domain", "active", "variant_percent"),
        "group_manager",
    ),
}
# what a change of these columns is shown as in the chatter and the preview
SHOWN = {
    "policy": "policy_id",
    "collector": "user_id",
    "team": "team_id",
    "hold": "hold_until",
    "release": "hold_until",
    "origin": "dunning_origin",
    "rules": "assign_domain",
}


class CreditMassAction(models.Model):
    """What somebody changed on many records at once, and how it was before.

    Columns are written, logged and restored by a few statements, however many records.
    An undo leaves alone what was changed again since.
    """

    _name = "credit.mass.action"
    _inherit = ["dunning.state.mixin"]
    _description = "Mass action"
    _order = "date desc, id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("policy", "Policy"),
            ("collector", "Collector"),
            ("team", "Team"),
            ("hold", "Put on hold"),
            ("release", "Hold released"),
            ("origin", "Why unpaid"),
        ],
        string="Action",
        required=True,
        readonly=True,
    )
    target = fields.Char(string="Set to", readonly=True)
    note = fields.Char(string="Reason", readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Empty: records of several companies."
    )
    count = fields.Integer(string="Changed", readonly=True)
    values = fields.Json(
        readonly=True, groups="base.group_system", prefetch=False, copy=False
    )
    activities = fields.Json(
        readonly=True, groups="base.group_system", prefetch=False, copy=False
    )
    state = fields.Selection(
        [("done", "Done"), ("undone", "Undone")], default="done", required=True
    )
    undo_until = fields.Datetime(readonly=True)
    undone_user_id = fields.Many2one("res.users", string="Undone by", readonly=True)
    undone_date = fields.Datetime(string="Undone on", readonly=True)
    undone_count = fields.Integer(
        string="Restored", readonly=True, help="The others were changed again since."
    )
    can_undo = fields.Boolean(compute="_compute_can_undo")

    # === COMPUTE METHODS === #
    @api.depends("state", "undo_until", "user_id")
    @api.depends_context("uid")
    def _compute_can_undo(self):
        now = fields.Datetime.now()
        manages = self.env.user.has_group("credit_control.group_manager")
        for action in self:
            action.can_undo = (
                action.state == "done"
                and bool(action.undo_until)
                and action.undo_until >= now
                and (manages or action.user_id == self.env.user)
            )

    # === ACTIONS === #
    def action_undo(self):
        """Put back what was there before, where nobody changed it again since."""
        self.ensure_one().check_access("read")
        _model, names, group = KINDS[self.kind]
        self.env["credit.profile"]._check_group(group, self.env._("undo this"))
        if not self.can_undo:
            raise UserError(self._why_no_undo())
        action = self.sudo()  # its author may have given the customers away
        records = self.env[action.res_model].sudo()
        pairs = {int(key): pair for key, pair in (action.values or {}).items()}
        # what was done by a former version may know fewer columns
        names = [n for n in names if all(n in old for old, _new in pairs.values())]
        restored = action._restore(records.browse(pairs).exists(), names, pairs)
        action._restore_activities()
        action._update_state(
            ("done",),
            "undone",
            undone_user_id=self.env.uid,
            undone_date=fields.Datetime.now(),
            undone_count=len(restored),
        )
        return self._notify(
            self.env._(
                "%(done)s of %(all)s are as before; the others were changed since.",
                done=len(restored),
                all=action.count,
            )
            if len(restored) < action.count
            else self.env._("%s are as before.", len(restored))
        )

    def action_view_records(self):
        """Open what was changed, as far as the user may read it."""
        self.ensure_one().check_access("read")
        ids = [int(key) for key in self.sudo().values or {}]
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": [("id", "in", ids)],
        }

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _apply(self, kind, records, vals, note=""):
        """Write ``vals`` on many records at once, so that it can be undone.

        :param str kind: a key of :data:`KINDS`
        :param dict vals: among the columns of the kind, as stored
        :return: the mass action, empty when all was so already
        """
        if kind == "origin":  # said by a person: the program leaves it
            vals = {"dunning_origin_is_automatic": False, **vals}
        return self._run(
            kind, records, lambda: self._write_columns(records, vals), note
        )

    @api.model
    @api.private
    def _run(self, kind, records, deed, note="", is_logged=False):
        """Run ``deed``, which writes the columns of ``kind`` on ``records``; keep
        what it changed.

        :param deed: a function without argument, set-based
        :param bool is_logged: it leaves the lines in the chatter itself
        """
        _model, names, group = KINDS[kind]
        self._check_deed(kind, group, records)
        records.flush_recordset(names)
        before = self._read_columns(records, names)
        deed()
        records.flush_recordset(names)
        after = self._read_columns(records, names)
        pairs = {
            record_id: [before[record_id], new]
            for record_id, new in after.items()
            if before[record_id] != new
        }
        changed = records.browse(pairs)
        if not changed:
            return self.browse()
        self._follow(changed, names)
        if not is_logged:
            self._log_changes(kind, changed, pairs, note)
        return self.sudo().create(self._prepare_vals(kind, changed, pairs, note))

    @api.model
    def _check_deed(self, kind, group, records):
        """Raise unless the user may do this to all the records."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        profiles = self.env["credit.profile"]
        profiles._check_group(
            group, self.env._("change “%s” of many at once", kinds[kind])
        )
        if records._name == "account.move":
            records.check_access("read")
            customers = {
                (move.commercial_partner_id.id, move.company_id.id) for move in records
            }
            profiles = profiles.sudo()._of_customers(customers).sudo(self.env.su)
        else:
            profiles = records
        profiles.check_access("write")

    @api.model
    def _prepare_vals(self, kind, changed, pairs, note):
        days = self.env["ir.config_parameter"].sudo().get_param(
            "credit_control.undo_days", "7"
        )
        now = fields.Datetime.now()
        companies = changed.sudo().company_id
        targets = {json.dumps(new) for _old, new in pairs.values()}
        names = self._value_names(kind, pairs)
        shown = {new[SHOWN[kind]] for _old, new in pairs.values()}
        return {
            "kind": kind,
            "res_model": changed._name,
            "user_id": self.env.uid,
            "date": now,
            "note": note,
            "company_id": companies.id if len(companies) == 1 else False,
            "count": len(changed),
            "values": {str(key): pair for key, pair in pairs.items()},
            "undo_until": now + timedelta(days=int(days) if days.isdigit() else 7),
            "target": names[shown.pop()]
            if len(shown) == 1 and targets
            else self.env._("by the assignment rules"),
        }

    # === columns === #
    @api.model
    def _read_columns(self, records, names):
        """Return ``{id: {column: value as JSON has it}}``, locked, by one query."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id = ANY(%s) ORDER BY id "
                "FOR NO KEY UPDATE",
                SQL(", ").join(SQL.identifier(name) for name in names),
                SQL.identifier(records._table),
                list(records._ids),
            )
        )
        return {
            record_id: {
                name: value.isoformat() if hasattr(value, "isoformat") else value
                for name, value in zip(names, values, strict=True)
            }
            for record_id, *values in rows
        }

    @api.model
    def _write_columns(self, records, vals):
        """Write the same values on all records, by one statement."""
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                SQL(", ").join(
                    SQL(
                        "%s = %s",
                        SQL.identifier(name),
                        None
                        if value is False and records._fields[name].type != "boolean"
                        else value,
                    )
                    for name, value in {**vals, **self._stamp()}.items()
                ),
                list(records._ids),
            )
        )

    @api.model
    def _stamp(self):
        return {"write_uid": self.env.uid, "write_date": self.env.cr.now()}

    def _restore(self, records, names, pairs):
        """Write the old values where the new ones still stand; return the records."""
        self.ensure_one()
        records.flush_recordset(names)
        present = self._read_columns(records, names)
        still = {
            record_id: pairs[record_id][0]
            for record_id, values in present.items()
            if values == pairs[record_id][1]
        }
        self._drop_missing(records, names, still)
        rows = [{"id": key, **old} for key, old in still.items()]
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s t SET %(columns)s, write_uid = %(uid)s,
                          write_date = now() AT TIME ZONE 'UTC'
                     FROM jsonb_populate_recordset(NULL::%(table)s, %(rows)s) o
                    WHERE t.id = o.id""",
                table=SQL.identifier(records._table),
                columns=SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("o", name))
                    for name in names
                ),
                uid=self.env.uid,
                rows=json.dumps(rows),
            )
        )
        restored = records.browse(still)
        self._follow(restored, names)
        back = {key: [pairs[key][1], old] for key, old in still.items()}
        self._log_changes(self.kind, restored, back, self.env._("undone"))
        return restored

    @api.model
    def _drop_missing(self, records, names, values):
        """Empty links to what was deleted meanwhile, in place."""
        for name in names:
            field = records._fields[name]
            if field.type != "many2one":
                continue
            ids = {old[name] for old in values.values()} - {None}
            there = set(self.env[field.comodel_name].browse(ids).exists().ids)
            for old in values.values():
                if old[name] not in there:
                    old[name] = None

    @api.model
    def _follow(self, records, names):
        """Let what depends on the columns follow, without a message for each."""
        records = records.sudo().with_context(tracking_disable=True)
        records.invalidate_recordset(names, flush=False)
        records.modified(names)
        for name in names:
            self.env.remove_to_compute(records._fields[name], records)
        if records._name != "credit.profile":
            return
        if set(names) & {"policy_id", "user_id", "team_id"}:
            records._follow_policies()

    # === words === #
    @api.model
    def _value_names(self, kind, pairs):
        """Return ``{value: how a person reads it}`` of all values in ``pairs``."""
        model, _names, _group = KINDS[kind]
        field = self.env[model]._fields[SHOWN[kind]]
        found = {values[field.name] for pair in pairs.values() for values in pair}
        names = {None: self.env._("none"), False: self.env._("none")}
        found -= names.keys()
        if field.type == "many2one":
            records = self.env[field.comodel_name].sudo().browse(found).exists()
            return {**dict.fromkeys(found, "?"), **names} | {
                record.id: record.display_name for record in records
            }
        if field.type == "selection":
            return names | dict(field._description_selection(self.env))
        is_day = field.type == "date"
        return names | {v: format_day(self.env, v) if is_day else str(v) for v in found}

    @api.model
    def _log_changes(self, kind, records, pairs, note):
        """Leave a line in each record's chatter, by one statement."""
        names = self._value_names(kind, pairs)
        bodies = {
            record_id: Markup("<p>%s%s</p>")
            % (self._change_words(kind, *pair, names), f" ({note})" * bool(note))
            for record_id, pair in pairs.items()
            if record_id in records._ids
        }
        author = self.env.user.partner_id
        self.env.cr.execute(
            SQL(
                """INSERT INTO mail_message
                          (model, res_id, message_type, subtype_id, author_id,
                           email_from, body, is_internal, date,
                           create_uid, write_uid, create_date, write_date)
                   SELECT %s, line.id, 'notification', %s, %s, %s, line.body, TRUE,
                          moment, %s, %s, moment, moment
                     FROM unnest(%s::int[], %s::text[]) AS line(id, body),
                          (SELECT date_trunc('second', now() AT TIME ZONE 'UTC')
                                  AS moment) AS clock""",
                records._name,
                self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                author.id,
                author.email_formatted or None,
                self.env.uid,
                self.env.uid,
                list(bodies),
                list(bodies.values()),
            )
        )
        records.invalidate_recordset(["message_ids"], flush=False)

    @api.model
    def _change_words(self, kind, old, new, names):
        """Return what changed on one record, in words.

        :param dict old: its columns before
        :param dict new: its columns now
        :param dict names: as of :meth:`_value_names`
        """
        field = self.env[KINDS[kind][0]]._fields[SHOWN[kind]]
        label = field._description_string(self.env)
        return f"{label}: {names[old[field.name]]} → {names[new[field.name]]}"

    # === answers === #
    def _why_no_undo(self):
        if self.state == "undone":
            return self.env._("This was undone already.")
        if self.user_id != self.env.user and not self.env.user.has_group(
            "credit_control.group_manager"
        ):
            raise AccessError(
                self.env._(
                    "%s did this: ask him, or the credit manager, to undo it.",
                    self.user_id.name,
                )
            )
        return self.env._(
            "It is too late to undo this (until %s). Change the records anew instead.",
            self.undo_until and self.undo_until.date(),
        )

    @api.private
    def _done_notification(self):
        """Return the action that says what was done and where to undo it."""
        if not self:
            return self._notify(self.env._("Nothing to change: all is so already."))
        return self._notify(
            self.env._(
                "%s changed. To undo it: Reporting, Mass actions.",
                sum(self.mapped("count")),
            )
        )

    @api.model
    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.private
    def _give_to(self, user_id):
        """Give these activities to somebody, without an e-mail for each."""
        self.with_context(mail_activity_quick_update=True).write({"user_id": user_id})


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    def _follow_policies(self):
        """Bring the policies in force up to date, by a few statements, unlogged."""
        policies = self.env["dunning.policy"]
        self.env.remove_to_compute(self._fields["dunning_policy_id"], self)
        for company, profiles in self.grouped("company_id").items():
            rows = self._read_policy_in_force(
                company, fields.Domain("id", "in", profiles.ids), changed_only=True
            )
            by_policy = {}
            for profile_id, _old, new_id in rows:
                by_policy.setdefault(new_id, []).append(profile_id)
            for new_id, ids in by_policy.items():
                policies._write_policy_in_force(ids, new_id)
        self.invalidate_recordset(["dunning_policy_id"], flush=False)
        self.modified(["dunning_policy_id"])
