from odoo import models
from odoo.tools.misc import format_amount, format_date


class DossierDocument(models.AbstractModel):
    _name = "report.credit_control.dossier_document"
    _inherit = ["credit.pdf.report"]
    _description = "Account of claims"

    _document_template = "credit_control.dossier_page"

    def _document_values(self, records):
        return {
            dossier: self.with_context(lang=dossier._language())._account_values(
                dossier.with_context(lang=dossier._language()).sudo()
            )
            for dossier in records
        }

    def _account_values(self, dossier, exhibits=()):
        """Return the values of the page: the account, and what proves it.

        :param exhibits: those of the ZIP, numbered from 1
        """
        company = dossier.company_id
        today = company._dunning_today()[company]
        return {
            "company": company,
            "lang": dossier._language(),
            "dossier": dossier,
            "title": self.env._("Account of claims %s", dossier.name),
            "creditor": self._party(company),
            "debtor": self._party(dossier.partner_id),
            "place_and_date": self._place_and_date(
                company, format_date(self.env, today, date_format="long")
            ),
            "facts": self._facts(dossier),
            "sections": [
                self._section(dossier, currency, claims)
                for currency, claims in dossier._account().items()
            ],
            "exhibits": [
                (number, exhibit.group, exhibit.title)
                for number, exhibit in enumerate(exhibits, 1)
            ],
        }

    def _party(self, party):
        """Return the lines that identify a party: name, address, numbers."""
        return [party.name, *self._address_lines(party), *self._legal_identity(party)]

    def _facts(self, dossier):
        kinds = dict(
            dossier._fields["recipient_kind"]._description_selection(self.env)
        )
        recipient = dossier.recipient_id.name
        pairs = [
            (
                self.env._("Handed over to"),
                recipient and f"{recipient} ({kinds[dossier.recipient_kind]})",
            ),
            (self.env._("On"), dossier.date and format_date(self.env, dossier.date)),
            (self.env._("Our contact"), dossier.user_id.name),
            (self.env._("Note"), dossier.note),
        ]
        return [(label, value) for label, value in pairs if value]

    def _section(self, dossier, currency, claims):
        def money(amount):
            return format_amount(self.env, amount, currency)

        paid = sum(p.amount for claim in claims for p in claim.settlements)
        totals = [
            (self.env._("Principal"), sum(claim.principal for claim in claims)),
            (self.env._("Paid"), -paid),
            (self.env._("Interest"), sum(claim.interest for claim in claims)),
        ]
        if currency == dossier.currency_id and dossier.amount_costs:
            totals.append((self.env._("Costs"), dossier.amount_costs))
        return {
            "currency": currency,
            "rows": [
                {
                    "name": claim.name,
                    "reference": claim.reference,
                    "date": format_date(self.env, claim.date),
                    "due": format_date(self.env, claim.due),
                    "principal": money(claim.principal),
                    "interest": money(claim.interest),
                    "open": money(claim.open + claim.interest),
                    "settlements": [
                        (format_date(self.env, p.date), p.name, money(-p.amount))
                        for p in claim.settlements
                    ],
                }
                for claim in claims
            ],
            "totals": [(label, money(amount)) for label, amount in totals],
            "total": money(sum(amount for _label, amount in totals)),
        }
