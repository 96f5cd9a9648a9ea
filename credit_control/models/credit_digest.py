import logging
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

_logger = logging.getLogger(__name__)

# customers that a mail lists by name, the largest amounts first; the rest is counted
MAX_LISTED = 200
# days on which a link of the mail is good
LINK_DAYS = 3
KEPT_DAYS = 90


class CreditDigest(models.Model):
    """The evening mail to a collector: what goes tomorrow, and what needs a person.

    One a person, company and day, made by one preview of the company; sent in batches.
    """

    _name = "credit.digest"
    _description = "Evening digest"
    _inherit = ["dunning.state.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["user_id"]

    user_id = fields.Many2one(
        "res.users", string="To", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Announces", required=True, readonly=True, help="The day after it."
    )
    state = fields.Selection(
        [
            ("draft", "Waiting"),
            ("sent", "Mailed"),
            ("failed", "Failed"),
            ("cancelled", "Too late"),
        ],
        default="draft",
        required=True,
        readonly=True,
    )
    error = fields.Text(readonly=True)
    date_sent = fields.Datetime(string="Sent on", readonly=True)
    levels = fields.Json(
        readonly=True, help="Id of the level, number of notices, amount."
    )
    needs = fields.Json(readonly=True, help="Kind of what needs a person, number.")
    notice_count = fields.Integer(string="Notices", readonly=True)
    amount = fields.Monetary(readonly=True)
    need_count = fields.Integer(string="Needs a person", readonly=True)
    line_ids = fields.One2many("credit.digest.line", "digest_id", readonly=True)

    _once = models.UniqueIndex(
        "(user_id, company_id, date)", "This digest was made before."
    )
    # serves _process_queue
    _waiting_idx = models.Index("(id) WHERE state = 'draft'")

    # === COMPUTE METHODS === #
    @api.depends("user_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for digest in self:
            day = format_date(self.env, digest.date)
            digest.display_name = f"{digest.user_id.name}, {day}"

    # === SCHEDULED ACTION === #
    @api.model
    def _cron_digest(self, limit=50):
        """Make the digests of the companies whose hour has come, then send them.

        Each company is one transaction, each batch of mails another: killed at any
        point, the next call goes on where this one was.
        """
        commit = self.env["ir.cron"]._commit_progress
        companies = self._due_companies()
        commit(0, remaining=len(companies) + self._count_waiting())
        for number, company in enumerate(companies, 1):
            try:
                with self.env.cr.savepoint():
                    self._prepare_company(company)
            except Exception:
                # the other companies get theirs; this one is tried again
                _logger.exception("The digest of company %s failed", company.id)
            left = len(companies) - number + self._count_waiting()
            if not commit(1, remaining=left):
                return
        while done := self._process_queue(limit):
            if not commit(done, remaining=self._count_waiting()):
                return

    @api.model
    def _count_waiting(self):
        return self.search_count([("state", "=", "draft")])

    @api.model
    def _due_companies(self):
        """Return the companies whose evening has come and that had no digest yet."""
        companies = self.env["res.company"].search(
            [("dunning_is_started", "=", True), ("credit_digest", "=", True)],
            order="id",
        )
        now = fields.Datetime.now()
        found = companies.browse()
        for company, today in companies._dunning_today().items():
            zone = self.with_context(tz=company._dunning_zone())
            clock = fields.Datetime.context_timestamp(zone, now)
            is_evening = clock.hour + clock.minute / 60 >= company.credit_digest_hour
            if is_evening and company.credit_digest_date != today + timedelta(days=1):
                found |= company
        return found

    # === PREPARATION === #
    @api.private
    def _prepare_company(self, company):
        """Make the digests of one company for tomorrow; return them.

        Before a closed day nothing is made, unless a policy works on it all the same.
        """
        tomorrow = company._dunning_today()[company] + timedelta(days=1)
        rows = self._rows_of_day(company, tomorrow)
        company.credit_digest_date = tomorrow
        calendar = company.resource_calendar_id
        pipeline = self.env["dunning.pipeline"]
        if (
            not rows
            and pipeline._next_open_day(calendar, company, tomorrow) != tomorrow
        ):
            return self.browse()
        return self._make(company, tomorrow, rows)

    @api.model
    def _rows_of_day(self, company, day):
        """Return what the scheduled planning will make on ``day``, largest first."""
        if not company.dunning_auto_plan:
            return []
        today = company._dunning_today()[company]
        rows = self.env["dunning.run"].preview(company, (day - today).days + 1)
        rows = [row for row in rows if row["date"] == day]
        return sorted(rows, key=lambda row: (-row["amount"], row["profile_id"]))

    @api.model
    def _make(self, company, day, rows):
        """Share ``rows`` and what needs a person out to the people; return digests."""
        stand_ins = self._stand_ins(day)
        managers = self._readers(company, self.env["credit.profile"]._get_managers())
        owners = self._owners(rows)
        by_user, needs = {}, {}
        for row in rows:
            for user_id in self._people(
                owners.get(row["profile_id"]), stand_ins, managers
            ):
                by_user.setdefault(user_id, []).append(row)
        queue = self.env["credit.attention"].sudo()
        domain = Domain("company_id", "=", company.id) & queue._now_domain()
        for (owner, kind), count in queue._count_by_kind(domain).items():
            for user_id in self._people(owner.id, stand_ins, managers):
                needs.setdefault(user_id, Counter())[kind] += count
        users = self.env["res.users"].sudo().browse(by_user.keys() | needs.keys())
        return self._write_down(
            company, day, self._readers(company, users), by_user, needs
        )

    @api.model
    def _people(self, owner_id, stand_ins, managers):
        """Return the ids of who is told of a customer: nobody's, the managers."""
        if not owner_id:
            return managers.ids
        return [stand_ins.get(owner_id, owner_id)]

    @api.model
    def _stand_ins(self, day):
        """Return ``{absent user id: deputy id}`` of a day."""
        absences = self.env["credit.absence"].sudo()
        found = absences.search([("date_from", "<=", day), ("date_to", ">=", day)])
        return {absence.user_id.id: absence.deputy_id.id for absence in found}

    @api.model
    def _owners(self, rows):
        """Return ``{profile id: id of the collector}``."""
        profiles = self.env["credit.profile"].sudo()
        profiles.flush_model(["user_id"])
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, user_id FROM credit_profile WHERE id = ANY(%s)",
                    [row["profile_id"] for row in rows],
                )
            )
        )

    @api.model
    def _readers(self, company, users):
        """Return who of ``users`` works the company and wants the mail."""
        return users.sudo().filtered(
            lambda user: (
                user.active
                and user.email
                and user.credit_digest
                and company in user.company_ids
                and user.has_group("credit_control.group_collector")
            )
        )

    @api.model
    def _write_down(self, company, day, users, by_user, needs):
        """Create the digests with the customers that they list by name."""
        vals_list = []
        for user in users.sorted("id"):
            rows, counts = by_user.get(user.id, []), needs.get(user.id, Counter())
            vals_list.append(
                {
                    "user_id": user.id,
                    "company_id": company.id,
                    "date": day,
                    "levels": self._sum_levels(rows),
                    "needs": dict(counts),
                    "notice_count": len(rows),
                    "amount": sum(row["amount"] for row in rows),
                    "need_count": counts.total(),
                }
            )
        digests = self.sudo().create(vals_list)
        digests._insert_lines(by_user)
        self.env["credit.link"]._issue_digests(digests, LINK_DAYS)
        return digests

    @api.model
    def _sum_levels(self, rows):
        """Return ``[level id, number, amount]`` of the levels, the largest first."""
        sums = {}
        for row in rows:
            entry = sums.setdefault(row["level_id"], [row["level_id"], 0, 0])
            entry[1] += 1
            entry[2] += row["amount"]
        return sorted(sums.values(), key=lambda entry: -entry[2])

    def _insert_lines(self, by_user):
        """Write the customers of all these digests down by one statement."""
        listed = [
            (
                digest.id,
                row["profile_id"],
                row["level_id"],
                row["claims"],
                row["amount"],
            )
            for digest in self
            for row in by_user.get(digest.user_id.id, [])[:MAX_LISTED]
        ]
        if not listed:
            return
        self.flush_model()
        ids, profiles, levels, claims, amounts = map(list, zip(*listed, strict=True))
        self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_digest_line
                       (digest_id, profile_id, level_id, claims, amount,
                        create_uid, create_date, write_uid, write_date)
                SELECT given.*, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(ids)s::int[], %(profiles)s::int[], %(levels)s::int[],
                              %(claims)s::int[], %(amounts)s::numeric[]) given
             RETURNING id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=ids,
                profiles=profiles,
                levels=levels,
                claims=claims,
                amounts=amounts,
            )
        )
        self.invalidate_recordset(["line_ids"])

    @api.autovacuum
    def _gc_digests(self):
        """Forget digests after some months: the notices themselves are kept."""
        old = fields.Date.subtract(fields.Date.today(), days=KEPT_DAYS)
        digests = self.sudo().search([("date", "<", old)], limit=10000)
        self.env["credit.link"].sudo()._of(digests, "digest").unlink()
        digests.unlink()


