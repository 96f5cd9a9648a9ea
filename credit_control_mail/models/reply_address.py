"""Answers of customers go to the credit inbox of the company that wrote to them."""

from odoo import models


def to_inbox(records, addresses, author_ids=None):
    """Return reply addresses with the company's inbox where it has one.

    :param dict addresses: as found by core, by record id
    :param dict author_ids: whose name stands before the address, by record id
    """
    result = dict(addresses)
    for company, group in records.sudo().grouped("company_id").items():
        inbox = company._get_credit_address()
        if inbox:
            for record in group:
                result[record.id] = records._notify_get_reply_to_formatted_email(
                    inbox, author_id=(author_ids or {}).get(record.id, False)
                )
    return result


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        found = super()._notify_get_reply_to_batch(defaults, author_ids)
        return to_inbox(self, found, author_ids)


class CreditMessage(models.Model):
    _inherit = "credit.message"

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        found = super()._notify_get_reply_to_batch(defaults, author_ids)
        return to_inbox(self, found, author_ids)


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    def _mail_statements(self, options):
        """Let answers to statements come in like answers to reminders."""
        records = self.with_context(credit_reply_to_inbox=True)
        return super(CreditProfile, records)._mail_statements(options)

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Notes to colleagues stay with core: their answers are notes again."""
        found = super()._notify_get_reply_to_batch(defaults, author_ids)
        if self.env.context.get("credit_reply_to_inbox"):
            return to_inbox(self, found, author_ids)
        return found
