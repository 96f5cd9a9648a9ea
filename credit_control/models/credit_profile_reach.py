from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..tools.reach import WAYS, Tries, best_time, best_way
from .credit_profile_today import PEOPLE
from .screen_days import format_day

# days that are looked back on, and within which an answer is put down to a message
MEMORY = 365
ANSWER_DAYS = 14
# by these events a customer shows that he got a message
ANSWERS = ("reply", "request", "dispute_opened", "payment_received")


class Reach(NamedTuple):
    """How a customer is best reached: a way, for calls a time, and why."""

    way: str
    time: tuple | None
    known: dict
    is_chosen: bool


class CreditProfile(models.Model):
    """How the customer is best reached: what he answered to so far, or as chosen."""

    _inherit = "credit.profile"

    preferred_way = fields.Selection(
        selection="_select_preferred_way",
        string="Best reached",
        tracking=True,
        help="How to turn to this customer. Empty: by what he answered to so far.",
    )
    reach_hint = fields.Char(
        string="How to reach him", compute="_compute_reach_hint", groups=PEOPLE
    )

    @api.model
    def _select_preferred_way(self):
        labels = {
            "email": self.env._("By e-mail"),
            "sms": self.env._("By SMS"),
            "call": self.env._("By phone"),
            "letter": self.env._("By letter"),
        }
        return [(way, labels[way]) for way in WAYS]

    @api.depends("figures_date", "preferred_way")
    def _compute_reach_hint(self):
        reach = self._reach()
        for profile in self:
            found = reach.get(profile._origin.id)
            profile.reach_hint = bool(found) and profile._describe_reach(found)

    # === IN WORDS === #
    def _describe_reach(self, reach):
        """Return the way, its time and the tries behind it, in a sentence or two."""
        ways = {
            "email": self.env._("Best by e-mail"),
            "sms": self.env._("Best by SMS"),
            "call": self.env._("Best by phone"),
            "letter": self.env._("Best by letter"),
        }
        text = ways[reach.way]
        if reach.is_chosen:
            text = self.env._("%(way)s, as chosen for this customer", way=text)
        if reach.way == "call" and reach.time:
            text = f"{text}, {self._describe_time(*reach.time)}"
        tries = self._describe_tries(reach.known)
        if not tries:
            return f"{text}."
        return self.env._("%(way)s. Answered: %(tries)s.", way=text, tries=tries)

    def _describe_time(self, weekday, half):
        """Return when to call, with the next day that it is."""
        if not weekday:
            if half:
                return self.env._("in the afternoon")
            return self.env._("in the morning")
        day = self._next_weekday(weekday, half)
        words = {
            "weekday": format_date(self.env, day, date_format="EEEE"),
            "day": format_day(self.env, day),
        }
        if half:
            return self.env._("on %(weekday)s in the afternoon (%(day)s)", **words)
        return self.env._("on %(weekday)s in the morning (%(day)s)", **words)

    def _next_weekday(self, weekday, half):
        """Return the next day that is such a weekday: today while the half lasts."""
        zone = self.with_context(tz=self.company_id._dunning_zone())
        now = fields.Datetime.context_timestamp(zone, fields.Datetime.now())
        first = now.date() + timedelta(days=now.hour >= (18 if half else 12))
        return first + timedelta(days=(weekday - first.isoweekday()) % 7)

    def _describe_tries(self, known):
        labels = {
            "email": self.env._("e-mails"),
            "sms": self.env._("SMS"),
            "call": self.env._("calls"),
            "letter": self.env._("letters"),
        }
        return ", ".join(
            self.env._(
                "%(way)s %(answered)s of %(count)s",
                way=labels[way],
                answered=known[way].answered,
                count=known[way].count,
            )
            for way in WAYS
            if way in known
        )

    # === PROPOSAL === #
    def _reach(self):
        """Return how each customer is best reached, as far as one can tell.

        Three queries, whatever the number of customers.

        :rtype: dict[int, Reach] by profile id
        """
        profiles = self._origin
        tries = profiles._read_tries()
        usable = profiles._usable_ways()
        found = {}
        for profile in profiles:
            known, calls = {}, {}
            for way, weekday, half, count, answered in tries.get(profile.id, ()):
                known[way] = known.get(way, Tries()) + Tries(count, answered)
                if way == "call":
                    calls[weekday, half] = Tries(count, answered)
            # texting needs an account and a mobile: proposed where it was done
            ways = usable[profile.partner_id.id] | ({"sms"} & known.keys())
            chosen = profile.preferred_way
            if way := chosen or best_way(known, ways):
                found[profile.id] = Reach(way, best_time(calls), known, bool(chosen))
        return found

    def _usable_ways(self):
        """Return the ways for which customers have an address or a number.

        :rtype: dict[int, set[str]] by id of the customer
        """
        contacts = self.env["res.partner"].sudo()
        contacts.flush_model(
            ["active", "commercial_partner_id", "email", "phone", "street"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT commercial_partner_id,
                       bool_or(coalesce(email, '') <> ''),
                       bool_or(coalesce(phone, '') <> ''),
                       bool_or(coalesce(street, '') <> '')
                  FROM res_partner
                 WHERE commercial_partner_id = ANY(%s) AND active
                 GROUP BY commercial_partner_id
                """,
                self.partner_id.ids,
            )
        )
        found = dict.fromkeys(self.partner_id.ids, frozenset())
        for customer_id, *flags in rows:
            ways = zip(("email", "call", "letter"), flags, strict=True)
            found[customer_id] = {way for way, is_usable in ways if is_usable}
        return found

    def _read_tries(self):
        """Return what became of the messages and calls of the last year.

        A call counts as answered when somebody was reached; a message when the
        customer wrote, promised, asked, contested or paid within two weeks, and
        before the next message or call.

        :return: by profile id, tuples (way, weekday, half of the day, tries, answers)
        :rtype: dict[int, list[tuple]]
        """
        models_read = ("dunning.delivery", "credit.call", "credit.call.outcome")
        for name in (*models_read, "credit.event", "credit.promise"):
            self.env[name].flush_model()
        found = {}
        for company, profiles in self.grouped("company_id").items():
            query = profiles._query_tries(company._dunning_zone())
            for profile_id, *row in self.env.execute_query(query):
                found.setdefault(profile_id, []).append(row)
        return found

    def _query_tries(self, zone):
        """Return the query of :meth:`_read_tries` for customers of one time zone."""
        return SQL(
            """
            WITH attempt AS (
                SELECT profile_id, state = 'sent' AS is_open, FALSE AS is_answered,
                       CASE channel WHEN 'registered' THEN 'letter' ELSE channel END
                           AS way, coalesce(date_sent, write_date) AS moment
                  FROM dunning_delivery
                 WHERE profile_id = ANY(%(ids)s) AND channel <> 'call'
                   AND state IN ('sent', 'bounced')
                   AND coalesce(date_sent, write_date) >= %(since)s
                 UNION ALL
                SELECT call.profile_id, FALSE, coalesce(outcome.is_reached, FALSE),
                       'call', call.date
                  FROM credit_call call
                  JOIN credit_call_outcome outcome ON outcome.id = call.outcome_id
                 WHERE call.profile_id = ANY(%(ids)s) AND call.date >= %(since)s
            ), bounded AS (
                -- two channels of one notice share what follows
                SELECT attempt.*,
                       least(moment + make_interval(days => %(days)s),
                             min(moment) OVER (
                                 PARTITION BY profile_id ORDER BY moment
                                 RANGE BETWEEN INTERVAL '1 day' FOLLOWING
                                           AND UNBOUNDED FOLLOWING)) AS until
                  FROM attempt
            ), judged AS (
                SELECT profile_id, way,
                       moment AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s AS clock,
                       is_answered OR is_open AND (
                           EXISTS (SELECT FROM credit_event event
                                    WHERE event.profile_id = bounded.profile_id
                                      AND event.kind IN %(answers)s
                                      AND event.date >= bounded.moment
                                      AND event.date < bounded.until)
                           OR EXISTS (SELECT FROM credit_promise promise
                                       WHERE promise.profile_id = bounded.profile_id
                                         AND promise.create_date >= bounded.moment
                                         AND promise.create_date < bounded.until)
                       ) AS is_answered
                  FROM bounded)
            SELECT profile_id, way, extract(isodow FROM clock)::int,
                   (extract(hour FROM clock) >= 12)::int, count(*),
                   count(*) FILTER (WHERE is_answered)
              FROM judged
             GROUP BY 1, 2, 3, 4
            """,
            ids=self.ids,
            since=fields.Datetime.now() - timedelta(days=MEMORY),
            days=ANSWER_DAYS,
            zone=zone,
            answers=ANSWERS,
        )

    # === TODAY === #
    def _advise(self):
        """Say which way to remind, where what happened before tells it."""
        if self.next_action == "remind" and self.reach_hint:
            return self.reach_hint
        return super()._advise()

    def _overview_reach(self):
        """Return how to reach him, unless the advice says it already, or False."""
        self.ensure_one()
        if not self._reads_worklist():
            return False
        hint = self.reach_hint or ""
        return hint not in (self._overview_advice() or "") and hint

    def action_act(self):
        """Open the letter or mail for whom writing reaches best."""
        if self.next_action == "remind" and (reach := self._reach().get(self.id)):
            if reach.way == "email":
                return self.action_write_statement()
            if reach.way == "letter":
                return self.action_statement()
        return super().action_act()
