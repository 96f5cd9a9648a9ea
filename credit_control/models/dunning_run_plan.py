import logging

from psycopg2 import IntegrityError, OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from .dunning_run import SUPERSEDED

_logger = logging.getLogger(__name__)


class DunningRun(models.Model):
    """Planning: what a run does before anybody reviews it."""

    _inherit = "dunning.run"

    # === PLAN === #
    @api.private
    def _plan(self):
        """Plan this run: one passage of the pipeline, written as drafts.

        Called as superuser. Planned again it adds what is new: customers with a
        notice that waits are left alone.

        :return: number of notices written
        :raise UserError: when the day or the moment does not allow it
        """
        self.ensure_one()
        self._check_state(("draft", "planned"), self.env._("plan"))
        self._check_date()
        if not self.company_id._lock_for_planning():
            raise UserError(
                self.env._(
                    "%(company)s is being planned by somebody else right now: wait a "
                    "minute, then look at the run again.",
                    company=self.company_id.name,
                )
            )
        self.env["credit.profile"]._ensure_profiles(self.company_id)
        self._supersede_drafts()
        pipeline = self.env["dunning.pipeline"]
        scope = pipeline._compute(self.company_id, self.date)
        count = pipeline._write_notices(self)
        self.write(
            {
                "summary": pipeline._summary(scope, self),
                "problems": self._find_problems(),
                "date_planned": fields.Datetime.now(),
                "error": False,
            }
        )
        self._update_state(("draft",), "planned")
        return count

    def _check_date(self):
        """Raise when the run cannot be of its date any more, or not yet."""
        today = self.company_id._dunning_today()[self.company_id]
        if self.date > today:
            raise UserError(
                self.env._(
                    "A run is planned for today at the latest: set its date to "
                    "%(today)s, or look ahead with the preview.",
                    today=fields.Date.to_string(today),
                )
            )
        later = self.env["dunning.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">", self.date),
                ("date_sent", "!=", False),
            ],
            order="date desc",
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "Reminders of the run of %(date)s were already sent, so the ledger "
                    "has moved on: plan for that day or a later one.",
                    date=fields.Date.to_string(later.date),
                )
            )

    def _supersede_drafts(self):
        """Cancel the drafts of earlier days that nobody approved or edited."""
        drafts = self.env["dunning.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "draft"),
                ("is_edited", "=", False),
                ("date", "<", self.date),
            ]
        )
        if drafts:
            drafts._cancel(SUPERSEDED, allowed=("draft",))

    # === APPROVE, SEND BY ITSELF === #
    @api.private
    def _approve_automatic(self):
        """Approve the drafts whose level is automatic, up to each policy's ceiling.

        The ceiling counts what the policy let go on the day of the run already; the
        largest amounts go first, the rest waits for a person.

        :return: the notices approved
        """
        self.ensure_one()
        notices = self.env["dunning.notice"]
        drafts = notices.search(
            [
                ("run_id", "=", self.id),
                ("state", "=", "draft"),
                ("is_automatic", "=", True),
                ("is_edited", "=", False),
            ],
            order="amount_company desc, id",
        )
        gone = dict(
            notices._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("date", "=", self.date),
                    ("state", "in", ("approved", "sent", "failed")),
                ],
                ["policy_id"],
                ["__count"],
            )
        )
        allowed = notices
        for policy, waiting in drafts.grouped("policy_id").items():
            ceiling = policy.max_per_day
            room = max(ceiling - gone.get(policy, 0), 0) if ceiling else len(waiting)
            allowed |= waiting[:room]
        return allowed._approve()

    # === SCHEDULED ACTION === #
    @api.model
    def _cron_plan(self):
        """Plan, approve and send what goes by itself, company by company.

        A company whose first run no person released is left out, and so is one that
        was planned today. What goes wrong with one is kept on its run.
        """
        companies = self.env["res.company"].search(
            [("dunning_is_started", "=", True), ("dunning_auto_plan", "=", True)],
            order="id",
        )
        todo = [
            (company, today)
            for company, today in companies._dunning_today().items()
            if not self._is_planned(company, today)
        ]
        commit = self.env["ir.cron"]._commit_progress
        commit(0, remaining=len(todo))
        for index, (company, today) in enumerate(todo, 1):
            self._plan_company(company, today)
            if not commit(1, remaining=len(todo) - index):
                break

    def _is_planned(self, company, day):
        """Tell whether the scheduled action has been through for the day."""
        domain = [("company_id", "=", company.id), ("date", "=", day)]
        run = self.search([*domain, ("state", "!=", "cancelled")], limit=1)
        return bool(run.is_automatic and run.date_planned) or (
            bool(run.error) and run.write_date.date() == fields.Date.today()
        )

    def _plan_company(self, company, day):
        """Plan one company by itself; a failure is written on its run.

        :return: the run, empty when another worker plans the company
        """
        try:
            with self.env.cr.savepoint():
                return self._plan_and_release(company, day)
        except (OperationalError, IntegrityError):
            # another transaction planned it meanwhile, or changed what this one read:
            # the next call sees what it did
            _logger.info("Planning of company %s gave way to another one", company.id)
            return self.browse()
        except UserError as error:
            return self._record_failure(company, day, str(error))
        except Exception as error:
            _logger.exception("Planning of company %s failed", company.id)
            return self._record_failure(company, day, str(error))

    def _plan_and_release(self, company, day):
        if not company._lock_for_planning():
            return self.browse()
        run = self._get_run(company, day)
        run.is_automatic = True
        run._plan()
        if not self._is_first(company):
            run._approve_automatic()._request_sending()
        run._close_finished()
        return run

    def _is_first(self, company):
        """Tell whether no run of the company was released before: a person looks."""
        earlier = self.env["dunning.notice"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("approved", "sent", "failed")),
            ],
            limit=1,
        )
        return not earlier

    def _get_run(self, company, day):
        """Return the run of the company for the day; it is made if there is none."""
        domain = [("company_id", "=", company.id), ("date", "=", day)]
        run = self.search([*domain, ("state", "!=", "cancelled")], limit=1)
        return run or self.create({"company_id": company.id, "date": day})

    def _record_failure(self, company, day, message):
        run = self._get_run(company, day)
        run.error = message
        return run
