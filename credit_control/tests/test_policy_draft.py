from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .simulation_common import SimulationCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPolicyDraft(SimulationCommon):
    """Changes are prepared on a draft, and put in force without losing a place."""

    def test_a_draft_is_a_copy_that_nobody_follows(self):
        self.strict.level_ids[1].active = False
        draft = self.draft(self.strict)
        self.assertFalse(draft.active)
        self.assertFalse(draft.assign_domain)
        self.assertEqual(
            draft.level_ids.draft_of_id,
            self.strict.with_context(active_test=False).level_ids,
        )
        self.assertEqual(
            draft.level_ids.mapped("delay_days"), [2, 9], "archived levels too"
        )
        self.assertFalse(draft._draft_differences())
        self.assertEqual(self.risky.dunning_policy_id, self.strict)
        self.assertNotIn(draft, self.pipeline._ladders())

    def test_one_draft_at_a_time(self):
        draft = self.draft()
        self.assertEqual(self.draft(), draft)
        self.assertEqual(draft.action_draft()["res_id"], draft.id)
        self.assertTrue(self.policy.has_draft)
        draft.action_discard_draft()
        self.assertFalse(draft.exists())
        self.assertFalse(self.policy.has_draft)

    def test_a_draft_cannot_be_put_in_use_as_it_is(self):
        draft = self.draft()
        with self.assertRaisesRegex(ValidationError, "Put in force"):
            draft.active = True

    def test_the_values_go_over_and_the_levels_stay_the_same_records(self):
        draft = self.draft()
        first, second, third = draft.level_ids
        draft.write({"min_days_between": 4, "grouping": "level"})
        first.write({"delay_days": 1, "send_sms": True, "min_amount": 50})
        second.subject = "Changed"
        role = self.env["credit.role"].search([], limit=1)
        second.role_cc_ids = [Command.link(role.id)]
        third.unlink()
        levels = self.policy.level_ids
        draft.action_put_in_force()
        self.assertEqual(self.policy.min_days_between, 4)
        self.assertEqual(self.policy.grouping, "level")
        self.assertEqual(self.policy.name, "Patient")
        self.assertTrue(self.policy.active)
        self.assertEqual(levels[0].delay_days, 1)
        self.assertTrue(levels[0].send_sms)
        self.assertEqual(levels[0].min_amount, 50)
        self.assertEqual(levels[1].subject, "Changed")
        self.assertEqual(levels[1].role_cc_ids, role)
        self.assertFalse(levels[2].active, "archived: customers may be at it")
        self.assertFalse(draft.exists())

    def test_a_claim_goes_on_from_where_it_is(self):
        invoice = self.make_invoice(self.customer, 50, -12)
        self.delivered(invoice, self.first, -7)
        draft = self.draft()
        draft.level_ids[1].delay_days = 12
        self.assertCode(invoice, "not_yet")
        draft.action_put_in_force()
        self.assertGoes(invoice, self.second)

    def test_a_new_level_is_made_in_the_policy(self):
        draft = self.draft()
        draft.level_ids = [
            Command.create({"name": "Between", "sequence": 15, "delay_days": 10})
        ]
        draft.action_put_in_force()
        names = self.policy.level_ids.sorted("sequence").mapped("name")
        self.assertEqual(names, ["Level 1", "Between", "Level 2", "Level 3"])

    def test_every_language_goes_over(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        level = self.policy.level_ids[0]
        level.with_context(lang="fr_FR").write(
            {"subject": "Rappel", "body_html": "<p>Merci de payer, niveau 1.</p>"}
        )
        draft = self.draft()
        copy = draft.level_ids[0].with_context(lang="fr_FR")
        self.assertEqual(copy.subject, "Rappel")
        copy.subject = "Petit rappel"
        [row] = draft._draft_differences()
        self.assertEqual((row["old"], row["new"]), ("Rappel", "Petit rappel"))
        self.assertIn("(fr)", row["label"])
        draft.action_put_in_force()
        self.assertEqual(level.with_context(lang="fr_FR").subject, "Petit rappel")
        self.assertEqual(level.with_context(lang="en_US").subject, "Reminder 1")

    def test_what_differs_is_told_in_words_and_logged(self):
        draft = self.draft()
        draft.climb = "direct"
        draft.level_ids[0].write({"delay_days": 8, "is_automatic": True})
        draft.level_ids[2].unlink()
        rows = {
            (row["step"], row["label"]): (row["old"], row["new"])
            for row in draft._draft_differences()
        }
        self.assertEqual(
            rows,
            {
                ("", "Climb"): ("Step by step", "Straight to the level reached"),
                ("Level 1", "Days"): ("5", "8"),
                ("Level 1", "Automatic"): ("no", "yes"),
                ("Level 3", "Level"): ("in use", "archived"),
            },
        )
        self.assertIn("Straight", str(draft.draft_changes))
        self.assertIs(self.policy.draft_changes, False, "no draft: no empty record")
        draft.action_put_in_force()
        body = str(self.policy.message_ids[0].body)
        self.assertIn("Level 1", body)
        self.assertIn("8", body)

    def test_long_texts_are_shown_where_they_part(self):
        words = "word " * 60
        self.first.body_html = f"<p>{words}before</p>"
        draft = self.draft()
        draft.level_ids[0].body_html = f"<p>{words}behind</p>"
        row = draft._draft_differences()[0]
        self.assertIn("before", row["old"])
        self.assertIn("behind", row["new"])
        self.assertLess(len(row["new"]), 130)

    def test_the_former_values_stay_and_come_back(self):
        draft = self.draft()
        draft.level_ids[0].delay_days = 1
        draft.level_ids[2].unlink()
        draft.level_ids = [
            Command.create({"name": "Extra", "sequence": 25, "delay_days": 30})
        ]
        draft.action_put_in_force()
        self.assertTrue(self.policy.has_former)
        self.assertFalse(self.policy.has_draft)
        former = draft.browse(self.policy.action_former()["res_id"])
        self.assertIn("Patient until", former.name)
        former.action_put_in_force()
        levels = self.policy.level_ids.filtered("active")
        self.assertEqual(levels, self.first + self.second + self.third)
        self.assertEqual(levels.mapped("delay_days"), [5, 20, 40])
        self.assertTrue(self.policy.has_former, "and forth again")

    def test_nothing_to_put_in_force(self):
        draft = self.draft()
        with self.assertRaisesRegex(UserError, "change something on the draft"):
            draft.action_put_in_force()
        with self.assertRaisesRegex(UserError, "Prepare changes"):
            self.policy.action_put_in_force()
        with self.assertRaisesRegex(UserError, "nothing to go back to"):
            self.policy.action_former()

    def test_only_a_manager_prepares_changes(self):
        self.make_users()
        draft = self.draft()
        for user in (self.collector_all, self.auditor):
            for record, name in (
                (self.policy, "action_draft"),
                (self.policy, "action_former"),
                (self.policy, "action_reassign"),
                (draft, "action_put_in_force"),
                (draft, "action_discard_draft"),
            ):
                with self.subTest(user=user.login, name=name):
                    with self.assertRaisesRegex(AccessError, "Only a credit manager"):
                        getattr(record.with_user(user), name)()
        self.assertTrue(draft.exists())

    def test_another_policy_for_all_its_customers(self):
        action = self.strict.action_reassign()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create({"policy_id": self.policy.id})
        self.assertEqual(wizard.profile_ids, self.risky)
        wizard.action_apply()
        self.assertEqual(self.risky.dunning_policy_id, self.policy)
