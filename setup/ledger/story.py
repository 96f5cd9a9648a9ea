"""Customers that a person remembers, one for each rule of the dunning run.

Their names and what they show are in story.json; scenes.py sets each of them up.
"""

import json
from types import SimpleNamespace

from odoo import Command, fields

from .main import MARK, QUIET
from .plan import days
from .scenes import Scenes
from .world import COUNTRIES, FUNCTIONS, HERE, WORLD, ZONE, phone, slug

STORY = json.loads(HERE.joinpath("story.json").read_text("utf-8"))
STORY_MARK = "credit_control_demo.story"
CREDIT_ROLES = "credit_control.role_"


def tell(env):
    """Add the customers of the story, users, roles and portfolios, unless there.

    Works on the ledger of ``generate``, in a database with credit_control installed.
    The caller commits.

    :return: ``{customer: what it shows}``
    """
    parameters = env["ir.config_parameter"].sudo()
    ledger = parameters.get_param(MARK)
    if not ledger:
        raise ValueError("There is no ledger yet: call generate(env) first.")
    if parameters.get_param(STORY_MARK):
        print("The story is already told: nothing to do.")
        return told(env)
    if "credit.profile" not in env:
        raise ValueError("Install the add-on credit_control first.")
    ledger = json.loads(ledger)
    companies = env["res.company"].browse(ledger["companies"])
    env = env(
        user=1,
        su=True,
        context={**env.context, **QUIET, "allowed_company_ids": companies.ids},
    )
    teller = Teller(env, companies.with_env(env), fields.Date.to_date(ledger["today"]))
    teller.tell()
    parameters.set_param(STORY_MARK, "told")
    return told(env)


def told(env):
    """Return the customers of the story that are there, and what each shows."""
    partners = env["res.partner"].search([("ref", "=like", "S%")])
    names = set(partners.mapped("name"))
    return {c["name"]: c["about"] for c in STORY["customers"] if c["name"] in names}


def shown(env):
    """Return what today's plan says of the story: {customer: [hold or level]}."""
    pipeline, found = env["dunning.pipeline"], {}
    profiles = env["credit.profile"].search([("partner_id.ref", "=like", "S%")])
    for company, mine in profiles.grouped("company_id").items():
        today = company._dunning_today()[company]
        for row in pipeline._explain_rows(company, today, mine.ids):
            level = env["dunning.level"].browse(row["level_id"] or [])
            name = mine.browse(row["profile_id"]).partner_id.name
            found.setdefault(name, []).append(level.name or row["code"])
    return found


