from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools import match_score as score
from ..tools.amounts import find_amounts
from ..tools.match_case import has_registration, name_in
from ..tools.match_text import compact

# customers of one message whose details are compared, open items of one customer
MOST_CUSTOMERS = 40
MOST_ITEMS = 200
CENT = 0.005


class CreditMessage(models.Model):
    """Weak evidence: it chooses among customers, and never proposes one."""

    _inherit = "credit.message"

    def _match_details(self, cases):
        """Compare names, numbers and amounts of those who may have written."""
        customers = set()
        for case in cases.values():
            customers |= set(sorted(case.found)[:MOST_CUSTOMERS])
        if not customers:
            return
        people = self._read_customers(customers)
        open_cases = []
        for case in cases.values():
            for customer in sorted(case.found)[:MOST_CUSTOMERS]:
                name, vat, registry, companies = people[customer]
                case.profiles[customer] = companies
                self._weigh_identity(case, customer, name, vat, registry)
            if not case.thread and len(case.found) > 1:
                open_cases.append(case)
        self._match_amounts(open_cases)

    def _match_amounts(self, cases):
        """Compare amounts and last digits where several may have written."""
        customers = set()
        for case in cases:
            customers |= set(sorted(case.found)[:MOST_CUSTOMERS])
        if not customers:
            return
        items = defaultdict(list)
        scope = set().union(*(case.scope for case in cases))
        for customer, *item in self._read_candidate_items(customers, scope):
            items[customer].append(item)
        for case in cases:
            self._weigh_items(case, items)

    def _read_customers(self, customers):
        """Return ``{customer: (name, VAT, company number, companies of profiles)}``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, p.name, p.vat, p.company_registry, ARRAY(
                       SELECT profile.company_id FROM credit_profile profile
                        WHERE profile.partner_id = p.id ORDER BY 1)
                  FROM res_partner p
                 WHERE p.id = ANY(%s)
                """,
                sorted(customers),
            )
        )
        return {row[0]: row[1:] for row in rows}

    def _read_candidate_items(self, customers, companies):
        """Return the open items: customer, company, name, residual, currency.

        :param companies: ids of all companies in question
        """
        companies = self.env["res.company"].browse(sorted(companies))
        return self.env.execute_query(
            SQL(
                """
                SELECT asked.id, item.*
                  FROM unnest(%(customers)s) AS asked (id)
                 CROSS JOIN LATERAL (
                       SELECT l.company_id, l.move_name,
                              abs(l.amount_residual_currency), currency.name
                         FROM res_partner p
                         JOIN account_move_line l ON l.partner_id = p.id
                         JOIN res_currency currency ON currency.id = l.currency_id
                        WHERE p.commercial_partner_id = asked.id
                          AND l.parent_state = 'posted'
                          AND l.reconciled IS NOT TRUE
                          AND l.account_id IN %(accounts)s
                        ORDER BY l.date DESC, l.id DESC
                        LIMIT %(limit)s
                       ) item
                """,
                customers=sorted(customers),
                accounts=companies._trade_receivable_ids(),
                limit=MOST_ITEMS,
            )
        )

    @api.model
    def _weigh_identity(self, case, customer, name, vat, registry):
        """Note the customer's name or number, as in a signature."""
        place = name_in(case.words, name)
        if place:
            weight = score.NAME if place == "whole" else score.NAME_SHORT
            case.add(customer, "name", weight, name=name)
        if has_registration(case.numbers, vat, registry):
            case.add(customer, "number", score.NUMBER, number=vat or registry)

    @api.model
    def _weigh_items(self, case, items):
        """Note amounts and last digits that one of the candidates has open."""
        amounts = [
            (abs(found.value), found.currency, found.text)
            for found in find_amounts(case.own_text)
        ]
        for customer in sorted(case.found)[:MOST_CUSTOMERS]:
            mine = [item for item in items[customer] if item[0] in case.scope]
            for value, currency, text in amounts:
                same = [
                    item
                    for item in mine
                    if abs(item[2] - float(value)) < CENT
                    and currency in (None, item[3])
                ]
                if len(same) == 1:
                    is_round = not value % 50
                    weight = score.AMOUNT_ROUND if is_round else score.AMOUNT
                    name = same[0][1]
                    case.add(customer, "amount", weight, amount=text, name=name)
            if case.has("reference"):
                continue
            for tail in sorted(case.tails):
                ends = [item for item in mine if compact(item[1]).endswith(tail)]
                if len(ends) == 1:
                    case.add(customer, "tail", score.TAIL, name=ends[0][1], tail=tail)
