import io

import xlsxwriter

from odoo import models
from odoo.tools.misc import format_date

WIDTHS = {"text": 24, "date": 12, "days": 10, "amount": 16}
# text stays text: a reference that begins with "=" is no formula
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False}
HEAD_ROW = 7
# keys of a row, with the type of each
COLUMNS = (
    ("customer", "text"),
    ("kind", "text"),
    ("name", "text"),
    ("reference", "text"),
    ("date", "date"),
    ("due", "date"),
    ("days", "days"),
    ("amount", "amount"),
    ("open", "amount"),
    ("balance", "amount"),
    ("other", "text"),
    ("settled_on", "date"),
    ("settled", "amount"),
)


class StatementXlsx(models.AbstractModel):
    """The statement of one or many customers as a workbook: a sheet per currency.

    What was settled stands below its item, one level deeper in the outline, so that
    the sheet filters, sorts and folds as its reader likes.
    """

    _name = "credit.statement.xlsx"
    _description = "Statement of account as a workbook"

    def _write(self, statements, title):
        """Return the workbook.

        :param dict statements: ``{credit.profile: sections}``
        :param str title: the first line of each sheet
        :rtype: bytes
        """
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, **OPTIONS})
        book.set_properties({"title": title})
        by_currency = {}
        for profile, sections in statements.items():
            for section in sections:
                currency = by_currency.setdefault(section["currency_id"], [])
                currency.append((profile.sudo().partner_id.display_name, section))
        currencies = self.env["res.currency"].browse(by_currency)
        for currency in currencies:
            self._write_sheet(
                book, currency, by_currency[currency.id], title, len(statements) > 1
            )
        if not currencies:
            sheet = book.add_worksheet()
            sheet.write_string(0, 0, title)
            sheet.write_string(1, 0, self.env._("There is no row."))
        book.close()
        return stream.getvalue()

    def _write_sheet(self, book, currency, parts, title, with_customer):
        formats = self._formats(book, currency)
        sheet = book.add_worksheet(currency.name)
        sheet.outline_settings(True, False, True, False)  # heads above their details
        columns = self._columns(with_customer)
        sheet.write_string(0, 0, title, formats["title"])
        names = ", ".join(name for name, _section in parts[:3])
        sheet.write_string(1, 0, names if len(parts) <= 3 else f"{names}, …")
        self._write_totals(sheet, formats, [section for _name, section in parts])
        for number, (_key, label, kind) in enumerate(columns):
            head = "head_right" if kind in ("days", "amount") else "head"
            sheet.write_string(HEAD_ROW, number, label, formats[head])
            sheet.set_column(number, number, WIDTHS[kind])
        row = HEAD_ROW + 1
        for name, section in parts:
            for values, level in self._rows(name, section):
                self._write_row(sheet, formats, columns, row, values, level)
                row += 1
        sheet.autofilter(HEAD_ROW, 0, max(row - 1, HEAD_ROW), len(columns) - 1)
        sheet.freeze_panes(HEAD_ROW + 1, 0)
        self._set_page(sheet)

    def _set_page(self, sheet):
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.set_footer("&L&A&R&P / &N")

    def _formats(self, book, currency):
        places = "0" * currency.decimal_places
        amount = f"#,##0.{places}" if places else "#,##0"
        amount = {"num_format": f"{amount};[Red]-{amount}"}
        head = {"bold": True, "bg_color": "#E9ECEF", "bottom": 1}
        muted = {"font_color": "#5B6470"}
        date = {"num_format": 14}  # the day as the reader's own settings write it
        return {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format(head),
            "head_right": book.add_format({**head, "align": "right"}),
            ("text", 0): book.add_format(),
            ("date", 0): book.add_format(date),
            ("days", 0): book.add_format({"num_format": "0"}),
            ("amount", 0): book.add_format(amount),
            ("text", 1): book.add_format(muted),
            ("date", 1): book.add_format({**date, **muted}),
            ("days", 1): book.add_format(muted),
            ("amount", 1): book.add_format({**amount, **muted}),
        }

    def _columns(self, with_customer):
        """Return (key of a row, heading, type) of each column."""
        labels = [
            self.env._("Customer"),
            self.env._("Type"),
            self.env._("Document"),
            self.env._("Reference"),
            self.env._("Date"),
            self.env._("Due date"),
            self.env._("Days late"),
            self.env._("Amount"),
            self.env._("Open amount"),
            self.env._("Running balance"),
            self.env._("Settled with"),
            self.env._("Settled on"),
            self.env._("Settled amount"),
        ]
        columns = [
            (key, label, kind)
            for (key, kind), label in zip(COLUMNS, labels, strict=True)
        ]
        return columns if with_customer else columns[1:]

    def _write_totals(self, sheet, formats, sections):
        """Write what the balance is made of and its ages, above the rows."""
        words = self.env["report.credit_control.statement_document"]
        labels = [
            *words._age_labels(),
            self.env._("Credits"),
            self.env._("Of which payments not allocated"),
            self.env._("Balance"),
        ]
        amounts = [
            *(sum(ages) for ages in zip(*(s["ages"] for s in sections), strict=True)),
            *(
                sum(section[name] for section in sections)
                for name in ("credits", "unallocated", "balance")
            ),
        ]
        for number, (label, amount) in enumerate(zip(labels, amounts, strict=True)):
            sheet.write_string(3, number, label, formats["head_right"])
            sheet.write_number(4, number, amount, formats["amount", 0])

    def _rows(self, customer, section):
        """Yield the values by key and the level of each row."""
        kinds = self.env["report.credit_control.statement_document"]._kind_labels()
        if section["start"]:
            label = self.env._(
                "Balance brought forward on %(date)s",
                date=format_date(self.env, section["start"]),
            )
            balance = section["opening"]
            yield {"customer": customer, "name": label, "balance": balance}, 0
        for row in section["rows"]:
            kind = kinds[row["kind"]]
            days = row["days"] or None
            yield {**row, "customer": customer, "kind": kind, "days": days}, 0
            for settlement in row["settlements"]:
                yield (
                    {
                        "customer": customer,
                        "kind": kinds[settlement["kind"]],
                        "name": row["name"],
                        "other": settlement["name"],
                        "settled_on": settlement["date"],
                        "settled": settlement["amount"],
                    },
                    1,
                )

    def _write_row(self, sheet, formats, columns, number, values, level):
        if level:
            sheet.set_row(number, None, None, {"level": level})
        for column, (key, _label, kind) in enumerate(columns):
            value = values.get(key)
            style = formats[kind, level]
            if value in (None, "", False):
                continue
            if kind == "text":
                sheet.write_string(number, column, str(value), style)
            elif kind == "date":
                sheet.write_datetime(number, column, value, style)
            else:
                sheet.write_number(number, column, value, style)
