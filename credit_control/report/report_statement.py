from odoo import models
from odoo.tools.misc import format_amount, format_date, get_lang

from ..models.credit_statement import AGES

# The engine's time grows with the square of a table's rows: 5,000 take it 9 s in one
# table, 3 s in tables of this many.
TABLE_ROWS = 150
NUMBERS = ("date", "due", "days", "total", "open", "balance")


class _Writer:
    """Writes the dates and amounts of one currency, as ``misc`` does one by one.

    A statement has thousands of them: what the language and the currency look like
    is found out once, and each date is written once.
    """

    def __init__(self, env, currency):
        self.env, self.currency = env, currency
        self.lang = env["res.lang"].browse(get_lang(env).id)
        self.dates = {}
        self.digits = currency.decimal_places
        self.is_plain = self.lang.grouping == "[3,0]"
        separators = (self.lang.thousands_sep or "", self.lang.decimal_point)
        thousands, point = (text.replace(" ", "\u00a0") for text in separators)
        self.signs = str.maketrans({",": thousands, ".": point, "-": "-\ufeff"})
        symbol = currency.symbol or ""
        is_before = currency.position == "before"
        self.before = f"{symbol}\u00a0" if is_before else ""
        self.after = "" if is_before else f"\u00a0{symbol}"

    def date(self, day):
        """Return ``day`` as text."""
        if day not in self.dates:
            self.dates[day] = format_date(self.env, day)
        return self.dates[day]

    def money(self, amount):
        """Return a rounded ``amount`` with the sign of the currency."""
        if not self.is_plain:
            return format_amount(self.env, amount, self.currency)
        text = f"{amount + 0.0:,.{self.digits}f}".translate(self.signs)
        return f"{self.before}{text}{self.after}"


