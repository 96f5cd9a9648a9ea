from datetime import timedelta
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..tools.remittance import RemittanceLine, read_remittance
from ..tools.remittance_match import OwnItem, match_lines
from ..tools.remittance_table import MAX_BYTES, MAX_ROWS, read_mail, read_table

# an item settled longer ago is not spoken of any more
SETTLED_DAYS = 400
# items of one customer that an advice is compared with, the open ones first
MAX_ITEMS = 50_000


class CreditRemittance(models.Model):
    """An advice read from files or the text of a mail, matched with the ledger."""

    _inherit = "credit.remittance"

    # === WHAT THE DOCUMENTS SAY === #
    @api.model
    @api.private
    def _read_documents(self, profile, files, text="", html="", base=None):
        """Return the advices that documents hold, and what could not be read.

        :param profile: the customer
        :param files: (name, bytes) of each document
        :param str text: what was written beside them; read when no file has lines
        :param date base: the day it was written
        :return: (file name, `Remittance`) of each document with lines, and sentences
        """
        options = {
            "base": base or fields.Date.context_today(self),
            "currency": (profile.currency_id or profile.company_id.currency_id).name,
            "month_first": self._is_month_first(profile),
        }
        found, problems = [], []
        for name, content in files:
            reading = read_table(name, content)
            advice = read_remittance(reading.tables, "", **options)
            if advice.lines:
                found.append((name, advice))
            else:
                problem = reading.problem or "no_lines"
                problems.append((problem, self._say_problem(problem, name)))
        if not found:
            reading = read_mail(text, html)
            advice = read_remittance(reading.tables, text, **options)
            if advice.lines:
                found.append(("", advice))
        beside = read_remittance([], text, **options)
        for _name, advice in found:
            self._complete(advice, beside)
        return found, problems

    @api.model
    def _is_month_first(self, profile):
        """Return whether "06/07" is the 7th of June for a customer."""
        country = profile.partner_id.country_id or profile.company_id.country_id
        return country.code == "US"

    @api.model
    def _complete(self, advice, beside):
        """Take from the text of the mail what its file does not say."""
        for name in ("payer", "payment_date", "payment_reference", "total"):
            if not getattr(advice, name):
                setattr(advice, name, getattr(beside, name))

    @api.model
    def _say_problem(self, problem, name):
        """Return the sentence for the code of a problem with a file."""
        _ = self.env._
        megabytes = MAX_BYTES // 1024 // 1024
        sentences = {
            "empty": _("%(file)s is empty: ask for it again.", file=name),
            "too_large": _(
                "%(file)s is larger than %(size)s MB: ask for the list alone.",
                file=name,
                size=megabytes,
            ),
            "too_many_rows": _(
                "%(file)s has more than %(rows)s rows: split it.",
                file=name,
                rows=MAX_ROWS,
            ),
            "bomb": _(
                "%(file)s would unpack to something huge, or is made to do harm: it "
                "was not opened.",
                file=name,
            ),
            "password": _(
                "%(file)s is locked with a password: save it without one, then read it "
                "again.",
                file=name,
            ),
            "scan": _(
                "%(file)s is a picture of a page, without text: ask for a spreadsheet, "
                "or enter its lines by hand.",
                file=name,
            ),
            "picture": _(
                "%(file)s is a picture: ask for a spreadsheet or a PDF with text.",
                file=name,
            ),
            "unreadable": _(
                "%(file)s is damaged, or not what its name says: ask for it again, as "
                "CSV for example.",
                file=name,
            ),
            "unknown": _("%(file)s is no spreadsheet, no PDF and no text.", file=name),
            "no_lines": _(
                "No line with a document and a sum was found in %(file)s.", file=name
            ),
        }
        missing = _(
            "%(file)s needs the Python library %(library)s: ask your administrator to "
            "install it, or save the file as CSV.",
            file=name,
            library=problem.removeprefix("no_"),
        )
        return sentences.get(problem, missing)

    # === WHAT OF IT IS OURS === #
    @api.model
    @api.private
    def _read_items(self, profile):
        """Return the items that an advice of a customer may be for, by one query.

        Open ones, and those settled not long ago, of all his contacts.

        :rtype: list[OwnItem]
        """
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["name", "ref", "payment_reference"])
        company = profile.company_id
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, move.id, move.name, move.ref, move.payment_reference,
                       CASE WHEN move.move_type = 'entry' THEN line.name END,
                       COALESCE(move.invoice_date, line.date),
                       COALESCE(line.date_maturity, line.date),
                       line.amount_residual_currency, line.amount_currency,
                       currency.name, line.reconciled IS NOT TRUE
                  FROM res_partner contact
                  JOIN account_move_line line ON line.partner_id = contact.id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_currency currency ON currency.id = line.currency_id
                 WHERE contact.commercial_partner_id = %(customer)s
                   AND line.company_id = %(company)s
                   AND line.account_id IN %(accounts)s
                   AND line.parent_state = 'posted'
                   AND (line.reconciled IS NOT TRUE
                        OR (line.date >= %(since)s
                            AND move.move_type IN ('out_invoice', 'out_refund')))
                 ORDER BY line.reconciled IS NOT TRUE DESC, line.date DESC, line.id
                 LIMIT %(limit)s
                """,
                customer=profile.partner_id.id,
                company=company.id,
                accounts=company._trade_receivable_ids() or (0,),
                since=fields.Date.today() - timedelta(days=SETTLED_DAYS),
                limit=MAX_ITEMS,
            )
        )
        return [self._prepare_item(row) for row in rows]

    @api.model
    def _prepare_item(self, row):
        line, move, name, ref, payment_ref, label, day, due, *rest = row
        residual, amount, currency, is_open = rest
        return OwnItem(
            key=line,
            move=move,
            name=name or "",
            numbers=tuple(filter(None, (payment_ref, ref, label))),
            date=day,
            due=due,
            residual=Decimal(str(residual)),
            amount=Decimal(str(amount)),
            currency=currency,
            is_open=is_open,
        )

    @api.model
    @api.private
    def _match_advice(self, advice, items):
        """Return the parts of the lines of an advice, with their items.

        :param advice: of :func:`read_remittance`
        :param items: of :meth:`_read_items`
        """
        return match_lines(advice.lines, items)

    # === MAKING IT === #
    @api.model
    @api.private
    def _make(self, profile, found, problems=(), files=None, **vals):
        """Return the advice made of what documents say, as a draft.

        :param found: of :meth:`_read_documents`: documents with lines
        :param problems: sentences on what could not be read
        :param files: the documents, which the advice keeps
        :param vals: further values of the advice
        """
        items = self._read_items(profile)
        advices = self._without_copies(found)
        first = advices[0][1]
        sentences = [*problems, *self._say_wrong_totals(advices)]
        currencies = self._read_currencies(advices)
        company_currency = profile.company_id.currency_id
        lines = []
        for _name, advice in advices:
            parts = self._match_advice(advice, items)
            lines += self._prepare_lines(advice, parts, currencies, len(lines))
        # sudo: what was read is written by the program alone
        remittance = self.sudo().create(
            {
                "profile_id": profile.id,
                "payer": first.payer,
                "payment_date": first.payment_date,
                "payment_reference": first.payment_reference,
                "total": float(sum(one.total or 0 for _name, one in advices)),
                "currency_id": currencies.get(first.currency, company_currency).id,
                "reading": "\n".join(sentences),
                "line_ids": [Command.create(line) for line in lines],
                **vals,
            }
        )
        if files:
            copies = files.sudo().copy(
                {"res_model": self._name, "res_id": remittance.id}
            )
            remittance.attachment_ids = copies._keep_inert()
        return remittance.with_env(self.env)

    @api.model
    def _without_copies(self, found):
        """Return the documents without those that list again what another lists."""
        kept, seen = [], set()
        for name, advice in sorted(found, key=lambda one: -len(one[1].lines)):
            listed = {(line.reference, line.paid) for line in advice.lines}
            if not listed <= seen:
                kept.append((name, advice))
                seen |= listed
        return kept

    @api.model
    def _say_wrong_totals(self, advices):
        return [
            self.env._(
                "A total of %(written)s stands under lines that add up to %(sum)s.",
                written=written,
                sum=amount,
            )
            for _name, advice in advices
            for written, amount in advice.wrong_totals[:5]
        ]

    @api.model
    def _read_currencies(self, advices):
        """Return the currencies that the lines are in, by their codes."""
        codes = {line.currency for _name, one in advices for line in one.lines}
        codes |= {one.currency for _name, one in advices}
        currencies = self.env["res.currency"].with_context(active_test=False)
        found = currencies.search([("name", "in", list(filter(None, codes)))])
        return {currency.name: currency for currency in found}

    @api.model
    def _prepare_lines(self, advice, parts, currencies, start):
        """Return the values of the lines of an advice, one for each part."""
        vals_list = []
        for place, part in enumerate(parts, start + 1):
            line = advice.lines[part.line]
            currency = currencies.get(line.currency)
            vals_list.append(
                {
                    "sequence": place,
                    "reference": line.reference or (line.others or ("",))[0],
                    "text": line.text,
                    "date": line.date,
                    "gross": float(part.gross or 0),
                    "discount": float(part.discount),
                    "deduction": float(part.deduction),
                    "paid": float(part.paid),
                    "move_line_id": part.key,
                    "how": part.how or False,
                    "payment_reference": line.payment_reference,
                    "payment_date": line.payment_date,
                    **({"currency_id": currency.id} if currency else {}),
                }
            )
        return vals_list

    def _match_again(self):
        """Match the lines of one draft anew, but those that a person matched."""
        advice = read_remittance([])
        lines = self.sudo().line_ids.filtered(lambda line: line.how != "person")
        advice.lines = [line._as_read() for line in lines]
        for part in match_lines(advice.lines, self._read_items(self.profile_id)):
            line = lines[part.line]
            if line.move_line_id.id != (part.key or False):
                line.write({"move_line_id": part.key, "how": part.how or False})
        lines._refresh_open()


class CreditRemittanceLine(models.Model):
    _inherit = "credit.remittance.line"

    def _as_read(self):
        """Return one line as it was read."""

        def exact(amount):
            return Decimal(str(self.currency_id.round(amount)))

        return RemittanceLine(
            reference=self.reference or "",
            text=self.text or "",
            date=self.date or None,
            gross=exact(self.gross) if self.gross else None,
            discount=exact(self.discount),
            deduction=exact(self.deduction),
            paid=exact(self.paid),
            currency=self.currency_id.name,
        )
