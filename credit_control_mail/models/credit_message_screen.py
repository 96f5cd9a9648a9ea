import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.intents import INTENTS
from .credit_message import LABELS

READERS = "credit_control.group_collector,credit_control.group_auditor"
# rows of a page of the list, and the most that may be asked for
PAGE = 40
MAX_PAGE = 200
# first words of a message shown in its row
FIRST_WORDS = 160
# characters of a mail that full text finds; an entry of the index stays below 1 MB
SEARCHED = 60000
# one character each, so that an index may rest on it: accents off, and what joins the
# parts of a number or of an address is a gap between words
GAPS = "/-_.@,:<>&;'’\u00a0\u202f"
FOLD_FROM = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ" + GAPS
FOLD_TO = "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyy" + " " * len(GAPS)
FOLDED = str.maketrans(FOLD_FROM, FOLD_TO)
TEXT = (
    "to_tsvector('simple'::regconfig, translate("
    "left(coalesce({0}subject, '') || ' ' || coalesce({0}from_name, '')"
    " || ' ' || coalesce({0}email_from, '') || ' ' || coalesce({0}body_text, ''),"
    f" {SEARCHED}), '{FOLD_FROM.replace(chr(39), chr(39) * 2)}', '{FOLD_TO}'))"
)
QUEUES = ("mine", "team", "triage", "snoozed", "all", "done", "spam")
CLOSED = {"done": ("done", "archived"), "spam": ("spam",)}


