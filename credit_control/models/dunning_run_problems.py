from odoo import models
from odoo.tools import SQL

# the channels that need a text
WRITTEN = ("send_email", "send_letter", "send_registered")
CHANNELS = (*WRITTEN, "send_sms", "plan_call")
# problems that stop reminders; the others only change them
GRAVE = {
    "no_levels",
    "no_channel",
    "no_text",
    "no_policy",
    "no_partner",
    "no_recipient",
}
MAX_LISTED = 50


class DunningRun(models.Model):
    """Problems: what a person has to put right, record by record."""

    _inherit = "dunning.run"

    def _find_problems(self):
        """Return the problems of the last plan as data, worst first.

        :return: dicts with ``code``, ``model``, ``id``, ``name`` and ``count``; the
            words are given by :meth:`_problem_texts` in the reader's language
        """
        self.ensure_one()
        found = [
            *self._policy_problems(),
            *self._level_problems(),
            *self._role_problems(),
            *self._customer_problems("no_policy"),
            *self._customer_problems("no_recipient"),
            *self._ledger_problems(),
        ]
        return sorted(found, key=lambda problem: problem["code"] not in GRAVE)

    def _problem(self, code, record=None, count=0):
        return {
            "code": code,
            "model": record._name if record else "dunning.run",
            "id": record.id if record else self.id,
            "name": record.display_name if record else "",
            "count": count,
        }

    def _used_policies(self):
        """Return the policies that open claims of the company follow."""
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT policy_id FROM plan_result WHERE policy_id IS NOT NULL"
            )
        )
        return self.env["dunning.policy"].browse([row[0] for row in rows]).sorted()

    def _policy_problems(self):
        pipeline = self.env["dunning.pipeline"]
        problems = []
        for policy in self._used_policies():
            levels = policy.level_ids.sorted(lambda level: (level.sequence, level.id))
            if not levels:
                problems.append(self._problem("no_levels", policy))
            last = {}
            for level, (kind, days) in zip(
                levels, pipeline._thresholds(levels), strict=True
            ):
                if days < last.get(kind, days):
                    problems.append(self._problem("backwards", level))
                last[kind] = days
        return problems

    def _level_problems(self):
        problems = []
        for level in self._used_policies().level_ids:
            if not any(level[name] for name in CHANNELS):
                problems.append(self._problem("no_channel", level))
            elif (
                (any(level[name] for name in WRITTEN) and not level.body_html)
                or (level._may_send_sms() and not level.sms_body)
            ):
                problems.append(self._problem("no_text", level))
            if level.is_formal and not level.send_registered:
                problems.append(self._problem("not_registered", level))
        return problems

    def _role_problems(self):
        """Levels whose notices go to the main contact, for want of the role."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.level_id, count(DISTINCT notice.customer_id)
                  FROM plan_notice notice
                  JOIN dunning_level level ON level.id = notice.level_id
                 WHERE level.send_email
                   AND EXISTS (
                       SELECT FROM dunning_level_role_to_rel rel
                        WHERE rel.level_id = level.id)
                   AND NOT EXISTS (
                       SELECT FROM dunning_level_role_to_rel rel
                         JOIN credit_role role ON role.id = rel.role_id
                        WHERE rel.level_id = level.id AND role.is_internal)
                   AND NOT EXISTS (
                       SELECT FROM dunning_level_role_to_rel rel
                         JOIN credit_role_partner_rel has USING (role_id)
                         JOIN res_partner contact ON contact.id = has.partner_id
                        WHERE rel.level_id = level.id AND contact.active
                          AND contact.commercial_partner_id = notice.customer_id
                          AND coalesce(contact.email, '') <> '')
                 GROUP BY notice.level_id ORDER BY notice.level_id
                """
            )
        )
        levels = self.env["dunning.level"].browse([row[0] for row in rows])
        return [
            self._problem("no_role", level, count)
            for level, (_id, count) in zip(levels, rows, strict=True)
        ]

    def _customer_problems(self, code):
        """Customers whose overdue claims are held by ``code``, the largest first."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT result.profile_id, count(*),
                       count(*) OVER () AS profiles
                  FROM plan_result result
                  JOIN plan_rate rate USING (currency_id)
                 WHERE result.code = %s AND result.is_overdue
                   AND result.profile_id IS NOT NULL
                 GROUP BY result.profile_id
                 ORDER BY sum(result.residual / rate.rate) DESC LIMIT %s
                """,
                code,
                MAX_LISTED,
            )
        )
        profiles = self.env["credit.profile"].browse([row[0] for row in rows])
        problems = [
            self._problem(code, profile, count)
            for profile, (_id, count, _all) in zip(profiles, rows, strict=True)
        ]
        if rows and rows[0][2] > MAX_LISTED:
            more = rows[0][2] - MAX_LISTED
            problems.append(self._problem(f"{code}_more", count=more))
        return problems

    def _ledger_problems(self):
        counts = self.env.execute_query(
            SQL(
                """
                SELECT count(*) FILTER (WHERE residual > 0 AND customer_id IS NULL
                                          AND is_overdue),
                       count(*) FILTER (WHERE residual > 0 AND is_undated)
                  FROM plan_item WHERE is_ours
                """
            )
        )[0]
        return [
            self._problem(code, count=count)
            for code, count in zip(("no_partner", "undated"), counts, strict=True)
            if count
        ]

    def _problem_texts(self):
        """Return ``{code: (sentence, remedy)}`` in the language of the reader."""
        _ = self.env._
        return {
            "no_levels": (
                _("This policy has no level: nothing is ever reminded by it."),
                _("Add levels, or give its customers another policy."),
            ),
            "backwards": (
                _("This level comes sooner than the one before it."),
                _("Raise its number of days, or change the order of the levels."),
            ),
            "no_channel": (
                _("This level has no channel: nobody would receive its notices."),
                _("Switch on e-mail, letter or another channel on the level."),
            ),
            "no_text": (
                _("This level has no text."),
                _("Write the text of the level; its notices wait until then."),
            ),
            "not_registered": (
                _("This formal notice does not go by registered letter."),
                _("Switch on the registered letter, so that its receipt is proved."),
            ),
            "no_role": (
                _(
                    "Customers without a contact who has a role of this level: "
                    "%(count)s. Their invoice address or main contact is written to."
                ),
                _("Give the role to a contact of these customers."),
            ),
            "no_policy": (
                _("Overdue items that follow no policy: %(count)s."),
                _("Choose a policy on the customer, or a default for the company."),
            ),
            "no_policy_more": (
                _("More customers that follow no policy: %(count)s."),
                _("Set a default policy in the settings."),
            ),
            "no_recipient": (
                _("No channel of the level reaches this customer."),
                _("Add an e-mail address, a postal address or a phone number."),
            ),
            "no_recipient_more": (
                _("More customers that cannot be reached: %(count)s."),
                _("Complete their addresses; the list is under the hold code."),
            ),
            "no_partner": (
                _("Overdue items without a customer: %(count)s."),
                _("Set the partner on these journal items."),
            ),
            "undated": (
                _("Open items without a due date: %(count)s. Their entry date counts."),
                _("Set the due date on these journal items."),
            ),
        }
