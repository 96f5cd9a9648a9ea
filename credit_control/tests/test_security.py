from odoo.exceptions import AccessError
from odoo.tests import tagged

from .security_common import LEDGER, PORTFOLIO, SecurityCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPortfolios(SecurityCommon):
    def test_a_collector_has_his_own_and_nobody_s_customers(self):
        for model in PORTFOLIO:
            with self.subTest(model=model):
                self.assertTrue(self.can(self.collector, self.mine[model], "read"))
                self.assertTrue(self.can(self.collector, self.nobodys[model], "read"))
                self.assertFalse(self.can(self.collector, self.others[model], "read"))

    def test_collectors_of_all_and_managers_have_every_customer(self):
        for user in (self.collector_all, self.manager):
            for model in PORTFOLIO:
                with self.subTest(user=user.login, model=model):
                    for records in (self.mine, self.nobodys, self.others):
                        self.assertTrue(self.can(user, records[model], "read"))

    def test_an_auditor_reads_all_and_changes_nothing(self):
        for model in PORTFOLIO:
            with self.subTest(model=model):
                for records in (self.mine, self.others):
                    record = records[model]
                    self.assertTrue(self.can(self.auditor, record, "read"))
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(self.can(self.auditor, record, operation))

    def test_a_salesperson_reads_his_own_customers(self):
        for model in PORTFOLIO[:4]:
            with self.subTest(model=model):
                self.assertTrue(self.can(self.sales_reader, self.mine[model], "read"))
                other = self.others[model]
                self.assertFalse(self.can(self.sales_reader, other, "read"))

    def test_a_salesperson_has_no_notices(self):
        for model in PORTFOLIO[4:]:
            with self.subTest(model=model):
                mine = self.mine[model]
                self.assertFalse(self.can(self.sales_reader, mine, "read"))

    def test_employees_and_accountants_have_nothing(self):
        for user in (self.plain_user, self.accountant):
            for model in (*PORTFOLIO, "dunning.policy", "dunning.level"):
                record = self.mine.get(model, self.env[model])
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(self.can(user, record, "read"))

    def test_nobody_deletes_what_was_sent(self):
        roles = (self.collector, self.collector_all, self.manager, self.auditor)
        for user in roles:
            for model in ("credit.profile", *PORTFOLIO[4:]):
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(self.can(user, self.mine[model], "unlink"))

    def test_a_collector_plans_nothing_and_sets_no_policy(self):
        for model in ("dunning.policy", "dunning.level", "dunning.run", "credit.role"):
            for user in (self.collector, self.collector_all):
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(self.can(user, self.env[model], "write"))
                    self.assertTrue(self.can(user, self.env[model], "read"))
            self.assertTrue(self.can(self.manager, self.env[model], "write"))

    def test_another_company_is_invisible(self):
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            for model in (*PORTFOLIO, *LEDGER):
                with self.subTest(user=user.login, model=model):
                    self.assertFalse(self.can(user, self.foreign[model], "read"))

    def test_a_second_company_in_use_is_visible(self):
        self.manager.company_ids += self.company_2
        companies = (self.env.company + self.company_2).ids
        for model in PORTFOLIO:
            with self.subTest(model=model):
                record = self.foreign[model].with_user(self.manager)
                record = record.with_context(allowed_company_ids=companies)
                self.assertTrue(record.has_access("read"))
                alone = record.with_context(allowed_company_ids=companies[:1])
                self.assertFalse(alone.has_access("read"))

    def test_policies_of_a_parent_company_are_shared_with_branches(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        self.manager.company_ids += branch
        policy = self.policy.with_user(self.manager)
        self.assertTrue(
            policy.with_context(allowed_company_ids=branch.ids).has_access("read")
        )
        own = self.make_policy(name="Branch only", company_id=branch.id)
        own = own.with_user(self.manager)
        company = self.env.company.ids
        self.assertFalse(
            own.with_context(allowed_company_ids=company).has_access("read")
        )

    # === SEARCH, GROUPS, EXPORT === #
    def test_searches_groups_and_exports_obey_the_rules(self):
        for model in PORTFOLIO:
            with self.subTest(model=model):
                mine = self.mine[model]
                other = self.others[model]
                records = self.env[model].with_user(self.collector)
                found = records.search([("id", "in", (mine + other).ids)])
                self.assertEqual(found, mine.with_user(self.collector))
                self.assertEqual(
                    records.search_count([("id", "in", (mine + other).ids)]), 1
                )
                counts = records.formatted_read_group(
                    [("id", "in", (mine + other).ids)], ["company_id"], ["__count"]
                )
                self.assertEqual([row["__count"] for row in counts], [1])
                with self.assertRaises(AccessError):
                    (mine + other).with_user(self.collector).read(["company_id"])

    def test_export_obeys_the_rules(self):
        group = self.env.ref("base.group_allow_export")
        self.collector.group_ids += group
        for model in PORTFOLIO:
            with self.subTest(model=model):
                mine = self.mine[model].with_user(self.collector)
                self.assertEqual(len(mine.export_data(["id"])["datas"]), 1)
                other = self.others[model].with_user(self.collector)
                with self.assertRaises(AccessError):
                    other.export_data([".id", "display_name"])

    def test_totals_of_a_collector_leave_out_other_portfolios(self):
        profiles = self.env["credit.profile"]
        names = [("partner_id.name", "in", ("Mine", "Nobody's", "Other's"))]
        total = profiles.with_user(self.collector)._read_group(
            names, aggregates=["amount_due:sum"]
        )
        self.assertEqual(total[0][0], 200)
        total = profiles.with_user(self.auditor)._read_group(
            names, aggregates=["amount_due:sum"]
        )
        self.assertEqual(total[0][0], 300)


@tagged("post_install", "-at_install", "credit_control")
class TestWriting(SecurityCommon):
    def test_a_salesperson_writes_comments_alone(self):
        profile = self.mine["credit.profile"].with_user(self.sales_reader)
        profile.comment = "He is a friend of the boss"
        for name, value in {
            "user_id": self.sales_reader.id,
            "hold_until": self.days(100),
            "grace_days": 30,
            "legal_status": "none",
            "policy_id": self.policy.id,
        }.items():
            with self.subTest(field=name), self.assertRaises(AccessError):
                profile.write({name: value})
        with self.assertRaises(AccessError):
            self.others["credit.profile"].with_user(self.sales_reader).comment = "Hi"

    def test_what_methods_write_is_not_written_by_hand(self):
        for user in (self.collector, self.manager):
            profile = self.mine["credit.profile"].with_user(user)
            for name, value in {
                "forced_level_id": self.level.id,
                "forced_reason": "forged",
                "forced_user_id": self.manager.id,
                "dunning_policy_id": self.policy.id,
                "partner_id": self.others["credit.profile"].partner_id.id,
                "company_id": self.company_2.id,
                "portal_key": "forged",
                "score": 100,
                "amount_due": 0,
            }.items():
                with (
                    self.subTest(user=user.login, field=name),
                    self.assertRaises(AccessError),
                ):
                    profile.write({name: value})

    def test_states_are_not_written_by_hand(self):
        for model, state in {
            "credit.promise": "kept",
            "credit.plan": "kept",
            "credit.dispute": "accepted",
            "dunning.notice": "sent",
            "dunning.delivery": "sent",
        }.items():
            record = self.mine[model].with_user(self.manager)
            with self.subTest(model=model), self.assertRaises(AccessError):
                record.write({"state": state})

    def test_a_collector_does_not_give_his_customer_a_forged_child(self):
        other = self.others["credit.profile"]
        for values in (
            {"profile_id": other.id, "amount": 1, "date": self.today},
            {
                "profile_id": self.mine["credit.profile"].id,
                "amount": 1,
                "date": self.today,
                "state": "kept",
            },
        ):
            with self.assertRaises(AccessError):
                self.env["credit.promise"].with_user(self.collector).create(values)

    def test_the_ledger_is_read_alone(self):
        roles = (self.collector, self.manager, self.auditor, self.sales_reader)
        for user in roles:
            for model in LEDGER:
                with self.subTest(user=user.login, model=model):
                    self.assertTrue(self.can(user, self.mine[model], "read"))
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(self.can(user, self.mine[model], operation))

    def test_only_sales_documents_and_receivable_lines_are_read(self):
        partner = self.make_customer("Supplier")
        bill = self.make_invoice(partner, 100, -10, move_type="in_invoice")
        entry = self.make_entry(self.mine["credit.profile"].partner_id, 10, -1)
        revenue = entry.move_id.line_ids - entry
        for user in (self.collector, self.manager, self.auditor):
            with self.subTest(user=user.login):
                self.assertFalse(self.can(user, bill, "read"))
                self.assertFalse(self.can(user, bill.line_ids, "read"))
                self.assertFalse(self.can(user, entry.move_id, "read"))
                self.assertTrue(self.can(user, entry, "read"))
                self.assertFalse(self.can(user, revenue, "read"))

    def test_a_salesperson_reads_invoices_of_his_customers_alone(self):
        mine, other = self.mine["account.move"], self.others["account.move"]
        self.assertTrue(self.can(self.sales_reader, mine, "read"))
        self.assertFalse(self.can(self.sales_reader, other, "read"))

    def test_no_role_has_an_accounting_group(self):
        for user in (
            self.collector,
            self.collector_all,
            self.manager,
            self.auditor,
            self.sales_reader,
        ):
            names = [
                group.get_external_id()[group.id] for group in user.all_group_ids
            ]
            with self.subTest(user=user.login):
                self.assertFalse([name for name in names if name.startswith("account")])

    def test_an_auditor_writes_in_no_chatter(self):
        for model in (*PORTFOLIO[:5], "account.move"):
            record = self.mine[model].with_user(self.auditor)
            with self.subTest(model=model), self.assertRaises(AccessError):
                record.message_post(body="I was here")
        for model in ("credit.profile", "dunning.notice", "account.move"):
            with self.subTest(model=model):
                self.mine[model].with_user(self.collector).message_post(body="Called")

    def test_the_portal_key_is_secret(self):
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.mine["credit.profile"].with_user(user).read(["portal_key"])
