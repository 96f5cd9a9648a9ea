from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from .security_common import SecurityCommon


@tagged("post_install", "-at_install", "credit_control")
class TestActions(SecurityCommon):
    """Every ``action_*`` of every model, as each role, as the web client calls it."""

    # opens what the user may read anyway
    READING = {
        "action_open_calendar",
        "action_open_items",
        "action_print_statements",
        "action_open_group",
        "action_open_portal",
        "action_open_requests",
        "action_open_notices",
        "action_open_policy",
        "action_open_dossiers",
        "action_open_promises",
        "action_open_disputes",
        "action_open_calls",
        "action_as_sent",
        "action_open_credit_profile",
        "action_credit_open",
        "action_credit_pdf",
        "action_preview",
        "action_statement",
        "action_credit_statement",
        "action_view_profiles",
        "action_yesterday",
    }
    OWN = ("credit.profile", "credit.promise", "credit.plan", "credit.dispute")

    def actions(self, model):
        """Return the names of the actions that this suite gives to a model."""
        return sorted(
            {
                name
                for cls in type(self.env[model]).mro()
                if cls.__module__.startswith("odoo.addons.credit_control.")
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
            "action_snooze": (self.days(3), "try"),
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

    def test_open_items_begin_with_the_customers_in_reach(self):
        names = ("mine", "nobodys", "others")
        rows = {name: getattr(self, name)["account.move.line"] for name in names}
        every = self.env["account.move.line"].union(*rows.values())
        for user, reach in (
            (self.collector, {"mine", "nobodys"}),
            (self.sales_reader, {"mine"}),
            (self.collector_all, set(names)),
            (self.manager, set(names)),
            (self.auditor, set(names)),
        ):
            items = every.with_user(user)
            domain = [("id", "in", every.ids), ("credit_in_reach", "=", True)]
            found = items.search(domain)
            with self.subTest(user=user.login):
                self.assertEqual({n for n in names if rows[n] <= found.sudo()}, reach)
                self.assertEqual(found.mapped("credit_in_reach"), [True] * len(found))

    def test_an_invoice_keeps_its_form_after_a_reload(self):
        ours = self.env.ref("credit_control.account_move_view_form_collector")
        for user in (self.collector, self.manager, self.auditor, self.sales_reader):
            views = (
                self.env["account.move"].with_user(user).get_views([(False, "form")])
            )
            with self.subTest(user=user.login):
                self.assertEqual(views["views"]["form"]["id"], ours.id)
        views = self.env["account.move"].with_user(self.accountant)
        form = views.get_views([(False, "form")])["views"]["form"]
        self.assertNotEqual(form["id"], ours.id)

    def test_whose_customer_it_is_is_said_in_words(self):
        items = self.others["account.move.line"].with_user(self.collector)
        for deed in ("promise", "plan", "dispute"):
            with (
                self.subTest(deed=deed),
                self.assertRaisesRegex(AccessError, self.collector_all.name),
            ):
                getattr(items, f"action_credit_{deed}")()
            mine = self.mine["account.move.line"].with_user(self.collector)
            self.assertTrue(getattr(mine, f"action_credit_{deed}")())
        invoice = self.others["account.move"].with_user(self.collector)
        with self.assertRaisesRegex(AccessError, self.collector_all.name):
            invoice.action_dunning_wizard()

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