class CreditMessage(models.Model):
    """The list of the inbox: queues, counters, rows and the search in them."""

    _inherit = "credit.message"

    full_text = fields.Char(
        string="Text, sender or customer",
        store=False,
        search="_search_full_text",
        help="Words, or beginnings of words, in any order.",
    )

    _full_text_idx = models.Index(f"USING gin ({TEXT.format('')})")
    # serves the queues of what waits, the newest first
    _waiting_idx = models.Index("(company_id, date DESC, id DESC) WHERE state = 'new'")

    # === FULL TEXT === #
    def _search_full_text(self, operator, value):
        """Find messages that have all words in their text, sender or customer."""
        if operator not in ("ilike", "like", "=", "in"):
            return NotImplemented
        values = [value] if isinstance(value, str) else list(value or [])
        terms = " ".join(text for text in values if text).split()
        return Domain.AND([self._full_text_of(term) for term in terms])

    def _full_text_of(self, term):
        """Return the domain of one term: its parts in this order, the last begun."""
        parts = re.findall(r"\w+", term.translate(FOLDED))
        if not parts:
            return Domain.TRUE
        words = " <-> ".join([*parts[:-1], f"{parts[-1]}:*"])
        # two searches by index; an OR of both would read the text of every message
        found = SQL(
            """(SELECT id FROM credit_message
                 WHERE %s @@ to_tsquery('simple'::regconfig, %s)
                 UNION
                SELECT message.id
                  FROM credit_message message
                  JOIN credit_profile profile ON profile.id = message.profile_id
                  JOIN res_partner partner ON partner.id = profile.partner_id
                 WHERE partner.name ILIKE %s)""",
            SQL(TEXT.format("").replace("%", "%%")),
            words,
            f"%{term}%",
        )
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s", SQL.identifier(alias, "id"), found
            )
        )

    # === WHAT THE SCREEN NEEDS ONCE === #
    @api.model
    def inbox_setup(self):
        """Return what the inbox needs besides its messages.

        :return: ``can_act``, ``can_connect`` (a mailbox), ``address`` of the inbox,
            ``labels`` of intents, ``users`` who may be given a message, ``uid``
        :rtype: dict
        """
        self._check_inbox_reader()
        users = self.env.ref("credit_control.group_collector").sudo().all_user_ids
        company = self.env.company
        users = users.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        ).sorted("name")
        return {
            "can_act": self._can_act(),
            "can_connect": self.env.user.has_group("base.group_system"),
            "address": company._get_credit_address(),
            "labels": [[code, self._intent_labels()[code]] for code in INTENTS],
            "users": [{"id": user.id, "name": user.name} for user in users],
            "uid": self.env.uid,
        }

    @api.model
    def _intent_labels(self):
        field = self.env["credit.message.intent"]._fields["intent"]
        return {**LABELS, **dict(field._description_selection(self.env))}

    @api.model
    def _can_act(self):
        return self.env.user.has_group("credit_control.group_collector")

    @api.model
    def _check_inbox_reader(self):
        if not self.env.user.has_groups(READERS):
            raise AccessError(
                self.env._("Only collectors, credit managers and auditors read mails.")
            )
        self.browse().check_access("read")

    # === THE LIST === #
    @api.model
    def inbox_list(
        self, queue="mine", search="", intent=False, offset=0, limit=PAGE, order=False
    ):
        """Return one page of a queue and the counters of all queues.

        :param str queue: one of ``mine``, ``team``, ``triage``, ``snoozed``, ``all``,
            ``done``, ``spam``
        :param str search: words, in any order
        :param str intent: code of an intent
        :param str order: ``newest``, ``oldest`` or ``urgent``
        :return: ``rows``, ``has_more``, ``counts``
        :rtype: dict
        """
        self._check_inbox_reader()
        if queue not in QUEUES:
            raise UserError(
                self.env._("Choose one of these queues: %s.", ", ".join(QUEUES))
            )
        limit = min(max(int(limit), 1), MAX_PAGE)
        self.env.flush_all()
        conditions = self._inbox_conditions()
        found = self._search(
            Domain("state", "in", CLOSED.get(queue, ("new",)))
            & self._search_full_text("ilike", search or "")
            & (
                Domain(
                    "intent_ids",
                    "any",
                    [("intent", "=", intent), ("state", "!=", "rejected")],
                )
                if intent
                else Domain.TRUE
            )
        )
        rows = self._inbox_rows(
            found,
            conditions.get(queue, SQL("TRUE")),
            self._inbox_order(order or "newest"),
            max(int(offset), 0),
            limit + 1,
        )
        return {
            "rows": rows[:limit],
            "has_more": len(rows) > limit,
            "counts": self._inbox_counts(conditions),
            "has_mailbox": bool(rows) or self._has_mailbox(),
        }

    @api.model
    def _inbox_order(self, order):
        """Return the order of a list as SQL."""
        orders = {
            "newest": SQL("message.date DESC, message.id DESC"),
            "oldest": SQL("message.date, message.id"),
            "urgent": SQL(
                "COALESCE(array_position(%s::varchar[], message.intent), 99),"
                " message.date, message.id",
                list(INTENTS),
            ),
        }
        return orders.get(order, orders["newest"])

    @api.model
    def _inbox_conditions(self):
        """Return ``{queue: SQL}`` on ``message`` and ``profile``, of what waits."""
        reach = self.env["credit.profile"]._read_reach()
        company = self.env.company
        asleep = SQL(
            "COALESCE(message.snooze_until > %s, FALSE)",
            company._dunning_today()[company],
        )
        owner = SQL("COALESCE(message.user_id, profile.user_id)")
        teams = [*reach["led"], *reach["member"], 0]
        team = SQL(
            """(profile.team_id = ANY(%(teams)s) OR message.user_id IN (
                SELECT user_id FROM credit_team_member_rel
                 WHERE team_id = ANY(%(teams)s)))""",
            teams=teams,
        )
        return {
            "mine": SQL("NOT %s AND %s = ANY(%s)", asleep, owner, reach["user"]),
            "team": SQL("NOT %s AND %s", asleep, team),
            "triage": SQL("NOT %s AND message.profile_id IS NULL", asleep),
            "snoozed": asleep,
            "all": SQL("NOT %s", asleep),
        }

    @api.model
    def _inbox_counts(self, conditions):
        """Return ``{queue: number}``: one query for all queues."""
        found = self._search([("state", "=", "new")])
        [counts] = self.env.execute_query(
            SQL(
                """SELECT %s
                     FROM credit_message message
                     LEFT JOIN credit_profile profile ON profile.id = message.profile_id
                    WHERE message.state = 'new' AND message.id IN %s""",
                SQL(", ").join(
                    SQL("count(*) FILTER (WHERE %s)", condition)
                    for condition in conditions.values()
                ),
                found.subselect(),
            )
        )
        return dict(zip(conditions, counts, strict=True))

    @api.model
    def _inbox_rows(self, found, condition, order, offset, limit):
        """Return the rows of a page, whatever their number by one query."""
        columns = {
            "id": SQL("message.id"),
            "date": SQL("message.date"),
            "from_name": SQL(
                "COALESCE(NULLIF(message.from_name, ''), message.email_from, '')"
            ),
            "subject": SQL("COALESCE(message.subject, '')"),
            "words": SQL(
                r"""btrim(left(regexp_replace(left(COALESCE(NULLIF(
                    message.reply_text, ''), message.body_text, ''), 600),
                    '\s+', ' ', 'g'), %s))""",
                FIRST_WORDS,
            ),
            "state": SQL("message.state"),
            "user_id": SQL("message.user_id"),
            "user_name": SQL("person.name"),
            "snooze_until": SQL("message.snooze_until::text"),
            # where nobody knows the customer, nobody's reminders are held
            "is_pausing": SQL("COALESCE(message.is_pausing AND profile.id > 0, FALSE)"),
            "is_suspect": SQL("COALESCE(message.is_suspect, FALSE)"),
            "is_answered": SQL("message.answered_date IS NOT NULL"),
            "has_error": SQL("COALESCE(message.error, '') <> ''"),
            "customer": SQL("partner.name"),
            "company": SQL("company.name"),
            "attachments": SQL(
                "(SELECT count(*) FROM credit_message_ir_attachment_rel"
                " WHERE credit_message_id = message.id)"
            ),
            "intents": SQL(
                """(SELECT json_agg(json_build_object(
                        'intent', intent, 'confidence', confidence, 'state', state,
                        'is_delay', COALESCE(is_delay, FALSE))
                        ORDER BY is_primary DESC NULLS LAST, sequence, id)
                     FROM credit_message_intent
                    WHERE message_id = message.id AND state <> 'rejected')"""
            ),
        }
        rows = self.env.execute_query(
            SQL(
                """SELECT %(columns)s
                     FROM credit_message message
                     JOIN res_company company ON company.id = message.company_id
                     LEFT JOIN credit_profile profile ON profile.id = message.profile_id
                     LEFT JOIN res_partner partner ON partner.id = profile.partner_id
                     LEFT JOIN res_users account ON account.id = message.user_id
                     LEFT JOIN res_partner person ON person.id = account.partner_id
                    WHERE message.id IN %(found)s AND %(condition)s
                    ORDER BY %(order)s LIMIT %(limit)s OFFSET %(offset)s""",
                columns=SQL(", ").join(columns.values()),
                found=found.subselect(),
                condition=condition,
                order=order,
                limit=limit,
                offset=offset,
            )
        )
        return [self._inbox_row(dict(zip(columns, row, strict=True))) for row in rows]

    @api.model
    def _inbox_row(self, row):
        several = len(self.env.companies) > 1
        return {
            **row,
            "date": fields.Datetime.to_string(row["date"]),
            "intents": row["intents"] or [],
            "company": row["company"] if several else False,
        }

    @api.model
    def _has_mailbox(self):
        """Return whether mails come in: by a mailbox in use, or some came already."""
        # sudo: mailboxes are technical
        companies = self.env.companies.sudo()
        is_connected = any(
            server.state == "done" for server in companies.credit_mailbox_ids
        )
        return is_connected or bool(self.sudo().search_count([], limit=1))
