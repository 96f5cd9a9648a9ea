import hashlib

from odoo.tests import tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install", "credit_control")
class TestPipelineNotices(PipelineCommon):
    """Minimums, waiting and grouping: which claims make which notice."""

    # === MINIMUMS: defect 3 === #
    def test_minimum_is_in_the_company_currency(self):
        """Defect 3: 20 of a weak currency are not more than 15 of the company's."""
        self.first.min_amount = 15
        weak = self.setup_other_currency("JPY", rates=[("2020-01-01", 150)])
        invoice = self.make_invoice(self.customer, 2000, -10, currency=weak)
        self.assertCode(invoice, "below_minimum")
        strong = self.make_customer("Strong")
        invoice = self.make_invoice(strong, 2300, -10, currency=weak)
        self.assertGoes(invoice, self.first)

    def test_minimum_counts_reminders_less_credits(self):
        self.first.min_amount = 150
        reminded = self.make_invoice(self.customer, 100, -10)
        self.delivered(reminded, self.first, -1)
        new = self.make_invoice(self.customer, 100, -10)
        self.assertGoes(new, self.first)
        self.make_credit(self.customer, 60)
        self.assertCode(new, "below_minimum")

    def test_minimum_ignores_credits_of_other_currencies(self):
        """What the customer has in hand in one currency pays nothing in another."""
        self.first.min_amount = 15
        weak = self.setup_other_currency("JPY", rates=[("2020-01-01", 150)])
        invoice = self.make_invoice(self.customer, 3000, -10, currency=weak)
        self.make_credit(self.customer, 500)
        self.assertGoes(invoice, self.first)
        self.assertAlmostEqual(self.notices()[0]["amount_company"], 20)
        self.make_credit(self.customer, 900, currency=weak)
        self.assertCode(invoice, "below_minimum")

    def test_minimum_share(self):
        self.first.min_share = 50
        invoice = self.make_invoice(self.customer, 100, -10)
        self.make_invoice(self.customer, 150, 30)
        self.assertCode(invoice, "below_minimum")

    def test_next_lower_level_when_climbing_directly(self):
        self.policy.climb = "direct"
        self.third.min_amount = 500
        invoice = self.make_invoice(self.customer, 100, -60)
        self.assertGoes(invoice, self.second)
        self.delivered(invoice, self.second, -30)
        self.assertCode(invoice, "below_minimum")

    # === WAITING === #
    def test_closed_day(self):
        """A step on a closed day moves to the next open one, forced or not."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Not on Mondays",
                "tz": "UTC",
                "attendance_ids": [
                    (0, 0, {"name": "Day", "dayofweek": day, "hour_from": 9,
                            "hour_to": 17, "day_period": "morning"})
                    for day in "234"
                ],
                "leave_ids": [
                    (0, 0, {"name": "Holiday", "date_from": "2026-06-17 00:00:00",
                            "date_to": "2026-06-17 23:59:59"})
                ],
            }
        )  # fmt: skip
        self.policy.calendar_id = calendar
        invoice = self.make_invoice(self.customer, 100, -10)
        self.assertCode(invoice, "closed_day", until="2026-06-18")
        invoice.sudo().dunning_forced_level_id = self.third
        self.assertCode(invoice, "closed_day")
        self.assertGoes(invoice, self.third, day=3)

    def held_out(self, customer):
        key = f"{self.policy.id}-{self.make_profile(customer).id}".encode()
        digest = hashlib.md5(key, usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) % 10000

    def test_hold_out(self):
        """A stated share is left out of automatic, not formal, not old reminders."""
        self.first.is_automatic = True
        invoice = self.make_invoice(self.customer, 100, -10)
        share = self.held_out(self.customer) / 100
        self.policy.hold_out_percent = share
        self.assertGoes(invoice, self.first)
        self.policy.hold_out_percent = share + 0.01
        self.assertCode(invoice, "hold_out", until=20)
        self.assertGoes(invoice, self.first, day=21)
        self.first.is_automatic = False
        self.assertGoes(invoice, self.first)

    def test_spacing_between_notices(self):
        self.policy.min_days_between = 10
        invoice = self.make_invoice(self.customer, 100, -10)
        self.sent_notice(self.third, -4)
        self.assertCode(invoice, "spacing", until=6)
        self.assertGoes(invoice, self.first, day=6)

    def test_spacing_does_not_count_calls_and_courtesy(self):
        self.policy.min_days_between = 10
        others = self.make_policy(
            [{"delay_days": -5}, {"send_email": False, "plan_call": True}]
        )
        invoice = self.make_invoice(self.customer, 100, -10)
        for level in others.level_ids:
            self.sent_notice(level, -1)
        self.assertGoes(invoice, self.first)

    def test_one_policy_of_a_customer_at_a_time(self):
        """The highest level sequence goes, the other policy waits."""
        self.policy.min_days_between = 3
        other = self.make_policy([{"delay_days": 1, "sequence": 90}])
        invoice = self.make_invoice(self.customer, 1000, -10)
        urgent = self.make_invoice(
            self.customer, 1, -10, dunning_policy_id=other.id
        )
        self.assertGoes(urgent, other.level_ids)
        self.assertCode(invoice, "spacing", until=3)
        invoice.sudo().dunning_forced_level_id = self.first
        self.assertGoes(invoice, self.first)
        self.assertCode(urgent, "spacing")

    def test_no_recipient(self):
        customer = self.make_customer("Unknown", email=False)
        invoice = self.make_invoice(customer, 100, -10)
        self.assertCode(invoice, "no_recipient")
        self.first.plan_call = True
        profile = self.env["credit.profile"].search([("partner_id", "=", customer.id)])
        self.assertIn(
            "enter an e-mail address or a phone number",
            profile.explain(self.days(0))[0]["text"],
        )
        self.first.send_letter = True
        customer.write({"street": "1 Mill Lane", "city": "Lyon"})
        self.assertGoes(invoice, self.first)

    def test_channels_to_fall_back_on_reach_as_well(self):
        customer = self.make_customer("By letter", email=False)
        invoice = self.make_invoice(customer, 100, -10)
        self.first.fallback_channel = "call"
        self.first.fallback_channel_2 = "letter"
        self.assertCode(invoice, "no_recipient")
        profile = self.env["credit.profile"].search([("partner_id", "=", customer.id)])
        self.assertIn(
            "enter an e-mail address, a phone number or a postal address",
            profile.explain(self.days(0))[0]["text"].replace(", or", " or"),
        )
        customer.write({"street": "1 Mill Lane", "city": "Lyon"})
        self.assertGoes(invoice, self.first)
        customer.write({"city": False, "phone": "+33 1"})
        self.assertGoes(invoice, self.first)
        self.first.send_email = False
        self.assertCode(invoice, "no_recipient")

    def test_recipient_among_the_contacts(self):
        customer = self.make_customer("Known", ["Accountant"], email=False)
        invoice = self.make_invoice(customer, 100, -10)
        self.assertGoes(invoice, self.first)
        customer.child_ids.active = False
        self.assertCode(invoice, "no_recipient")

    # === GROUPING === #
    def lines(self, notice):
        return {line["move_id"]: line["kind"] for line in notice["lines"]}

    def test_one_notice_per_customer(self):
        """Claims, reminders and what is for information, at the highest level."""
        new = self.make_invoice(self.customer, 100, -10)
        old = self.make_invoice(self.customer, 200, -90)
        self.delivered(old, self.second, -60)
        waiting = self.make_invoice(self.customer, 400, -12)
        self.delivered(waiting, self.first, -1)
        due = self.make_invoice(self.customer, 800, 10)
        (notice,) = self.notices()
        self.assertEqual(notice["level_id"], self.third.id)
        self.assertEqual(
            self.lines(notice),
            {new.id: "claim", old.id: "claim", waiting.id: "reminder", due.id: "info"},
        )
        levels = {line["move_id"]: line["level_id"] for line in notice["lines"]}
        self.assertEqual(levels[new.id], self.first.id)
        self.assertEqual(levels[old.id], self.third.id)
        self.assertEqual(levels[waiting.id], self.first.id)
        self.assertEqual(notice["amount_company"], 700)

    def test_reminders_alone_make_no_notice(self):
        """Without a step that is due now nothing goes."""
        invoice = self.make_invoice(self.customer, 100, -12)
        self.delivered(invoice, self.first, -1)
        self.assertFalse(self.notices())

    def test_one_notice_per_level(self):
        self.policy.grouping = "level"
        new = self.make_invoice(self.customer, 100, -10)
        old = self.make_invoice(self.customer, 200, -90)
        self.delivered(old, self.second, -60)
        due = self.make_invoice(self.customer, 800, 10)
        notices = {notice["level_id"]: self.lines(notice) for notice in self.notices()}
        self.assertEqual(
            notices,
            {
                self.first.id: {new.id: "claim"},
                self.third.id: {old.id: "claim", due.id: "info"},
            },
        )

    def test_one_notice_per_invoice(self):
        self.policy.grouping = "invoice"
        younger = self.make_invoice(self.customer, 100, -10)
        older = self.make_invoice(self.customer, 200, -12)
        due = self.make_invoice(self.customer, 800, 10)
        notices = [self.lines(notice) for notice in self.notices()]
        self.assertCountEqual(
            notices,
            [{younger.id: "claim"}, {older.id: "claim", due.id: "info"}],
        )

    def test_amounts_by_currency(self):
        """Defect 12: each currency has its own sum; never one over several."""
        self.make_invoice(self.customer, 100, -10)
        self.make_invoice(self.customer, 50, -10, currency=self.other_currency)
        (notice,) = self.notices()
        own, other = self.company.currency_id.id, self.other_currency.id
        nets = {key: sums["net"] for key, sums in notice["amounts"].items()}
        self.assertEqual(nets, {str(own): 100, str(other): 50})
        self.assertEqual(notice["amount_company"], 125)

    def test_contacts_of_a_customer_share_one_notice(self):
        customer = self.make_customer("Group", ["Buyer", "Accountant"])
        for contact in customer.child_ids:
            self.make_invoice(contact, 100, -10)
        self.assertEqual([n["customer_id"] for n in self.notices()], [customer.id])

    def test_companies_do_not_mix(self):
        """Another company's claims are in no notice of this one."""
        data = self.make_second_company()
        self.make_invoice(self.customer, 100, -10, company_data=data)
        invoice = self.make_invoice(self.customer, 200, -10)
        rows = self.plan()
        self.assertEqual(list(rows), list(self.receivables(invoice)))

    # === ONE STATEMENT === #
    def test_explain_is_the_same_pipeline(self):
        """Some customers by one statement: the same as all in one passage."""
        others = [self.make_customer(f"Other {number}") for number in range(3)]
        for number, customer in enumerate([self.customer, *others]):
            self.make_invoice(customer, 100, -10 * number)
            self.make_credit(customer, 40 * number)
        rows = self.plan()
        for customer in [self.customer, *others]:
            profile = self.make_profile(customer)
            found = self.pipeline._explain_rows(
                self.company, self.days(0), profile.ids
            )
            wanted = [
                row for row in rows.values() if row["profile_id"] == profile.id
            ]
            self.assertEqual(found, wanted)