class CreditDigestLine(models.Model):
    """A customer of a digest, to whom “not now” can be said by the link in it."""

    _name = "credit.digest.line"
    _description = "Customer of an evening digest"
    _order = "amount desc, id"
    _rec_name = "profile_id"

    digest_id = fields.Many2one(
        "credit.digest", required=True, readonly=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    level_id = fields.Many2one("dunning.level", readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="digest_id.currency_id")
    claims = fields.Integer(string="Items", readonly=True)
    amount = fields.Monetary(readonly=True)
    hold_until = fields.Date(string="Not now until", readonly=True)
    date_answer = fields.Datetime(string="Said on", readonly=True)


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_digest = fields.Boolean(
        string="Evening digest",
        default=True,
        help="Each collector gets a mail in the evening: what goes tomorrow, and what "
        "needs a person.",
    )
    credit_digest_hour = fields.Float(
        string="Hour of the digest",
        default=18.0,
        help="In the time zone of the company's working hours.",
    )
    credit_digest_date = fields.Date(readonly=True, copy=False)

    _credit_digest_hour_of_day = models.Constraint(
        "CHECK(credit_digest_hour >= 0 AND credit_digest_hour < 24)",
        "Enter an hour of the day for the evening digest: 0:00 to 23:59.",
    )


class ResUsers(models.Model):
    _inherit = "res.users"

    credit_digest = fields.Boolean(
        string="Evening digest of reminders",
        default=True,
        help="A mail on the evening before: the reminders of tomorrow to your "
        "customers, and what needs you.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        """Let each user see whether he gets the digest."""
        return [*super().SELF_READABLE_FIELDS, "credit_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Let each user turn the digest off for himself."""
        return [*super().SELF_WRITEABLE_FIELDS, "credit_digest"]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_digest = fields.Boolean(related="company_id.credit_digest", readonly=False)
    credit_digest_hour = fields.Float(
        related="company_id.credit_digest_hour", readonly=False
    )
    credit_attention_days = fields.Integer(
        related="company_id.credit_attention_days", readonly=False
    )