class Teller:
    """Makes the people, then the customers, then what happened to each."""

    def __init__(self, env, companies, today):
        self.env, self.companies, self.today = env, companies, today
        self.terms = {
            term.name: term
            for term in env["account.payment.term"].search(
                [("name", "in", [term["name"] for term in WORLD["terms"]])]
            )
        }
        self.product = env["product.product"].search(
            [("name", "=", WORLD["products"][0])], limit=1
        )

    def tell(self):
        """Do it all, in this order."""
        self.give_roles()
        self.users = self.make_users()
        customers = [
            self.make_customer(number, spec)
            for number, spec in enumerate(STORY["customers"], 1)
            if all(
                self.option(i, "company", 0) < len(self.companies)
                for i in spec["invoices"]
            )
        ]
        self.make_invoices(customers)
        self.make_profiles(customers)
        scenes = Scenes(self.env, self.companies, self.today)
        for customer in customers:
            scenes.remember(customer)
            scenes.play(customer)
        self.start_levels()
        self.env.flush_all()

    @staticmethod
    def option(invoice, name, default=None):
        """Return an option of an invoice of the story."""
        return invoice[2].get(name, default) if len(invoice) > 2 else default

    def give_roles(self):
        """Give the contacts of the ledger the roles that their job titles tell."""
        partners = self.env["res.partner"]
        for code, titles in FUNCTIONS.items():
            role = self.env.ref(CREDIT_ROLES + code)
            partners.search([("function", "in", list(titles.values()))]).write(
                {"credit_role_ids": [Command.link(role.id)]}
            )

    def make_users(self):
        """Return the users of each role by login; the password is the login."""
        users = {}
        model = self.env["res.users"].with_context(no_reset_password=True)
        for spec in STORY["users"]:
            ids = [
                self.companies[i].id
                for i in spec["companies"]
                if i < len(self.companies)
            ]
            if not ids:
                continue
            groups = [
                self.env.ref(name).id for name in ("base.group_user", *spec["groups"])
            ]
            vals = {
                "name": spec["name"],
                "password": spec["login"],
                "company_ids": [Command.set(ids)],
                "company_id": ids[0],
                "tz": ZONE,
                "email": f"{spec['login']}@maison-verdier.example",
                "group_ids": [Command.link(group) for group in groups],
            }
            user = model.search([("login", "=", spec["login"])])
            if user:
                user.write(vals)
            else:
                user = model.create({**vals, "login": spec["login"]})
            users[spec["login"]] = user
        reader = self.env.ref("credit_control.group_sales_reader")
        sellers = model.search([("login", "in", [s[0] for s in WORLD["sales"]])])
        sellers.group_ids = [Command.link(reader.id)]
        return users

    def make_customer(self, number, spec):
        """Return the customer, with his contacts and their roles."""
        code = spec.get("country", "FR")
        country, domain = COUNTRIES[code], f"{slug(spec['name'])}.example"
        rng = SimpleNamespace(randrange=lambda size: number * 7 % size)
        city, postcode = country["cities"][number % len(country["cities"])]
        street = country["streets"][number % len(country["streets"])].format(number)
        address = {"street": street, "zip": postcode, "city": city}
        mail = spec.get("mail", True)
        is_person = spec.get("person", False)
        email = f"compta@{domain}"
        if is_person:
            email = f"{slug(spec['name'], '.')}@courriel.example"
        # mobiles of Germany's range for films: France's is taken for invalid
        number_called = spec.get("mobile") or phone(code, rng)
        partner = self.env["res.partner"].create(
            {
                "name": spec["name"],
                "ref": f"S{number:03d}",
                "is_company": not is_person,
                "customer_rank": 1,
                "country_id": self.env["res.country"].search([("code", "=", code)]).id,
                "lang": country["lang"],
                "email": email if mail else False,
                "phone": number_called if spec.get("phone", True) else False,
                "user_id": self.users["sales"].id,
                "comment": spec["about"],
                **(address if spec.get("address", True) else {}),
            }
        )
        if mail and not is_person:
            self.make_people(number, spec, partner, domain, number_called)
        return SimpleNamespace(partner=partner, spec=spec, moves=[])

    def make_people(self, number, spec, partner, domain, number_called):
        """Make the people of a company, with their roles; one who pays, if none."""
        lang = partner.lang[:2]
        default = [
            [
                f"{WORLD['first_names'][lang].split()[number % 12]} "
                f"{WORLD['names'][lang].split()[number % 14]}",
                "accounts_payable",
            ]
        ]
        for name, role in spec.get("people", default):
            self.env["res.partner"].create(
                {
                    "name": name,
                    "parent_id": partner.id,
                    "type": "contact",
                    "function": FUNCTIONS[role][lang],
                    "email": f"{slug(name, '.')}@{domain}",
                    "phone": number_called,
                    "lang": partner.lang,
                    "credit_role_ids": [
                        Command.link(self.env.ref(CREDIT_ROLES + role).id)
                    ],
                }
            )

    def make_invoices(self, customers):
        """Make and post the invoices of all, company by company, in order of date."""
        for index, company in enumerate(self.companies):
            mine = [
                (customer, place, invoice)
                for customer in customers
                for place, invoice in enumerate(customer.spec["invoices"])
                if self.option(invoice, "company", 0) == index
            ]
            env = self.env(
                context=dict(self.env.context, allowed_company_ids=company.ids)
            )
            moves = env["account.move"].create(
                [self.invoice_vals(c.partner, company, i) for c, _place, i in mine]
            )
            moves.sorted(lambda move: (move.invoice_date, move.id)).action_post()
            for move, (customer, place, _invoice) in zip(moves, mine, strict=True):
                customer.moves.append((place, move.with_env(self.env)))
        for customer in customers:
            ids = [
                move.id
                for _place, move in sorted(customer.moves, key=lambda pair: pair[0])
            ]
            customer.moves = self.env["account.move"].browse(ids)

    def invoice_vals(self, partner, company, invoice):
        """Return the values of an invoice that is so many days overdue."""
        amount, overdue = invoice[:2]
        code = self.option(invoice, "currency", company.currency_id.name)
        currency = self.env["res.currency"].search([("name", "=", code)])
        vals = {
            "move_type": self.option(invoice, "kind", "out_invoice"),
            "partner_id": partner.id,
            "invoice_date": self.today - days(overdue + 30),
            "invoice_user_id": partner.user_id.id,
            "ref": self.option(invoice, "ref"),
            "currency_id": currency.id,
            "invoice_line_ids": [
                Command.create(
                    {"product_id": self.product.id, "quantity": 1, "price_unit": amount}
                )
            ],
        }
        if vals["move_type"] == "out_invoice":
            term = self.option(invoice, "term", "30 days net")
            vals["invoice_payment_term_id"] = self.terms[term].id
        return vals

    def make_profiles(self, customers):
        """Make all profiles and give them collectors: the story, then by halves."""
        profiles = self.env["credit.profile"]
        for company in self.companies:
            profiles._ensure_profiles(company)
        told = self.env["res.partner"].union(*(c.partner for c in customers))
        british = self.users.get("collector2")
        for company in self.companies:
            mine = profiles.search([("company_id", "=", company.id)], order="id")
            if british and company in british.company_ids:
                mine.user_id = british
                continue
            story = mine.filtered(lambda profile: profile.partner_id in told)
            others = mine - story
            (story | others[::2]).user_id = self.users["collector"]
            others[1::2].user_id = self.users["manager"]
            self.env["dunning.policy"]._assign(company)

    def start_levels(self):
        """Place the other claims as if the policies had run until a week ago."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE account_move_line line
               SET dunning_level_id = place.level_id, dunning_date = place.day
              FROM (SELECT DISTINCT ON (l.id) l.id, d.id AS level_id,
                           l.date_maturity + d.delay_days AS day
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id
                       AND a.account_type = 'asset_receivable'
                      JOIN res_partner p ON p.id = l.partner_id
                      JOIN res_partner c ON c.id = p.commercial_partner_id
                       AND c.ref LIKE 'C%%'
                      JOIN credit_profile f ON f.partner_id = c.id
                       AND f.company_id = l.company_id
                      JOIN dunning_level d ON d.policy_id = f.dunning_policy_id
                       AND d.active AND d.delay_from = 'due_date'
                     WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                       AND l.balance > 0
                       AND l.date_maturity + d.delay_days <= %(today)s - 7
                       AND (d.is_formal IS NOT TRUE
                            OR l.date_maturity < %(today)s - 110)
                     ORDER BY l.id, d.sequence DESC) place
             WHERE line.id = place.id""",
            {"today": self.today},
        )
        self.env["account.move.line"].invalidate_model(
            ["dunning_level_id", "dunning_date"]
        )
