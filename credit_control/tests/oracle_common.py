"""A database that random or large ledgers can be written into."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .oracle_facts import Profile
from .oracle_ledger import (
    BRANCH,
    CALENDARS,
    COMPANY,
    EURO,
    OWN,
    RATES,
    STRANGER,
    YEN,
)
from .oracle_writer import LedgerWriter

ZONE = ZoneInfo("Europe/Paris")


class OracleCommon(AccountTestInvoicingCommon):
    """Companies, currencies, calendars and accounts of the ledgers, and a writer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        cls.companies = {
            COMPANY: company,
            BRANCH: cls.env["res.company"].create(
                {"name": "Branch", "parent_id": company.id}
            ),
            STRANGER: cls.env["res.company"].create(
                {"name": "Stranger", "currency_id": company.currency_id.id}
            ),
        }
        cls.currencies = {OWN: company.currency_id, **cls.make_currencies(company)}
        account = cls.company_data["default_account_receivable"]
        cls.accounts = {
            "receivable": account,
            "non_trade": account.copy({"non_trade": True}),
            "payable": cls.company_data["default_account_payable"],
        }
        cls.calendars = {
            calendar: cls.make_calendar(number, calendar)
            for number, calendar in enumerate(CALENDARS)
        }
        cls.writer = LedgerWriter(
            cls.env,
            cls.companies,
            cls.currencies,
            cls.calendars,
            cls.accounts,
            cls.company_data["default_journal_sale"],
        )

    @classmethod
    def get_default_groups(cls):
        """The accountant of the tests is a credit manager as well."""
        manager = cls.quick_ref("credit_control.group_manager")
        return super().get_default_groups() | manager

    @classmethod
    def make_currencies(cls, company):
        """Two foreign currencies with the rates of the ledgers."""
        names = [
            name for name in ("EUR", "JPY", "CHF") if name != company.currency_id.name
        ]
        currencies = {}
        for number, name in zip((EURO, YEN), names, strict=False):
            currency = cls.env["res.currency"].with_context(active_test=False)
            currency = currency.search([("name", "=", name)])
            currency.active = True
            currency.rate_ids.unlink()
            currency.rate_ids = [
                (0, 0, {"name": start, "rate": rates[number], "company_id": company.id})
                for start, rates in RATES
            ]
            currencies[number] = currency
        return currencies

    @classmethod
    def make_calendar(cls, number, calendar):
        """Eight hours on each open weekday, and days of leave for all."""

        def moment(day):
            local = datetime.combine(day, time(), ZONE)
            return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

        return cls.env["resource.calendar"].create(
            {
                "name": f"Days {number}",
                "company_id": False,
                "tz": ZONE.key,
                "attendance_ids": [
                    (0, 0, {"name": "Open", "dayofweek": str(day), "hour_from": 9,
                            "hour_to": 17, "day_period": "morning"})
                    for day in calendar.weekdays
                ],
                "leave_ids": [
                    (0, 0, {"name": "Closed", "resource_id": False,
                            "date_from": moment(day),
                            "date_to": moment(day + timedelta(1))})
                    for day in calendar.leaves
                ],
            }
        )  # fmt: skip

    @classmethod
    def forget_policies(cls):
        """Leave no policy to the profiles that a run makes: ledgers have their own."""
        companies = cls.env["res.company"].union(*cls.companies.values())
        companies.dunning_policy_id = False
        cls.env["dunning.policy"].search([]).action_archive()

    def plan(self, company_id, date):
        """The run of a company and day, planned."""
        company = self.env["res.company"].browse(company_id)
        with freeze_time(date):
            run = self.env["dunning.run"].with_company(company)
            run = run.create({"company_id": company_id, "date": date})
            run.action_plan()
            self.env.flush_all()
        return run

    def with_new_profiles(self, ledger):
        """The ledger with the profiles that the run made where there were none."""
        customers = {contact.id for contact in ledger.contacts}
        known = {profile.id for profile in ledger.profiles}
        self.env.cr.execute(
            "SELECT id, partner_id, company_id FROM credit_profile "
            "WHERE partner_id IN %s AND id NOT IN %s",
            [tuple(customers), tuple(known) or (0,)],
        )
        made = tuple(Profile(*row) for row in self.env.cr.fetchall())
        return ledger._replace(profiles=ledger.profiles + made)
