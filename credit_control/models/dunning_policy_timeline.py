from odoo import api, fields, models

from ..tools import level_order

ICONS = {
    "send_email": "fa-envelope-o",
    "send_letter": "fa-file-text-o",
    "send_registered": "fa-certificate",
    "send_sms": "fa-mobile",
    "plan_call": "fa-phone",
}


class DunningPolicy(models.Model):
    """The levels of a policy on an axis of days."""

    _inherit = "dunning.policy"

    timeline = fields.Html(compute="_compute_timeline", sanitize=False)

    @api.depends(
        "level_ids.active",
        "level_ids.channels",
        "level_ids.delay_days",
        "level_ids.delay_from",
        "level_ids.is_automatic",
        "level_ids.is_formal",
        "level_ids.name",
        "level_ids.sequence",
    )
    def _compute_timeline(self):
        for policy in self:
            steps = policy._get_timeline_steps()
            policy.timeline = bool(steps) and self.env["ir.qweb"]._render(
                "credit_control.policy_timeline", {"steps": steps}
            )

    def _get_timeline_steps(self):
        """Return what the timeline shows, the due date among the levels.

        :return: dicts with ``day`` (short words), ``name``, ``title``, ``icons``
            ``[(class, label)]``, ``gap`` (days since the step before, at least 1),
            ``is_automatic``, ``is_formal``, ``is_due_date``
        :rtype: list[dict]
        """
        self.ensure_one()
        levels = self.level_ids.filtered("active").sorted("sequence")
        if not levels:
            return []
        labels = levels._get_channel_labels()
        resolved = level_order.resolve([level._get_delay() for level in levels])
        steps = [
            {
                "position": days,
                "day": level._get_short_day(origin, days),
                "name": level.name,
                "title": level.when,
                "icons": [
                    (icon, labels[name]) for name, icon in ICONS.items() if level[name]
                ],
                "is_automatic": level.is_automatic,
                "is_formal": level.is_formal,
                "is_due_date": False,
            }
            for level, (origin, days) in zip(levels, resolved, strict=True)
        ]
        due = {
            "position": 0,
            "day": self.env._("Due date"),
            "name": "",
            "title": self.env._("Due date"),
            "icons": [],
            "is_automatic": False,
            "is_formal": False,
            "is_due_date": True,
        }
        before = sum(1 for level in levels if level.is_pre_due)
        steps.insert(before, due)
        former = steps[0]["position"]
        for step in steps:
            step["gap"] = max(1, min(30, step["position"] - former))
            former = step["position"]
        return steps


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    def _get_short_day(self, origin, days):
        """Return the day of a level on the axis in a few letters."""
        words = {
            "invoice_date": self.env._("Invoice + %(days)s", days=days),
            "end_of_month": self.env._("End of month + %(days)s", days=days),
        }
        if origin in words:
            return words[origin]
        if days < 0:
            return self.env._("D − %(days)s", days=-days)
        return self.env._("D + %(days)s", days=days)
