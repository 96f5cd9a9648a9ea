import io

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from odoo import models
from odoo.tools.misc import format_date

NAME_WIDTH = 38
AMOUNT_WIDTH = 15
# a sheet ends at row 1,048,576
MAX_ROWS = 1_000_000


class CreditAgedBalance(models.Model):
    """The table as a workbook: typed numbers, totals by formula, no live text."""

    _inherit = "credit.aged.balance"

    def _file_name(self):
        """Return the name of the file, without its ending."""
        self.ensure_one()
        return self.env._("Aged balance %(day)s", day=self.date)

    def _xlsx(self):
        """Return the whole table as a workbook, a sheet for each currency.

        :rtype: bytes
        """
        self.ensure_one()
        table = self._read_table()
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(
            stream, {"constant_memory": True, "strings_to_formulas": False}
        )
        book.set_properties({"title": self._file_name(), "company": self._owners()})
        formats = self._xlsx_formats(book)
        for section in table["sections"] or [self._empty_section(table)]:
            sheet = book.add_worksheet(section["currency"] or None)
            self._xlsx_sheet(sheet, formats, table, section)
        book.close()
        return stream.getvalue()

    def _empty_section(self, table):
        """Return a section without rows, so that the file says what was asked."""
        zeros = [0.0] * len(table["columns"])
        return {"currency": "", "rows": [], "totals": zeros, "shares": zeros}

    def _owners(self):
        """Return the names of the companies of the table."""
        return ", ".join(self._items()._aged_companies().mapped("name"))

    def _xlsx_formats(self, book):
        amount = {"num_format": "#,##0.00;[Red]-#,##0.00"}
        share = {"num_format": "0.0%"}
        head = {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True}
        foot = {"bold": True, "top": 1}
        return {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "muted": book.add_format({"font_color": "#5B6470"}),
            "head": book.add_format({**head, "valign": "vcenter"}),
            "head_right": book.add_format({**head, "align": "right"}),
            "amount": book.add_format(amount),
            "share": book.add_format(share),
            "total": book.add_format(foot),
            "total_amount": book.add_format({**amount, **foot}),
            "muted_share": book.add_format({**share, "font_color": "#5B6470"}),
        }

    def _xlsx_sheet(self, sheet, formats, table, section):
        """Write a section: heading, frozen column names, rows, totals."""
        columns = table["columns"]
        last = len(columns) + 1
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.set_column(0, 0, NAME_WIDTH)
        sheet.set_column(1, last, AMOUNT_WIDTH)
        lines = self._heading(section["currency"])
        sheet.write_string(0, 0, lines[0], formats["title"])
        for place, line in enumerate(lines[1:], 1):
            sheet.write_string(place, 0, line, formats["muted"])
        top = len(lines) + 1
        sheet.write_string(top, 0, table["by"], formats["head"])
        for place, column in enumerate(columns, 1):
            sheet.write_string(top, place, column["label"], formats["head_right"])
        share_title = self.env._("% of total")
        sheet.write_string(top, last, share_title, formats["head_right"])
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
        rows = section["rows"][:MAX_ROWS]
        for place, row in enumerate(rows, top + 1):
            sheet.write_string(place, 0, row["name"])
            for column, value in enumerate(row["values"], 1):
                sheet.write_number(place, column, value, formats["amount"])
            share = round(row["share"] / 100, 3)
            sheet.write_number(place, last, share, formats["share"])
        if rows:
            sheet.autofilter(top, 0, top + len(rows), last)
        self._xlsx_totals(sheet, formats, section, top + 1, top + len(rows))

    def _xlsx_totals(self, sheet, formats, section, first, last):
        """Write the totals below the rows ``first`` to ``last``, as formulas."""
        foot = last + 1
        sheet.write_string(foot, 0, self.env._("Total"), formats["total"])
        for column, value in enumerate(section["totals"], 1):
            name = xl_col_to_name(column)
            if last < first:
                sheet.write_number(foot, column, value, formats["total_amount"])
                continue
            # SUBTOTAL follows the filter of the sheet
            formula = f"=SUBTOTAL(9,{name}{first + 1}:{name}{last + 1})"
            sheet.write_formula(foot, column, formula, formats["total_amount"], value)
        sheet.write_string(foot + 1, 0, self.env._("% of total"), formats["muted"])
        for column, share in enumerate(section["shares"], 1):
            sheet.write_number(foot + 1, column, share / 100, formats["muted_share"])

    def _heading(self, currency):
        """Return what the table is of, as lines: title, companies, day, filters."""
        words = self._filter_words()
        lines = [
            self.env._(
                "Aged balance on %(day)s", day=format_date(self.env, self.date)
            ),
            self._owners(),
        ]
        if currency:
            lines.append(self.env._("Amounts in %(currency)s", currency=currency))
        if words:
            lines.append(self.env._("Only: %(filters)s", filters=words))
        return lines

    def _filter_words(self):
        """Return the filters in words."""
        # sudo: a name may be of a customer who left the reader's portfolio since
        own = self.sudo()
        words = [
            *own.collector_ids.mapped("name"),
            *own.team_ids.mapped("name"),
            *own.policy_ids.mapped("name"),
            *own.customer_ids.mapped("display_name"),
        ]
        if self.risk_class:
            field = self._fields["risk_class"]
            risk = dict(field._description_selection(self.env))[self.risk_class]
            words.append(self.env._("risk class %(risk)s", risk=risk))
        if self.only_overdue:
            words.append(self.env._("what is overdue"))
        return ", ".join(words)
