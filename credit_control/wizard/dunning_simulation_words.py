from odoo import fields, models
from odoo.tools.misc import format_date

from ..models.screen_days import format_day


class DunningSimulation(models.Model):
    """The figures of a result as a person reads them."""

    _inherit = "dunning.simulation"

    def _get_result_values(self):
        """Return what the template of the result needs, from the stored figures."""
        self.ensure_one()
        summary = self.summary
        names = self._policy_names()
        channels = self.env["dunning.level"]._get_channel_labels()
        return {
            "currency": self.currency_id,
            "span": self.days,
            "moves": [
                {
                    **move,
                    "old": names(move["old"]),
                    "new": names(move["new"]),
                }
                for move in summary["moves"]
            ],
            "levels": [
                {**level, "policy": names(level["policy"])}
                for level in summary["levels"]
            ],
            "channels": [
                {**row, "name": channels[row["channel"]]} for row in summary["channels"]
            ],
            "days": self._chart_days(),
            "chart_label": self.env._("Notices a day, as it is and changed"),
            "totals": summary["totals"],
            "by_hand": summary["by_hand"],
            "is_shared": self._is_shared(),
        }

    def _policy_names(self):
        """Return a function from the id of a policy, or none, to its name."""
        policies = self.env["dunning.policy"].with_context(active_test=False).search([])
        names = {policy.id: policy.name for policy in policies}
        nothing = self.env._("No policy")
        return lambda policy_id: names.get(policy_id, nothing)

    def _chart_days(self):
        """Return the bars of the chart; Mondays have a label, and the first day.

        Not the first where the label of its Monday would lie over it.
        """
        days = self.summary["days"]
        most = max((max(day["today"], day["changed"]) for day in days), default=0) or 1
        bars = []
        for rank, day in enumerate(days):
            date = fields.Date.to_date(day["date"])
            label = format_date(self.env, date, date_format="d MMM")
            has_label = not date.weekday() or (not rank and date.weekday() < 5)
            bars.append(
                {
                    "label": label if has_label else "\u00a0",
                    "title": self.env._(
                        "%(day)s: %(today)s notices as it is, %(changed)s changed",
                        day=format_day(self.env, date),
                        today=day["today"],
                        changed=day["changed"],
                    ),
                    "today_share": round(100 * day["today"] / most),
                    "changed_share": round(100 * day["changed"] / most),
                }
            )
        return bars

    def _is_shared(self):
        """Tell whether what is simulated would hold in other companies as well."""
        changed = self.rule_ids.filtered("changes").policy_id
        if self.is_reordered:
            changed |= self.rule_ids.policy_id
        if all(policy.company_id for policy in changed):
            return False
        # sudo: only whether there is another one
        return self.env["res.company"].sudo().search_count([], limit=2) > 1
