from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .screen_days import format_day

# activities of these models follow the portfolio
PREFIXES = ("credit.", "dunning.")


class CreditAbsence(models.Model):
    """A collector is away: a colleague works his portfolio until he is back.

    Nothing is moved: the deputy sees and works the customers by the rules of access
    (:class:`CreditPortfolioScope`), which look at the dates themselves. The customers
    keep their collector, whose name their notices go on bearing; answers to them reach
    the deputy through the portfolio. Only activities change hands, and come back.
    """

    _name = "credit.absence"
    _description = "Absence of a collector"
    _order = "date_from desc, id desc"

    user_id = fields.Many2one(
        "res.users",
        string="Absent",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
        domain="[('share', '=', False)]",
    )
    deputy_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
        help="Sees and works the portfolio, and gets the activities, meanwhile.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._dunning_today()[self.env.company],
    )
    date_to = fields.Date(
        string="Up to and including",
        required=True,
        help="The day after, everything is as before, by itself.",
    )
    note = fields.Char(help="What the deputy must know.")
    state = fields.Selection(
        [("planned", "Planned"), ("current", "Current"), ("over", "Over")],
        compute="_compute_state",
        search="_search_state",
    )
    can_end = fields.Boolean(
        compute="_compute_can_end", export_string_translation=False
    )
    profile_count = fields.Integer(
        string="Customers", compute="_compute_profile_count"
    )
    activity_ids = fields.One2many("mail.activity", "credit_absence_id")

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "An absence ends on the day it begins, or later."
    )
    _not_oneself = models.Constraint(
        "CHECK(deputy_id != user_id)", "Choose a colleague as the deputy."
    )

    # === COMPUTE METHODS === #
    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = self._today()
        for absence in self:
            if not absence.date_from or absence.date_from > today:
                absence.state = "planned"
            elif absence.date_to and absence.date_to < today:
                absence.state = "over"
            else:
                absence.state = "current"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._today()
        domains = {
            "planned": Domain("date_from", ">", today),
            "current": self._current_domain(),
            "over": Domain("date_to", "<", today),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_end(self):
        mine = self._origin._filtered_access("write")
        for absence in self:
            absence.can_end = absence.state == "current" and absence._origin in mine

    @api.depends("user_id")
    def _compute_profile_count(self):
        groups = self.env["credit.profile"]._read_group(
            [("user_id", "in", self.user_id.ids)], ["user_id"], ["__count"]
        )
        counts = dict(groups)
        for absence in self:
            absence.profile_count = counts.get(absence.user_id, 0)

    @api.depends("user_id", "date_from", "date_to")
    def _compute_display_name(self):
        for absence in self:
            absence.display_name = self.env._(
                "%(user)s, %(start)s to %(end)s",
                user=absence.user_id.name or "",
                start=format_day(self.env, absence.date_from),
                end=format_day(self.env, absence.date_to),
            )

    # === CONSTRAINTS === #
    @api.constrains("deputy_id", "date_from", "date_to")
    def _check_deputy(self):
        for absence in self:
            deputy = absence.deputy_id.sudo()
            if not deputy.has_group("credit_control.group_collector"):
                raise ValidationError(
                    self.env._(
                        "%s is no collector and could not work the portfolio: choose a "
                        "collector.",
                        deputy.name,
                    )
                )
            away = self.sudo().search(
                [
                    ("user_id", "=", deputy.id),
                    ("date_from", "<=", absence.date_to),
                    ("date_to", ">=", absence.date_from),
                ],
                limit=1,
            )
            if away:
                raise ValidationError(
                    self.env._(
                        "%(deputy)s is away from %(start)s to %(end)s: choose another "
                        "deputy, or split the absence.",
                        deputy=deputy.name,
                        start=format_day(self.env, away.date_from),
                        end=format_day(self.env, away.date_to),
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """An absence that is on begins at once."""
        absences = super().create(vals_list)
        absences._changed()
        return absences

    def write(self, vals):
        """Activities follow what changes.

        :raise AccessError: if it becomes the absence of somebody else
        """
        result = super().write(vals)
        self.check_access("write")
        if {"user_id", "deputy_id", "date_from", "date_to"} & vals.keys():
            self._changed()
        return result

    def unlink(self):
        """Activities go back to who was absent."""
        self._give_back()
        result = super().unlink()
        self._forget_reach()
        return result

    # === ACTIONS === #
    def action_end(self):
        """The collector is back: the absence ended yesterday, or never was."""
        self.check_access("write")
        today = self._today()
        begun = self.filtered(lambda absence: absence.date_from < today)
        begun.filtered(lambda absence: absence.date_to >= today).write(
            {"date_to": fields.Date.subtract(today, days=1)}
        )
        (self - begun).unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === BUSINESS METHODS === #
    @api.model
    def _today(self):
        return self.env.company._dunning_today()[self.env.company]

    @api.model
    def _current_domain(self):
        today = self._today()
        return Domain("date_from", "<=", today) & Domain("date_to", ">=", today)

    @api.model
    @api.private
    def _current(self):
        """Return ``{absent user: absence}`` of today."""
        absences = self.sudo().search(self._current_domain(), order="id")
        return {absence.user_id: absence for absence in absences}

    def _changed(self):
        """Bring access and activities in step with the absences."""
        self._forget_reach()
        self._give_back()
        self._update_activities()

    @api.model
    def _forget_reach(self):
        for name in ("credit.profile", "credit.portfolio"):
            self.env[name].invalidate_model(["is_mine", "in_portfolio"])

    @api.model
    @api.private
    def _update_activities(self):
        """Hand the activities of who is absent to the deputy, and back afterwards."""
        over = self.sudo().search(
            Domain("activity_ids", "!=", False) & ~self._current_domain()
        )
        over._give_back()
        activities = self.env["mail.activity"].sudo()
        for user, absence in self._current().items():
            moved = activities.search(
                [
                    ("user_id", "=", user.id),
                    ("date_deadline", "<=", absence.date_to),
                    "|",
                    ("res_model", "=like", "credit.%"),
                    ("res_model", "=like", "dunning.%"),
                ]
            )
            moved.with_context(mail_activity_quick_update=True).write(
                {"user_id": absence.deputy_id.id, "credit_absence_id": absence.id}
            )

    def _give_back(self):
        """Give the activities that are still open back to who was absent."""
        # sudo: the colleague who edits the absence need not read every customer
        for absence in self.sudo().filtered("activity_ids"):
            absence.activity_ids.with_context(mail_activity_quick_update=True).write(
                {"user_id": absence.user_id.id, "credit_absence_id": False}
            )


class MailActivity(models.Model):
    _inherit = "mail.activity"

    credit_absence_id = fields.Many2one(
        "credit.absence",
        string="In place of",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What falls to a collector who is away goes to his deputy."""
        kinds = {vals.get("res_model_id") for vals in vals_list if vals.get("user_id")}
        kinds = self.env["ir.model"].sudo().browse(kinds - {None, False})
        ours = {kind.id for kind in kinds if (kind.model or "").startswith(PREFIXES)}
        if not ours:
            return super().create(vals_list)
        current = self.env["credit.absence"]._current()
        deputies = {
            user.id: {
                "user_id": absence.deputy_id.id,
                "credit_absence_id": absence.id,
            }
            for user, absence in current.items()
        }
        return super().create(
            [
                {**vals, **deputies.get(vals.get("user_id"), {})}
                if vals.get("res_model_id") in ours
                else vals
                for vals in vals_list
            ]
        )
