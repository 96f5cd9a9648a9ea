from .pipeline_common import PipelineCommon


class SimulationCommon(PipelineCommon):
    """Two policies with customers, so that rules and levels can be changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"name": "Patient", "sequence": 90})
        cls.strict = cls.make_policy(
            [2, 9],
            name="Strict",
            sequence=20,
            assign_domain="[('risk_class', 'in', ['d', 'e'])]",
        )
        cls.profile = cls.make_profile(cls.customer)
        cls.risky_customer = cls.make_customer("Risky")
        cls.risky = cls.make_profile(cls.risky_customer, risk_class="e")
        cls.invoice = cls.make_invoice(cls.customer, 100, -3)
        cls.risky_invoice = cls.make_invoice(cls.risky_customer, 700, -1)
        cls.env.flush_all()

    def draft(self, policy=None):
        """Return the draft of a policy, with its archived levels in sight."""
        policy = policy or self.policy
        action = policy.action_draft()
        draft = self.env["dunning.policy"].browse(action["res_id"])
        return draft.with_context(active_test=False)

    def simulation(self, drafts=None, days=30):
        """Return an open simulation with some drafts."""
        action = self.env["dunning.simulation"]._open(drafts)
        simulation = self.env["dunning.simulation"].browse(action["res_id"])
        simulation.days = days
        return simulation

    def rule(self, simulation, policy):
        """Return the line of a policy."""
        return simulation.rule_ids.filtered(lambda rule: rule.policy_id == policy)

    def steps(self, simulation, side, customer=None):
        """Return ``[(days from today, name of the step)]`` of one side."""
        notices = simulation.notice_ids.filtered(
            lambda notice: notice.side == side
            and (not customer or notice.partner_id == customer)
        )
        return [((one.date - self.today).days, one.level_name) for one in notices]
