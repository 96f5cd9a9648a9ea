from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .security_common import PORTFOLIO, SecurityCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPortfolioRules(SecurityCommon):
    """New customers find their collector by the first rule that matches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["credit.portfolio.rule"].search([]).active = False
        cls.belgium = cls.env.ref("base.be")
        cls.team = cls.env["credit.team"].create(
            {"name": "North", "member_ids": [Command.set(cls.collector.ids)]}
        )

    def rule(self, name="Rule", **values):
        return self.env["credit.portfolio.rule"].create({"name": name, **values})

    def new_profile(self, name="New", **values):
        customer = self.make_customer(name, **values)
        return self.env["credit.profile"].get_profile(customer, self.env.company)

    def test_the_first_rule_that_matches_gives_the_collector(self):
        self.rule(sequence=20, user_id=self.collector_all.id)
        self.rule(
            sequence=10,
            user_id=self.collector.id,
            assign_domain="[('country_id.code', '=', 'BE')]",
        )
        belgian = self.new_profile("Belgian", country_id=self.belgium.id)
        other = self.new_profile("Other")
        self.assertEqual(belgian.user_id, self.collector)
        self.assertEqual(belgian.team_id, self.team, "the team of the collector")
        self.assertEqual(other.user_id, self.collector_all)
        self.assertFalse(other.team_id)
        self.assertFalse(belgian.portfolio_by_hand)

    def test_a_profile_created_by_a_form_gets_one_too(self):
        self.rule(user_id=self.collector.id)
        customer = self.make_customer("By hand")
        profile = self.env["credit.profile"].create({"partner_id": customer.id})
        self.assertEqual(profile.user_id, self.collector)
        customer = self.make_customer("Chosen")
        profile = self.env["credit.profile"].create(
            {"partner_id": customer.id, "user_id": self.manager.id}
        )
        self.assertEqual(profile.user_id, self.manager)

    def test_what_a_person_set_stays(self):
        profile = self.new_profile()
        profile.user_id = self.collector
        profile.user_id = False
        self.rule(user_id=self.collector_all.id)
        self.env["credit.profile"]._assign_portfolio(self.env.company)
        self.assertFalse(profile.user_id, "a person decided on nobody")
        untouched = self.nobodys["credit.profile"]
        untouched.portfolio_by_hand = False
        self.env["credit.profile"]._ensure_profiles(self.env.company)
        self.assertEqual(untouched.user_id, self.collector_all)

    def test_a_team_shares_new_customers(self):
        self.team.member_ids = self.collector + self.collector_all
        self.rule(team_id=self.team.id, is_spread=True)
        customers = [self.make_customer(f"Share {n}") for n in range(6)]
        profiles = self.env["credit.profile"].create(
            [{"partner_id": customer.id} for customer in customers]
        )
        counts = [len(some) for some in profiles.grouped("user_id").values()]
        self.assertEqual(counts, [3, 3])
        self.assertEqual(profiles.team_id, self.team)

    def test_a_team_without_sharing_keeps_a_common_portfolio(self):
        self.rule(team_id=self.team.id)
        profile = self.new_profile()
        self.assertFalse(profile.user_id)
        self.assertEqual(profile.team_id, self.team)
        self.assertTrue(self.can(self.collector, profile, "write"))
        other = self.team.copy({"name": "South", "member_ids": False})
        profile.team_id = other
        self.assertFalse(self.can(self.collector, profile, "read"))

    def test_rules_of_another_company_stay_there(self):
        self.rule(user_id=self.collector.id, company_id=self.company_2.id)
        self.assertFalse(self.new_profile().user_id)

    def test_rules_of_a_parent_serve_its_branches(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        self.rule(user_id=self.collector.id, company_id=self.env.company.id)
        profile = self.env["credit.profile"].get_profile(
            self.make_customer("Of the branch"), branch
        )
        self.assertEqual(profile.user_id, self.collector)

    def test_rules_that_cannot_be_used(self):
        for domain in ("[('no_such', '=', 1)]", "[(", "os.system('x')"):
            with self.assertRaisesRegex(ValidationError, "Rule"):
                self.rule(user_id=self.collector.id, assign_domain=domain)

    def test_a_rule_that_broke_later_hinders_nobody(self):
        broken = self.rule(sequence=1, user_id=self.manager.id)
        self.rule(sequence=2, user_id=self.collector.id)
        self.env.cr.execute(
            "UPDATE credit_portfolio_rule SET assign_domain = %s WHERE id = %s",
            ("[('gone', '=', 1)]", broken.id),
        )
        broken.invalidate_recordset()
        with self.assertLogs("odoo.addons.credit_control.models.credit_portfolio_rule"):
            self.assertEqual(self.new_profile().user_id, self.collector)

    def test_the_button_applies_the_rules(self):
        rule = self.rule(user_id=self.collector.id)
        profile = self.nobodys["credit.profile"]
        profile.portfolio_by_hand = False
        with self.assertRaises(AccessError):
            rule.with_user(self.collector).action_apply()
        action = rule.with_user(self.manager).action_apply()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(profile.user_id, self.collector)

    def test_queries_of_the_rules_do_not_grow(self):
        self.rule(user_id=self.collector.id)
        counts = []
        for size in (10, 1000):
            partners = self.env["res.partner"].create(
                [{"name": f"C{size}-{n}", "is_company": True} for n in range(size)]
            )
            profiles = self.env["credit.profile"]
            profiles.create([{"partner_id": partner.id} for partner in partners])
            profiles = profiles.search([("partner_id", "in", partners.ids)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            profiles._assign_portfolio(self.env.company, again=True)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install", "credit_control")
class TestTeams(SecurityCommon):
    """A team leader works what his team works; figures are read by team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.collector.copy(
            {"login": "credit_leader", "name": "Leader", "email": "l@company.example"}
        )
        cls.team = cls.env["credit.team"].create(
            {
                "name": "North",
                "user_id": cls.leader.id,
                "member_ids": [Command.set(cls.collector_all.ids)],
            }
        )

    def test_profiles_follow_members(self):
        profile = self.others["credit.profile"]
        self.assertEqual(profile.team_id, self.team)
        self.assertFalse(self.mine["credit.profile"].team_id)
        self.team.member_ids += self.collector
        self.assertEqual(self.mine["credit.profile"].team_id, self.team)

    def test_a_change_of_collector_changes_the_team(self):
        self.mine["credit.profile"].user_id = self.collector_all
        self.assertEqual(self.mine["credit.profile"].team_id, self.team)

    def test_a_leader_has_the_customers_of_his_team(self):
        for model in PORTFOLIO:
            with self.subTest(model=model):
                self.assertTrue(self.can(self.leader, self.others[model], "read"))
                self.assertFalse(self.can(self.leader, self.mine[model], "read"))
        self.assertTrue(self.can(self.leader, self.others["credit.profile"], "write"))
        self.team.user_id = self.manager
        self.env.invalidate_all()
        self.assertFalse(self.can(self.leader, self.others["credit.profile"], "read"))

    def test_a_team_of_one_company_has_no_customer_of_another(self):
        with self.assertRaises(UserError):
            self.foreign["credit.profile"].team_id = self.env["credit.team"].create(
                {"name": "Here", "company_id": self.env.company.id}
            )
        self.foreign["credit.profile"].team_id = self.team
        with self.assertRaisesRegex(ValidationError, "Second company"):
            self.team.company_id = self.env.company

    def test_a_team_of_the_parent_company_serves_a_branch(self):
        self.team.company_id = self.env.company
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        self.collector_all.company_ids += branch
        profile = self.make_profile(
            self.make_customer("B"), branch, user_id=self.collector_all.id
        )
        self.assertEqual(profile.team_id, self.team)

    def test_the_list_of_portfolios_obeys_the_rules(self):
        self.env.flush_all()
        for user, expected in (
            (self.collector, {self.collector, self.env["res.users"]}),
            (self.leader, {self.collector_all, self.env["res.users"]}),
        ):
            lines = self.env["credit.portfolio"].with_user(user).search([])
            with self.subTest(user=user.login):
                self.assertLessEqual(set(lines.sudo().user_id), expected)
        line = self.env["credit.portfolio"].with_user(self.manager).search(
            [("user_id", "=", self.collector.id)]
        )
        self.assertEqual(line.profile_count, 1)
        self.assertEqual(line.amount_overdue, 100)
        action = line.action_view_profiles()
        found = self.env["credit.profile"].search(action["domain"])
        self.assertEqual(found, self.mine["credit.profile"])
        with self.assertRaises(AccessError):
            self.env["credit.portfolio"].with_user(self.sales_reader).search([])

    def test_figures_of_a_team(self):
        self.assertEqual(self.team.profile_count, 1)
        self.assertEqual(self.team.amount_overdue, 100)
        action = self.team.action_view_profiles()
        found = self.env["credit.profile"].search(action["domain"])
        self.assertEqual(found, self.others["credit.profile"])


