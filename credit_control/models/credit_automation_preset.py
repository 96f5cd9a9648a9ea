from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ADDON = "base_automation"
SALESPERSON = ("object.partner_id.user_id", [("partner_id.user_id", "!=", False)])
LEADER = (
    "object.profile_id.team_id.user_id",
    [("profile_id.team_id.user_id", "!=", False)],
)
OWN_LEADER = ("object.team_id.user_id", [("team_id.user_id", "!=", False)])
RESPONSIBLE = ("object.user_id", [("user_id", "!=", False)])
CUSTOMER = ("object", [("partner_id.email", "!=", False)])


class Preset(NamedTuple):
    """A rule ready to be made.

    ``kind`` of a credit event that starts it, or ``date_field`` of ``model`` and the
    ``days`` after it; ``domain`` is what must hold besides. ``reader`` is who gets a
    mail (an expression on ``object``, and the condition that there is somebody); with
    None the responsible person gets an activity to call.
    """

    kind: str | None = None
    model: str = "credit.event"
    date_field: str | None = None
    days: int = 0
    domain: tuple = ()
    reader: tuple | None = None

    @property
    def conditions(self):
        """The whole condition, as a list of leaves."""
        leaves = [("kind", "=", self.kind)] if self.kind else []
        return [*leaves, *self.domain, *(self.reader[1] if self.reader else [])]


