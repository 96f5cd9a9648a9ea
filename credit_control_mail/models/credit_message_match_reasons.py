from odoo import api, fields, models


class CreditMessage(models.Model):
    """The reasons of a match in words, in the language of who reads them."""

    _inherit = "credit.message"

    match_text = fields.Text(string="Why this customer", compute="_compute_match_text")

    # === COMPUTE METHODS === #
    @api.depends("match_reasons")
    @api.depends_context("lang")
    def _compute_match_text(self):
        for message in self:
            message.match_text = "\n".join(self._say_reasons(message.match_reasons))

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _say_reasons(self, reasons):
        """Return one sentence for each reason as it is stored.

        :param reasons: dicts of ``code`` and values, or nothing
        :rtype: list[str]
        """
        said = []
        for reason in reasons or []:
            sentence = self._reason_sentences(reason).get(reason.get("code"))
            if sentence:
                said.append(sentence)
        return said

    @api.model
    def _reason_sentences(self, reason):
        """Return the sentences by code, filled with the values of ``reason``.

        Extended by: add-ons that find customers by other means.

        :rtype: dict[str, str]
        """
        return {
            **self._sender_sentences(reason),
            **self._content_sentences(reason),
            **self._verdict_sentences(reason),
        }

    @api.model
    def _sender_sentences(self, reason):
        _ = self.env._
        email = reason.get("email", "")
        domain = reason.get("domain", "")
        count = reason.get("count", 1)
        shared = _(
            "The addresses @%(domain)s belong to %(count)s customers.",
            domain=domain,
            count=count,
        )
        return {
            "address": _("%(email)s is the address of a contact.", email=email),
            "reply_to": _("Answers go to %(email)s, a contact's address.", email=email),
            "forwarded": _(
                "It forwards a message of %(email)s, a contact.", email=email
            ),
            "named_address": _("It is about the address %(email)s.", email=email),
            "copied": _("A contact, %(email)s, has a copy.", email=email),
            "remembered": _("You said whose the address %(email)s is.", email=email),
            "domain": shared
            if count > 1
            else _("The contacts have addresses @%(domain)s.", domain=domain),
            "website": shared
            if count > 1
            else _("%(domain)s is the customer's website.", domain=domain),
        }

    @api.model
    def _content_sentences(self, reason):
        _ = self.env._
        name = reason.get("name", "")
        return {
            "reference": _("Invoice %(name)s is named.", name=name),
            "order": _(
                "%(ref)s, your customer's reference of %(name)s, is named.",
                ref=reason.get("ref", ""),
                name=name,
            ),
            "amount": _(
                "%(amount)s is what %(name)s comes to.",
                amount=reason.get("amount", ""),
                name=name,
            ),
            "tail": _(
                "%(tail)s are the last digits of %(name)s.",
                tail=reason.get("tail", ""),
                name=name,
            ),
            "name": _("The name %(name)s is in the text.", name=name),
            "number": _(
                "The company number %(number)s is in the text.",
                number=reason.get("number", ""),
            ),
        }

    @api.model
    def _verdict_sentences(self, reason):
        _ = self.env._
        return {
            "notice": _("It answers a reminder of this customer."),
            "conversation": _("It goes on with a conversation with this customer."),
            "other_writer": _("Who writes is a contact of another customer."),
            "unproven": _("The sender is not proven: anybody may have written it."),
            "unsure": _("Several customers, or weak signs: choose the customer."),
            "nobody": _("Nobody has this address, and no invoice is named."),
            "supplier": _("The sender is a supplier and no customer."),
            "told_nobody": _("You said that this address is no customer's."),
            "told_spam": _("You said that what comes from this address is spam."),
            "person": _("%(user)s chose this customer.", user=reason.get("user", "")),
            "same_sender": _(
                "%(user)s chose the customer of another message of this address.",
                user=reason.get("user", ""),
            ),
        }