@tagged("post_install", "-at_install", "credit_control")
class TestAbsence(SecurityCommon):
    """Who stands in sees, works and gets the tasks, for those days alone."""

    def absence(self, start=0, end=5, **values):
        return self.env["credit.absence"].create(
            {
                "user_id": self.collector_all.id,
                "deputy_id": self.collector.id,
                "date_from": self.days(start),
                "date_to": self.days(end),
                **values,
            }
        )

    def test_the_deputy_has_the_portfolio_meanwhile(self):
        for start, end, expected in (
            (0, 0, True),
            (-5, 5, True),
            (1, 5, False),
            (-5, -1, False),
        ):
            absence = self.absence(start, end)
            for model in PORTFOLIO:
                with self.subTest(start=start, end=end, model=model):
                    can = self.can(self.collector, self.others[model], "read")
                    self.assertEqual(can, expected)
            profiles = self.env["credit.profile"].with_user(self.collector)
            mine = profiles.search([("is_mine", "=", True)]).sudo()
            self.assertEqual(self.others["credit.profile"] in mine, expected)
            absence.unlink()
        self.assertFalse(
            self.can(self.collector, self.others["credit.profile"], "read")
        )

    def test_it_ends_by_itself(self):
        self.absence(0, 5)
        profile = self.others["credit.profile"]
        self.assertTrue(self.can(self.collector, profile, "write"))
        with freeze_time(self.days(6)):
            self.env.invalidate_all()
            self.assertFalse(self.can(self.collector, profile, "read"))

    def test_activities_go_to_the_deputy_and_come_back(self):
        profile = self.others["credit.profile"]

        def schedule(days):
            return profile.activity_schedule(
                "mail.mail_activity_data_todo",
                self.days(days),
                user_id=self.collector_all.id,
            )

        soon, later = schedule(2), schedule(30)
        self.absence(0, 5)
        new = schedule(1)
        self.assertEqual((soon + new).user_id, self.collector)
        self.assertEqual(later.user_id, self.collector_all, "he is back by then")
        partner = profile.partner_id
        private = partner.activity_schedule(
            "mail.mail_activity_data_todo",
            self.days(1),
            user_id=self.collector_all.id,
        )
        self.assertEqual(private.user_id, self.collector_all, "not our business")
        with freeze_time(self.days(6)):
            self.env["credit.absence"]._update_activities()
        self.assertEqual((soon + new + later).user_id, self.collector_all)

    def test_a_planned_absence_begins_by_the_scheduled_action(self):
        activity = self.others["credit.profile"].activity_schedule(
            "mail.mail_activity_data_todo", self.days(3), user_id=self.collector_all.id
        )
        self.absence(1, 5)
        self.assertEqual(activity.user_id, self.collector_all)
        with freeze_time(self.days(1)):
            self.env["credit.absence"]._update_activities()
        self.assertEqual(activity.user_id, self.collector)

    def test_back_already(self):
        absence = self.absence(-2, 5)
        self.assertTrue(absence.can_end)
        self.assertFalse(absence.with_user(self.collector).can_end, "a colleague's")
        absence.action_end()
        self.assertEqual(absence.state, "over")
        self.assertFalse(absence.can_end)
        today = self.absence(0, 5)
        today.action_end()
        self.assertFalse(today.exists())
        self.assertFalse(
            self.can(self.collector, self.others["credit.profile"], "read")
        )

    def test_nobody_takes_a_portfolio_by_an_absence_of_another(self):
        absences = self.env["credit.absence"].with_user(self.collector)
        vals = {
            "user_id": self.collector_all.id,
            "deputy_id": self.collector.id,
            "date_from": self.today,
            "date_to": self.today,
        }
        with self.assertRaises(AccessError):
            absences.create(vals)
        own = absences.create(
            {
                **vals,
                "user_id": self.collector.id,
                "deputy_id": self.collector_all.id,
            }
        )
        with self.assertRaises(AccessError):
            own.write(
                {"user_id": self.collector_all.id, "deputy_id": self.collector.id}
            )
        own.unlink()
        self.assertTrue(absences.with_user(self.manager).create(vals))

    def test_a_deputy_is_a_collector_who_is_there(self):
        with self.assertRaisesRegex(ValidationError, "no collector"):
            self.absence(deputy_id=self.auditor.id)
        self.absence(0, 5, user_id=self.manager.id, deputy_id=self.collector_all.id)
        with self.assertRaisesRegex(ValidationError, "is away"):
            self.absence(
                3, 8, user_id=self.collector.id, deputy_id=self.manager.id
            )


