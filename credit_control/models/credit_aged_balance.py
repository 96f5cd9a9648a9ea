from datetime import timedelta
from itertools import pairwise
from math import fsum

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

BUCKETS = (30, 60, 90, 120)
MAX_BUCKETS = 12
# the age of what is owed to the customer
CREDIT = -1
# what the items are summed by: the column of the key, and the model that names it
GROUPS = {
    "all": (None, None),
    "customer": ("customer_id", "res.partner"),
    "collector": ("user_id", "res.users"),
    "team": ("team_id", "credit.team"),
    "company": ("company_id", "res.company"),
    "salesperson": ("salesperson_id", "res.users"),
    "policy": ("policy_id", "dunning.policy"),
    "risk_class": ("risk_class", None),
    "country": ("country_id", "res.country"),
    "currency": ("currency_id", "res.currency"),
}


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.model
    def aged_balance(self, company, date=None, buckets=BUCKETS, by="customer"):
        """Return the receivables by age at the end of ``date``, as the ledger had them.

        Amounts are book values in the currency of the company. An item belongs to the
        age of its own due date; credits stand apart, whatever theirs, so that none
        hides a claim. Only what the user may see is summed: to whoever sees all, the
        total is the balance of the receivable accounts.

        :param company: ``res.company`` in use (one or several), or ids
        :param date: a day, that one included; default today where the company works
        :param buckets: ascending numbers of days past due, the last day of each age:
            ``(30, 60)`` gives 1 to 30, 31 to 60, and more than 60
        :param str by: ``customer`` (commercial partner), ``collector``, ``team``,
            ``company``, ``salesperson``, ``policy``, ``risk_class``, ``country`` or
            ``currency`` (of the items)
        :return: one dict per key and company currency, the largest total first:
            ``key`` (id, code or False), ``name``, ``currency_id`` (of the amounts),
            ``not_due``, ``buckets`` (one amount more than there are limits),
            ``overdue`` (their sum), ``credit`` (negative), ``total`` and ``count``
            (items)
        :rtype: list[dict]
        """
        self.check_access("read")
        company = company or self.env.company
        if not isinstance(company, models.BaseModel):
            company = self.env["res.company"].browse(company)
        items = self.env["credit.aged.item"].with_context(
            aged_date=date, aged_company_ids=company.ids
        )
        limits = items._aged_limits(buckets)
        rows = items._aged_rows(by, limits)
        names = items._aged_names(by, [row["key"] for row in rows])
        for row in rows:
            row["name"] = names[row["key"]]
        return rows


