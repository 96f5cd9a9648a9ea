from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .match_common import MatchCommon


@tagged("post_install", "-at_install")
class TestMatchAssign(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.senders = cls.env["credit.message.sender"]
        cls.message = cls.match("who@gmail.com", f"Paid {cls.petit_invoice.name}?")
        cls.unknown = cls.match("assistant@gmail.com", "Paid yesterday")
        cls.other = cls.match(
            "assistant@gmail.com", f"{cls.petit_invoice.name} and more"
        )
        cls.other.sudo().write({"profile_id": False, "match_reasons": []})

    def known(self, email="assistant@gmail.com"):
        return self.senders.search([("email", "=", email)])

    # === CHOOSING === #
    def test_choice_is_remembered(self):
        self.unknown.action_assign_customer(self.petit_profile.id)
        self.assertEqual(self.unknown.profile_id, self.petit_profile)
        self.assertEqual(self.unknown.match_user_id, self.env.user)
        self.assertIn(self.env.user.name, self.unknown.match_text)
        self.assertEqual(self.known().profile_id, self.petit_profile)
        new = self.match("assistant@gmail.com", "Hello again")
        self.assertEqual(new.profile_id, self.petit_profile)
        self.assertEqual(self.codes(new), ["remembered"])

    def test_other_messages_of_the_sender_follow(self):
        self.unknown.action_assign_customer(self.petit_profile.id)
        self.assertEqual(self.other.profile_id, self.petit_profile)
        self.assertEqual(self.codes(self.other), ["same_sender"])
        self.assertEqual(self.other.move_ids, self.petit_invoice)

    def test_only_this_message(self):
        self.unknown.action_assign_customer(self.petit_profile.id, is_remembered=False)
        self.assertFalse(self.known())
        self.assertFalse(self.other.profile_id)

    def test_choice_stays_when_matched_again(self):
        self.message.action_assign_customer(self.grand_profile.id, False)
        self.message._match()
        self.assertEqual(self.message.profile_id, self.grand_profile)
        self.message.action_undo_assign()
        self.assertEqual(self.message.profile_id, self.petit_profile)
        self.assertFalse(self.message.match_user_id)

    def test_invoices_follow_the_customer(self):
        self.assertEqual(self.message.move_ids, self.petit_invoice)
        self.message.action_assign_customer(self.grand_profile.id)
        self.assertNotIn(self.petit_invoice, self.message.move_ids)

    def test_choice_for_two_is_undone_for_both(self):
        both = self.unknown | self.message
        both.action_assign_customer(self.grand_profile.id, is_remembered=False)
        self.assertEqual(both.profile_id, self.grand_profile)
        both.action_undo_assign()
        self.assertFalse(self.unknown.profile_id)
        self.assertEqual(self.message.profile_id, self.petit_profile)

    def test_candidate_is_chosen(self):
        message = self.match(
            "who@gmail.com", f"{self.petit_invoice.name}, {self.grand_invoice.name}"
        )
        candidates = message.candidate_ids
        self.assertEqual(len(candidates), 2)
        chosen = candidates.filtered(lambda row: row.profile_id == self.grand_profile)
        chosen.action_choose()
        self.assertEqual(message.profile_id, self.grand_profile)
        self.assertFalse(message.candidate_ids)

    def test_colleague_who_forwards_is_not_remembered(self):
        message = self.match("collector@company.example", "See below")
        message.action_assign_customer(self.petit_profile.id)
        self.assertFalse(self.known("collector@company.example"))

    def test_hook_hears_of_the_former_customer(self):
        heard = []

        def hook(messages, old_profiles):
            heard.append((messages, old_profiles))
            return messages

        self.patch(self.registry["credit.message"], "_customer_changed", hook)
        self.message.action_assign_customer(self.grand_profile.id)
        self.assertEqual(heard[0][0].ids, self.message.ids)
        self.assertEqual(heard[0][1], self.petit_profile)

    # === TAKING BACK === #
    def test_undo(self):
        self.senders.create(
            {"email": "assistant@gmail.com", "profile_id": self.grand_profile.id}
        )
        self.assertFalse(self.unknown.can_undo_match)
        self.unknown.action_assign_customer(self.petit_profile.id)
        self.assertTrue(self.unknown.can_undo_match)
        self.unknown.action_undo_assign()
        self.assertFalse(self.unknown.profile_id | self.other.profile_id)
        self.assertFalse(self.unknown.match_user_id)
        self.assertEqual(self.known().profile_id, self.grand_profile)
        with self.assertRaisesRegex(UserError, "nobody chose"):
            self.unknown.action_undo_assign()

    def test_undo_forgets_the_sender(self):
        self.unknown.action_assign_customer(self.petit_profile.id)
        self.unknown.action_undo_assign()
        self.assertFalse(self.known())

    def test_undo_brings_candidates_back(self):
        message = self.match(
            "who@gmail.com", f"{self.petit_invoice.name}, {self.grand_invoice.name}"
        )
        before = message.candidate_ids.mapped("profile_id")
        message.action_assign_customer(self.grand_profile.id)
        message.action_undo_assign()
        self.assertEqual(message.candidate_ids.mapped("profile_id"), before)

    def test_undo_leaves_later_choices(self):
        self.unknown.action_assign_customer(self.petit_profile.id)
        self.other.action_assign_customer(self.grand_profile.id, False)
        self.unknown.action_undo_assign()
        self.assertFalse(self.unknown.profile_id)
        self.assertEqual(self.other.profile_id, self.grand_profile)

    # === NOBODY === #
    def test_not_a_customer(self):
        self.unknown.action_not_a_customer()
        self.assertEqual(self.unknown.state, "archived")
        self.assertEqual(self.other.state, "archived")
        new = self.match("assistant@gmail.com", "Our offer")
        self.assertEqual(new.state, "archived")
        self.assertEqual(self.codes(new), ["told_nobody"])
        named = self.match("assistant@gmail.com", f"About {self.petit_invoice.name}")
        self.assertEqual(named.state, "new")
        self.unknown.action_undo_assign()
        self.assertEqual((self.unknown | self.other).mapped("state"), ["new", "new"])
        self.assertFalse(self.known())

    # === RIGHTS === #
    def test_collector_gives_to_his_own_customers(self):
        message = self.unknown.with_user(self.collector)
        with self.assertRaisesRegex(AccessError, "portfolio of Collector All"):
            message.action_assign_customer(self.grand_profile.id)
        message.action_assign_customer(self.petit_profile.id)
        self.assertEqual(message.profile_id, self.petit_profile)
        self.assertEqual(self.known().profile_id, self.petit_profile)

    def test_collector_does_not_touch_others_messages(self):
        self.message.sudo().profile_id = self.grand_profile
        message = self.message.with_user(self.collector)
        with self.assertRaises(AccessError):
            message.action_assign_customer(self.petit_profile.id)

    def test_who_reads_only_chooses_nothing(self):
        for user in (self.auditor, self.sales_reader, self.plain_user):
            message = self.unknown.with_user(user)
            for action in ("action_not_a_customer", "action_undo_assign"):
                with self.assertRaises(AccessError):
                    getattr(message, action)()
            with self.assertRaises(AccessError):
                message.action_assign_customer(self.petit_profile.id)

    def test_wrong_input(self):
        for wrong in (0, False, "x", None, 10**8):
            with self.assertRaisesRegex(UserError, "Choose the customer"):
                self.unknown.action_assign_customer(wrong)
        with self.assertRaisesRegex(ValidationError, "no e-mail address"):
            self.senders.create({"email": "nobody"})
        with self.assertRaisesRegex(ValidationError, "either a customer's"):
            self.senders.create(
                {
                    "email": "a@b.fr",
                    "profile_id": self.petit_profile.id,
                    "is_spam": True,
                }
            )

    # === DIALOG === #
    def wizard(self, message=None, user=None, **values):
        wizards = self.env["credit.message.assign"].with_user(user or self.env.user)
        return wizards.create({"message_id": (message or self.unknown).id, **values})

    def test_dialog(self):
        action = self.unknown.action_choose_customer()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(form.other_count, 1)
        form.profile_id = self.petit_profile
        form.save().action_apply()
        self.assertEqual(self.unknown.profile_id, self.petit_profile)

    def test_dialog_makes_a_contact(self):
        role = self.env.ref("credit_control.role_accounts_payable")
        self.wizard(
            user=self.collector,
            profile_id=self.petit_profile.id,
            with_contact=True,
            contact_name="Ann Assistant",
            role_ids=[Command.set(role.ids)],
        ).action_apply()
        contact = self.petit.child_ids.filtered(
            lambda partner: partner.email == "assistant@gmail.com"
        )
        self.assertEqual(contact.name, "Ann Assistant")
        self.assertEqual(contact.credit_role_ids, role)
        self.assertEqual(self.unknown.partner_id, contact)

    def test_dialog_asks_for_what_is_missing(self):
        with self.assertRaisesRegex(UserError, "Choose the customer"):
            self.wizard().action_apply()
        with self.assertRaisesRegex(UserError, "name of the contact"):
            self.wizard(
                profile_id=self.petit_profile.id, with_contact=True, contact_name=" "
            ).action_apply()
        nameless = self.make_message("", "Hello")
        with self.assertRaisesRegex(UserError, "no address"):
            self.wizard(
                nameless, profile_id=self.petit_profile.id, with_contact=True
            ).action_apply()

    def test_search_by_name_invoice_and_address(self):
        profiles = self.env["credit.profile"].with_context(credit_find_sender=True)
        for text in (
            "Petit Transp",
            self.petit_invoice.name,
            self.petit_invoice.name.lower(),
            "PO 77812",
            "compta@petit.example",
            "@petit.example",
        ):
            found = profiles.name_search(text)
            self.assertEqual([row[0] for row in found], self.petit_profile.ids, text)
        self.assertFalse(profiles.name_search("zzz 9999"))
        own = profiles.with_user(self.collector)
        self.assertFalse(own.name_search(self.grand_invoice.name))