class StatementDocument(models.AbstractModel):
    """The statement of account in words: on paper, and on the screen."""

    _name = "report.credit_control.statement_document"
    _inherit = ["credit.pdf.report"]
    _description = "Statement of account"

    _document_template = "credit_control.statement_page"

    def _document_values(self, records, date=None, full=False, date_from=None):
        """Return the values of the template, in the language of each customer.

        The parameters are those of ``credit.profile.statement``.
        """
        statements = records._statements(date, full, date_from)
        values = {}
        for profile, sections in statements.items():
            lang = profile._statement_lang()
            period = records._statement_period(
                profile.sudo().company_id, date, full, date_from
            )
            values[profile] = self.with_context(lang=lang)._one_statement(
                profile.sudo().with_context(lang=lang), sections, period, lang
            )
        return values

    def _one_statement(self, profile, sections, period, lang):
        company = profile.company_id
        invoice_id = profile.partner_id.address_get(["invoice"])["invoice"]
        addressee = profile.partner_id.browse(invoice_id)
        today = company._dunning_today()[company]
        return {
            "company": company,
            "lang": lang,
            "profile": profile,
            "title": self._title(period),
            "right_window": self._has_right_window(company),
            "address": self._postal_address(addressee, company),
            "sender": self._address_lines(company),
            "place_and_date": self._place_and_date(
                company, format_date(self.env, today, date_format="long")
            ),
            "references": self._references(profile),
            "is_registered": False,
            "full": period.full,
            "sections": [self._section(section) for section in sections],
        }

    def _title(self, period):
        """Return what the statement is of, in words."""
        date = format_date(self.env, period.date)
        if period.start:
            return self.env._(
                "Statement of account from %(start)s to %(date)s",
                start=format_date(self.env, period.start),
                date=date,
            )
        if period.full:
            return self.env._("Full statement of account up to %(date)s", date=date)
        return self.env._("Statement of account on %(date)s", date=date)

    def _references(self, profile):
        user = profile.user_id
        pairs = [
            (self.env._("Customer number"), profile.partner_id.ref),
            (self.env._("Your contact"), user.name),
            (self.env._("Phone"), user.phone or profile.company_id.phone),
            (self.env._("E-mail"), user.email or profile.company_id.email),
        ]
        return [(label, value) for label, value in pairs if value]

    # === SECTIONS === #
    def _section(self, section, limit=None):
        """Return a section of the statement with all in words.

        :param dict section: as ``credit.profile.statement`` gives it
        :param int limit: show the last rows only, when there are more
        """
        currency = self.env["res.currency"].browse(section["currency_id"])
        rows = section["rows"]
        hidden = max(len(rows) - limit, 0) if limit else 0
        # the first ones are left out of a history, the last ones of what is due
        shown = rows[hidden:] if section["full"] else rows[: len(rows) - hidden]
        opening, start = section["opening"], section["start"]
        if hidden and section["full"]:
            opening, start = rows[hidden - 1]["balance"], shown[0]["date"]
        kinds = self._kind_labels()
        writer = _Writer(self.env, currency)
        rows = [self._row(row, writer, kinds) for row in shown]
        return {
            "currency": currency,
            "full": section["full"],
            "heading": self._heading(section),
            "opening": format_amount(self.env, opening, currency),
            "opening_date": start and format_date(self.env, start),
            "hidden": hidden,
            "rows": rows,
            **self._tables(rows),
            "parts": self._parts(section, currency),
            "total_text": format_amount(self.env, section["balance"], currency),
            "ages": [
                (label, format_amount(self.env, amount, currency))
                for label, amount in zip(
                    self._age_labels(), section["ages"], strict=True
                )
            ],
            "shares": self._shares(section["ages"]),
        }

    def _heading(self, section):
        if section["full"]:
            return self.env._("Movements in %(currency)s", currency=section["currency"])
        return self.env._("Open items in %(currency)s", currency=section["currency"])

    @staticmethod
    def _tables(rows):
        """Return the rows as tables for the engine, and what makes them equally wide.

        :return: ``tables``, lists of rows, and ``ruler``, the longest text of each
            column, when there are several
        :rtype: dict
        """
        tables, room = [[]], TABLE_ROWS
        for row in rows:
            if room <= 0:
                tables.append([])
                room = TABLE_ROWS
            tables[-1].append(row)
            room -= 1 + len(row["settlements"])
        if len(tables) == 1:
            return {"tables": tables, "ruler": None}
        words = {
            word for row in rows for word in f"{row['name']} {row['reference']}".split()
        }
        numbers = (max((str(row[key]) for row in rows), key=len) for key in NUMBERS)
        return {"tables": tables, "ruler": [max(words, key=len, default=""), *numbers]}

    def _row(self, row, writer, kinds):
        return {
            "kind": kinds[row["kind"]],
            "code": row["kind"],
            "move_id": row["move_id"],
            "name": row["name"],
            "reference": self._reference(row),
            "date": writer.date(row["date"]),
            "due": writer.date(row["due"]) if row["due"] else "",
            "days": row["days"] or "",
            "total": writer.money(row["amount"]),
            "open": writer.money(row["open"]) if row["open"] else "",
            "is_credit": row["open"] < 0,
            "balance": writer.money(row["balance"]),
            "settlements": self._settlement_lines(row, writer, kinds),
        }

    @staticmethod
    def _reference(row):
        """Return the reference, unless it only repeats what the row settled."""
        names = {settlement["name"] for settlement in row["settlements"]}
        words = row["reference"].split(",")
        return "" if {word.strip() for word in words} <= names else row["reference"]

    def _settlement_lines(self, row, writer, kinds):
        """Return what settled an item, or what it settled, a sentence each."""
        lines = []
        for settlement in row["settlements"]:
            values = {
                "kind": kinds[settlement["kind"]],
                "name": settlement["name"],
                "date": writer.date(settlement["date"]),
                "amount": writer.money(settlement["amount"]),
            }
            if row["amount"] > 0:
                line = self.env._("%(date)s: %(amount)s by %(kind)s %(name)s", **values)
            else:
                line = self.env._("%(date)s: %(amount)s for %(name)s", **values)
            lines.append(line)
        if row["kind"] == "payment" and row["open"]:
            amount = writer.money(-row["open"])
            lines.append(self.env._("Not allocated: %(amount)s", amount=amount))
        return lines

    def _parts(self, section, currency):
        """Return (label, amount) of what the balance is made of."""
        other = currency.round(section["credits"] - section["unallocated"])
        parts = [
            (self.env._("Open invoices"), section["claims"]),
            (self.env._("Of which overdue"), section["overdue"]),
            (self.env._("Credits"), other),
            (self.env._("Payments not allocated"), section["unallocated"]),
        ]
        return [
            (label, format_amount(self.env, amount, currency))
            for label, amount in parts
            if amount
        ]

    @staticmethod
    def _shares(ages):
        """Return the share of each age in percent, for a bar."""
        total = sum(ages)
        return [round(100 * amount / total, 2) if total else 0 for amount in ages]

    # === LABELS === #
    def _kind_labels(self):
        return {
            "invoice": self.env._("Invoice"),
            "instalment": self.env._("Instalment"),
            "credit_note": self.env._("Credit note"),
            "payment": self.env._("Payment"),
            "payout": self.env._("Money paid back"),
            "entry": self.env._("Entry"),
            "transfer": self.env._("Settled elsewhere"),
        }

    def _age_labels(self):
        labels = [self.env._("Not due")]
        start = 1
        for stop in AGES:
            labels.append(self.env._("%(start)s-%(stop)s days", start=start, stop=stop))
            start = stop + 1
        labels.append(self.env._("Over %(days)s days", days=AGES[-1]))
        return labels
