from odoo import models
from odoo.tools.misc import format_amount, format_date


class PlanDocument(models.AbstractModel):
    """A payment plan as a document that both sides sign."""

    _name = "report.credit_control.plan_document"
    _inherit = ["credit.pdf.report"]
    _description = "Payment plan to sign"

    _document_template = "credit_control.plan_page"

    def _document_values(self, records):
        records.check_access("read")
        values = {}
        for plan in records:
            company = plan.company_id
            lang = plan.partner_id.lang or company.partner_id.lang or self.env.lang
            renderer = self.with_context(lang=lang)
            # sudo: items and accounts of a plan that the user may read
            values[plan] = renderer._one_plan(plan.sudo().with_context(lang=lang), lang)
        return values

    def _one_plan(self, plan, lang):
        company = plan.company_id
        today = company._dunning_today()[company]
        invoice_id = plan.partner_id.address_get(["invoice"])["invoice"]
        return {
            "plan": plan,
            "company": company,
            "lang": lang,
            "title": self.env._("Payment plan and acknowledgement of debt"),
            "right_window": self._has_right_window(company),
            "address": self._postal_address(
                plan.partner_id.browse(invoice_id), company
            ),
            "sender": self._address_lines(company),
            "place_and_date": self._place_and_date(
                company, format_date(self.env, today, date_format="long")
            ),
            "references": self._references(plan),
            "is_registered": False,
            "parties": self._parties(plan),
            "debts": self._debts(plan),
            "total": self._money(plan, plan.amount_total),
            "debt_total": self._money(plan, plan.amount_total - plan.interest_amount),
            "interest": plan.interest_amount
            and self._money(plan, plan.interest_amount),
            "instalments": [
                {
                    "rank": rank,
                    "day": format_date(self.env, promise.date, date_format="long"),
                    "amount": self._money(plan, promise.amount),
                }
                for rank, promise in enumerate(plan.promise_ids.sorted("date"), 1)
            ],
            "account": self._account(plan),
        }

    def _money(self, plan, amount):
        return format_amount(self.env, amount, plan.currency_id)

    def _references(self, plan):
        user = plan.user_id
        pairs = [
            (self.env._("Our reference"), plan.name),
            (self.env._("Customer number"), plan.partner_id.ref),
            (self.env._("Your contact"), user.name),
            (self.env._("Phone"), user.phone or plan.company_id.phone),
            (self.env._("E-mail"), user.email or plan.company_id.email),
        ]
        return [(label, value) for label, value in pairs if value]

    def _parties(self, plan):
        """Return (role, lines) of creditor and debtor, as a deed names them."""
        company, customer = plan.company_id, plan.partner_id
        return [
            (
                self.env._("The creditor"),
                [
                    company.name,
                    *self._address_lines(company),
                    *self._legal_identity(company),
                ],
            ),
            (
                self.env._("The debtor"),
                [
                    customer.name,
                    *self._address_lines(customer, home=company.country_id),
                    *self._legal_identity(customer),
                ],
            ),
        ]

    def _debts(self, plan):
        """Return the rows of the documents that the plan pays."""
        return [
            {
                "name": line.move_id.name,
                "date": format_date(self.env, line.invoice_date or line.date),
                "due": format_date(self.env, line.date_maturity or line.date),
                "total": self._money(plan, line.amount_currency),
                "open": self._money(plan, line.amount_residual_currency),
            }
            for line in self._claims(plan)
        ]

    def _claims(self, plan):
        """Return the claims of a plan; where none is chosen, those that it covers."""
        if plan.move_line_ids:
            return plan.move_line_ids.sorted(
                lambda line: (line.date_maturity or line.date, line.id)
            )
        claims = self.env["credit.plan.make"].sudo()._claims(plan.profile_id)
        covered = claims.browse()
        left = plan.amount_total - plan.interest_amount
        for line in claims.filtered(lambda line: line.currency_id == plan.currency_id):
            if plan.currency_id.compare_amounts(left, 0) <= 0:
                break
            covered += line
            left -= line.amount_residual_currency
        return covered

    def _account(self, plan):
        """Return bank account and holder to pay to; nothing when none is known."""
        banks = plan.company_id.partner_id.bank_ids
        bank = banks.filtered("allow_out_payment")[:1] or banks[:1]
        return bank and {
            "holder": bank.acc_holder_name or plan.company_id.name,
            "number": bank.acc_number,
            "bic": bank.bank_bic,
        }
