from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .security_common import SecurityCommon


@tagged("post_install", "-at_install", "credit_control")
class TestMassAction(SecurityCommon):
    """Many records at once: previewed, logged, undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.mine["credit.profile"] + cls.nobodys["credit.profile"]
        cls.team = cls.env["credit.team"].create(
            {"name": "North", "member_ids": [Command.set(cls.collector_all.ids)]}
        )

    def wizard(self, name, user=None, profiles=None, **values):
        wizards = self.env[name].with_user(user or self.manager)
        wizards = wizards.with_context(active_ids=(profiles or self.both).ids)
        return wizards.create(values)

    def last(self, user=None):
        actions = self.env["credit.mass.action"].with_user(user or self.manager)
        return actions.search([], limit=1, order="id desc")

    def bodies(self, profile):
        return " ".join(profile.message_ids.mapped("body"))

    def reassign(self, user=None, profiles=None, **values):
        wizard = self.wizard("credit.reassign", user, profiles, **values)
        wizard.action_apply()
        return self.last(user)

    # === PREVIEW === #
    def test_the_preview_says_from_whom_to_whom_and_how_much(self):
        wizard = self.wizard("credit.reassign", user_id=self.collector_all.id)
        rows = wizard._preview_rows()
        self.assertEqual({row["old"] for row in rows}, {"Collector", "none"})
        self.assertEqual({row["new"] for row in rows}, {"Collector All"})
        self.assertEqual([row["count"] for row in rows], [1, 1])
        self.assertIn("100.00", str(wizard.preview))
        for name, values in (
            ("credit.profile.set.policy", {"policy_id": self.policy.id}),
            ("credit.profile.hold", {"until": self.days(3), "reason": "r"}),
            ("credit.reassign", {"mode": "team", "team_id": self.team.id}),
        ):
            with self.subTest(name=name):
                self.assertIn("200.00", str(self.wizard(name, **values).preview))

    def test_from_open_items_the_customers_are_meant(self):
        lines = self.mine["account.move.line"] + self.nobodys["account.move.line"]
        wizards = self.env["credit.reassign"].with_user(self.collector)
        wizard = wizards.with_context(
            active_model="account.move.line",
            active_ids=(lines + self.others["account.move.line"]).ids,
        ).new()
        self.assertEqual(wizard.profile_ids._origin.sudo(), self.both)

    # === RE-ASSIGN === #
    def test_reassign_and_undo(self):
        former = self.both.mapped("user_id.id")
        activity = self.mine["credit.profile"].activity_schedule(
            "mail.mail_activity_data_todo", self.days(1), user_id=self.collector.id
        )
        action = self.reassign(user_id=self.collector_all.id, reason="New split")
        self.assertEqual(self.both.user_id, self.collector_all)
        self.assertEqual(self.both.team_id, self.team)
        self.assertEqual(activity.user_id, self.collector_all)
        self.assertEqual((action.kind, action.count), ("collector", 2))
        self.assertEqual(action.target, "Collector All")
        body = self.bodies(self.mine["credit.profile"])
        self.assertIn("Collector: Collector → Collector All (New split)", body)
        self.env.flush_all()
        action.action_undo()
        self.assertEqual(self.both.mapped("user_id.id"), former)
        self.assertFalse(self.both.team_id)
        self.assertEqual(activity.user_id, self.collector)
        self.assertEqual((action.state, action.undone_count), ("undone", 2))
        with self.assertRaisesRegex(UserError, "undone already"):
            action.action_undo()

    def test_what_was_changed_since_stays(self):
        action = self.reassign(user_id=self.collector_all.id)
        self.mine["credit.profile"].user_id = self.manager
        action.action_undo()
        self.assertEqual(self.mine["credit.profile"].user_id, self.manager)
        self.assertFalse(self.nobodys["credit.profile"].user_id)
        self.assertEqual(action.undone_count, 1)

    def test_to_a_team_and_by_the_rules(self):
        self.reassign(mode="team", team_id=self.team.id)
        self.assertFalse(self.both.user_id)
        self.assertEqual(self.both.team_id, self.team)
        self.env["credit.portfolio.rule"].search([]).active = False
        self.env["credit.portfolio.rule"].create(
            {"name": "All", "user_id": self.collector.id}
        )
        action = self.reassign(mode="rules")
        self.assertEqual(self.both.user_id, self.collector)
        self.assertEqual(set(self.both.mapped("portfolio_by_hand")), {False})
        action.action_undo()
        self.assertFalse(self.both.user_id)
        self.assertEqual(set(self.both.mapped("portfolio_by_hand")), {True})

    def test_a_collector_gives_and_takes_back_his_own(self):
        action = self.reassign(
            self.collector,
            self.mine["credit.profile"],
            user_id=self.collector_all.id,
        )
        self.assertFalse(self.can(self.collector, self.mine["credit.profile"], "read"))
        action.action_undo()
        self.assertEqual(self.mine["credit.profile"].user_id, self.collector)

    def test_whom_customers_cannot_be_given_to(self):
        with self.assertRaisesRegex(UserError, "no collector"):
            self.reassign(user_id=self.auditor.id)
        with self.assertRaisesRegex(UserError, "Choose the collector"):
            self.reassign()
        self.manager.company_ids += self.company_2
        companies = (self.env.company + self.company_2).ids
        wizards = self.env["credit.reassign"].with_user(self.manager)
        wizard = wizards.with_context(allowed_company_ids=companies).create(
            {
                "profile_ids": self.foreign["credit.profile"].ids,
                "user_id": self.collector_all.id,
            }
        )
        with self.assertRaisesRegex(UserError, "does not work in Second company"):
            wizard.action_apply()

    def test_somebody_gone_meanwhile_is_put_back_as_nobody(self):
        action = self.reassign(mode="team", team_id=self.team.id)
        other = self.env["credit.team"].create({"name": "South"})
        second = self.reassign(mode="team", team_id=other.id)
        self.team.unlink()
        second.action_undo()
        self.assertFalse(self.both.team_id)
        self.assertEqual(second.state, "undone")
        self.assertEqual(action.state, "done")

    # === POLICY, HOLD, ORIGIN === #
    def test_policy(self):
        other = self.make_policy(name="Other")
        before = self.both.mapped("dunning_policy_id.id")
        self.wizard("credit.profile.set.policy", policy_id=other.id).action_apply()
        self.assertEqual(self.both.policy_id, other)
        self.assertEqual(self.both.dunning_policy_id, other)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.both.dunning_policy_id, other)
        self.last().action_undo()
        self.assertFalse(self.both.policy_id)
        self.assertEqual(self.both.mapped("dunning_policy_id.id"), before)

    def test_hold_and_release(self):
        values = {"until": self.days(9), "reason": "Fair"}
        self.wizard("credit.profile.hold", self.collector, **values).action_apply()
        self.assertEqual(set(self.both.mapped("hold_until")), {self.days(9)})
        self.wizard("credit.profile.hold", mode="release").action_apply()
        self.assertFalse(any(self.both.mapped("hold_until")))
        self.last().action_undo()
        self.assertEqual(set(self.both.mapped("hold_reason")), {"Fair"})
        self.assertEqual(set(self.both.mapped("hold_until")), {self.days(9)})

    def test_the_figures_follow_a_hold(self):
        profiles = self.many(3)
        values = {"until": self.days(9), "reason": "Fair"}
        self.wizard(
            "credit.profile.hold", profiles=profiles, **values
        ).action_apply()
        self.assertEqual(set(profiles.mapped("next_action")), {"hold"})
        self.last().action_undo()
        self.assertEqual(set(profiles.mapped("next_action")), {False})

    def test_a_hold_needs_day_and_reason(self):
        for values, words in (
            ({"reason": "r"}, "last day"),
            ({"until": self.days(-1), "reason": "r"}, "today or later"),
            ({"until": self.days(1)}, "reason"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.wizard("credit.profile.hold", **values).action_apply()

    def test_origin_of_invoices(self):
        moves = self.mine["account.move"] + self.nobodys["account.move"]
        names = ["dunning_origin", "dunning_origin_is_automatic"]
        before = moves.read(names)
        actions = self.env["credit.mass.action"].with_user(self.collector)
        action = actions._apply(
            "origin", moves.with_user(self.collector), {"dunning_origin": "other"}
        )
        self.assertEqual(set(moves.mapped("dunning_origin")), {"other"})
        action.with_user(self.collector).action_undo()
        self.assertEqual(moves.read(names), before)
        other = self.others["account.move"].with_user(self.collector)
        with self.assertRaises(AccessError):
            actions._apply("origin", other, {"dunning_origin": "other"})

    def test_the_wizard_of_origins_can_be_undone(self):
        moves = self.mine["account.move"] + self.nobodys["account.move"]
        before = moves.read(["dunning_origin", "dunning_origin_is_automatic"])
        wizard = self.env["credit.qualify.origin"].with_user(self.collector)
        wizard.create({"move_ids": moves.ids, "origin": "other"}).action_apply()
        self.assertEqual(set(moves.mapped("dunning_origin")), {"other"})
        action = self.last(self.collector)
        self.assertEqual((action.kind, action.count), ("origin", 2))
        action.action_undo()
        names = ["dunning_origin", "dunning_origin_is_automatic"]
        self.assertEqual(moves.read(names), before)

    # === RIGHTS AND TIME === #
    def test_another_s_portfolio_is_refused(self):
        other = self.others["credit.profile"]
        with self.assertRaises(AccessError):
            self.reassign(self.collector, other, user_id=self.collector.id)
        self.assertEqual(other.user_id, self.collector_all)
        for user in (self.auditor, self.sales_reader, self.plain_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.reassign(user, user_id=self.collector.id)

    def test_who_may_undo_and_until_when(self):
        action = self.reassign(self.collector, user_id=self.collector_all.id)
        with self.assertRaises(AccessError):
            action.with_user(self.collector_all).action_undo()
        with self.assertRaises(AccessError):
            action.with_user(self.auditor).action_undo()
        with freeze_time(self.days(8)):
            self.env.invalidate_all()
            self.assertFalse(action.can_undo)
            with self.assertRaisesRegex(UserError, "too late"):
                action.action_undo()
        self.env.invalidate_all()
        action.with_user(self.manager).action_undo()
        self.assertEqual(action.undone_user_id, self.manager)

    def test_old_values_are_read_by_nobody(self):
        action = self.reassign(user_id=self.collector_all.id)
        for user in (self.collector, self.manager, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                action.with_user(user).read(["values"])
        shown = action.action_view_records()
        found = self.env["credit.profile"].search(shown["domain"])
        self.assertEqual(found, self.both)
        self.assertFalse(self.env["credit.mass.action"].with_user(
            self.collector
        ).search([("id", "=", action.id)]))

    def test_nothing_to_change(self):
        before = self.last()
        wizard = self.wizard("credit.profile.hold", mode="release")
        message = wizard.action_apply()["params"]["message"]
        self.assertIn("Nothing to change", message)
        self.assertEqual(self.last(), before)

    # === VOLUME === #
    def many(self, size):
        partners = self.env["res.partner"].create(
            [{"name": f"V{size}-{n}", "is_company": True} for n in range(size)]
        )
        profiles = self.env["credit.profile"].create(
            [{"partner_id": p.id, "user_id": self.collector.id} for p in partners]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return profiles

    def test_queries_do_not_grow_with_the_customers(self):
        policy = self.make_policy(name="Volume")
        deeds = (
            ("credit.reassign", {"user_id": self.collector_all.id}),
            ("credit.profile.set.policy", {"policy_id": policy.id}),
            ("credit.profile.hold", {"until": self.days(3), "reason": "Volume"}),
        )
        counts = {}
        for size in (2, 10, 1000):  # the first one fills the caches
            profiles = self.many(size)
            counts[size] = []
            for name, values in deeds:
                wizard = self.wizard(name, self.manager, profiles, **values)
                wizard.flush_recordset()
                self.env.invalidate_all()
                steps = (wizard.action_apply, lambda: self.last().action_undo())
                for step in steps:
                    before = self.env.cr.sql_log_count
                    step()
                    self.env.flush_all()
                    counts[size].append(self.env.cr.sql_log_count - before)
                    self.env.invalidate_all()
        self.assertEqual(counts[10], counts[1000])
