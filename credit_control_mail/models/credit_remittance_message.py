import re

from odoo import Command, api, models

from ..tools.folding import fold

# files and subjects that may hold an advice nobody spoke of
LIKE_ADVICE = re.compile(
    r"remit|advice|avis|virement|reglement|paiement|payment|bordereau|zahlung|avis\b"
)
# signs by which an attachment is worth reading: spreadsheets, texts, PDF
READABLE = (".xlsx", ".xls", ".csv", ".txt", ".tsv", ".pdf", ".htm", ".html", ".xlsm")
MAX_FILES = 10
SURE = ("name", "number", "tail")


class CreditMessage(models.Model):
    """The remittance advice that a message brings."""

    _inherit = "credit.message"

    # === UNDERSTAND === #
    def _find_intents(self, items):
        """Complete what is said of payments by the advice in the attachments."""
        found = super()._find_intents(items)
        if not self.sudo().profile_id or not self._may_bring_advice(found):
            return found
        documents, _problems = self._read_advices()
        if documents:
            self._complete_intents(found, documents)
        return found

    def _may_bring_advice(self, found):
        """Return whether the files of one message are worth reading.

        :param found: values of the intents that the text has
        """
        codes = {vals["intent"] for vals in found}
        if "remittance" in codes:
            return True
        files = self._get_advice_files()
        text = fold(" ".join([self.subject or "", *files.mapped("name")]))
        return bool(files) and bool("already_paid" in codes or LIKE_ADVICE.search(text))

    def _get_advice_files(self):
        """Return the attachments that may hold a table."""
        # sudo: whoever reads the message may read its files
        files = self.sudo().attachment_ids
        return files.filtered(
            lambda file: file.name.lower().removesuffix(".blocked").endswith(READABLE)
        )[:MAX_FILES]

    @api.private
    def _read_advices(self):
        """Return the documents of one message that list its customer's items.

        :return: (name, `Remittance`) of each, the best first, and sentences
        """
        files = self._get_advice_files()
        remittances = self.env["credit.remittance"]
        profile = self.sudo().profile_id
        found, problems = remittances._read_documents(
            profile,
            [(file.name, file.raw or b"") for file in files],
            self.reply_text or "",
            str(self.body_html or ""),
            self._get_base_date(),
        )
        items = remittances._read_items(profile) if found else []
        rated = []
        for name, advice in found:
            parts = remittances._match_advice(advice, items)
            known = sum(1 for part in parts if part.how in SURE)
            if known:
                rated.append((known * 2 >= len(parts), known, name, advice))
        rated.sort(key=lambda one: one[:2], reverse=True)
        # an invoice that is attached lists things too, but not the customer's items
        kept = [one[2:] for place, one in enumerate(rated) if one[0] or not place]
        return kept, [sentence for _code, sentence in problems]

    def _complete_intents(self, found, documents):
        """Add an intent for the advice, or what it knows to the one that is there."""
        mine = [vals for vals in found if vals["intent"] == "remittance"]
        name, advice = documents[0]
        if not mine:
            vals = {
                "message_id": self.id,
                "intent": "remittance",
                "confidence": 0.9,
                "source": "rule",
                "evidence": "",
                "explanation": [
                    self.env._("The file %(name)s lists his items.", name=name)
                ]
                if name
                else [],
                "move_ids": [Command.set([])],
            }
            found[:] = [vals for vals in found if vals["intent"] != "other"]
            found.append(vals)
            mine = [vals]
        remittances = self.env["credit.remittance"]
        items = remittances._read_items(self.sudo().profile_id)
        parts = remittances._match_advice(advice, items)
        keys = [part.key for part in parts if part.key and part.how in SURE]
        lines = self.env["account.move.line"].sudo().browse(keys)
        currency = self._find_currency(advice.currency, lines)
        total = float(advice.total or advice.amount)
        mine[0].update(
            {
                "amount": mine[0].get("amount") or total,
                "currency_id": mine[0].get("currency_id") or currency.id,
                "date": mine[0].get("date") or advice.payment_date,
                "move_ids": [Command.set(lines.move_id.ids)],
            }
        )


class CreditMessageIntent(models.Model):
    """An accepted advice is read line by line."""

    _inherit = "credit.message.intent"

    # === BUSINESS METHODS === #
    def _accept_remittance(self):
        """Make the advice; it is confirmed at once when every line is clear.

        Without any line that can be read, its invoices wait as an announced payment.
        """
        outcome = super()._accept_remittance()
        remittance = self._make_remittance()
        if not remittance:
            return outcome
        if remittance._is_clear():
            remittance._confirm()
        moves = remittance._announced_items().move_id or self.move_ids
        vals = {
            "hold_until": remittance._day_of_hold(),
            "move_ids": [Command.set(moves.ids)],
        }
        return {
            **outcome,
            "made": [remittance],
            "vals": {**outcome["vals"], **vals},
            # what is clear needs nobody to look at it
            "action": remittance.state == "draft" and remittance._get_records_action(),
        }

    def _make_remittance(self):
        """Return the advice of the message of one intent, or an empty recordset."""
        remittances = self.env["credit.remittance"]
        documents, problems = self.message_id._read_advices()
        if not documents:
            return remittances
        remittance = remittances._make(
            self.profile_id,
            documents,
            problems,
            self.message_id._get_advice_files(),
            message_id=self.message_id.id,
            intent_id=self.id,
        )
        if not remittance.payment_date and self.date:
            # sudo: what was read is written by the program alone
            remittance.sudo().payment_date = self.date
        return remittance

    def _undo_credit_remittance(self, remittance):
        """Nothing was announced."""
        remittance._update_state(
            ("draft", "confirmed"), "cancelled", hold_until=None, is_missed=False
        )