class CreditAutomationPreset(models.Model):
    """A rule for Odoo's *Automation Rules* that is made by one click.

    What is made is an ordinary automation rule with its mail template: people change
    it, or write others, with Odoo's own screens. All that happens at customers is a
    ``credit.event``, created by the ORM with plain stored fields; the states of
    promises, plans, disputes, notices and profiles may be watched as well.
    """

    _name = "credit.automation.preset"
    _description = "Automation preset"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, readonly=True)
    description = fields.Char(translate=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        [("none", "Not set up"), ("off", "Switched off"), ("on", "Active")],
        compute="_compute_state",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "There is a preset of this code.")

    # === COMPUTE METHODS === #
    @api.depends("code")
    def _compute_state(self):
        for preset in self:
            rule = preset._get_automations()
            preset.state = "none" if not rule else "on" if rule.active else "off"

    # === ACTIONS === #
    @api.model
    def action_open_list(self):
        """Open the presets; without *Automation Rules*, with the way to install it."""
        self.browse().check_access("read")
        here = "" if self._is_ready() else "_install"
        view = self.env.ref(f"credit_control.credit_automation_preset_view_list{here}")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Automation presets"),
            "res_model": self._name,
            "views": [(view.id, "list"), (False, "kanban")],
            "mobile_view_mode": "kanban",
            "help": self.env._("Nothing is set up here."),
        }

    def action_set_up(self):
        """Make the rules, or switch them on again.

        :raise AccessError: for anybody but the credit manager
        :raise UserError: without the add-on *Automation Rules*
        """
        self._check_manager()
        if not self._is_ready():
            raise UserError(
                self.env._(
                    "Odoo's app “Automation Rules” is not installed. An administrator "
                    "installs it with the button above this list, or under Apps; then "
                    "set the rule up."
                )
            )
        for preset in self:
            if preset.state == "none":
                preset._make()
            else:
                preset._get_automations().active = True
        self.invalidate_recordset(["state"])
        return True

    def action_switch_off(self):
        """Keep the rules, but let them do nothing.

        :raise AccessError: for anybody but the credit manager
        """
        self._check_manager()
        self._get_automations().write({"active": False})
        self.invalidate_recordset(["state"])
        return True

    def action_open_rule(self):
        """Open the rule in Odoo's own screen, to change what it does.

        :raise AccessError: for anybody but administrators
        """
        self.ensure_one()
        self._check_administrator()
        rule = self._get_automations()
        if not rule:
            raise UserError(self.env._("Set the rule up first, then change it."))
        return rule.sudo(False)._get_records_action()

    @api.model
    def action_install(self):
        """Install Odoo's *Automation Rules*.

        :raise AccessError: for anybody but administrators
        """
        self._check_administrator()
        module = self.env["ir.module.module"].sudo().search([("name", "=", ADDON)])
        if not module:
            raise UserError(
                self.env._(
                    "The app “Automation Rules” (base_automation) is not on this "
                    "server: add it to the folders of add-ons, update the list of "
                    "apps, and come back."
                )
            )
        return module.button_immediate_install()

    def _check_manager(self):
        if not self.env.user.has_group("credit_control.group_manager"):
            raise AccessError(
                self.env._("Only a credit manager sets automation up: ask him.")
            )

    def _check_administrator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Apps and automation rules are the administrator's: ask him, or "
                    "set a preset up as it is."
                )
            )

    # === BUSINESS METHODS === #
    @api.model
    def _is_ready(self):
        """Tell whether Odoo's *Automation Rules* is installed."""
        return "base.automation" in self.env

    def _get_automations(self):
        """Return the rules that were made and are still there, archived ones too."""
        if not self._is_ready():
            return self.browse()
        # sudo: rules are the administrator's, these ones are ours
        rules = self.env["base.automation"].sudo()
        for preset in self:
            rule = self.env.ref(preset._get_xmlid(), raise_if_not_found=False)
            rules |= rule.sudo() if rule else rules
        return rules

    def _get_xmlid(self):
        """Return the external id of the rule: it finds it, and goes with it.

        No relation to the rule, for its model is there only with its add-on.
        """
        return f"credit_control.automation_{self.code}"

    @api.model
    def _presets(self):
        """Return ``{code: Preset}`` of what can be set up.

        Extended by: add-ons with events of their own, which add a code here, its
        words to :meth:`_texts`, and a record.
        """
        return {
            "promise_call": Preset("promise_broken"),
            "bounce_call": Preset("bounce"),
            "dispute_sales": Preset("dispute_opened", reader=SALESPERSON),
            "dispute_late": Preset("dispute_late", reader=RESPONSIBLE),
            "limit_sales": Preset("limit_near", reader=SALESPERSON),
            "plan_leader": Preset("plan_broken", reader=LEADER),
            "thanks": Preset(
                "payment_received",
                domain=(("amount", ">=", 10000),),
                reader=CUSTOMER,
            ),
            "decision_leader": Preset(
                "decision_due",
                date_field="date",
                days=7,
                domain=(("state", "=", "new"),),
                reader=LEADER,
            ),
            "old_leader": Preset(
                model="credit.profile",
                date_field="oldest_due_date",
                days=60,
                domain=(("amount_overdue", ">", 0),),
                reader=OWN_LEADER,
            ),
            "reply_waiting": Preset(
                model="credit.profile",
                date_field="reply_date",
                days=2,
                domain=(("reply_date", "!=", False),),
                reader=RESPONSIBLE,
            ),
        }

    @api.model
    def _texts(self):
        """Return ``{code: (subject or summary, sentence)}`` in the present language."""
        _ = self.env._
        who = {"customer": "{{ object.partner_id.display_name }}"}
        return {
            "promise_call": (_("Call about the broken promise"), ""),
            "bounce_call": (_("Call and ask for the right address"), ""),
            "dispute_sales": (
                _("%(customer)s contests an invoice", **who),
                _("Your customer contests an invoice. What do you know about it?"),
            ),
            "dispute_late": (
                _("Dispute of %(customer)s: the time is over", **who),
                _("You deal with this dispute, and its deadline has passed."),
            ),
            "limit_sales": (
                _("%(customer)s has almost reached the credit limit", **who),
                _("Speak with us before you take the next large order."),
            ),
            "plan_leader": (
                _("%(customer)s has broken the payment plan", **who),
                _("What comes next? A new plan, legal steps, or a visit?"),
            ),
            "thanks": (
                _("Thank you for your payment"),
                _("We have received your payment, and thank you for it."),
            ),
            "decision_leader": (
                _("No decision yet about %(customer)s", **who),
                _("The decision has been due for a week."),
            ),
            "old_leader": (
                _("%(customer)s is 60 days overdue", **who),
                _("The oldest invoice of this customer fell due 60 days ago."),
            ),
            "reply_waiting": (
                _("%(customer)s has waited two days for an answer", **who),
                _("No reminder goes to this customer before somebody has replied."),
            ),
        }

    def _make(self):
        """Make the rule; one that writes to customers is switched off at first."""
        self.ensure_one()
        preset = self._presets()[self.code]
        # sudo: the credit manager decides that it is made, what it is stands here
        env = self.sudo().env
        model = env["ir.model"]._get(preset.model)
        if preset.date_field:
            when = {
                "trigger": "on_time",
                "trg_date_id": env["ir.model.fields"]
                ._get(preset.model, preset.date_field)
                .id,
                "trg_date_range": preset.days,
                "trg_date_range_type": "day",
                "trg_date_range_mode": "after",
            }
        else:
            when = {"trigger": "on_create"}
        rule = env["base.automation"].create(
            {
                "name": self.name,
                "model_id": model.id,
                "filter_domain": repr(preset.conditions),
                "active": preset.reader != CUSTOMER,
                **when,
            }
        )
        env["ir.model.data"]._update_xmlids(
            [{"xml_id": self._get_xmlid(), "record": rule, "noupdate": True}]
        )
        make = self._make_template if preset.reader else self._prepare_call_vals
        # created by themselves: Odoo drops sudo for actions written through the rule
        env["ir.actions.server"].create(
            {
                "model_id": model.id,
                "usage": ADDON,
                "base_automation_id": rule.id,
                **make(preset, model),
            }
        )

    def _prepare_call_vals(self, _preset, _model):
        """Return the values of a server action that plans a call."""
        kind = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        summary, _sentence = self._texts()[self.code]
        return {
            "name": summary,
            "state": "next_activity",
            "activity_type_id": kind.id if kind else False,
            "activity_summary": summary,
            "activity_user_type": "generic",
            "activity_user_field_name": "user_id",
            "activity_date_deadline_range": 1,
            "activity_date_deadline_range_type": "days",
        }

    def _make_template(self, preset, model):
        """Make the mail of the rule, in each language; return the action's values."""
        reader = preset.reader[0]
        template = (
            self.env["mail.template"]
            .sudo()
            .create(
                {
                    "name": self.name,
                    "model_id": model.id,
                    "use_default_to": False,
                    "partner_to": "{{ %s.partner_id.id }}" % reader,
                    "email_from": "{{ object.company_id.email_formatted "
                    "or user.email_formatted }}",
                    "lang": "{{ %s.partner_id.lang }}" % reader,
                    "auto_delete": False,
                }
            )
        )
        for code, _name in self.env["res.lang"].get_installed():
            here = self.with_context(lang=code)
            subject, sentence = here._texts()[self.code]
            template.with_context(lang=code).write(
                {"subject": subject, "body_html": here._get_body(preset, sentence)}
            )
        return {
            "name": template.name,
            "state": "mail_post",
            "template_id": template.id,
            "mail_post_method": "email",
        }

    def _get_body(self, preset, sentence):
        """Return the text of a mail: the sentence, and for us what happened where."""
        if preset.reader == CUSTOMER:
            return Markup("<p>%s</p>") % sentence
        event = preset.model == "credit.event"
        return Markup(
            "<p>%(customer)s%(what)s</p><p>%(sentence)s</p>"
            '<p><a t-att-href="%(link)s">%(open)s</a></p>'
        ) % {
            "customer": Markup('<t t-out="object.partner_id.display_name"></t>'),
            "what": Markup(': <t t-out="object.name"></t>') if event else "",
            "sentence": sentence,
            "link": "object.get_base_url() + '/odoo/%s/' % object._name "
            "+ str(object.id)",
            "open": self.env._("Open"),
        }
