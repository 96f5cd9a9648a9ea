from datetime import datetime, timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditControlCommon


class ProfileScreenCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.policy = cls.make_policy()
        cls.customer = cls.make_customer(
            "Screen",
            phone="+33 1 23 45 67 89",
            user_id=cls.sales_reader.id,
            lang="en_US",
            contacts=[{"name": "Payer", "roles": ["accounts_payable"]}],
        )
        cls.payer = cls.customer.child_ids
        cls.profile = cls.make_profile(
            cls.customer, user_id=cls.collector.id, policy_id=cls.policy.id
        )

    @classmethod
    def make_notice(cls, **values):
        return cls.env["dunning.notice"].sudo().create(
            {
                "profile_id": cls.profile.id,
                "company_id": cls.env.company.id,
                "policy_id": cls.policy.id,
                "level_id": cls.policy.level_ids[0].id,
                "date": cls.today,
                **values,
            }
        )

    @classmethod
    def make_sent_mail(cls):
        notice = cls.make_notice(state="sent", date_sent=cls.today)
        return cls.env["dunning.delivery"].sudo().create(
            {
                "notice_id": notice.id,
                "channel": "email",
                "state": "sent",
                "date_sent": datetime(2026, 6, 15, 8),
                "subject": "Please pay",
                "body_html": "<p>What was sent</p>",
                "email_to": "payer@customer.example",
                "partner_ids": [Command.set(cls.payer.ids)],
            }
        )

    def text(self, html):
        return " ".join("".join(etree.HTML(str(html)).itertext()).split())


