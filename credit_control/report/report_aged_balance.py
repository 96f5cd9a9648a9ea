from odoo import models
from odoo.tools.misc import format_date, formatLang

# a longer table is read in the XLSX, not on paper
ROWS = 1500


class AgedBalanceDocument(models.AbstractModel):
    _name = "report.credit_control.aged_balance_document"
    _inherit = ["credit.pdf.report"]
    _description = "Printed aged balance"

    _document_template = "credit_control.aged_balance_page"

    def _document_values(self, records):
        return {balance: self._one_balance(balance) for balance in records}

    def _one_balance(self, balance):
        """Return what the page shows, in the language of the reader."""
        table = balance._read_table(ROWS)
        companies = balance._items()._aged_companies()
        title, *heading = balance._heading(False)
        return {
            "company": companies[0],
            "lang": self.env.lang or "en_US",
            "title": title,
            "heading": heading,
            "made": self.env._(
                "Printed on %(day)s by %(user)s",
                day=format_date(self.env, companies._dunning_today()[companies[0]]),
                user=self.env.user.name,
            ),
            "by": table["by"],
            "columns": table["columns"],
            "sections": [self._section(section) for section in table["sections"]],
            "narrow": len(table["columns"]) > 10,
        }

    def _section(self, section):
        """Return the rows of one currency, as text."""
        currency = self.env["res.currency"].browse(section["currency_id"])
        return {
            "currency": currency.name,
            "rows": [
                (
                    row["name"],
                    [self._amount(value, currency) for value in row["values"]],
                    self._percent(row["share"]),
                )
                for row in section["rows"]
            ],
            "more": section["more"],
            "totals": [self._amount(value, currency) for value in section["totals"]],
            "shares": [self._percent(share) for share in section["shares"]],
        }

    def _amount(self, value, currency):
        digits = currency.decimal_places
        return formatLang(self.env, value, digits=digits) if value else ""

    def _percent(self, share):
        return formatLang(self.env, share, digits=1) if share else ""
