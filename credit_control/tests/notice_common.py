from odoo import Command
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import CreditControlCommon


@tagged("credit_control")
class NoticeCommon(CreditControlCommon, MailCommon):
    """Notices written by hand, so that sending is tested apart from planning."""

    @classmethod
    def default_env_context(cls):
        return {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.write(
            {"email": "invoices@company.example", "alias_domain_id": cls._alias().id}
        )
        cls.policy = cls.make_policy(
            [
                {
                    "delay_days": delay,
                    "subject": "Reminder {{ oldest_invoice }} for {{ customer_name }}",
                    "body_html": "<p>Dear {{ contact_name | Madam or Sir }},</p>"
                    "{{ table }}<p>Please pay {{ total_overdue }}.</p>",
                    "attach_invoices": False,
                }
                for delay in (5, 20, 40)
            ]
        )
        cls.level1, cls.level2, cls.level3 = cls.policy.level_ids
        cls.customer = cls.make_customer("Müller & Söhne", email="info@mueller.example")

    @classmethod
    def _alias(cls):
        domain = cls.env["mail.alias.domain"].sudo()
        return domain.search([("name", "=", "company.example")]) or domain.create(
            {
                "name": "company.example",
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
                "default_from": "notifications",
            }
        )

    @classmethod
    def make_notice(cls, partner=None, moves=(), level=None, info=(), **values):
        """Create a draft notice with one claim for each receivable of ``moves``.

        :param moves: invoices, demanded
        :param info: invoices or credits, listed for information
        """
        partner = partner or cls.customer
        level = level or cls.level1
        profile = cls.make_profile(partner)
        lines = [
            cls._line_values(line, kind, level)
            for kind, group in (("claim", moves), ("info", info))
            for move in group
            for line in cls.receivables(move)
        ]
        notice = (
            cls.env["dunning.notice"]
            .sudo()
            .create(
                {
                    "profile_id": profile.id,
                    "company_id": profile.company_id.id,
                    "policy_id": cls.policy.id,
                    "level_id": level.id,
                    "date": cls.today,
                    "line_ids": [Command.create(line) for line in lines],
                    **values,
                }
            )
        )
        notice._recompute_amounts()
        return notice

    @classmethod
    def _line_values(cls, line, kind, level):
        residual = line.amount_residual_currency
        due = line.date_maturity or line.date
        return {
            "move_line_id": line.id,
            "company_id": line.company_id.id,
            "name": line.move_id.name,
            "kind": kind,
            "level_id": level.id if kind == "claim" else False,
            "currency_id": line.currency_id.id,
            "date_invoice": line.move_id.invoice_date,
            "date_due": due,
            "days_overdue": (cls.today - due).days,
            "amount_total": line.amount_currency,
            "amount_residual": residual,
            "amount_claimed": residual if kind == "claim" else 0,
            "is_live": kind == "claim",
        }

    @classmethod
    def queue(cls, notices):
        """Approve the notices and ask to send them; return their deliveries."""
        notices._approve()
        notices._request_sending()
        return notices.delivery_ids.sorted("id")

    def process(self, notices):
        """Approve, queue and hand over to the mail queue; return the deliveries."""
        deliveries = self.queue(notices)
        self.env["dunning.delivery"]._process_queue()
        return deliveries

    def send(self, notices):
        """As :meth:`process`, and let core's mail queue send (into the mock)."""
        deliveries = self.process(notices)
        self.send_mails(deliveries)
        return deliveries

    def send_mails(self, deliveries):
        self.env["mail.mail"].process_email_queue(deliveries.mail_mail_id.ids)
        deliveries.invalidate_recordset()
        deliveries.notice_id.invalidate_recordset()

    def levels(self, move):
        """Return level and date of the receivable lines of ``move``."""
        lines = self.receivables(move)
        lines.invalidate_recordset(["dunning_level_id", "dunning_date"])
        return [(line.dunning_level_id, line.dunning_date) for line in lines]