@tagged("post_install", "-at_install", "credit_control")
class TestProfileScreen(ProfileScreenCommon):
    # === FIGURES === #
    def test_figures_by_currency_and_age(self):
        for amount, due in ((100, 3), (200, -5), (300, -45), (400, -75), (500, -200)):
            self.make_invoice(self.customer, amount, due)
        self.make_invoice(self.customer, 60, -5, currency=self.other_currency)
        self.make_credit(self.customer, 50)
        rows = self.profile._read_ages()
        own, other = rows
        self.assertEqual(own["currency"], self.profile.currency_id)
        self.assertEqual((own["due"], own["overdue"]), (1500, 1400))
        self.assertEqual((own["credit"], own["net"]), (50, 1450))
        self.assertEqual(own["ages"], [100, 200, 300, 400, 500])
        self.assertEqual((other["due"], other["overdue"]), (60, 60))
        self.assertEqual(other["ages"], [0, 30, 0, 0, 0])
        total = self.profile._company_row(rows)
        self.assertEqual(total["due"], 1530)
        shares = [age["share"] for age in self.profile._ages(rows)]
        self.assertAlmostEqual(sum(shares), 100, delta=0.3)

    def test_the_limits_of_the_ages(self):
        for days in (0, 1, 30, 31, 60, 61, 90, 91):
            self.make_invoice(self.customer, 10, -days)
        ages = self.profile._read_ages()[0]["ages"]
        self.assertEqual(ages, [10, 20, 20, 20, 10])
        for key, amount in enumerate(ages):
            action = self.profile.open_age(str(key))
            lines = self.env[action["res_model"]].search(action["domain"])
            with self.subTest(key=key):
                self.assertEqual(sum(lines.mapped("amount_residual")), amount)
        with self.assertRaises(UserError):
            self.profile.open_age("9")

    def test_an_entry_without_maturity_ages_from_its_date(self):
        line = self.make_entry(self.customer, 70)
        line.move_id.line_ids.flush_recordset()
        action = self.profile.open_age("0")
        self.assertIn(line, self.env["account.move.line"].search(action["domain"]))

    def test_the_head_of_the_screen(self):
        self.make_invoice(self.customer, 1200, -20)
        head = self.profile.with_user(self.collector).overview
        self.assertIn('href="tel:+33123456789"', head)
        text = self.text(head)
        self.assertIn("1,200.00", text)
        self.assertIn("1-30 days", text)
        self.assertIn("Nothing was sent yet.", text)

    def test_the_head_of_a_customer_who_owes_nothing(self):
        self.customer.phone = False
        text = self.text(self.profile.overview)
        self.assertIn("Everything is paid", text)
        self.assertIn("No phone number", text)

    def test_why_the_next_action(self):
        move = self.make_invoice(self.customer, 900, -20)
        promises = self.env["credit.promise"]
        promise = promises.create(
            {"profile_id": self.profile.id, "amount": 900, "date": self.days(2)}
        )
        self.assertIn("was promised for", self.profile._next_action_reason())
        promise.sudo()._update_state(("pending",), "broken")
        self.assertIn("came", self.profile._next_action_reason())
        promise.sudo().state = "cancelled"
        reason = self.env["credit.dispute.reason"].search([], limit=1)
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": move.id,
                "amount": 900,
                "reason_id": reason.id,
                "date_deadline": self.days(-1),
            }
        )
        self.assertEqual(self.profile.next_action, "dispute_late")
        self.assertIn(move.name, self.profile._next_action_reason())
        dispute.action_cancel()
        self.profile.action_hold(self.days(5), "their new system")
        self.assertEqual(self.profile._next_action_reason(), "their new system")
        self.profile.action_release_hold()
        self.make_notice()
        self.assertEqual(self.profile.next_action, "review")
        self.assertIn("waits for somebody", self.profile._next_action_reason())

    def test_buttons_count_what_they_open(self):
        promises = self.env["credit.promise"]
        one = promises.create(
            {"profile_id": self.profile.id, "amount": 5, "date": self.days(2)}
        )
        promises.create(
            {"profile_id": self.profile.id, "amount": 6, "date": self.days(3)}
        )
        one.sudo()._update_state(("pending",), "broken")
        self.assertEqual(self.profile.promise_count, 2)
        self.assertEqual(self.profile.promise_broken_count, 1)
        self.assertEqual(self.profile.promise_open_count, 1)
        action = self.profile.action_open_promises()
        count = self.env[action["res_model"]].search_count(action["domain"])
        self.assertEqual(count, self.profile.promise_count)

    def test_lists_without_rows_say_what_comes_there(self):
        profile = self.profile.with_user(self.collector)
        for name in ("notices", "promises", "disputes", "calls", "dossiers"):
            action = getattr(profile, f"action_open_{name}")()
            with self.subTest(name=name):
                self.assertIn("o_view_nocontent", action["help"])
                self.assertFalse(
                    self.env[action["res_model"]].search(action["domain"])
                )

    # === TIMELINE === #
    def test_the_timeline_is_one_list_newest_first(self):
        move = self.make_invoice(self.customer, 500, -20)
        self.pay(move, 100, day=-3)
        self.make_sent_mail()
        self.env["credit.call"].create(
            {
                "profile_id": self.profile.id,
                "outcome_code": "refused",
                "note": "no money",
                "date": datetime(2026, 6, 14, 9),
            }
        )
        reason = self.env["credit.dispute.reason"].search([], limit=1)
        self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": move.id,
                "amount": 20,
                "reason_id": reason.id,
            }
        )
        self.env["credit.plan"].create({"profile_id": self.profile.id, "name": "Plan"})
        entries = self.profile.with_user(self.collector)._timeline_entries(50)
        kinds = {entry["kind"] for entry in entries}
        self.assertLessEqual({"delivery", "call", "dispute", "payment", "plan"}, kinds)
        dates = [entry["date"] for entry in entries]
        self.assertEqual(dates, sorted(dates, reverse=True))
        text = self.text(self.profile.panel_timeline())
        for words in ("Please pay, to payer@", "no money", "Refuses to pay", "100.00"):
            self.assertIn(words, text)

    def test_the_timeline_shows_more(self):
        for day in range(5):
            self.env["credit.call"].create(
                {
                    "profile_id": self.profile.id,
                    "outcome_code": "no_answer",
                    "date": datetime(2026, 6, 10) + timedelta(days=day),
                }
            )
        first = self.profile.panel_timeline(2)
        self.assertEqual(first.count("data-method"), 2)
        self.assertIn('data-panel="panel_timeline"', first)
        whole = self.profile.panel_timeline(10)
        self.assertEqual(whole.count("data-method"), 5)
        self.assertNotIn("data-panel", whole)

    def test_the_timeline_of_a_salesperson_has_no_notices(self):
        self.make_sent_mail()
        profile = self.profile.with_user(self.sales_reader)
        self.assertNotIn("Please pay", profile.panel_timeline())
        self.assertIn(
            "Please pay", self.profile.with_user(self.auditor).panel_timeline()
        )
        self.profile.user_id = self.collector_all
        with self.assertRaises(AccessError):
            self.profile.with_user(self.collector).panel_timeline()

    def test_entries_open_what_they_are_about(self):
        delivery = self.make_sent_mail()
        profile = self.profile.with_user(self.collector)
        action = profile.open_entry("delivery", delivery.id)
        self.assertEqual((action["res_model"], action["res_id"]), (
            "dunning.delivery",
            delivery.id,
        ))
        with self.assertRaises(AccessError):
            self.profile.with_user(self.sales_reader).open_entry(
                "delivery", delivery.id
            )

    # === GROUP === #
    def test_the_group_adds_up_in_the_currency_of_the_company(self):
        holding = self.make_customer("Holding")
        sister = self.make_customer("Sister", parent_id=holding.id)
        self.customer.parent_id = holding
        self.make_invoice(sister, 300, -5)
        self.make_invoice(self.customer, 100, -5)
        self.make_profile(sister)
        rows = self.profile._group_rows()
        self.assertEqual(
            {row["profile"].partner_id.name: row["overdue"] for row in rows},
            {"Sister": 300, "Screen": 100},
        )
        self.assertIn("400.00", self.text(self.profile.panel_group()))
        opened = self.profile.open_profile(rows[0]["profile"].id)
        self.assertEqual(opened["params"]["res_id"], rows[0]["profile"].id)

    def test_the_group_keeps_to_the_rights(self):
        data = self.make_second_company()
        self.make_invoice(self.customer, 80, -5, company_data=data)
        foreign = self.make_profile(
            self.customer, data["company"], user_id=self.collector.id
        )
        profile = self.profile.with_user(self.collector)
        self.assertNotIn(foreign, profile._group_profiles())
        self.collector.company_ids += data["company"]
        self.assertIn(foreign, profile._group_profiles())
        foreign.user_id = self.collector_all
        self.assertNotIn(foreign, profile._group_profiles())
        self.assertIn("no other account that you may see", profile.panel_group())
        with self.assertRaises(AccessError):
            profile.open_profile(foreign.id)

    # === DEEDS === #
    def test_writing_goes_to_the_role_in_the_language_of_the_customer(self):
        action = self.profile.with_user(self.collector).action_write()
        self.assertEqual(action["context"]["default_partner_ids"], self.payer.ids)
        self.assertEqual(action["context"]["default_lang"], "en_US")
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.collector)
            .with_context(action["context"])
            .create({"body": "<p>Hello</p>"})
        )
        self.assertEqual(composer.partner_ids, self.payer)
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            composer.action_send_mail()
        self.assertIn("Hello", self.profile.message_ids[0].body)
        self.assertEqual(self.profile.message_ids[0].partner_ids, self.payer)

    def test_overdue_invoices_are_attached(self):
        with self.assertRaisesRegex(UserError, "nothing to attach"):
            self.profile.action_write_invoices()
        self.make_invoice(self.customer, 10, -5)
        self.make_invoice(self.customer, 20, 5)
        self.patch(
            type(self.env["account.move"]),
            "_get_invoice_legal_documents",
            lambda move, kind, allow_fallback=False: {
                "filename": f"{move.id}.pdf",
                "content": b"%PDF",
            },
        )
        action = self.profile.with_user(self.collector).action_write_invoices()
        self.assertEqual(len(action["context"]["default_attachment_ids"]), 1)

    def test_the_last_mail_is_sent_again(self):
        with self.assertRaisesRegex(UserError, "No mail was sent"):
            self.profile.action_resend_notice()
        delivery = self.make_sent_mail()
        action = self.profile.with_user(self.collector).action_resend_notice()
        self.assertEqual(action["context"]["default_subject"], "Please pay")
        self.assertEqual(action["context"]["default_partner_ids"], self.payer.ids)
        answer = delivery.with_user(self.collector).action_answer()
        self.assertEqual(answer["context"]["default_subject"], "Re: Please pay")
        self.assertNotIn("default_body", answer["context"])

    def test_a_promise_proposes_what_is_overdue_less_credits(self):
        self.make_invoice(self.customer, 100, -5)
        self.make_invoice(self.customer, 400, 5)
        self.make_credit(self.customer, 30)
        context = self.profile.with_user(self.collector).action_add_promise()["context"]
        self.assertEqual(context["default_amount"], 70)
        self.assertEqual(context["default_date"], self.days(7))

    def test_a_dispute_proposes_the_oldest_invoice(self):
        self.make_invoice(self.customer, 10, -5)
        oldest = self.make_invoice(self.customer, 20, -50)
        context = self.profile.with_user(self.collector).action_add_dispute()["context"]
        self.assertEqual(context["default_move_id"], oldest.id)
        self.assertEqual(context["default_amount"], 20)
        line = self.receivables(oldest).with_user(self.collector)
        context = line.action_credit_dispute()["context"]
        self.assertEqual(context["default_profile_id"], self.profile.id)

    def test_readers_see_and_do_not_act(self):
        self.make_invoice(self.customer, 10, -5)
        for user in (self.auditor, self.sales_reader):
            profile = self.profile.with_user(user)
            arch = profile.get_view(view_type="form")["arch"]
            form = etree.fromstring(arch)
            with self.subTest(user=user.login):
                self.assertFalse(form.xpath("//header//button"))
                self.assertTrue(profile.overview)
                self.assertTrue(profile.panel_timeline())
                self.assertTrue(profile.panel_group())
                self.assertTrue(profile.open_age("1"))
            for name in ("write", "write_invoices", "add_promise", "add_dispute"):
                with (
                    self.subTest(user=user.login, name=name),
                    self.assertRaises(AccessError),
                ):
                    getattr(profile, f"action_{name}")()

    def test_the_pdf_of_an_item_is_shown_to_its_readers(self):
        line = self.receivables(self.make_invoice(self.customer, 10, -5))
        for user in (self.collector, self.auditor, self.sales_reader):
            action = line.with_user(user).action_credit_preview()
            self.assertEqual(
                action["params"]["url"], f"/credit/invoice/{line.move_id.id}/pdf"
            )
        with self.assertRaises(AccessError):
            line.with_user(self.plain_user).action_credit_preview()