@tagged("post_install", "-at_install", "credit_control")
class TestHandOver(SecurityCommon):
    """A customer passes to a colleague, who knows why and what to do."""

    def hand_over(self, **values):
        profile = self.mine["credit.profile"]
        wizard = self.env["credit.hand.over"].with_user(self.collector)
        wizard = wizard.create(
            {
                "profile_id": profile.id,
                "user_id": self.collector_all.id,
                "note": "Call <b>Ann</b> first",
                **values,
            }
        )
        return wizard.action_apply()

    def test_the_colleague_gets_customer_note_and_activity(self):
        action = self.hand_over()
        profile = self.mine["credit.profile"]
        self.assertEqual(profile.user_id, self.collector_all)
        activity = profile.activity_ids
        self.assertEqual(activity.user_id, self.collector_all)
        self.assertIn("&lt;b&gt;", activity.note)
        body = "".join(profile.message_ids.mapped("body"))
        self.assertIn("Handed over from Collector to Collector All", body)
        self.assertEqual(action["res_model"], "credit.profile", "no screen of errors")

    def test_only_the_task_goes(self):
        self.hand_over(is_collector=False)
        profile = self.mine["credit.profile"]
        self.assertEqual(profile.user_id, self.collector)
        self.assertEqual(profile.activity_ids.user_id, self.collector_all)
        stranger = self.collector.copy({"login": "stranger", "name": "Stranger"})
        with self.assertRaisesRegex(UserError, "may not read"):
            self.hand_over(is_collector=False, user_id=stranger.id)

    def test_who_cannot_work_it_gets_nothing(self):
        for user in (self.auditor, self.sales_reader, self.plain_user):
            with self.assertRaisesRegex(UserError, "no collector"):
                self.hand_over(user_id=user.id)
        with self.assertRaisesRegex(UserError, "reason"):
            self.hand_over(note="  ")

    def test_a_mention_grants_nothing(self):
        profile = self.others["credit.profile"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Collector may not read"):
            profile.message_post(
                body="Look", partner_ids=self.collector.partner_id.ids
            )
        message = profile.message_post(
            body="Look", partner_ids=self.collector_all.partner_id.ids
        )
        self.assertEqual(
            message.sudo().notified_partner_ids, self.collector_all.partner_id
        )
        with self.assertRaises(AccessError):
            message.with_user(self.collector).read(["body"])

    def test_a_follower_who_lost_access_is_told_nothing(self):
        profile = self.mine["credit.profile"]
        profile.message_subscribe(self.collector.partner_id.ids)
        profile.user_id = self.collector_all
        message = profile.with_user(self.manager).message_post(
            body="Secret",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertNotIn(
            self.collector.partner_id, message.sudo().notified_partner_ids
        )
