from collections import defaultdict

from odoo import models
from odoo.tools.misc import format_amount, format_date

# days overdue up to which an item belongs to each column, after "not due"
AGES = (30, 60, 90, 120)


class StatementDocument(models.AbstractModel):
    _name = "report.credit_control.statement_document"
    _inherit = ["credit.pdf.report"]
    _description = "Statement of open items"

    _document_template = "credit_control.statement_page"

    def _document_values(self, records):
        items = self._open_items(records)
        values = {}
        for profile in records.sudo():
            lang = profile.partner_id.lang or profile.company_id.partner_id.lang
            lang = lang or self.env.lang
            values[records.browse(profile.id)] = self.with_context(
                lang=lang
            )._one_statement(profile.with_context(lang=lang), items[profile.id], lang)
        return values

    def _open_items(self, profiles):
        """Return ``{profile id: open receivable lines}`` by one search."""
        key_to_profile = {
            (profile.partner_id, profile.company_id): profile.id
            for profile in profiles.sudo()
        }
        # read as sudo, limited to the customers of profiles the user may read
        profiles.check_access("read")
        partners = profiles.sudo().partner_id
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", partners.ids),
                    ("company_id", "in", profiles.sudo().company_id.ids),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("account_id.non_trade", "=", False),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ],
                order="date_maturity, date, id",
            )
        )
        items = defaultdict(lambda: self.env["account.move.line"].sudo())
        for line in lines:
            key = (line.partner_id.commercial_partner_id, line.company_id)
            items[key_to_profile.get(key)] |= line
        return items

    def _one_statement(self, profile, lines, lang):
        company = profile.company_id
        today = profile.company_id._dunning_today()[profile.company_id]
        invoice_id = profile.partner_id.address_get(["invoice"])["invoice"]
        addressee = profile.partner_id.browse(invoice_id)
        return {
            "company": company,
            "lang": lang,
            "profile": profile,
            "title": self.env._(
                "Statement of account on %(date)s", date=format_date(self.env, today)
            ),
            "right_window": self._has_right_window(company),
            "address": self._postal_address(addressee, company),
            "sender": self._address_lines(company),
            "place_and_date": self._place_and_date(
                company, format_date(self.env, today, date_format="long")
            ),
            "references": self._references(profile),
            "is_registered": False,
            "sections": [
                self._section(currency, items, today)
                for currency, items in lines.grouped("currency_id").items()
            ],
        }

    def _references(self, profile):
        user = profile.user_id
        pairs = [
            (self.env._("Customer number"), profile.partner_id.ref),
            (self.env._("Your contact"), user.name),
            (self.env._("Phone"), user.phone or profile.company_id.phone),
            (self.env._("E-mail"), user.email or profile.company_id.email),
        ]
        return [(label, value) for label, value in pairs if value]

    def _section(self, currency, lines, today):
        """Return the rows, the ages and the totals of one currency."""
        rows, ages = [], [0.0] * (len(AGES) + 2)
        debit = credit = 0.0
        for line in lines:
            amount = line.amount_residual_currency
            due = line.date_maturity or line.date
            days = (today - due).days
            rows.append(
                {
                    "name": line.move_id.name,
                    "reference": line.move_id.ref or line.ref or "",
                    "date": format_date(self.env, line.invoice_date or line.date),
                    # a credit counts at once, whatever its maturity
                    "due": format_date(self.env, due) if amount > 0 else "",
                    "days": days if amount > 0 and days > 0 else "",
                    "total": format_amount(self.env, line.amount_currency, currency),
                    "open": format_amount(self.env, amount, currency),
                }
            )
            if amount > 0:
                debit += amount
                ages[self._age(days)] += amount
            else:
                credit += amount
        return {
            "currency": currency,
            "rows": rows,
            "parts": [
                (label, format_amount(self.env, amount, currency))
                for label, amount in (
                    (self.env._("Open invoices"), debit),
                    (self.env._("Of which overdue"), sum(ages[1:])),
                    (self.env._("Credits"), credit),
                )
                if amount
            ],
            "total_text": format_amount(self.env, debit + credit, currency),
            "ages": [
                (label, format_amount(self.env, amount, currency))
                for label, amount in zip(self._age_labels(), ages, strict=True)
            ],
        }

    def _age(self, days):
        """Return the column of an item ``days`` after its due date."""
        if days <= 0:
            return 0
        return 1 + sum(days > limit for limit in AGES)

    def _age_labels(self):
        labels = [self.env._("Not due")]
        start = 1
        for stop in AGES:
            labels.append(self.env._("%(start)s-%(stop)s days", start=start, stop=stop))
            start = stop + 1
        labels.append(self.env._("Over %(days)s days", days=AGES[-1]))
        return labels
