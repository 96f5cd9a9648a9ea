from odoo import fields
from odoo.tests import tagged

from .notice_common import NoticeCommon


@tagged("post_install", "-at_install")
class TestDeliveryLedger(NoticeCommon):
    """The ledger is asked again before anything leaves the house."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(cls.customer, 100, -10)

    def _queued_notice(self, **values):
        notice = self.make_notice(moves=self.invoice, **values)
        self.queue(notice)
        return notice

    def _process(self):
        return self.env["dunning.delivery"]._process_queue()

    def test_paid_since_cancels_the_notice(self):
        notice = self._queued_notice()
        self.pay(self.invoice)
        self.assertEqual(self._process(), 1)
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("Paid or settled", notice.cancel_reason)
        self.assertTrue(notice.line_ids.is_dropped)
        self.assertEqual(notice.line_ids.hold_code, "paid")
        self.assertEqual(notice.delivery_ids.state, "cancelled")
        self.assertFalse(notice.delivery_ids.mail_mail_id)
        self.assertEqual(self._process(), 0)

    def test_one_of_two_paid_since(self):
        other = self.make_invoice(self.customer, 50, -8)
        notice = self.make_notice(moves=self.invoice | other)
        self.queue(notice)
        self.pay(self.invoice)
        self._process()
        delivery = notice.delivery_ids
        self.assertEqual(delivery.state, "queued")
        self.assertIn(other.name, delivery.body_html)
        self.assertNotIn(self.invoice.name, delivery.body_html)
        self.assertEqual(notice.amount_company, 50)
        dropped = notice.line_ids.filtered("is_dropped")
        self.assertEqual(dropped.move_line_id.move_id, self.invoice)
        self.assertFalse(dropped.is_live)
        delivery._mark_delivered()
        self.assertFalse(self.levels(self.invoice)[0][0], "a dropped item stays")
        self.assertEqual(self.levels(other)[0][0], self.level1)

    def test_a_credit_below_all_that_is_not_due_yet_stops_nothing(self):
        """By invoice: the credit is set against both notices together, not each."""
        customer = self.make_customer("Early", email="early@customer.example")
        invoices = [self.make_invoice(customer, 80, 5) for _number in range(2)]
        self.make_credit(customer, 100)
        notices = self.env["dunning.notice"]
        for invoice in invoices:
            notices |= self.make_notice(customer, moves=invoice)
        notices.sudo().line_ids.days_overdue = 0
        self.queue(notices)
        self._process()
        self.assertEqual(notices.mapped("state"), ["approved"] * 2)
        self.assertEqual(notices.delivery_ids.mapped("state"), ["queued"] * 2)
        self.assertFalse(any(notices.line_ids.mapped("is_dropped")))

    def test_what_is_dropped_leaves_the_credit_to_what_is_not_due_yet(self):
        """The large invoice got a later due date: it does not use the credit up."""
        customer = self.make_customer("Early", email="early@customer.example")
        early = self.make_invoice(customer, 80, 5)
        moved = self.make_invoice(customer, 500, -9)
        self.make_credit(customer, 100)
        notice = self.make_notice(customer, moves=early + moved)
        self.queue(notice)
        self.receivables(moved).date_maturity = self.days(20)
        self._process()
        self.assertEqual(
            notice.claim_ids.sorted("amount_residual").mapped("hold_code"),
            ["covered", "not_due"],
        )
        self.assertEqual(notice.state, "cancelled")

    def test_part_paid_since(self):
        """Thread 18: the amount that is open, not the total."""
        notice = self._queued_notice()
        self.pay(self.invoice, 60)
        self._process()
        self.assertEqual(notice.line_ids.amount_claimed, 40)
        self.assertIn("was open at approval", notice.line_ids.state_reason)
        self.assertIn("40.00", notice.delivery_ids.body_html)
        self.assertEqual(notice.amount_company, 40)

    def test_payment_undone_since(self):
        """Un-reconciled between approval and sending: the full amount again."""
        self.pay(self.invoice, 60)
        notice = self._queued_notice()
        self.assertEqual(notice.line_ids.amount_claimed, 40)
        self.receivables(self.invoice).remove_move_reconcile()
        self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        ).action_draft()
        self._process()
        self.assertEqual(notice.line_ids.amount_claimed, 100)

    def test_reset_changed_and_reposted(self):
        """Defect 6: a snapshot never demands what is no longer so."""
        notice = self._queued_notice()
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 50
        self.invoice.action_post()
        self._process()
        if notice.state == "cancelled":
            self.assertIn("no longer in the ledger", notice.cancel_reason)
        else:
            self.assertEqual(notice.line_ids.amount_claimed, 50)
            self.assertNotIn("100.00", notice.delivery_ids.body_html)

    def test_reset_to_draft_since(self):
        notice = self._queued_notice()
        self.invoice.button_draft()
        self._process()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("set back to draft", notice.cancel_reason)

    def test_invoice_deleted_since(self):
        """Defect 7: the line keeps its facts, nothing breaks."""
        notice = self._queued_notice()
        name = self.invoice.name
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self._process()
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(notice.line_ids.name, name)
        self.assertEqual(notice.line_ids.amount_residual, 100)
        self.assertFalse(notice.line_ids.move_line_id)

    def test_excluded_or_blocked_since(self):
        """Defect 2: no_followup and blocked count, also after approval."""
        blocked = self.make_invoice(self.customer, 20, -8)
        notice = self.make_notice(moves=self.invoice | blocked)
        self.queue(notice)
        self.receivables(self.invoice).no_followup = True
        blocked.action_toggle_block_payment()
        self._process()
        self.assertEqual(
            set(notice.line_ids.mapped("hold_code")), {"no_followup", "blocked"}
        )
        self.assertEqual(notice.state, "cancelled")

    def test_held_since(self):
        cases = {
            "on_hold": {"hold_until": self.today},
            "reply": {"reply_date": fields.Datetime.now()},
        }
        for code, values in cases.items():
            with self.subTest(code):
                partner = self.make_customer(f"Held {code}")
                notice = self.make_notice(
                    partner, self.make_invoice(partner, 10, -9)
                )
                self.queue(notice)
                notice.profile_id.write(values)
                self._process()
                self.assertEqual(notice.line_ids.hold_code, code)
                self.assertEqual(notice.state, "cancelled")

    def test_insolvent_since(self):
        """Noting it cancels what waits; what slipped through is stopped here."""
        notice = self._queued_notice()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE credit_profile SET legal_status = 'liquidation', legal_date = %s"
            " WHERE id = %s",
            [self.today, notice.profile_id.id],
        )
        notice.profile_id.invalidate_recordset()
        self._process()
        self.assertEqual(notice.line_ids.hold_code, "insolvency")
        self.assertEqual(notice.state, "cancelled")

    def test_promised_since(self):
        notice = self._queued_notice()
        self.env["credit.promise"].create(
            {
                "profile_id": notice.profile_id.id,
                "date": self.days(3),
                "amount": 100,
                "currency_id": self.company.currency_id.id,
                "move_line_ids": notice.line_ids.move_line_id.ids,
                "state": "pending",
            }
        )
        self._process()
        self.assertEqual(notice.line_ids.hold_code, "promise")

    def test_promise_without_items_takes_the_oldest(self):
        younger = self.make_invoice(self.customer, 50, -8)
        notice = self.make_notice(moves=self.invoice | younger)
        self.queue(notice)
        self.env["credit.promise"].create(
            {
                "profile_id": notice.profile_id.id,
                "date": self.days(3),
                "amount": 100,
                "currency_id": self.company.currency_id.id,
                "state": "pending",
            }
        )
        self._process()
        dropped = notice.line_ids.filtered("is_dropped")
        self.assertEqual(dropped.move_line_id.move_id, self.invoice)
        self.assertEqual(notice.delivery_ids.state, "queued")

    def test_contested_since(self):
        notice = self._queued_notice()
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": notice.profile_id.id,
                "move_id": self.invoice.id,
                "amount": 30,
                "reason_id": self.env["credit.dispute.reason"].search([], limit=1).id,
            }
        )
        notice._check_ledger()
        self.assertEqual(notice.line_ids.amount_claimed, 70)
        dispute.amount = 100
        self._process()
        self.assertEqual(notice.line_ids.hold_code, "dispute")
        self.assertEqual(notice.state, "cancelled")

    def test_covered_since(self):
        """Thread 4: new open credits reduce the total, or cover it all."""
        notice = self._queued_notice()
        self.make_credit(self.customer, 30)
        notice._check_ledger()
        self.assertEqual(notice.amount_company, 70)
        self.assertEqual(notice._get_tables("en_US")[notice][0]["total"][-5:], "70.00")
        self.pay_unallocated(self.customer, 80)
        self._process()
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(notice.claim_ids.hold_code, "covered")
        self.assertIn("Open credits", notice.cancel_reason)

    def test_own_credits_cover_since(self):
        """A branch is owed more: what this company would demand is nothing."""
        notice = self._queued_notice()
        self.owe_branch(self.customer, 900)
        self.make_credit(self.customer, 130)
        self._process()
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("Open credits", notice.cancel_reason)
        self.assertEqual(notice.claim_ids.hold_code, "covered")

    def test_a_credit_that_became_another_customers_is_not_listed(self):
        credit = self.make_credit(self.customer, 30)
        notice = self._queued_notice()
        notice._check_ledger()
        self.assertEqual(notice.amount_company, 70)
        other = self.make_customer("Somebody else")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET partner_id = %s WHERE move_id = %s",
            [other.id, credit.id],
        )
        self.env.invalidate_all()
        notice._check_ledger()
        self.assertEqual(notice.amount_company, 100)

    def test_other_currency_does_not_cover(self):
        notice = self._queued_notice()
        self.make_credit(self.customer, 3000, currency=self.other_currency)
        self._process()
        self.assertEqual(notice.delivery_ids.state, "queued")

    def test_due_date_moved(self):
        notice = self._queued_notice()
        self.receivables(self.invoice).sudo().date_maturity = self.days(9)
        self._process()
        self.assertEqual(notice.line_ids.hold_code, "not_due")

    def test_second_channel_after_payment(self):
        """The letter is not printed when the mail was paid at once."""
        self.level1.send_letter = True
        notice = self.make_notice(moves=self.invoice)
        notice._approve()
        mail = notice.delivery_ids.filtered(lambda item: item.channel == "email")
        letter = notice.delivery_ids - mail
        mail._mark_delivered()
        notice._request_sending()
        self.pay(self.invoice)
        self._process()
        self.assertEqual(letter.state, "cancelled")
        self.assertEqual(notice.state, "sent")

    def test_customer_joins_a_group_in_between(self):
        """The customer's commercial partner changes: the item is left alone."""
        notice = self._queued_notice()
        group = self.make_customer("Group")
        self.customer.write({"parent_id": group.id, "is_company": False})
        self.assertEqual(self.customer.commercial_partner_id, group)
        self._process()
        self.assertIn(notice.line_ids.hold_code, ("other_customer", False))
        self.assertEqual(
            notice.state == "cancelled", notice.profile_id.partner_id != group
        )
