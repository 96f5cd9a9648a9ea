from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..tools import match_score as score
from ..tools.free_mail import domain_of, is_free_mail, parent_domains
from ..tools.match_case import domain_weight
from .res_partner_match import website_domain_sql

# contacts of one address that are looked at; more than that tell nothing
SAME_ADDRESS = 60
# a customer is who was invoiced, or has a profile
IS_CUSTOMER = SQL(
    "(customer.customer_rank > 0 OR EXISTS "
    "(SELECT FROM credit_profile profile WHERE profile.partner_id = customer.id))"
)


class CreditMessage(models.Model):
    """Who may have written: by address, by what was remembered, by domain."""

    _inherit = "credit.message"

    # === ADDRESSES === #
    def _match_addresses(self, cases):
        """Look up the addresses of all messages in the address book."""
        book = defaultdict(list)
        wanted = set().union(*(case.addresses() for case in cases.values()))
        for address, *row in self._read_contacts(wanted) if wanted else ():
            book[address].append(row)
        is_any_unknown = any(not book[case.sender] for case in cases.values())
        own = self._read_own_domains() if is_any_unknown else set()
        for case in cases.values():
            known = book[case.sender]
            case.is_internal = any(row[4] for row in known) or (
                not known and bool(own & set(parent_domains(domain_of(case.sender))))
            )
            case.is_supplier = any(row[3] and not row[2] for row in known)
            self._weigh_addresses(case, book)

    def _read_contacts(self, addresses):
        """Return the contacts of addresses: one row each.

        :return: address, id, commercial partner, whether that one is a customer and
            a supplier, whether the contact is an internal user, company of the customer
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT asked.address, contact.id, customer.id,
                       contact.is_user IS NOT TRUE AND %(is_customer)s,
                       customer.supplier_rank > 0,
                       contact.is_user, customer.company_id
                  FROM unnest(%(addresses)s) AS asked (address)
                 CROSS JOIN LATERAL (
                       SELECT p.id, p.active, p.commercial_partner_id, EXISTS (
                              SELECT FROM res_users u
                               WHERE u.partner_id = p.id AND u.active AND NOT u.share
                              ) AS is_user
                         FROM res_partner p
                        WHERE p.email_normalized = asked.address
                        ORDER BY p.active DESC, p.id
                        LIMIT %(limit)s
                       ) contact
                  JOIN res_partner customer
                    ON customer.id = contact.commercial_partner_id
                 ORDER BY asked.address, contact.active DESC, contact.id
                """,
                addresses=sorted(addresses),
                is_customer=IS_CUSTOMER,
                limit=SAME_ADDRESS,
            )
        )

    def _read_own_domains(self):
        """Return the domains of our own people, mailboxes and companies.

        :rtype: set[str]
        """
        self.env["res.partner"].flush_model(["email_normalized"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lower(name) FROM mail_alias_domain
                 UNION
                SELECT split_part(p.email_normalized, '@', 2)
                  FROM res_partner p
                 WHERE p.id IN (SELECT partner_id FROM res_company
                                 UNION ALL
                                SELECT partner_id FROM res_users
                                 WHERE active AND NOT share)
                   AND p.email_normalized IS NOT NULL
                """
            )
        )
        return {name for (name,) in rows if not is_free_mail(name)}

    def _weigh_addresses(self, case, book):
        """Note the customers of the addresses of one message.

        A colleague forwards what others wrote: the text and the copies count then. Of
        somebody else they count where nobody knows him.
        """
        if not case.is_internal and not case.is_machine:
            self._weigh_address(case, book, case.sender, "address", score.ADDRESS)
            self._weigh_address(case, book, case.reply_to, "reply_to", score.REPLY_TO)
            if case.found or case.is_supplier:
                return
        weight = score.FORWARDED
        code = "named_address" if case.is_machine else "forwarded"
        if not case.is_internal and not case.is_machine:
            weight = score.COPIED
        for address in case.forwarded:
            self._weigh_address(case, book, address, code, weight)
        if not case.found:
            for address in case.copied:
                self._weigh_address(case, book, address, "copied", score.COPIED)

    def _weigh_address(self, case, book, address, code, weight):
        customers = {}
        for contact, customer, is_customer, _supplier, is_user, company in book[
            address
        ]:
            in_scope = not company or company in case.scope
            if is_customer and not is_user and in_scope:
                customers.setdefault(customer, contact)
        for customer, contact in customers.items():
            share = score.shared(weight, len(customers))
            case.add(customer, code, share, contact=contact, email=address)

    # === REMEMBERED === #
    def _match_remembered(self, cases):
        """Take what a person once said of an address."""
        senders = {case.sender for case in cases.values() if case.sender}
        rows = self.env["credit.message.sender"].search_fetch(
            [("email", "in", sorted(senders))],
            ["email", "company_id", "profile_id", "is_spam"],
        )
        known = defaultdict(list)
        for row in rows:
            known[row.email].append(row)
        for case in cases.values():
            told = [
                row for row in known[case.sender] if row.company_id.id in case.scope
            ]
            # what was said in the company the mail came to goes first
            at_home = [row for row in told if row.company_id.id == case.company]
            for row in at_home or told:
                self._weigh_remembered(case, row)

    def _weigh_remembered(self, case, row):
        if row.is_spam:
            case.remembered = "spam"
        elif not row.profile_id:
            case.remembered = case.remembered or "nobody"
        else:
            case.add(
                row.profile_id.partner_id.id,
                "remembered",
                score.REMEMBERED,
                company=row.company_id.id,
                email=case.sender,
            )

    # === DOMAINS === #
    def _match_domains(self, cases):
        """Look up the domains of senders whom the address book does not know."""
        asked = {
            case.key: parent_domains(case.domain)
            for case in cases.values()
            if case.domain and not case.has("address", "remembered")
        }
        wanted = {name for names in asked.values() for name in names}
        if not wanted:
            return
        found = defaultdict(lambda: defaultdict(list))
        for name, code, customer, company in self._read_domains(wanted):
            found[name][code].append((customer, company))
        for key, names in asked.items():
            case = cases[key]
            if case.is_supplier:
                continue
            # the nearest domain that anybody has
            name = next((name for name in names if found[name]), "")
            self._weigh_domain(case, name, found[name])

    def _weigh_domain(self, case, name, rows):
        for code, weight in (("domain", score.DOMAIN), ("website", score.WEBSITE)):
            customers = [
                customer
                for customer, company in rows[code]
                if not company or company in case.scope
            ]
            if len(customers) > score.SHARED_DOMAIN_MOST or case.has("domain"):
                continue
            weight = domain_weight(weight, len(customers) or 1, score.SHARED_DOMAIN)
            for customer in customers:
                case.add(customer, code, weight, domain=name, count=len(customers))

    def _read_domains(self, names):
        """Return the customers with contacts or a website of these domains.

        :return: domain, "domain" or "website", commercial partner, its company
        """
        conditions = {
            "domain": SQL(
                "split_part(p.email_normalized, '@', 2) = asked.name"
                " AND p.email_normalized IS NOT NULL"
            ),
            "website": SQL(
                "%s = asked.name AND p.website IS NOT NULL",
                website_domain_sql("p.website"),
            ),
        }
        queries = [
            SQL(
                """
                SELECT asked.name, %(code)s, customer.id, customer.company_id
                  FROM unnest(%(names)s) AS asked (name)
                 CROSS JOIN LATERAL (
                       SELECT DISTINCT customer.id, customer.company_id
                         FROM res_partner p
                         JOIN res_partner customer
                           ON customer.id = p.commercial_partner_id
                        WHERE %(condition)s
                          AND %(is_customer)s
                        ORDER BY customer.id
                        LIMIT %(limit)s
                       ) customer
                """,
                code=code,
                names=sorted(names),
                condition=condition,
                is_customer=IS_CUSTOMER,
                limit=score.SHARED_DOMAIN_MOST + 1,
            )
            for code, condition in conditions.items()
        ]
        return self.env.execute_query(SQL(" UNION ALL ").join(queries))
