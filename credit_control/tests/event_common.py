from .common import CreditControlCommon


class EventCommon(CreditControlCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer("Hooper")
        cls.customer.user_id = cls.sales_reader
        cls.profile = cls.make_profile(cls.customer, user_id=cls.collector.id)
        cls.invoice = cls.make_invoice(cls.customer, 1000, -20)
        cls.event_model = cls.env["credit.event"]

    def events(self, kind=None, profile=None):
        """Return the events of the customer, of one kind if given."""
        domain = [("profile_id", "=", (profile or self.profile).id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.event_model.search(domain, order="id")

    def raise_event(self, kind="bounce", profile=None, **vals):
        """Raise an event as other add-ons do."""
        vals = {"name": "Something happened.", **vals}
        profile = profile or self.profile
        return self.event_model._raise(
            [{"profile_id": profile.id, "kind": kind, **vals}]
        )

    def tell_payments(self):
        """Do what the scheduled action does after a payment."""
        self.env.flush_all()
        return self.env["credit.event.payment"]._process_queue()

    def promise(self, **vals):
        """Create a promise of the customer."""
        return self.env["credit.promise"].create(
            {
                "profile_id": self.profile.id,
                "amount": 1000,
                "date": self.days(-10),
                **vals,
            }
        )

    def dispute(self, **vals):
        """Create a dispute of the customer's invoice."""
        reason = self.env["credit.dispute.reason"].search([], limit=1)
        return self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": self.invoice.id,
                "amount": 300,
                "reason_id": reason.id,
                "user_id": self.manager.id,
                **vals,
            }
        )

    def set_limit(self, amount):
        """Set the customer's credit limit and look at all limits."""
        self.profile.credit_limit = amount
        self.check()

    def check(self):
        """Do what the scheduled action does every few hours."""
        self.env.flush_all()
        self.event_model._cron_check()
