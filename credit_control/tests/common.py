from contextlib import contextmanager
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..controllers.portal_guard import forget_tries

# every test of the suite lives on this day, a Monday without a public holiday
TODAY = date(2026, 6, 15)


class CreditControlCommon(AccountTestInvoicingCommon):
    """Customers, invoices, payments, policies and one user per role.

    The clock stands at :data:`TODAY`. ``self.env`` is the accountant of core's tests,
    a credit manager as well; use ``with_user(self.collector)`` for the other roles.
    """

    today = TODAY

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(TODAY))
        super().setUpClass()
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.other_currency = cls.setup_other_currency("EUR", rates=[("2020-01-01", 2)])

    def setUp(self):
        """Begin with nobody having tried anything: the clock of tries stands too."""
        super().setUp()
        forget_tries()

    @contextmanager
    def assertRaisesRegex(self, exception, pattern):
        """Check the message too; what was done meanwhile is undone."""
        with self.assertRaises(exception) as caught:
            yield caught
        self.assertRegex(str(caught.exception), pattern)

    @classmethod
    def get_default_groups(cls):
        """The accountant of the tests is a credit manager as well."""
        return (
            super().get_default_groups()
            | cls.quick_ref("credit_control.group_manager")
            | cls.quick_ref("base.group_partner_manager")
        )

    # === PEOPLE === #
    @classmethod
    def make_users(cls):
        """Create one user per role: call it in ``setUpClass`` where roles matter.

        Gives ``cls.collector`` (own portfolio), ``collector_all``, ``manager``,
        ``sales_reader``, ``auditor``, ``accountant`` (no group of ours) and
        ``plain_user`` (an employee without any right here).
        """
        for name, groups in {
            "collector": "credit_control.group_collector",
            "collector_all": "credit_control.group_collector_all",
            "manager": "credit_control.group_manager",
            "sales_reader": "credit_control.group_sales_reader",
            "auditor": "credit_control.group_auditor",
            "accountant": "account.group_account_invoice",
            "plain_user": "base.group_user",
        }.items():
            user = new_test_user(
                cls.env,
                login=f"credit_{name}",
                name=name.replace("_", " ").title(),
                email=f"{name}@company.example",
                groups=f"base.group_user,{groups}",
                company_id=cls.env.company.id,
                company_ids=[Command.set(cls.env.company.ids)],
            )
            setattr(cls, name, user)

    @classmethod
    def make_second_company(cls, name="Second company", **values):
        """Create a company with a chart of accounts; its data is returned.

        :return: as ``AccountTestInvoicingCommon.company_data``
        :rtype: dict
        """
        return cls.setup_other_company(name=name, **values)

    @classmethod
    def make_customer(cls, name="Customer", contacts=(), **values):
        """Create a customer (a company) with contacts.

        :param contacts: names, or dicts of partner values; ``roles`` in such a dict
            is a list of role codes
        """
        customer = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "property_payment_term_id": False,
                "company_id": False,
                "email": f"{name.lower().replace(' ', '.')}@customer.example",
                **values,
            }
        )
        for contact in contacts:
            data = dict(contact) if isinstance(contact, dict) else {"name": contact}
            codes = data.pop("roles", [])
            if codes:
                roles = cls.env["credit.role"].search([("code", "in", codes)])
                data["credit_role_ids"] = [Command.set(roles.ids)]
            data.setdefault(
                "email", f"{data['name'].lower().replace(' ', '.')}@customer.example"
            )
            cls.env["res.partner"].create(
                {"parent_id": customer.id, "type": "contact", **data}
            )
        return customer

    @classmethod
    def make_profile(cls, partner, company=None, **values):
        """Return the credit profile of ``partner``, with ``values`` written on it."""
        profile = cls.env["credit.profile"].get_profile(
            partner, company or cls.env.company
        )
        if values:
            profile.write(values)
        return profile

    # === LEDGER === #
    @classmethod
    def days(cls, number):
        """Return the day ``number`` days after today (before it when negative)."""
        return TODAY + timedelta(days=number)

    @classmethod
    def make_invoice(
        cls,
        partner,
        amount,
        due=None,
        *,
        currency=None,
        invoice_date=None,
        move_type="out_invoice",
        company_data=None,
        post=True,
        payment_term=None,
        **values,
    ):
        """Create an invoice without tax.

        :param float amount: total, in ``currency`` (default: the company's)
        :param due: a day, or a number of days from today (-10: overdue by 10 days);
            ignored when ``payment_term`` splits it in instalments
        :param invoice_date: default 30 days before the due date, today at the latest
        :param dict company_data: of another company (``make_second_company``)
        """
        data = company_data or cls.company_data
        due = cls.days(due) if isinstance(due, int) else fields.Date.to_date(due)
        due = due or TODAY
        invoice_date = fields.Date.to_date(invoice_date) or min(
            due - timedelta(days=30), TODAY
        )
        move = (
            cls.env["account.move"]
            .with_company(data["company"])
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "company_id": data["company"].id,
                    "currency_id": (currency or data["currency"]).id,
                    "invoice_date": invoice_date,
                    "date": invoice_date,
                    "invoice_payment_term_id": payment_term and payment_term.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Goods",
                                "quantity": 1,
                                "price_unit": amount,
                                "account_id": data["default_account_revenue"].id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **({} if payment_term else {"invoice_date_due": due}),
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def owe_branch(cls, partner, amount):
        """Let a customer owe an overdue invoice to a branch of the company."""
        company = cls.env.company
        branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": company.id}
        )
        move = cls.make_invoice(partner, amount, -20)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE account_move SET company_id = %(branch)s WHERE id = %(move)s;"
            "UPDATE account_move_line SET company_id = %(branch)s"
            " WHERE move_id = %(move)s",
            {"branch": branch.id, "move": move.id},
        )
        cls.env.invalidate_all()

    @classmethod
    def make_credit(cls, partner, amount, day=0, **values):
        """Create an open credit note of ``amount``, due on ``day``."""
        return cls.make_invoice(partner, amount, day, move_type="out_refund", **values)

    @classmethod
    def make_entry(cls, partner, amount, due=None, **line_values):
        """Post a general journal entry with a receivable line; return that line.

        :param float amount: debit when positive, credit when negative
        """
        due = cls.days(due) if isinstance(due, int) else fields.Date.to_date(due)
        counterpart = cls.company_data["default_account_revenue"]
        lines = [
            (cls.receivable, amount, {"date_maturity": due, **line_values}),
            (counterpart, -amount, {}),
        ]
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": due or TODAY,
                "journal_id": cls.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "name": "Entry",
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "debit": max(value, 0),
                            "credit": max(-value, 0),
                            **more,
                        }
                    )
                    for account, value, more in lines
                ],
            }
        )
        move.action_post()
        return cls.receivables(move)

    @classmethod
    def pay(cls, moves, amount=None, day=0, **values):
        """Register a payment of posted invoices; all that is due without ``amount``."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        data = {"payment_date": cls.days(day), "group_payment": True, **values}
        if amount is not None:
            data["amount"] = amount
        return wizard.create(data)._create_payments()

    @classmethod
    def pay_unallocated(cls, partner, amount, day=0, **values):
        """Post a customer payment that is matched with no invoice."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": amount,
                "date": cls.days(day),
                "journal_id": cls.company_data["default_journal_bank"].id,
                **values,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def receivables(cls, moves):
        """Return the receivable lines of ``moves``, earliest due first."""
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    # === POLICIES === #
    @classmethod
    def make_policy(cls, levels=None, name="Test policy", **values):
        """Create a policy of the company.

        :param levels: dicts of level values, or numbers of days after the due date;
            default 5, 20 and 40 days
        """
        commands = []
        for rank, level in enumerate(levels if levels is not None else (5, 20, 40), 1):
            data = level if isinstance(level, dict) else {"delay_days": level}
            commands.append(
                Command.create(
                    {
                        "sequence": rank * 10,
                        "name": f"Level {rank}",
                        "subject": f"Reminder {rank}",
                        "body_html": f"<p>Please pay, level {rank}.</p>",
                        **data,
                    }
                )
            )
        return cls.env["dunning.policy"].create(
            {
                "name": name,
                "company_id": cls.env.company.id,
                "min_days_between": 0,
                "level_ids": commands,
                **values,
            }
        )
