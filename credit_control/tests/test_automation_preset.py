from unittest import SkipTest
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .event_common import EventCommon


@tagged("post_install", "-at_install", "credit_control")
class TestAutomationPreset(EventCommon):
    """Rules for Odoo's *Automation Rules*, made by one click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.presets = cls.env["credit.automation.preset"]

    def preset(self, code):
        found = self.presets.search([("code", "=", code)])
        return found.with_user(self.manager)

    def test_each_preset_has_its_words(self):
        every = self.presets.search([])
        self.assertGreaterEqual(len(every), 10)
        self.assertEqual(set(every.mapped("code")), self.presets._presets().keys())
        self.assertEqual(set(every.mapped("code")), self.presets._texts().keys())

    def test_without_automation_rules_it_is_said_what_to_do(self):
        ready = patch.object(type(self.presets), "_is_ready", lambda self: False)
        with ready:
            preset = self.preset("thanks")
            preset.invalidate_recordset(["state"])
            self.assertEqual(preset.state, "none")
            with self.assertRaisesRegex(UserError, "An administrator installs it"):
                preset.action_set_up()
            view = self.presets.action_open_list()["views"][0][0]
            install = "credit_control.credit_automation_preset_view_list_install"
            self.assertEqual(view, self.env.ref(install).id)

    def test_who_may(self):
        preset = self.preset("thanks")
        for user in (self.collector, self.auditor, self.plain_user):
            with self.assertRaisesRegex(AccessError, "credit manager"):
                preset.with_user(user).action_set_up()
            with self.assertRaisesRegex(AccessError, "credit manager"):
                preset.with_user(user).action_switch_off()
        with self.assertRaisesRegex(AccessError, "administrator"):
            preset.action_install()
        with self.assertRaisesRegex(AccessError, "administrator"):
            preset.action_open_rule()


@tagged("post_install", "-at_install", "credit_control")
class TestAutomationRules(EventCommon, MailCommon):
    """What the rules that are made do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "base.automation" not in cls.env:
            raise SkipTest("Odoo's Automation Rules (base_automation) is not installed")
        cls.presets = cls.env["credit.automation.preset"]
        cls.salesman = cls.sales_reader
        cls.customer.user_id = cls.salesman

    def set_up(self, code):
        preset = self.presets.search([("code", "=", code)])
        self.set_up_as_in_a_request(preset)
        return preset

    def set_up_as_in_a_request(self, preset):
        """Set it up with no superuser behind: there Odoo drops sudo for commands."""
        mine = preset.with_user(self.manager)
        with patch.object(self.env.transaction, "default_env", mine.env):
            mine.action_set_up()

    def mails_of(self, make):
        """The mails that ``make()`` leads to."""
        with self.mock_mail_gateway():
            make()
            self.env.flush_all()
        return self._new_mails.sudo()

    def test_every_preset_can_be_set_up(self):
        for preset in self.presets.search([]):
            self.set_up_as_in_a_request(preset)
            rule = preset._get_automations()
            self.assertEqual(len(rule.action_server_ids), 1, preset.code)
            expected = "off" if preset.code == "thanks" else "on"
            self.assertEqual(preset.state, expected, preset.code)
            self.env[rule.model_name].search(
                self.presets._presets()[preset.code].conditions, limit=1
            )
            self.assertFalse(rule.action_server_ids.warning)
        rules = self.env["base.automation"].with_context(active_test=False)
        count = rules.search_count([])
        self.presets.search([]).with_user(self.manager).action_set_up()
        self.assertEqual(rules.search_count([]), count)

    def test_a_preset_is_switched_off_and_on(self):
        preset = self.set_up("promise_call").with_user(self.manager)
        rule = preset._get_automations()
        preset.action_switch_off()
        self.assertEqual((preset.state, rule.active), ("off", False))
        preset.action_set_up()
        self.assertEqual((preset.state, rule.active), ("on", True))
        self.assertEqual(preset._get_automations(), rule)
        rule.unlink()
        preset.invalidate_recordset(["state"])
        self.assertEqual(preset.state, "none")

    def test_a_broken_promise_plans_a_call(self):
        self.set_up("promise_call")
        event = self.raise_event("promise_broken")
        kind = self.env.ref("mail.mail_activity_data_call")
        calls = event.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(calls.user_id, event.user_id)
        self.assertEqual(calls.summary, "Call about the broken promise")
        other = self.raise_event("dispute_opened")
        self.assertNotIn(kind, other.activity_ids.activity_type_id)

    def test_the_salesperson_hears_of_a_dispute(self):
        self.set_up("dispute_sales")
        mails = self.mails_of(lambda: self.raise_event("dispute_opened"))
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.recipient_ids, self.salesman.partner_id)
        self.assertIn(self.customer.name, mails.subject)
        self.assertIn("/odoo/credit.event/", mails.body_html)
        self.assertIn("contests an invoice", mails.body_html)
        self.customer.user_id = False
        self.assertFalse(self.mails_of(lambda: self.raise_event("dispute_opened")))

    def test_large_payments_are_thanked_for_once_switched_on(self):
        preset = self.set_up("thanks")

        def pay(amount):
            return self.mails_of(
                lambda: self.raise_event("payment_received", amount=amount)
            )

        self.assertFalse(pay(20000))
        preset.with_user(self.manager).action_set_up()
        self.assertFalse(pay(9999))
        mails = pay(10000)
        self.assertEqual(mails.recipient_ids, self.customer)
        self.assertNotIn("/odoo/", mails.body_html)

    def test_an_old_debt_is_told_to_the_team_leader(self):
        preset = self.set_up("old_leader")
        rule = preset._get_automations()
        self.assertEqual(rule.trg_date_id.name, "oldest_due_date")
        self.assertEqual((rule.trg_date_range, rule.trg_date_range_type), (60, "day"))
        self.assertEqual(rule.trigger, "on_time")
