import logging

import psycopg2

from odoo import fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

STARTED = ("pending", "authorized", "done")
ENDED = ("cancel", "error")


class PaymentTransaction(models.Model):
    """What follows when a customer pays online, wherever he does it."""

    _inherit = "payment.transaction"

    def _update_state(self, allowed_states, target_state, state_message):
        """Stop the reminders of what is being paid, and tell the collector."""
        former = {tx: tx.state for tx in self}
        changed = super()._update_state(allowed_states, target_state, state_message)
        payments = changed.filtered(
            lambda tx: tx.operation not in ("refund", "validation")
        )
        if target_state in STARTED:
            payments._credit_follow(type(self)._credit_started)
        elif target_state in ENDED:
            # a payment given up before the bank knew of it is no news
            known = payments.filtered(lambda tx: former[tx] in STARTED)
            known._credit_follow(type(self)._credit_failed)
        return changed

    def _credit_follow(self, deed):
        """Do ``deed`` for each payment; money is booked whatever happens here.

        An operational error of the database is let through, since the whole
        transaction is tried again.
        """
        for tx in self.sudo():
            try:
                with self.env.cr.savepoint():
                    deed(tx)
            except psycopg2.OperationalError:
                raise
            except Exception:
                _logger.exception("Nothing follows from payment %s", tx.reference)

    def _credit_items(self):
        """Return the claims that this payment is for."""
        source = self._credit_source()
        lines = source.credit_line_ids or source.invoice_ids._dunning_lines()
        return lines.filtered(
            lambda line: line.balance > 0 and line.parent_state == "posted"
        )

    def _credit_profiles(self, lines):
        """Return the profiles of the customers of ``lines``."""
        profile = self._credit_source().credit_profile_id
        return profile or self.env["credit.profile"]._of_customers(
            lines._credit_customers()
        )

    def _credit_started(self):
        """The provider confirms, or is about to: stop reminding of these items."""
        lines = self._credit_items()
        if not lines:
            return
        profiles = self._credit_profiles(lines)
        profiles._request_refresh()
        self.env.flush_all()
        notices = self.env["dunning.notice"]._of_items(lines)
        notices._stop_for_payment(
            self.env._("Paid online (%(reference)s).", reference=self.reference), lines
        )
        # money that is booked has an event of its own
        if self.state != "done":
            self._credit_tell(profiles)

    def _credit_tell(self, profiles):
        """Tell the collectors that a payment waits for its confirmation."""
        self._credit_raise(
            profiles,
            lambda env, **facts: env._(
                "%(amount)s paid online (%(reference)s), not confirmed by the bank "
                "yet.",
                **facts,
            ),
        )

    def _credit_failed(self):
        """A payment that was announced did not come: reminders go on."""
        profiles = self._credit_profiles(self._credit_items())
        profiles._request_refresh()
        self.env["credit.event"]._end_causes(self, ["payment_received"])
        self._credit_raise(
            profiles,
            lambda env, **facts: env._(
                "The online payment of %(amount)s (%(reference)s) failed: reminders go "
                "on.",
                **facts,
            ),
        )

    def _credit_raise(self, profiles, words):
        """Raise an event of this payment for each customer, in its reader's language.

        :param words: takes the reader's environment, ``amount`` and ``reference``;
            returns the sentence
        """
        events = self.env["credit.event"]
        vals_list = []
        for profile in profiles:
            env = events._in_language(profile).env
            amount = self.currency_id.with_env(env).format(self.amount)
            name = words(env, amount=amount, reference=self.reference)
            vals_list.append(self._credit_event_vals(profile, name))
        events._raise(vals_list)

    def _credit_event_vals(self, profile, name):
        """Return the values of an event of this payment, as of ``_raise``."""
        return {
            "profile_id": profile.id,
            "kind": "payment_received",
            "name": name,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _credit_paid(self, payment):
        """The money is booked: thank, lift what waited for it, forget what is over.

        :param payment: ``account.payment`` of this transaction, allocated
        """
        self._credit_follow(lambda tx: tx._credit_after_payment(payment))

    def _credit_after_payment(self, payment):
        profile = self._credit_source().credit_profile_id
        if not profile:
            return
        events = self.env["credit.event"]
        events._end_causes(self | self._credit_source(), ["payment_received"])
        self.env.flush_all()
        profile._lift_paid_hold()
        # a payment without an entry is matched later, with the bank's statement
        if payment.move_id and not payment.move_id.line_ids.matched_debit_ids:
            self._credit_tell_unmatched(profile)
        if profile.company_id.credit_portal_thanks:
            self._credit_thank(profile)

    def _credit_tell_unmatched(self, profile):
        """Tell the collector of money that found nothing open any more."""
        here = self.env["credit.event"]._in_language(profile)
        self.env["credit.event"]._raise(
            [
                self._credit_event_vals(
                    profile,
                    here.env._(
                        "%(amount)s paid online (%(reference)s): what it was for is "
                        "settled already, the amount is an open credit.",
                        amount=self.currency_id.with_env(here.env).format(self.amount),
                        reference=self.reference,
                    ),
                )
            ]
        )

    def _credit_thank(self, profile):
        """Write to the customer that his payment arrived, in his language."""
        template = self.env.ref("credit_control.mail_template_payment_thanks", False)
        payer = self.partner_id
        people = payer if payer.email else profile._statement_recipients()
        if not template or not people:
            return
        lang = people[:1].lang or profile._statement_lang()
        claims = self._credit_source().credit_line_ids.filtered(
            lambda line: line.balance > 0
        )
        amount = self.with_context(lang=lang).currency_id.format(self.amount)
        template.with_context(
            thanks_lang=lang,
            thanks_amount=amount,
            thanks_reference=self.reference,
            thanks_documents=list(dict.fromkeys(claims.move_id.mapped("name"))),
            thanks_url=profile._portal_url(),
        ).send_mail(
            profile.id,
            email_values={"recipient_ids": [fields.Command.set(people.ids)]},
        )


class DunningNotice(models.Model):
    """Reminders of what is being paid stop at once."""

    _inherit = "dunning.notice"

    def _of_items(self, lines):
        """Return the notices that demand ``lines`` and have something to send."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT notice.id
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                 WHERE line.move_line_id = ANY(%s)
                   AND line.kind IN ('claim', 'reminder')
                   AND line.is_dropped IS NOT TRUE
                   AND (notice.state IN ('draft', 'approved')
                        OR notice.state = 'sent' AND EXISTS (
                           SELECT FROM dunning_delivery delivery
                            WHERE delivery.notice_id = notice.id
                              AND delivery.state IN ('ready', 'queued')))
                 ORDER BY notice.id
                """,
                lines.ids,
            )
        )
        return self.sudo().browse(notice_id for (notice_id,) in rows)

    def _stop_for_payment(self, reason, lines):
        """Take what is being paid off these notices, or cancel them.

        A notice of which nothing is written yet goes on with its other claims, if
        there are. What is printed or queued names the items that are paid: it is
        cancelled, and the next run writes of the rest.

        :param str reason: in a sentence
        :param lines: journal items that are being paid
        """
        if not self:
            return
        written = self.filtered(
            lambda notice: (
                notice.state == "sent"
                or "queued" in notice.delivery_ids.mapped("state")
            )
        )
        stopped = written._cancel(reason, ("draft", "approved"))
        (written - stopped).delivery_ids._cancel_pending(reason)
        for company, notices in (self - written).grouped("company_id").items():
            notices.with_company(company)._drop_paid(reason, lines)

    def _drop_paid(self, reason, lines):
        """Mark ``lines`` as dropped; cancel the notices without another claim."""
        dropped = self.line_ids.filtered(
            lambda line: line.move_line_id in lines and not line.is_dropped
        )
        dropped.write(
            {
                "is_dropped": True,
                "is_live": False,
                "hold_code": "payment_pending",
                "state_reason": reason,
            }
        )
        empty = self.filtered(lambda notice: all(notice.claim_ids.mapped("is_dropped")))
        empty._cancel(reason, ("draft", "approved"))
        (self - empty)._recompute_amounts()
        covered = (self - empty).filtered(lambda notice: not notice.amount_company)
        covered._cancel(reason, ("draft", "approved"))


