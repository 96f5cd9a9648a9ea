from collections.abc import Iterable

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# a person is not pressed: what is asked of policies that are for private persons
MIN_DAYS_BETWEEN = 7


class DunningPolicy(models.Model):
    """What the law asks of reminders to private persons, told where it is missed."""

    _inherit = "dunning.policy"

    @api.depends(
        "calendar_id",
        "min_days_between",
        "level_ids.with_compensation",
        "level_ids.with_interest",
    )
    def _compute_problems(self):
        """Watch what matters for private persons, too."""
        return super()._compute_problems()

    def _get_problems(self):
        """Tell what private persons that follow this policy should not be told."""
        sentences = super()._get_problems()
        if self._is_for_consumers():
            sentences += self._get_consumer_problems()
        return sentences

    def _is_for_consumers(self):
        """Whether the assignment rule chooses private persons.

        :rtype: bool
        """
        self.ensure_one()
        try:
            rule = self._get_assign_domain()
        except ValidationError:  # told by the problems of the policy
            return False
        return rule is not None and any(
            self._chooses_consumers(condition) for condition in rule.iter_conditions()
        )

    @api.model
    def _chooses_consumers(self, condition):
        """Whether a condition of a rule on profiles keeps private persons only."""
        wanted = {
            "is_consumer": True,
            "is_company": False,
            "partner_id.is_company": False,
        }.get(condition.field_expr)
        if wanted is None:
            return False
        value = condition.value
        if isinstance(value, str) or not isinstance(value, Iterable):
            value = [value]
        values = {bool(item) for item in value}
        if condition.operator in ("!=", "not in"):
            values = {True, False} - values
        return values == {wanted}

    def _get_consumer_counts(self):
        """Return how many private persons follow these policies.

        :return: None for a policy that is for private persons in any case
        :rtype: dict[dunning.policy, int | None]
        """
        followers = self.env["credit.profile"]._read_group(
            self._get_profile_domain() & Domain("is_consumer", "=", True),
            ["dunning_policy_id"],
            ["__count"],
        )
        counts = dict(followers)
        return {
            policy: None
            if policy._is_for_consumers()
            else counts.get(policy._origin, 0)
            for policy in self
        }

    def _get_consumer_problems(self):
        sentences = []
        if not self.calendar_id:
            sentences.append(
                self.env._(
                    "This policy is for private persons and has no working days: they "
                    "may be reminded on a Sunday. Choose the days."
                )
            )
        if self.min_days_between < MIN_DAYS_BETWEEN:
            sentences.append(
                self.env._(
                    "This policy is for private persons and may write to them every "
                    "%(days)s days: give them at least %(least)s between two notices.",
                    days=self.min_days_between,
                    least=MIN_DAYS_BETWEEN,
                )
            )
        return sentences


class DunningLevel(models.Model):
    """Interest and compensation are between firms."""

    _inherit = "dunning.level"

    @api.depends("with_compensation", "with_interest", "policy_id.assign_domain")
    def _compute_problems(self):
        """Watch what matters for private persons, too."""
        return super()._compute_problems()

    def _get_problems(self):
        """Tell of levels that would charge private persons."""
        sentences = super()._get_problems()
        charging = self.filtered(
            lambda level: level.with_interest or level.with_compensation
        )
        if charging:
            reached = charging.policy_id._get_consumer_counts()
            for level in charging:
                sentences += level._get_charge_problems(reached[level.policy_id])
        return sentences

    def _get_charge_problems(self, count):
        """Return why a private person does not owe what the level adds.

        :param count: how many follow the policy; None when it is meant for them
        """
        if count is None:
            return [
                self.env._(
                    "“%(level)s” adds late interest or the fixed compensation, which "
                    "private persons do not owe: untick both.",
                    level=self.name,
                )
            ]
        if count:
            return [
                self.env._(
                    "“%(level)s” adds late interest or the fixed compensation, but "
                    "%(count)s customers of its policy are private persons, who do not "
                    "owe them: give those another policy.",
                    level=self.name,
                    count=count,
                )
            ]
        return []