@tagged("post_install", "-at_install", "credit_control")
class TestProfileScreenVolume(ProfileScreenCommon):
    ROWS = 980

    def specification(self, profile):
        """Return what the client reads of the form, as its view says."""
        form = etree.fromstring(profile.get_view(view_type="form")["arch"])
        specification = {}
        for node in form.xpath("//field[not(ancestor::field)]"):
            name = node.get("name")
            field = profile._fields[name]
            nested = {}
            if field.type == "many2one":
                nested = {"fields": {"display_name": {}}}
            elif field.type in ("one2many", "many2many"):
                names = node.xpath("./list//field/@name")
                if name == "open_line_ids":
                    names = ["move_name", "date_maturity", "amount_residual_currency"]
                nested = {"fields": {sub: {} for sub in names}, "limit": 80}
            specification[name] = nested
        return specification

    def read_form(self, specification):
        profile = self.profile.with_user(self.collector)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        profile.web_read(specification)
        return self.cr.sql_log_count - before

    def copy_items(self, count):
        """Add open receivable lines by one statement: their number matters here."""
        line = self.receivables(self.make_invoice(self.customer, 10, -5))
        names = ", ".join(
            f'"{name}"'
            for name, field in line._fields.items()
            if field.store and field.column_type and name != "id"
        )
        self.env.flush_all()
        self.env.cr.execute(
            f"INSERT INTO account_move_line ({names}) SELECT {names}"  # noqa: S608
            " FROM account_move_line, generate_series(1, %s) WHERE id = %s",
            [count, line.id],
        )
        self.env.invalidate_all()

    def test_as_many_queries_for_1000_items_as_for_10(self):
        self.copy_items(9)
        specification = self.specification(self.profile.with_user(self.collector))
        self.read_form(specification)
        few = self.read_form(specification)
        self.copy_items(self.ROWS)
        self.read_form(specification)
        self.assertEqual(self.read_form(specification), few)

    def test_as_many_queries_for_a_long_timeline_as_for_a_short_one(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.profile.with_user(self.collector).panel_timeline(2000)
            return self.cr.sql_log_count - before

        def log(count):
            self.env["credit.call"].create(
                [{"profile_id": self.profile.id, "outcome_code": "other"}] * count
            )

        log(10)
        queries()
        few = queries()
        log(self.ROWS)
        self.assertLessEqual(queries(), few)
