from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.unchecked_many2one import UncheckedMany2one


class DunningSimulationRow(models.AbstractModel):
    """Rows of a result, of which there may be many: written by one statement."""

    _name = "dunning.simulation.row"
    _description = "Row of a simulation"

    simulation_id = fields.Many2one(
        "dunning.simulation", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="simulation_id.company_id.currency_id")
    profile_id = fields.Many2one("credit.profile", index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    user_id = UncheckedMany2one("res.users", string="Collector")

    # the stored fields that a simulation computes
    _row_fields = ()

    @api.model
    def _drop_rows(self, simulation):
        """Delete the rows of a simulation."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE simulation_id = %s",
                SQL.identifier(self._table),
                simulation.id,
            )
        )
        self._forget(simulation)

    @api.model
    def _add_rows(self, simulation, rows):
        """Write more rows of a simulation."""
        columns = {name: self._fields[name].column_type[1] for name in self._row_fields}
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s
                          (simulation_id, create_uid, write_uid, create_date,
                           write_date, partner_id, user_id, %(names)s)
                   SELECT %(simulation)s, %(uid)s, %(uid)s, %(now)s, %(now)s,
                          profile.partner_id, profile.user_id, %(values)s
                     FROM (%(rows)s) given
                     JOIN credit_profile profile ON profile.id = given.profile_id""",
                table=SQL.identifier(self._table),
                names=SQL(", ").join(map(SQL.identifier, columns)),
                simulation=simulation.id,
                uid=self.env.uid,
                now=self.env.cr.now(),
                values=SQL(", ").join(SQL.identifier("given", n) for n in columns),
                rows=self.env["dunning.pipeline"]._values(
                    columns, [tuple(row.get(name) for name in columns) for row in rows]
                ),
            )
        )
        self._forget(simulation)

    def _forget(self, simulation):
        self.invalidate_model(flush=False)
        simulation.invalidate_recordset(["customer_ids", "notice_ids"], flush=False)


class DunningSimulationNotice(models.Model):
    """A notice that would go, today's way or the changed one."""

    _name = "dunning.simulation.notice"
    _description = "Notice of a simulation"
    _inherit = ["dunning.simulation.row"]
    _order = "date, partner_id, side, id"
    _rec_name = "partner_id"

    side = fields.Selection([("today", "As it is"), ("changed", "Changed")])
    date = fields.Date()
    policy_id = fields.Many2one("dunning.policy", ondelete="cascade")
    level_id = UncheckedMany2one("dunning.level")
    level_name = fields.Char(string="Step")
    channels = fields.Char(string="How")
    is_automatic = fields.Boolean(string="Automatic")
    claims = fields.Integer(help="Items whose step is due on that day.")
    # both sides are never added up: each has its own columns in pivots
    amount = fields.Monetary(
        aggregator=None, help="Claims and reminders less open credits."
    )
    amount_today = fields.Monetary(string="Amount now")
    amount_changed = fields.Monetary(string="Amount then")
    count_today = fields.Integer(string="Notices now")
    count_changed = fields.Integer(string="Notices then")

    _row_fields = (
        "profile_id",
        "amount_today",
        "amount_changed",
        "count_today",
        "count_changed",
        "side",
        "date",
        "policy_id",
        "level_id",
        "level_name",
        "channels",
        "is_automatic",
        "claims",
        "amount",
    )


class DunningSimulationCustomer(models.Model):
    """A customer for whom the simulated changes make a difference."""

    _name = "dunning.simulation.customer"
    _description = "Customer of a simulation"
    _inherit = ["dunning.simulation.row"]
    _order = "amount_overdue desc, partner_id, id"
    _rec_name = "partner_id"

    is_moved = fields.Boolean(string="Other policy")
    old_policy_id = fields.Many2one(
        "dunning.policy", string="Policy now", ondelete="cascade"
    )
    new_policy_id = fields.Many2one(
        "dunning.policy", string="Policy then", ondelete="cascade"
    )
    amount_due = fields.Monetary(string="Open")
    amount_overdue = fields.Monetary(string="Overdue")
    difference = fields.Selection(
        [
            ("same", "Same notices"),
            ("only_then", "Reminded, not so now"),
            ("only_now", "Not reminded any more"),
            ("earlier", "Reminded earlier"),
            ("later", "Reminded later"),
            ("more", "More notices"),
            ("fewer", "Fewer notices"),
            ("other", "Another step, way or amount"),
        ],
        string="What differs",
    )
    count_today = fields.Integer(string="Notices now")
    count_changed = fields.Integer(string="Notices then")
    first_today = fields.Date(string="First now")
    first_changed = fields.Date(string="First then")
    step_today = fields.Char(string="Step now")
    step_changed = fields.Char(string="Step then")

    _row_fields = (
        "profile_id",
        "is_moved",
        "old_policy_id",
        "new_policy_id",
        "amount_due",
        "amount_overdue",
        "difference",
        "count_today",
        "count_changed",
        "first_today",
        "first_changed",
        "step_today",
        "step_changed",
    )

    # === ACTIONS === #
    def action_follow(self):
        """Let these customers follow the simulated policy right away, by hand."""
        return self._set_by_hand("new_policy_id")

    def action_keep(self):
        """Keep these customers on their present policy, whatever rules will say."""
        return self._set_by_hand("old_policy_id")

    def _set_by_hand(self, name):
        """Choose the policy by hand, by mass actions that can be undone."""
        self.simulation_id._check_manager()
        moved = self.filtered("is_moved")
        if not moved:
            raise UserError(
                self.env._(
                    "These customers keep their policy in the simulation: tick some "
                    "of those who would change it."
                )
            )
        actions = self.env["credit.mass.action"]
        note = self.env._("chosen in a simulation")
        for policy, rows in moved.grouped(name).items():
            if not policy.active:
                raise UserError(
                    self.env._(
                        "“%s” is not in use yet: put the simulation in force, or "
                        "leave its customers out.",
                        policy.name or self.env._("No policy"),
                    )
                )
            actions |= actions._apply(
                "policy", rows.profile_id, {"policy_id": policy.id}, note
            )
        return actions._done_notification()

    def action_open_profile(self):
        """Open the credit profile of the customer."""
        self.ensure_one()
        return self.profile_id.get_formview_action()

    def action_explain_notices(self):
        """List the notices of this customer, both sides."""
        self.ensure_one()
        action = self.simulation_id.action_view_notices()
        domain = [*action["domain"], ("profile_id", "=", self.profile_id.id)]
        return {**action, "domain": domain, "views": [[False, "list"]]}
