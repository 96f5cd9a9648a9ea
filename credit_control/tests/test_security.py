from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .common import CreditControlCommon

# models whose records belong to a customer, with what a collector may do
PORTFOLIO = (
    "credit.profile",
    "credit.promise",
    "credit.plan",
    "credit.dispute",
    "dunning.notice",
    "dunning.notice.line",
    "dunning.delivery",
)
LEDGER = ("account.move", "account.move.line")


class SecurityCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.policy = cls.make_policy()
        cls.level = cls.policy.level_ids[0]
        cls.mine = cls.make_records("Mine", cls.collector)
        cls.nobodys = cls.make_records("Nobody's", cls.env["res.users"])
        cls.others = cls.make_records("Other's", cls.collector_all)
        cls.mine["credit.profile"].partner_id.user_id = cls.sales_reader
        data = cls.make_second_company()
        cls.company_2 = data["company"]
        cls.foreign = cls.make_records("Foreign", cls.collector, data)
        cls.env.flush_all()

    @classmethod
    def make_records(cls, name, user, company_data=None):
        """Create one record of every model for a customer of ``user``'s portfolio."""
        data = company_data or cls.company_data
        company = data["company"]
        env = cls.env(su=True)
        customer = cls.make_customer(name)
        profile = cls.make_profile(customer, company, user_id=user.id)
        move = cls.make_invoice(customer, 100, -10, company_data=data)
        line = cls.receivables(move)
        owner = {"profile_id": profile.id}
        notice = env["dunning.notice"].create(
            {
                **owner,
                "company_id": company.id,
                "policy_id": cls.policy.id,
                "level_id": cls.level.id,
                "date": cls.today,
            }
        )
        reason = env["credit.dispute.reason"].search([], limit=1)
        dispute = {"move_id": move.id, "amount": 5, "reason_id": reason.id}
        return {
            "account.move": move,
            "account.move.line": line,
            "credit.profile": profile,
            "credit.promise": env["credit.promise"].create(
                {**owner, "amount": 5, "date": cls.days(3)}
            ),
            "credit.plan": env["credit.plan"].create({**owner, "name": "Plan"}),
            "credit.dispute": env["credit.dispute"].create({**owner, **dispute}),
            "dunning.notice": notice,
            "dunning.notice.line": env["dunning.notice.line"].create(
                {
                    "notice_id": notice.id,
                    "company_id": company.id,
                    "move_line_id": line.id,
                    "kind": "claim",
                    "currency_id": line.currency_id.id,
                }
            ),
            "dunning.delivery": env["dunning.delivery"].create(
                {"notice_id": notice.id, "channel": "letter"}
            ),
        }

    def seen_by(self, user, record):
        """Return the record in the companies that the user has."""
        return record.with_env(self.env(user=user))

    def can(self, user, record, operation):
        return self.seen_by(user, record).has_access(operation)


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
                    (mine + other).with_user(self.collector).read(["id", "create_date"])

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


