from odoo.exceptions import AccessError
from odoo.tests import tagged

# the modules, not the classes: those would run here a second time
from odoo.addons.credit_control.tests import test_security_rpc, test_suite_contract

from .rights_common import RightsCommon


@tagged("post_install", "-at_install", "credit_control")
class TestMailMethods(RightsCommon, test_security_rpc.TestMethods):
    """Every public method of the inbox, as each role."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install", "credit_control")
class TestMailContract(test_suite_contract.TestSuiteContract):
    """What every model of the inbox keeps to."""

    allow_inherited_tests_method = True

    addon = "credit_control_mail"
    main_models = frozenset({"credit.message", "credit.message.intent"})

    def test_every_report_names_its_file_by_what_the_web_client_knows(self):
        reports = self.env["ir.actions.report"]
        self.assertFalse(reports.search([("report_name", "=like", f"{self.addon}.%")]))


@tagged("post_install", "-at_install", "credit_control")
class TestMailRights(RightsCommon, test_security_rpc.TestRights):
    """What each role may do with the records of the inbox, and with whose."""

    allow_inherited_tests_method = True

    def test_what_came_in_stays_as_it_is(self):
        kept = {
            "raw": b"x",
            "body_text": "We never owed anything.",
            "reply_text": "No",
            "body_html": "<p>No</p>",
            "email_from": "a@b.example",
            "email_normalized": "a@b.example",
            "subject": "Other",
            "date": "2020-01-01",
            "message_id": "<a@b>",
            "profile_id": False,
            "state": "done",
            "is_pausing": False,
            "attachment_ids": [(5,)],
        }
        for user in (self.collector, self.collector_all, self.manager, self.auditor):
            message = self.mine["credit.message"].with_user(user)
            for name, value in kept.items():
                with (
                    self.subTest(user=user.login, field=name),
                    self.assertRaises(AccessError),
                ):
                    message.write({name: value})
            with self.assertRaises(AccessError):
                message.create({"subject": "Forged"})
            with self.assertRaises(AccessError):
                message.unlink()

    def test_what_was_found_is_decided_by_the_buttons(self):
        intent = self.mine["credit.message.intent"].with_user(self.collector)
        for vals in (
            {"state": "accepted"},
            {"evidence": "We said so"},
            {"confidence": 1},
            {"source": "rule"},
            {"message_id": self.others["credit.message"].id},
            {"undo_data": {}},
            {"res_model": "res.partner", "res_id": 1},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                intent.write(vals)
        with self.assertRaises(AccessError):
            intent.create(
                {"message_id": self.others["credit.message"].id, "intent": "promise"}
            )

    def test_files_and_notes_of_a_message_follow_it(self):
        for records, allowed in ((self.mine, True), (self.others, False)):
            message = records["credit.message"].sudo()
            file = (
                self.env["ir.attachment"]
                .sudo()
                .create(
                    {
                        "name": "proof.pdf",
                        "raw": b"proof",
                        "res_model": "credit.message",
                        "res_id": message.id,
                    }
                )
            )
            message.attachment_ids = file
            original = file.create(
                {
                    "name": "raw",
                    "raw": b"mail",
                    "res_model": "credit.message",
                    "res_field": "raw",
                    "res_id": message.id,
                }
            )
            note = message.message_post(body="Words")
            for part in (file, original, note):
                with self.subTest(part=part, allowed=allowed):
                    self.assertEqual(self.can(self.collector, part, "read"), allowed)
                    self.assertTrue(self.can(self.manager, part, "read"))
                    self.assertTrue(self.can(self.auditor, part, "read"))
                    for user in (self.sales_reader, self.accountant, self.plain_user):
                        self.assertFalse(self.can(user, part, "read"))
            for user in (self.collector, self.auditor, self.manager):
                with self.subTest(user=user.login):
                    self.assertFalse(self.can(user, original, "write"))
                    self.assertFalse(self.can(user, file, "unlink"))
            planted = {
                "name": "raw",
                "raw": b"another mail",
                "res_model": "credit.message",
                "res_field": "raw",
                "res_id": message.id,
            }
            with self.assertRaises(AccessError):
                self.env["ir.attachment"].with_user(self.collector).create(planted)

    def test_another_company_sees_nothing(self):
        user = self.collector_all
        for model in self.own_models():
            if "company_id" not in model._fields or not self.can(user, model, "read"):
                continue
            found = model.with_user(user).search([])
            with self.subTest(model=model._name):
                self.assertNotIn(self.company_2, found.sudo().company_id)

    def test_menus(self):
        menus = self.env["ir.ui.menu"]
        names = (
            "credit_inbox_menu",
            "credit_message_menu",
            "credit_message_intent_menu",
        )
        inbox = {self.env.ref(f"credit_control_mail.{name}").id for name in names}
        for role, expected in (
            ("collector", True),
            ("manager", True),
            ("auditor", True),
            ("sales_reader", False),
            ("accountant", False),
            ("plain_user", False),
        ):
            visible = menus.with_user(getattr(self, role))._visible_menu_ids()
            with self.subTest(role=role):
                self.assertEqual(inbox <= set(visible), expected)
                self.assertEqual(bool(inbox & set(visible)), expected)
