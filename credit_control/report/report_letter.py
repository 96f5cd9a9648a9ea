from collections import defaultdict

from lxml import html as lxml_html
from markupsafe import Markup

from odoo import models, tools
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount, format_date

from odoo.addons.account.tools import is_valid_structured_reference_iso

from ..tools.epc import is_iban, transfer_payload
from ..tools.placeholders import PlaceholderError
from .qr_code import qr_code_svg

MAIL_ONLY = "o_credit_mail_only"
TABLE = "\N{OBJECT REPLACEMENT CHARACTER}"


class LetterDocument(models.AbstractModel):
    """A notice as a business letter, in the language of its reader."""

    _name = "report.credit_control.letter_document"
    _inherit = ["credit.pdf.report"]
    _description = "Dunning letter"

    _document_template = "credit_control.letter_page"

    def _document_values(self, records):
        letters = records._letters()
        values, errors = self._letter_values(letters)
        if errors:
            raise UserError("\n".join(dict.fromkeys(errors.values())))
        return {letter.notice: values[letter] for letter in letters}

    def _letter_values(self, letters):
        """Return the values of the template of each letter, and what went wrong.

        :param list[Letter] letters: of any languages and companies
        :return: values by letter, and a sentence by letter that cannot be written
        :rtype: tuple[dict[Letter, dict], dict[Letter, str]]
        """
        by_lang = defaultdict(list)
        for letter in letters:
            by_lang[letter.lang].append(letter)
        values, errors = {}, {}
        for lang, group in by_lang.items():
            renderer = self.with_context(lang=lang)
            notices = self.env["dunning.notice"].union(
                *(letter.notice for letter in group)
            )
            known = notices.with_context(lang=lang)._placeholder_values(lang)
            for letter in group:
                facts = known[letter.notice]
                if letter.reader:
                    facts = {**facts, **letter.notice._values_of_people(letter.reader)}
                try:
                    text = letter.notice._fill_in(lang, facts)
                except PlaceholderError as error:
                    errors[letter] = str(error)
                    continue
                values[letter] = renderer._one_letter(letter, text, facts)
        return values, errors

    def _one_letter(self, letter, text, known):
        notice = letter.notice.with_context(lang=letter.lang).sudo()
        company = notice.company_id
        subject, body = text
        is_formal = notice.level_id.is_formal
        sections = self._sections(notice)
        words = self.env._("Formal notice")
        return {
            "notice": notice,
            "company": company,
            "lang": letter.lang,
            "title": subject,
            "body": self._body_with_table(letter, body, known["table"], sections),
            "sections": sections,
            "payments": [
                self._payment(notice, section, known)
                for section in sections
                if section["total"] > 0
            ],
            "is_formal": is_formal and words.lower() not in subject.lower(),
            "formal_words": words,
            "is_registered": letter.is_registered,
            "right_window": self._has_right_window(company),
            "address": self._postal_address(letter.partner, company),
            "sender": self._address_lines(company),
            "place_and_date": self._place_and_date(company, self._letter_date(notice)),
            "references": self._references(notice, known),
            "parties": self._parties(notice) if is_formal else [],
            "signatory": notice.profile_id.user_id,
        }

    def _body_with_table(self, letter, body, table, sections):
        """Return the text with its table, and the split of the claim below it.

        A formal notice must tell principal, interest and costs apart; so does any
        letter that demands more than the invoices.
        """
        # the table keeps its exact form: only the words around it are parsed
        body = _for_paper(body.replace(table, TABLE))
        if TABLE not in body:
            body += TABLE
        if letter.notice.level_id.is_formal or any(
            section["has_extra"] for section in sections
        ):
            table += self.env["ir.qweb"]._render(
                "credit_control.letter_split", {"sections": sections}
            )
        return body.replace(TABLE, table, 1)

    def _letter_date(self, notice):
        """Return the day the letter is written, not that of the planning."""
        day = max(notice.date, notice.company_id._dunning_today()[notice.company_id])
        return format_date(self.env, day, date_format="long")

    # === WHO === #
    def _references(self, notice, known):
        """Return (label, value) of what both sides file the letter under."""
        pairs = [
            (self.env._("Our reference"), notice._letter_reference()),
            (self.env._("Customer number"), notice.partner_id.ref),
            (self.env._("Your contact"), known["collector_name"]),
            (self.env._("Phone"), known["collector_phone"]),
            (self.env._("E-mail"), known["collector_email"]),
        ]
        return [(label, value) for label, value in pairs if value]

    def _parties(self, notice):
        """Return creditor and debtor as a formal notice must name them."""
        company, customer = notice.company_id, notice.partner_id
        debtor = [customer.name, *self._address_lines(customer, company.country_id)]
        creditor = [company.name, *self._address_lines(company)]
        return [
            (self.env._("Creditor"), creditor + self._legal_identity(company)),
            (self.env._("Debtor"), debtor + self._legal_identity(customer)),
        ]

    # === WHAT IS OWED === #
    def _sections(self, notice):
        """Return one dict per currency: the split of what is demanded."""
        lines = notice.line_ids.filtered(lambda line: not line.is_dropped)
        sections = [
            self._section(currency, group)
            for currency, group in lines.grouped("currency_id").items()
        ]
        return [section for section in sections if section["lines"]]

    def _section(self, currency, lines):
        demanded = lines.filtered(lambda line: line.kind != "info")
        credits = lines.filtered(
            lambda line: line.kind == "info" and line.amount_residual < 0
        )
        amounts = {
            self.env._("Principal"): sum(demanded.mapped("amount_claimed")),
            self.env._("Late interest"): sum(demanded.mapped("interest")),
            self.env._("Fixed compensation for recovery costs"): sum(
                demanded.mapped("compensation")
            ),
            self.env._("Less your open credits"): sum(
                credits.mapped("amount_residual")
            ),
        }
        total = currency.round(sum(amounts.values()))
        return {
            "currency": currency,
            "lines": demanded,
            "parts": [
                (label, format_amount(self.env, amount, currency))
                for label, amount in amounts.items()
                if not currency.is_zero(amount)
            ],
            "has_extra": total > sum(demanded.mapped("amount_claimed")),
            "total": total,
            "total_text": format_amount(self.env, total, currency),
        }

    # === HOW TO PAY === #
    def _payment(self, notice, section, known):
        """Return what a transfer needs: account, amount, reference, QR code."""
        bank = self._bank_account(notice, section)
        return {
            "caption": self.env._(
                "Please pay %(amount)s by %(date)s",
                amount=section["total_text"],
                date=known["deadline_date"],
            ),
            "reference": known["payment_reference"],
            "holder": bank.acc_holder_name or notice.company_id.name,
            "account": _in_fours(bank.acc_number) if bank else "",
            "bic": bank.bank_bic,
            "bank": bank.bank_name,
            "qr_code": self._qr_code(notice, bank, section, known["payment_reference"]),
        }

    def _bank_account(self, notice, section):
        """Return the account that the invoices name, else the company's first."""
        moves = section["lines"].move_line_id.move_id
        own = notice.company_id.partner_id.bank_ids
        named = moves.partner_bank_id & own
        fitting = own.filtered(lambda bank: bank.currency_id == section["currency"])
        fitting += own.filtered(lambda bank: not bank.currency_id)
        return (named or fitting)[:1]

    @tools.ormcache()
    def _sepa_countries(self):
        return set(self.env.ref("base.sepa_zone").country_ids.mapped("code"))

    def _qr_code(self, notice, bank, section, reference):
        """Return the transfer as a QR code, when it is one in euro within SEPA."""
        iban = bank.sanitized_acc_number or ""
        if section["currency"].name != "EUR" or not is_iban(iban):
            return ""
        if iban[:2] not in self._sepa_countries():
            return ""
        return qr_code_svg(
            transfer_payload(
                bank.acc_holder_name or notice.company_id.name,
                iban,
                section["total"],
                reference,
                bank.bank_bic,
                is_structured=bool(
                    reference and is_valid_structured_reference_iso(reference)
                ),
            )
        )


def _in_fours(number):
    """Return an account number in groups of four, as it is printed and typed."""
    plain = number.replace(" ", "")
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def _for_paper(body):
    """Return ``body`` as a letter has it.

    Headings of the first rank step down, for the letter's subject is the only one. What
    letterhead, subject, parties and signature say already is marked
    ``o_credit_mail_only`` in the text shared with the e-mail, and left out here.
    """
    if "<h1" not in body.lower() and MAIL_ONLY not in body:
        return body
    tree = lxml_html.fragment_fromstring(str(body), create_parent="div")
    for heading in tree.iter("h1"):
        heading.tag = "h2"
    for element in tree.find_class(MAIL_ONLY):
        element.drop_tree()
    return Markup(lxml_html.tostring(tree, encoding="unicode"))
