import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# so many customers are looked at while somebody waits; more, in parts, by the
# scheduled action: no request may last as long as a hundred thousand take
AT_ONCE = 5000
PART = 2000


class DunningSimulation(models.Model):
    """Simulations of many customers: part by part, while their maker works on."""

    _inherit = "dunning.simulation"

    is_waiting = fields.Boolean(string="Under way", readonly=True, copy=False)
    todo_ids = fields.Json(
        readonly=True, copy=False, help="Ids of the profiles still to be looked at."
    )
    todo_total = fields.Integer(
        readonly=True, copy=False, help="Number of customers to look at in all."
    )
    failure = fields.Char(string="Why it stopped", readonly=True, copy=False)
    progress = fields.Char(compute="_compute_progress")

    # serves _cron_simulate
    _waiting_idx = models.Index("(id) WHERE is_waiting")

    @api.depends("is_waiting", "todo_ids", "todo_total")
    def _compute_progress(self):
        for simulation in self:
            simulation.progress = simulation.is_waiting and self.env._(
                "%(done)s of %(total)s customers looked at.",
                done=simulation.todo_total - len(simulation.todo_ids or []),
                total=simulation.todo_total,
            )

    # === ACTIONS === #
    def action_simulate(self):
        """Refuse to begin anew what is under way."""
        if self.is_waiting:
            raise UserError(
                self.env._("This simulation is under way: wait, or stop it first.")
            )
        return super().action_simulate()

    def action_stop(self):
        """Give up a simulation that is under way."""
        self.ensure_one()
        self._check_manager()
        self._give_up(self.env._("Stopped by %s.", self.env.user.name))

    # === SCHEDULED ACTION === #
    @api.model
    def _cron_simulate(self):
        """Go on with the simulations under way, part by part.

        Each part is a transaction: killed at any point, the next call goes on there.
        """
        commit = self.env["ir.cron"]._commit_progress
        waiting = self.search([("is_waiting", "=", True)], order="id")
        commit(0, remaining=waiting._count_parts())
        for simulation in waiting:
            while simulation.is_waiting:
                simulation.lock_for_update()
                theirs = simulation._as_its_user()
                try:
                    with self.env.cr.savepoint():
                        theirs._look_at_part()
                except UserError as error:
                    theirs.sudo()._give_up(str(error))
                except Exception:
                    _logger.exception("Simulation %s stopped", simulation.id)
                    theirs.sudo()._give_up(
                        theirs.env._("An unexpected error: the server's log says more.")
                    )
                if not commit(1, remaining=waiting._count_parts()):
                    return

    def _count_parts(self):
        """Return how many parts are left to be looked at."""
        return sum(
            -(-len(simulation.todo_ids or []) // PART)
            for simulation in self
            if simulation.is_waiting
        )

    def _as_its_user(self):
        """Return the simulation as whoever made it sees it."""
        return self.with_user(self.user_id).with_context(
            allowed_company_ids=self.company_id.ids,
            lang=self.user_id.lang,
            tz=self.user_id.tz,
        )

    # === BUSINESS METHODS === #
    def _run(self, profile_ids):
        """Look at these customers, now or later; return what the button gives."""
        if len(profile_ids) > AT_ONCE:
            return self._look_later(profile_ids)
        self._look_at(profile_ids)
        self._finish()
        return True

    def _look_later(self, profile_ids):
        """Leave the customers to the scheduled action; return what to say."""
        self.write(
            {
                "is_waiting": True,
                "todo_ids": profile_ids,
                "todo_total": len(profile_ids),
            }
        )
        self.env.ref("credit_control.cron_simulate").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%s customers are concerned: this goes on without you. You are "
                    "told when it is done.",
                    len(profile_ids),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _look_at_part(self):
        """Look at the next customers; the last ones end it."""
        todo = self.todo_ids
        self._look_at(todo[:PART])
        self.todo_ids = todo[PART:]
        if not self.todo_ids:
            self._finish()
            self._tell(self.env._("Done: look at the result."))

    def _finish(self):
        self.write(
            {
                "is_waiting": False,
                "todo_ids": False,
                "date_done": fields.Datetime.now(),
            }
        )

    def _give_up(self, reason):
        """End it without a result, and say why."""
        self.write(
            {
                "is_waiting": False,
                "todo_ids": False,
                "summary": False,
                "failure": reason,
            }
        )
        self._tell(reason)

    def _tell(self, message):
        if self.user_id:
            self.user_id._bus_send(
                "simple_notification",
                {"type": "info", "title": self.display_name, "message": message},
            )