@tagged("post_install", "-at_install", "credit_control")
class TestActions(SecurityCommon):
    """Every ``action_*`` of every model, as each role, as the web client calls it."""

    # opens what the user may read anyway
    READING = {
        "action_open_items",
        "action_open_notices",
        "action_open_promises",
        "action_open_disputes",
        "action_open_credit_profile",
        "action_credit_open",
        "action_credit_pdf",
        "action_preview",
        "action_view_profiles",
    }
    OWN = ("credit.profile", "credit.promise", "credit.plan", "credit.dispute")

    def actions(self, model):
        """Return the names of the actions that this suite gives to a model."""
        return sorted(
            {
                name
                for cls in type(self.env[model]).mro()
                if cls.__module__.startswith("odoo.addons.credit_control")
                for name in vars(cls)
                if name.startswith("action_")
            }
        )

    def arguments(self, model, name):
        if model.startswith("dunning.") and name != "action_resolve":
            return ()
        return {
            "action_force_level": (self.level.id, "try"),
            "action_dunning_force_level": (self.level.id, "try"),
            "action_dunning_set_policy": (self.policy.id,),
            "action_dunning_set_origin": ("other",),
            "action_hold": (self.days(3), "try"),
            "action_resolve": (True,),
        }.get(name, ())

    def refuse(self, user, records, models):
        """Check that no action of ``models`` changes anything for ``user``."""
        for model in models:
            for name in self.actions(model):
                record = records[model].with_user(user)
                if name in self.READING:
                    continue
                with (
                    self.subTest(user=user.login, action=f"{model}.{name}"),
                    self.assertRaises(AccessError),
                ):
                    getattr(record, name)(*self.arguments(model, name))

    def test_own_actions_refuse_who_has_no_right(self):
        for user in (self.auditor, self.sales_reader, self.accountant, self.plain_user):
            self.refuse(user, self.mine, (*self.OWN, "account.move"))

    def test_sending_actions_refuse_who_has_no_right(self):
        for user in (self.auditor, self.sales_reader, self.accountant, self.plain_user):
            self.refuse(user, self.mine, ("dunning.notice", "dunning.delivery"))

    def test_a_run_belongs_to_the_credit_manager(self):
        run = self.env["dunning.run"].create({"date": self.today})
        for user in (
            self.collector,
            self.collector_all,
            self.auditor,
            self.sales_reader,
            self.accountant,
            self.plain_user,
        ):
            self.refuse(user, {"dunning.run": run}, ("dunning.run",))

    def test_another_s_portfolio_is_refused(self):
        opening = {"action_open_force_level", "action_open_hold"}
        for model in (*self.OWN, "account.move"):
            for name in set(self.actions(model)) - self.READING - opening:
                record = self.others[model].with_user(self.collector)
                with (
                    self.subTest(action=f"{model}.{name}"),
                    self.assertRaises(AccessError),
                ):
                    getattr(record, name)(*self.arguments(model, name))

    def test_another_company_is_refused(self):
        opening = {"action_open_force_level", "action_open_hold"}
        for model in (*self.OWN, "account.move"):
            for name in set(self.actions(model)) - self.READING - opening:
                record = self.seen_by(self.manager, self.foreign[model])
                with (
                    self.subTest(action=f"{model}.{name}"),
                    self.assertRaises(AccessError),
                ):
                    getattr(record, name)(*self.arguments(model, name))

    def test_reading_actions_refuse_who_may_not_read(self):
        for model in ("credit.profile", "account.move", "account.move.line"):
            for name in set(self.actions(model)) & self.READING:
                record = self.seen_by(self.collector, self.foreign[model])
                with (
                    self.subTest(action=f"{model}.{name}"),
                    self.assertRaises(AccessError),
                ):
                    getattr(record, name)()

    def test_collectors_act_on_their_customers(self):
        for user, records in (
            (self.collector, self.mine),
            (self.collector, self.nobodys),
            (self.manager, self.others),
        ):
            with self.subTest(user=user.login):
                profile = records["credit.profile"].with_user(user)
                profile.action_force_level(self.level.id, "right")
                profile.action_clear_forced_level()
                profile.action_hold(self.days(3), "right")
                profile.action_release_hold()
                profile.action_answered()
                records["credit.promise"].with_user(user).action_cancel()
                records["credit.plan"].with_user(user).action_cancel()
                records["credit.dispute"].with_user(user).action_reject()
                move = records["account.move"].with_user(user)
                move.action_dunning_force_level(self.level.id, "right")
                move.action_dunning_clear_level()

    def test_methods_that_take_records_are_not_called_from_outside(self):
        for model, name in (
            ("credit.profile", "get_profile"),
            ("credit.profile", "_ensure_profiles"),
            ("credit.profile", "_clear_forced_level"),
            ("credit.promise", "_update_state"),
        ):
            method = getattr(type(self.env[model]), name)
            with self.subTest(method=name):
                private = name.startswith("_") or getattr(method, "_api_private", False)
                self.assertTrue(private)


