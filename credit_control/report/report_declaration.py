from odoo import models
from odoo.tools import SQL
from odoo.tools.misc import format_amount, format_date


class DeclarationDocument(models.AbstractModel):
    """What a creditor declares in an insolvency: claims from before the judgment.

    Amounts are those of the eve of the judgment, from the ledger as it was then.
    """

    _name = "report.credit_control.declaration_document"
    _inherit = ["credit.pdf.report"]
    _description = "Declaration of claims"

    _document_template = "credit_control.declaration_page"

    def _document_values(self, records):
        records.check_access("read")
        values = {}
        for profile in records:
            lang = profile.sudo().company_id.partner_id.lang or self.env.lang
            values[profile] = self.with_context(lang=lang)._declaration_values(
                profile.sudo().with_context(lang=lang), lang
            )
        return values

    def _declaration_values(self, profile, lang):
        company = profile.company_id
        today = company._dunning_today()[company]
        return {
            "company": company,
            "lang": lang,
            "title": self.env._("Declaration of claims"),
            "creditor": self._party(company),
            "debtor": self._party(profile.partner_id),
            "place_and_date": self._place_and_date(
                company, format_date(self.env, today, date_format="long")
            ),
            "facts": self._facts(profile),
            "security": profile.legal_security,
            "sections": [
                self._section(profile, currency, rows)
                for currency, rows in self._claims(profile).items()
            ],
        }

    def _party(self, party):
        return [party.name, *self._address_lines(party), *self._legal_identity(party)]

    def _facts(self, profile):
        kinds = dict(profile._fields["legal_status"]._description_selection(self.env))
        to = profile.legal_representative_id

        def day(value):
            return value and format_date(self.env, value)

        pairs = [
            (
                self.env._("To"),
                to and ", ".join(filter(None, [to.name, *self._address_lines(to)])),
            ),
            (self.env._("Proceedings"), kinds[profile.legal_status]),
            (self.env._("Court"), profile.legal_court),
            (self.env._("Case number"), profile.legal_reference),
            (self.env._("Judgment of"), day(profile.legal_date)),
            (self.env._("Published on"), day(profile.legal_publication_date)),
            (self.env._("To be declared by"), day(profile.legal_deadline)),
        ]
        return [(label, value) for label, value in pairs if value]

    def _claims(self, profile):
        """Return the items open at the judgment by currency, the earliest due first.

        :rtype: dict[res.currency, list[dict]]
        """
        if not profile.legal_date:
            return {}
        query = self.env["credit.ledger"]._query_items(
            profile.company_id.ids,
            profile.legal_date,
            customer_ids=profile.partner_id.ids,
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT item.currency_id, move.name, item.due,
                       coalesce(move.invoice_date, item.date) AS date,
                       item.amount_currency AS total, item.residual_currency AS open
                  FROM (%s) item
                  JOIN account_move move ON move.id = item.move_id
                 WHERE coalesce(move.invoice_date, item.date) < %s
                 ORDER BY item.due, item.id
                """,
                query,
                profile.legal_date,
            )
        )
        currencies = self.env["res.currency"]
        found = {}
        for row in rows:
            found.setdefault(currencies.browse(row["currency_id"]), []).append(row)
        return found

    def _section(self, profile, currency, rows):
        def money(amount):
            return format_amount(self.env, amount, currency)

        due = sum(row["open"] for row in rows if row["due"] <= profile.legal_date)
        total = sum(row["open"] for row in rows)
        return {
            "currency": currency,
            "rows": [
                {
                    "name": row["name"],
                    "date": format_date(self.env, row["date"]),
                    "due": format_date(self.env, row["due"]),
                    "total": money(row["total"]),
                    "open": money(row["open"]),
                }
                for row in rows
            ],
            "due": money(due),
            "later": money(total - due),
            "total": money(total),
        }
