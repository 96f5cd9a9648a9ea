from odoo import fields

from .common import CreditControlCommon


class PipelineCommon(CreditControlCommon):
    """A company whose customers follow one policy: 5, 20 and 40 days after due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.pipeline = cls.env["dunning.pipeline"].sudo()
        # the policies that come with the product would take some of the customers
        cls.env["dunning.policy"].sudo().search([]).active = False
        cls.policy = cls.make_policy()
        cls.first, cls.second, cls.third = cls.policy.level_ids
        cls.company.dunning_policy_id = cls.policy
        cls.customer = cls.make_customer()

    def plan(self, day=0, company=None):
        """Return ``{move line: row}`` of a plan ``day`` days from today."""
        company = company or self.company
        self.env["credit.profile"].sudo()._ensure_profiles(company)
        rows = self.pipeline._rows(company, self.days(day))
        lines = self.env["account.move.line"]
        return {lines.browse(row["move_line_id"]): row for row in rows}

    def row(self, move, day=0):
        """Return what a plan says of the first instalment of ``move``."""
        return self.plan(day)[self.receivables(move)[0]]

    def assertCode(self, move, code, until=None, day=0):
        """Check the code of the first instalment of ``move``, and until when."""
        row = self.row(move, day)
        self.assertEqual(row["code"], code)
        if until is not None:
            wanted = self.days(until) if isinstance(until, int) else until
            self.assertEqual(row["until"], fields.Date.to_date(wanted))
        return row

    def assertGoes(self, move, level, day=0):
        """Check that ``move`` is claimed at ``level``."""
        row = self.row(move, day)
        self.assertEqual((row["code"], row["kind"]), ("claim", "claim"))
        self.assertEqual(self.env["dunning.level"].browse(row["level_id"]), level)
        return row

    def delivered(self, move, level, day):
        """Note that ``level`` of ``move`` was delivered ``day`` days from today."""
        self.receivables(move).write(
            {"dunning_level_id": level and level.id, "dunning_date": self.days(day)}
        )

    def sent_notice(self, level, day, customer=None, **values):
        """Make a notice of the customer that was sent some days from today."""
        profile = self.make_profile(customer or self.customer)
        return (
            self.env["dunning.notice"]
            .sudo()
            .create(
                {
                    "profile_id": profile.id,
                    "company_id": self.company.id,
                    "policy_id": level.policy_id.id,
                    "level_id": level.id,
                    "date": self.days(day),
                    "date_sent": self.days(day),
                    "state": "sent",
                    **values,
                }
            )
        )

    def make_run(self, day=0, company=None):
        """Return a planned run of some days from today."""
        company = company or self.company
        run = self.env["dunning.run"].create(
            {"company_id": company.id, "date": self.days(day)}
        )
        run.action_plan()
        return run

    def notices(self, day=0):
        """Return the notices of a plan that is not written, as dicts."""
        self.plan(day)
        return self.pipeline._notices()