@tagged("post_install", "-at_install", "credit_control")
class TestScreensOfRoles(SecurityCommon):
    """The views of each role load and read, without an accounting group."""

    def read_view(self, user, record, kind, xml_id=None):
        """Read all fields of a view for ``record``, as the web client does."""
        record = record.with_user(user)
        view_id = self.env.ref(xml_id).id if xml_id else None
        view = record.get_views([(view_id, kind)])["views"][kind]
        arch = etree.fromstring(view["arch"])
        names = arch.xpath("//field[not(ancestor::field)]/@name")
        return record.web_read({name: {} for name in names})

    def test_lists_and_forms(self):
        screens = {
            "credit.profile": (None, None),
            "credit.promise": (None, None),
            "credit.plan": (None, None),
            "credit.dispute": (None, None),
            "account.move": ("credit_control.account_move_view_form_collector", None),
            "account.move.line": (
                None,
                "credit_control.account_move_line_view_list_open",
            ),
        }
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            for model, (form, listing) in screens.items():
                with self.subTest(user=user.login, model=model):
                    record = self.mine[model]
                    if model != "account.move.line":
                        self.assertTrue(self.read_view(user, record, "form", form))
                    if model != "account.move":
                        self.assertTrue(self.read_view(user, record, "list", listing))

    def test_forms_filled_in_by_a_collector(self):
        profile = self.mine["credit.profile"].with_user(self.collector)
        move = self.make_invoice(profile.partner_id, 80, -5)
        line = self.receivables(move).with_user(self.collector)
        promises = self.env["credit.promise"].with_user(self.collector)
        form = Form(promises.with_context(default_profile_id=profile.id))
        form.amount = 80
        form.date = self.days(4)
        form.move_line_ids.add(line)
        promise = form.save()
        self.assertEqual(promise.state, "pending")
        disputes = self.env["credit.dispute"].with_user(self.collector)
        form = Form(disputes.with_context(default_profile_id=profile.id))
        form.move_id = move.with_user(self.collector)
        self.assertEqual(form.amount, 80, "all that is open is proposed")
        form.reason_id = self.env["credit.dispute.reason"].search([], limit=1)
        self.assertEqual(form.save().state, "open")
        plans = self.env["credit.plan"].with_user(self.collector)
        form = Form(plans.with_context(default_profile_id=profile.id))
        form.name = "Two halves"
        for day in (10, 20):
            with form.promise_ids.new() as instalment:
                instalment.amount = 40
                instalment.date = self.days(day)
        plan = form.save()
        self.assertEqual(plan.promise_ids.mapped("source"), ["plan", "plan"])
        plan.action_confirm()
        self.assertEqual(plan.state, "running")
        wizards = self.env["credit.force.level"].with_user(self.collector)
        form = Form(wizards.with_context(default_profile_ids=profile.ids))
        form.policy_id = self.policy
        form.level_id = self.level
        form.reason = "by form"
        form.save().action_apply()
        self.assertEqual(profile.forced_level_id, self.level)
        with Form(profile) as form:
            form.grace_days = 4

    def test_partner_form(self):
        partner = self.mine["credit.profile"].partner_id
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            with self.subTest(user=user.login):
                self.assertTrue(self.read_view(user, partner, "form"))

    def test_invoice_form_of_an_accountant_without_our_groups(self):
        move = self.mine["account.move"]
        self.assertTrue(self.read_view(self.accountant, move, "form"))

    def test_menus(self):
        root = self.env.ref("credit_control.credit_control_menu_root")
        menus = self.env["ir.ui.menu"]
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            with self.subTest(user=user.login):
                self.assertIn(root.id, menus.with_user(user)._visible_menu_ids())
        for user in (self.accountant, self.plain_user):
            with self.subTest(user=user.login):
                self.assertNotIn(root.id, menus.with_user(user)._visible_menu_ids())
        hidden = self.env.ref("credit_control.credit_control_menu_dunning")
        visible = menus.with_user(self.sales_reader)._visible_menu_ids()
        self.assertNotIn(hidden.id, visible)


@tagged("post_install", "-at_install", "credit_control")
class TestInvoicePdf(SecurityCommon, HttpCase):
    def test_pdf_obeys_the_rights(self):
        mine = f"/credit/invoice/{self.mine['account.move'].id}/pdf"
        other = f"/credit/invoice/{self.others['account.move'].id}/pdf"
        for user, url, status in (
            (self.collector, mine, 200),
            (self.sales_reader, mine, 200),
            (self.sales_reader, other, 404),
            (self.plain_user, mine, 404),
        ):
            user.password = user.login
            self.authenticate(user.login, user.login)
            with self.subTest(user=user.login, url=url):
                self.assertEqual(self.url_open(url).status_code, status)
