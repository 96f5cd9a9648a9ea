from contextlib import contextmanager

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.dunning_level import CHANNELS
from ..tools.totals import add_up, merge_rows

SIDES = ("today", "changed")


class DunningSimulation(models.Model):
    """How a simulation looks ahead: the real rules, in a place that is taken back."""

    _inherit = "dunning.simulation"

    def _begin(self):
        """Drop the last result; return the ids of the profiles to look at, in order."""
        company = self.company_id
        profiles = self.env["credit.profile"]
        profiles.sudo()._ensure_profiles(company)
        readable = set(profiles.search([("company_id", "=", company.id)]).ids)
        before = self._read_policies()
        with self._taken_back():
            self._put_in_place()
            after = self._read_policies()
            moved = {key for key, policy in after.items() if policy != before.get(key)}
            concerned = self._find_concerned(moved) & readable
        self.rule_ids._count_customers(before, after, readable)
        self.env["dunning.simulation.notice"]._drop_rows(self)
        self.env["dunning.simulation.customer"]._drop_rows(self)
        self.summary = self._summarize({side: [] for side in SIDES}, [])
        return sorted(concerned)

    def _look_at(self, profile_ids):
        """Compute both sides for some customers, and add them to the result."""
        before = self._read_policies()
        with self._taken_back():
            made = self._put_in_place()
            after = self._read_policies()
            rows = {"changed": self._look_ahead(profile_ids)}
            facts = self._read_levels(rows["changed"], made)
        with self._taken_back():
            rows["today"] = self._look_ahead(profile_ids)
            facts_today = self._read_levels(rows["today"], {})
        for side, known in (("today", facts_today), ("changed", facts)):
            for row in rows[side]:
                row.update(known[row["level_id"]])
        moved = {key for key in profile_ids if after.get(key) != before.get(key)}
        customers = self._compare_customers(rows, before, after, moved)
        self._store(rows, customers)
        self.summary = self._add_up(self.summary, self._summarize(rows, customers))

    # === THE TWO SIDES === #
    @contextmanager
    def _taken_back(self):
        """Take back on leaving what is written inside: nothing of it is ever seen."""
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()

    def _put_in_place(self):
        """Give the policies what the lines say, without a word to anybody.

        :return: ``{id of a level made: id of the level of the draft}``
        """
        # sudo: nothing of it stays, and what others added when a policy is written
        # must not depend on who looks
        rules = self.sudo().with_context(tracking_disable=True)._sorted_rules()
        made = {}
        for rule in rules.filtered("draft_id"):
            made |= rule.policy_id._take_draft(rule.draft_id)
        for policy, values in rules._policy_values().items():
            policy.with_context(dunning_assign_later=True).write(values)
        if self._is_other_default():
            company = self.company_id.sudo().with_context(dunning_assign_later=True)
            company.dunning_policy_id = self.default_policy_id
        self.env.flush_all()
        return {level.id: origin.id for level, origin in made.items()}

    def _read_policies(self):
        """Return ``{profile id: id of the policy by hand, by rule or by default}``."""
        rows = self.env["credit.profile"]._read_policy_in_force(self.company_id)
        return {profile_id: right for profile_id, _present, right in rows}

    def _find_concerned(self, moved):
        """Return the ids of the profiles for which something may change.

        Those who change policy, and all whom a changed policy or one of its levels
        is about: by assignment, by hand, by invoice, by a forced level, or because
        they were reminded at one.

        :param set moved: ids of profiles that change policy
        """
        rules = self.rule_ids.filtered(lambda rule: rule.draft_id or not rule.is_used)
        policy_ids = rules.policy_id.ids or [0]
        rows = self.env.execute_query(
            SQL(
                """
                WITH level AS (
                    SELECT id FROM dunning_level WHERE policy_id = ANY(%(policies)s))
                SELECT profile.id FROM credit_profile profile
                 WHERE profile.company_id = %(company)s
                   AND (profile.dunning_policy_id = ANY(%(policies)s)
                        OR profile.policy_id = ANY(%(policies)s)
                        OR profile.forced_level_id IN (SELECT id FROM level))
                 UNION
                SELECT profile.id
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner contact ON contact.id = line.partner_id
                  JOIN credit_profile profile
                    ON profile.partner_id = contact.commercial_partner_id
                   AND profile.company_id = line.company_id
                 WHERE line.account_id = ANY(%(accounts)s)
                   AND line.reconciled IS NOT TRUE
                   AND line.company_id = %(company)s
                   AND (move.dunning_policy_id = ANY(%(policies)s)
                        OR line.dunning_level_id IN (SELECT id FROM level)
                        OR move.dunning_forced_level_id IN (SELECT id FROM level))
                """,
                policies=policy_ids,
                company=self.company_id.id,
                accounts=list(self.company_id._trade_receivable_ids()),
            )
        )
        return moved | {profile_id for (profile_id,) in rows}

    def _look_ahead(self, profile_ids):
        """Return the notices of the next days, with every policy in force as it is."""
        policies = self.env["dunning.policy"].sudo()
        stale = {}
        for profile_id, _old, new in self.env["credit.profile"]._read_policy_in_force(
            self.company_id, changed_only=True
        ):
            stale.setdefault(new, []).append(profile_id)
        for policy_id, followers in stale.items():
            policies._write_policy_in_force(followers, policy_id)
        return self.env["dunning.run"].preview(
            self.company_id, self.days, profile_ids
        )

    def _read_levels(self, rows, made):
        """Return what is shown of the levels of some notices, as they are just now.

        :param rows: of the preview
        :param dict made: a level made in place, and the one of the draft it is from
        :return: ``{level id: columns of a simulated notice}``
        """
        levels = self.env["dunning.level"].sudo().browse({r["level_id"] for r in rows})
        return {
            level.id: {
                "level_id": made.get(level.id, level.id),
                "level_name": level.name,
                "sequence": level.sequence,
                "channels": level.channels,
                "ways": [name for name in CHANNELS if level[name]],
                "is_automatic": level.is_automatic,
            }
            for level in levels
        }

    # === BY CUSTOMER === #
    def _compare_customers(self, rows, before, after, moved):
        """Return one dict for each customer for whom something differs."""
        steps = {side: {} for side in SIDES}
        for side in SIDES:
            for row in rows[side]:
                steps[side].setdefault(row["profile_id"], []).append(row)
        found = []
        reminded = steps["today"].keys() | steps["changed"].keys()
        amounts = self._read_amounts(moved | reminded)
        for profile_id in sorted(moved | reminded):
            now = steps["today"].get(profile_id, [])
            then = steps["changed"].get(profile_id, [])
            difference = self._tell_difference(now, then)
            is_moved = profile_id in moved
            if difference == "same" and not is_moved:
                continue
            due, overdue = amounts[profile_id]
            values = {
                "profile_id": profile_id,
                "amount_due": due,
                "amount_overdue": overdue,
                "is_moved": is_moved,
                "old_policy_id": before.get(profile_id),
                "new_policy_id": after.get(profile_id),
                "difference": difference,
            }
            for side, notices in (("today", now), ("changed", then)):
                first = notices[0] if notices else {}
                values[f"count_{side}"] = len(notices)
                values[f"first_{side}"] = first.get("date")
                values[f"step_{side}"] = first.get("level_name")
            found.append(values)
        return found

    @api.model
    def _tell_difference(self, now, then):
        """Return the code of what differs between the notices of the two sides."""

        def shape(rows):
            names = ("date", "level_id", "channels", "is_automatic", "claims", "amount")
            return [[row[name] for name in names] for row in rows]

        if shape(now) == shape(then):
            return "same"
        if not now or not then:
            return "only_then" if then else "only_now"
        if now[0]["date"] != then[0]["date"]:
            return "earlier" if then[0]["date"] < now[0]["date"] else "later"
        if len(now) != len(then):
            return "more" if len(then) > len(now) else "fewer"
        return "other"

    # === FIGURES === #
    def _summarize(self, rows, customers):
        """Return the figures of some customers; ids and numbers alone."""
        moves = merge_rows(
            [
                {
                    "old": row["old_policy_id"],
                    "new": row["new_policy_id"],
                    "count": 1,
                    "due": row["amount_due"],
                    "overdue": row["amount_overdue"],
                }
                for row in customers
                if row["is_moved"]
            ],
            ("old", "new"),
        )
        return {
            "moved": sum(move["count"] for move in moves),
            "other": sum(1 for row in customers if row["difference"] != "same"),
            "moves": moves,
            "levels": self._sum_levels(rows),
            "days": self._sum_days(rows),
            "channels": self._sum_channels(rows),
            "totals": {side: self._sum_side(rows[side]) for side in SIDES},
            "by_hand": self.env["credit.profile"].search_count(
                [("company_id", "=", self.company_id.id), ("policy_id", "!=", False)]
            ),
        }

    def _read_amounts(self, profile_ids):
        """Return ``{profile id: (open, overdue)}``, by one query."""
        self.env["credit.profile"].flush_model(["amount_due", "amount_overdue"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, coalesce(amount_due, 0)::float, "
                "coalesce(amount_overdue, 0)::float "
                "FROM credit_profile WHERE id = ANY(%s)",
                list(profile_ids),
            )
        )
        return {profile_id: amounts for profile_id, *amounts in rows}

    def _sum_side(self, rows):
        return {
            "notices": len(rows),
            "customers": len({row["profile_id"] for row in rows}),
            "amount": sum(row["amount"] for row in rows),
            "manual": sum(1 for row in rows if not row["is_automatic"]),
        }

    def _sum_levels(self, rows):
        """Return the notices of both sides by policy and level."""
        groups = {}
        for side in SIDES:
            for row in rows[side]:
                group = groups.setdefault(
                    (row["policy_id"], row["level_id"]),
                    {"sequence": row["sequence"], "today": [], "changed": []},
                )
                group["name"] = row["level_name"]
                group[side].append(row)
        return [
            {
                "policy": policy_id,
                "level": level_id,
                "sequence": group["sequence"],
                "name": group["name"],
                **{side: self._sum_side(group[side]) for side in SIDES},
            }
            for (policy_id, level_id), group in groups.items()
        ]

    def _sum_days(self, rows):
        """Return the number of notices of each day, those without any included."""
        days = {}
        for side in SIDES:
            for row in rows[side]:
                days.setdefault(row["date"], dict.fromkeys(SIDES, 0))[side] += 1
        today = self.company_id._dunning_today()[self.company_id]
        nothing = dict.fromkeys(SIDES, 0)
        return [
            {"date": fields.Date.to_string(day), **days.get(day, nothing)}
            for day in (
                fields.Date.add(today, days=offset) for offset in range(self.days)
            )
        ]

    def _sum_channels(self, rows):
        """Return how often each channel is used, both sides."""
        found = {
            name: {
                side: sum(1 for row in rows[side] if name in row["ways"])
                for side in SIDES
            }
            for name in CHANNELS
        }
        return [{"channel": name, **counts} for name, counts in found.items()]

    # === ADDING UP === #
    @api.model
    def _add_up(self, known, part):
        """Return the figures of ``known`` and of other customers together."""
        return {
            "moved": known["moved"] + part["moved"],
            "other": known["other"] + part["other"],
            "moves": sorted(
                merge_rows([*known["moves"], *part["moves"]], ("old", "new")),
                key=lambda move: -move["count"],
            ),
            "levels": self._add_up_levels([*known["levels"], *part["levels"]]),
            "days": merge_rows([*known["days"], *part["days"]], ("date",)),
            "channels": merge_rows(
                [*known["channels"], *part["channels"]], ("channel",)
            ),
            "totals": add_up(known["totals"], part["totals"]),
            "by_hand": part["by_hand"],
        }

    @api.model
    def _add_up_levels(self, levels):
        """Return the figures by policy and level, in the order of the steps."""
        keys = ("policy", "level")
        labels = {
            tuple(row[key] for key in keys): {
                "sequence": row["sequence"],
                "name": row["name"],
            }
            for row in levels
        }
        rows = merge_rows(
            [{name: row[name] for name in (*keys, *SIDES)} for row in levels], keys
        )
        for row in rows:
            row.update(labels[row["policy"], row["level"]])
        return sorted(rows, key=lambda row: (row["policy"], row["sequence"]))

    # === STORING === #
    def _store(self, rows, customers):
        """Keep the rows, a statement a model."""
        nothing = {"amount_today": 0, "amount_changed": 0}
        nothing |= {"count_today": 0, "count_changed": 0}
        notices = [
            {
                "side": side,
                **row,
                **nothing,
                f"amount_{side}": row["amount"],
                f"count_{side}": 1,
            }
            for side in SIDES
            for row in rows[side]
        ]
        self.env["dunning.simulation.notice"]._add_rows(self, notices)
        self.env["dunning.simulation.customer"]._add_rows(self, customers)
