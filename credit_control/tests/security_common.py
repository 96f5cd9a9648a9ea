from .common import CreditControlCommon

# models whose records belong to a customer, with what a collector may do
PORTFOLIO = (
    "credit.profile",
    "credit.promise",
    "credit.plan",
    "credit.dispute",
    "dunning.notice",
    "dunning.notice.line",
    "dunning.delivery",
)
LEDGER = ("account.move", "account.move.line")


class SecurityCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.policy = cls.make_policy()
        cls.level = cls.policy.level_ids[0]
        cls.mine = cls.make_records("Mine", cls.collector)
        cls.nobodys = cls.make_records("Nobody's", cls.env["res.users"])
        cls.others = cls.make_records("Other's", cls.collector_all)
        cls.mine["credit.profile"].partner_id.user_id = cls.sales_reader
        data = cls.make_second_company()
        cls.company_2 = data["company"]
        cls.foreign = cls.make_records("Foreign", cls.collector, data)
        cls.env.flush_all()

    @classmethod
    def make_records(cls, name, user, company_data=None):
        """Create one record of every model for a customer of ``user``'s portfolio."""
        data = company_data or cls.company_data
        company = data["company"]
        env = cls.env(su=True)
        customer = cls.make_customer(name)
        profile = cls.make_profile(customer, company, user_id=user.id)
        move = cls.make_invoice(customer, 100, -10, company_data=data)
        line = cls.receivables(move)
        owner = {"profile_id": profile.id}
        notice = env["dunning.notice"].create(
            {
                **owner,
                "company_id": company.id,
                "policy_id": cls.policy.id,
                "level_id": cls.level.id,
                "date": cls.today,
            }
        )
        reason = env["credit.dispute.reason"].search([], limit=1)
        dispute = {"move_id": move.id, "amount": 5, "reason_id": reason.id}
        return {
            "account.move": move,
            "account.move.line": line,
            "credit.profile": profile,
            "credit.promise": env["credit.promise"].create(
                {**owner, "amount": 5, "date": cls.days(3)}
            ),
            "credit.plan": env["credit.plan"].create({**owner, "name": "Plan"}),
            "credit.dispute": env["credit.dispute"].create({**owner, **dispute}),
            "credit.portal.request": env["credit.portal.request"].create(
                {
                    **owner,
                    "kind": "contact",
                    "contact_name": name,
                    "contact_email": "bills@customer.example",
                }
            ),
            "dunning.notice": notice,
            "dunning.notice.line": env["dunning.notice.line"].create(
                {
                    "notice_id": notice.id,
                    "move_line_id": line.id,
                    "kind": "claim",
                    "currency_id": line.currency_id.id,
                }
            ),
            "dunning.delivery": env["dunning.delivery"].create(
                {"notice_id": notice.id, "channel": "letter"}
            ),
        }

    def seen_by(self, user, record):
        """Return the record in the companies that the user has."""
        return record.with_env(self.env(user=user))

    def can(self, user, record, operation):
        return self.seen_by(user, record).has_access(operation)
