import io
from collections import defaultdict

import xlsxwriter

from odoo import api, models
from odoo.tools import SQL

from ..models.credit_statement import AGES

# text stays text: a name that begins with "=" is no formula
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False}
WIDTHS = {"text": 22, "date": 12, "number": 10, "amount": 15}
TITLE_ROWS = 3
# what is known of each customer, as far as the user may read it
BEFORE = ("partner_id", "partner_id.ref", "user_id", "team_id", "partner_id.user_id")
AFTER = (
    "amount_collectable",
    "worklist_gain",
    "days_overdue",
    "oldest_due_date",
    "worklist_level_id",
    "dunning_policy_id",
    "risk_class",
    "next_action",
    "next_action_date",
    "hold_until",
    "hold_reason",
    "snooze_until",
    "legal_status",
    "decision_kind",
)
FIGURES = ("amount_due", "amount_overdue", "amount_credit")
KINDS = {"monetary": "amount", "date": "date", "integer": "number"}


class ProfileXlsx(models.AbstractModel):
    """Customers with their figures as a workbook: a sheet for each currency."""

    _name = "credit.profile.xlsx"
    _description = "Customers with their figures as a workbook"

    @api.model
    def _write(self, profiles):
        """Return the workbook of ``profiles``, in their order.

        The amounts are in the currency of the company; those of two currencies are
        never in one sheet.

        :rtype: bytes
        """
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, **OPTIONS})
        title = self.env._("Customers with their figures")
        book.set_properties({"title": title})
        for currency, part in profiles.grouped("currency_id").items():
            self._write_sheet(book, currency, part, title)
        book.close()
        return stream.getvalue()

    def _write_sheet(self, book, currency, profiles, title):
        formats = self._formats(book, currency)
        columns = self._columns(profiles)
        sheet = book.add_worksheet(currency.name)
        sheet.write_string(0, 0, title, formats["title"])
        sheet.write_string(1, 0, self._subtitle(profiles, currency))
        for place, (label, kind, values) in enumerate(columns):
            style = "head_right" if kind in ("amount", "number") else "head"
            sheet.write_string(TITLE_ROWS, place, label, formats[style])
            sheet.set_column(place, place, WIDTHS[kind])
            self._write_column(sheet, formats, place, kind, values)
        last = TITLE_ROWS + len(profiles)
        self._write_totals(sheet, formats, columns, last)
        sheet.autofilter(TITLE_ROWS, 0, last, len(columns) - 1)
        sheet.freeze_panes(TITLE_ROWS + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TITLE_ROWS)
        sheet.set_footer("&L&A&R&P / &N")

    def _subtitle(self, profiles, currency):
        companies = profiles.sudo().company_id
        today = max(companies._dunning_today().values())
        return self.env._(
            "%(companies)s, %(day)s, %(count)s customers, amounts in %(currency)s",
            companies=", ".join(companies.mapped("name")),
            day=today,
            count=len(profiles),
            currency=currency.name,
        )

    def _write_column(self, sheet, formats, place, kind, values):
        write = {
            "text": sheet.write_string,
            "date": sheet.write_datetime,
            "number": sheet.write_number,
            "amount": sheet.write_number,
        }[kind]
        for row, value in enumerate(values, TITLE_ROWS + 1):
            if value or (kind == "amount" and value is not None):
                write(row, place, value, formats[kind])

    def _write_totals(self, sheet, formats, columns, last):
        """Write sums below the amounts that follow the filter of the sheet."""
        sheet.write_string(last + 1, 0, self.env._("Total"), formats["total"])
        for place, (_label, kind, values) in enumerate(columns):
            if kind != "amount":
                continue
            name = xlsxwriter.utility.xl_col_to_name(place)
            sheet.write_formula(
                last + 1,
                place,
                f"=SUBTOTAL(9,{name}{TITLE_ROWS + 2}:{name}{last + 1})",
                formats["total"],
                sum(value or 0 for value in values),
            )

    def _formats(self, book, currency):
        places = "0" * currency.decimal_places
        amount = f"#,##0.{places}" if places else "#,##0"
        amount = {"num_format": f"{amount};[Red]-{amount}"}
        head = {"bold": True, "bg_color": "#E9ECEF", "bottom": 1, "text_wrap": True}
        return {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format(head),
            "head_right": book.add_format({**head, "align": "right"}),
            "text": book.add_format(),
            "date": book.add_format({"num_format": 14}),
            "number": book.add_format({"num_format": "0"}),
            "amount": book.add_format(amount),
            "total": book.add_format({**amount, "bold": True, "top": 1}),
        }

    # === COLUMNS === #
    def _columns(self, profiles):
        """Return (label, type, values in the order of the customers) of each column."""
        return [
            *self._field_columns(profiles, (*BEFORE, *FIGURES)),
            *self._age_columns(profiles),
            self._promised_column(profiles),
            self._contested_column(profiles),
            *self._field_columns(profiles, AFTER),
        ]

    def _field_columns(self, profiles, paths):
        """Return the columns of fields that the user may read."""
        columns = []
        for path in paths:
            name, _dot, leaf = path.partition(".")
            field = profiles._fields[name]
            if not profiles._has_field_access(field, "read"):
                continue
            records = profiles
            if leaf:  # sudo: of a customer whose profile was just checked
                records = profiles.sudo().partner_id.browse(
                    one.partner_id.id for one in profiles
                )
                field = records._fields[leaf]
            label = field._description_string(self.env)
            kind = KINDS.get(field.type, "text")
            columns.append((label, kind, self._values(records, field)))
        return columns

    def _values(self, records, field):
        name = field.name
        if field.type == "many2one":
            # sudo: the name of what belongs to a customer just checked
            return [one.sudo()[name].display_name or "" for one in records]
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return [labels.get(one[name], "") for one in records]
        return [one[name] or (0 if field.type == "monetary" else "") for one in records]

    def _age_columns(self, profiles):
        """Return the open claims by age, in the company's currency, by one query."""
        document = self.env["report.credit_control.statement_document"]
        sums = defaultdict(lambda: [0.0] * (len(AGES) + 2))
        for company, part in profiles.sudo().grouped("company_id").items():
            today = company._dunning_today()[company]
            by_customer = {one.partner_id.id: one.id for one in part}
            items = self.env["credit.ledger"]._query_items(
                company.ids, today, list(by_customer)
            )
            rows = self.env.execute_query(
                SQL(
                    """SELECT customer_id,
                              width_bucket(%s::date - due, %s) AS age, SUM(residual)
                         FROM (%s) item WHERE residual > 0
                        GROUP BY customer_id, age""",
                    today,
                    [1, *(limit + 1 for limit in AGES)],
                    items,
                )
            )
            for customer_id, age, amount in rows:
                sums[by_customer[customer_id]][age] += float(amount)
        return [
            (label, "amount", [sums[one.id][place] for one in profiles])
            for place, label in enumerate(document._age_labels())
        ]

    def _promised_column(self, profiles):
        """Return what pending promises still have to bring, in company currency."""
        groups = self.env["credit.promise"]._read_group(
            [("state", "=", "pending"), ("profile_id", "in", profiles.ids)],
            ["profile_id", "currency_id"],
            ["amount:sum", "amount_kept:sum"],
        )
        sums = defaultdict(float)
        for profile, currency, amount, kept in groups:
            sums[profile.id] += currency._convert(
                amount - kept, profile.currency_id, profile.company_id
            )
        label = self.env._("Promised")
        return label, "amount", [sums[one.id] for one in profiles]

    def _contested_column(self, profiles):
        """Return what open disputes are about, in company currency."""
        groups = self.env["credit.dispute"]._read_group(
            [("state", "=", "open"), ("profile_id", "in", profiles.ids)],
            ["profile_id"],
            ["amount_company:sum"],
        )
        sums = {profile.id: amount for profile, amount in groups}
        label = self.env._("Contested")
        return label, "amount", [sums.get(one.id, 0.0) for one in profiles]