class CreditAgedItem(models.Model):
    """The items summed by age: one statement, however many there are."""

    _inherit = "credit.aged.item"

    @api.model
    def _aged_limits(self, buckets):
        """Return the limits of the ages as a tuple of days.

        :param buckets: numbers, or a text of numbers with commas
        :raise UserError: when they do not ascend
        """
        if isinstance(buckets, str):
            buckets = buckets.replace(";", ",").split(",")
        try:
            limits = tuple(int(limit) for limit in buckets)
        except (TypeError, ValueError):
            limits = ()
        ascending = all(a < b for a, b in pairwise(limits))
        if not (0 < len(limits) <= MAX_BUCKETS and ascending):
            limits = ()
        if not limits or limits[0] < 1 or limits[-1] > 10000:
            raise UserError(
                self.env._(
                    "Write the ages as ascending numbers of days with commas between "
                    "them, %(most)s at most: 30, 60, 90, 120.",
                    most=MAX_BUCKETS,
                )
            )
        return limits

    @api.model
    def _aged_labels(self, limits):
        """Return the words of the ages, in the order of ``buckets``."""
        starts = (0, *limits)
        labels = [
            self.env._("%(start)s-%(stop)s days", start=start + 1, stop=stop)
            for start, stop in zip(starts, limits, strict=False)
        ]
        return [*labels, self.env._("Over %(days)s days", days=limits[-1])]

    # === SUMS === #
    @api.model
    def _aged_rows(self, by, limits, domain=(), per_currency=False):
        """Return the sums of the items that the user may see, by key and currency.

        :param str by: a key of :data:`GROUPS`
        :param tuple[int, ...] limits: of the ages, days past due
        :param domain: of items, to see some of them
        :param bool per_currency: in the currency of each item, instead of the
            company's
        :return: as :meth:`CreditProfile.aged_balance`, without ``name``
        :rtype: list[dict]
        """
        query = self._search(Domain(domain))
        key = self._aged_key(by, query)
        currency, amount = (
            self._field_to_sql(query.table, name, query)
            for name in self._aged_columns(per_currency)
        )
        # the age of each item is told once, behind OFFSET: not once for every column
        items = query.select(
            SQL("%s AS key", key),
            SQL("%s AS currency_id", currency),
            SQL("%s AS amount", amount),
            SQL("%s AS age", self._aged_age(limits, amount, query)),
        )
        # compiling the statement would cost more than running it
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        found = self.env.execute_query(
            SQL(
                "SELECT key, currency_id, %s, COUNT(*) FROM (%s OFFSET 0) item"
                " GROUP BY key, currency_id",
                SQL(", ").join(
                    SQL("SUM(amount) FILTER (WHERE age = %s)", age)
                    for age in (*range(len(limits) + 2), CREDIT)
                ),
                items,
            )
        )
        return self._aged_dicts(found)

    @api.model
    def _aged_columns(self, per_currency):
        """Return the names of the currency and of the amount that is summed."""
        if per_currency:
            return "currency_id", "residual_currency"
        return "company_currency_id", "residual"

    @api.model
    def _aged_dicts(self, found):
        """Return the rows of the statement as dicts, largest first.

        Sums of the database are exact; only those made here need rounding.
        """
        currencies = self.env["res.currency"].browse({row[1] for row in found})
        places = {currency.id: currency.decimal_places for currency in currencies}
        rows = []
        for key, currency_id, *amounts, count in found:
            not_due, *ages, credit = [amount or 0.0 for amount in amounts]
            rows.append(
                {
                    "key": key if key is not None else False,
                    "currency_id": currency_id,
                    "not_due": not_due,
                    "buckets": ages,
                    "overdue": round(fsum(ages), places[currency_id]),
                    "credit": credit,
                    "total": round(
                        fsum((not_due, *ages, credit)), places[currency_id]
                    ),
                    "count": count,
                }
            )
        rows.sort(key=lambda row: (-row["total"], str(row["key"])))
        return rows

    @api.model
    def _aged_age(self, limits, amount, query):
        """Return the age of an item of ``query`` by its due date; 0: not due."""
        due = self._field_to_sql(query.table, "due", query)
        return SQL(
            "CASE WHEN %(amount)s > 0 THEN width_bucket(%(day)s - %(due)s, %(starts)s)"
            " WHEN %(amount)s < 0 THEN %(credit)s END",
            amount=amount,
            day=SQL("%s::date", self._aged_date()),
            due=due,
            starts=[start + 1 for start in (0, *limits)],
            credit=CREDIT,
        )

    @api.model
    def _aged_days(self, rank, limits):
        """Return the latest and the earliest due date of age ``rank``, or None."""
        day = self._aged_date()
        if rank == 0:
            return None, day
        latest = day - timedelta(days=(0, *limits)[rank - 1] + 1)
        if rank > len(limits):
            return latest, None
        return latest, day - timedelta(days=limits[rank - 1])

    @api.model
    def _aged_column_domain(self, column, limits, amount):
        """Return the domain of the items that a column of the table sums up.

        :param str column: ``not_due``, ``age_1`` and so on, ``overdue``, ``credit`` or
            ``total``
        :param str amount: the name of the amount that is summed
        """
        if column == "total":
            return Domain(amount, "!=", 0)
        if column == "credit":
            return Domain(amount, "<", 0)
        rank = 0 if column == "not_due" else 1
        if column.startswith("age_"):
            rank = int(column.removeprefix("age_"))
        latest, earliest = self._aged_days(rank, limits)
        domain = Domain(amount, ">", 0)
        if latest:
            domain &= Domain("due", "<=", fields.Date.to_string(latest))
        if earliest and column != "overdue":
            domain &= Domain("due", ">=", fields.Date.to_string(earliest))
        return domain

    # === KEYS === #
    @api.model
    def _aged_key(self, by, query):
        """Return the column that the items of ``query`` are summed by."""
        self._check_aged_by(by)
        if by == "all":
            return SQL("NULL::int")
        return self._field_to_sql(query.table, GROUPS[by][0], query)

    @api.model
    def _aged_key_domain(self, by, key):
        """Return the domain of the items of one key."""
        self._check_aged_keys(by, [key])
        return Domain(GROUPS[by][0], "=", key)

    @api.model
    def _check_aged_by(self, by):
        """Raise when items cannot be summed ``by`` that.

        :raise UserError: with what is possible
        """
        if by not in GROUPS:
            raise UserError(
                self.env._(
                    "The aged balance is by one of: %(choices)s.",
                    choices=", ".join(GROUPS),
                )
            )

    @api.model
    def _check_aged_keys(self, by, keys):
        """Raise when these cannot be keys of sums ``by`` that.

        :raise UserError: a click gives such a key never, a call from outside may
        """
        self._check_aged_by(by)
        kind = int if GROUPS[by][1] else str
        if not all(not key or isinstance(key, kind) for key in keys):
            raise UserError(
                self.env._("Unknown line of the aged balance: open it from the table.")
            )

    @api.model
    def _aged_names(self, by, keys):
        """Return ``{key: words}``; who may see the sum may know whose it is."""
        self._check_aged_keys(by, keys)
        model = GROUPS[by][1]
        ids = [key for key in dict.fromkeys(keys) if key]
        if by == "customer":
            self.env[model].flush_model(["complete_name"])
            names = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT id, complete_name FROM res_partner WHERE id = ANY(%s)",
                        ids,
                    )
                )
            )
        elif model:
            records = self.env[model].sudo().browse(ids)
            names = {record.id: record.display_name for record in records}
        else:
            names = dict(self._fields[by]._description_selection(self.env))
        return {**names, False: self._aged_no_name(by)}

    @api.model
    def _aged_no_name(self, by):
        """Return the words for items without key."""
        return {
            "customer": self.env._("No customer on the entry"),
            "collector": self.env._("Without collector"),
            "team": self.env._("Without team"),
            "salesperson": self.env._("Without salesperson"),
            "policy": self.env._("Without policy"),
            "risk_class": self.env._("Not classified"),
            "country": self.env._("Without country"),
        }.get(by, "")