class CreditProfile(models.Model):
    """A hold may wait for a payment."""

    _inherit = "credit.profile"

    hold_until_paid = fields.Boolean(
        string="Lift when paid",
        copy=False,
        help="The hold ends by itself when a payment comes and nothing is overdue any "
        "more.",
    )

    def write(self, vals):
        """A hold that is over waits for nothing."""
        if "hold_until" in vals and not vals["hold_until"]:
            vals = {**vals, "hold_until_paid": False}
        return super().write(vals)

    def _lift_paid_hold(self):
        """Release the holds that wait for a payment, once nothing is overdue."""
        done = self.filtered(
            lambda profile: (
                profile.hold_until
                and profile.hold_until_paid
                and profile.currency_id.compare_amounts(profile.amount_overdue, 0) <= 0
            )
        )
        done.write({"hold_until": False, "hold_reason": False})
        author = self.env.ref("base.partner_root")
        for profile in done:
            note = profile.env._("Hold lifted: the payment came, nothing is overdue.")
            profile.message_post(body=note, author_id=author.id)


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_portal_thanks = fields.Boolean(
        string="Thank for payments",
        help="A customer who paid online on his page gets a mail that says so.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_portal_thanks = fields.Boolean(
        related="company_id.credit_portal_thanks", readonly=False
    )
