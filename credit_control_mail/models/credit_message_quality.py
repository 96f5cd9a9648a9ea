import json
from functools import lru_cache
from pathlib import Path

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from .credit_message import INTENT_SELECTION

FILE = Path(__file__).resolve().parent.parent / "data" / "classifier_figures.json"
# figures of fewer cases say nothing yet
ENOUGH = 10
OTHERS = [("customer", "Customer found"), ("anything", "Anything found at all")]


@lru_cache(maxsize=1)
def shipped_figures():
    """Return the figures of the benchmark that the weights were shipped with.

    :return: ``{intent: {"precision": ..., "recall": ..., "f1": ...}}``
    """
    if not FILE.exists():
        return {}
    return json.loads(FILE.read_text())["intents"]


class CreditMessageIntent(models.Model):
    _inherit = "credit.message.intent"

    found_intent = fields.Selection(
        INTENT_SELECTION,
        string="Found as",
        readonly=True,
        copy=False,
        help="What was read, before a person corrected it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep what was read, whatever a person makes of it."""
        return super().create(
            [
                vals
                if vals.get("source", "person") == "person"
                else {**vals, "found_intent": vals.get("intent")}
                for vals in vals_list
            ]
        )


class CreditMessageQuality(models.Model):
    """How well messages are read here, by what people decided about them.

    One row an intent, company and month. Accepted is right, rejected is wrong, what a
    person changed is wrong and something else missed, what he added was missed. What
    no person decided does not count.
    """

    _name = "credit.message.quality"
    _description = "Quality of the reading of messages"
    _auto = False
    _order = "month desc, place, id"
    _rec_name = "kind"

    kind = fields.Selection(INTENT_SELECTION + OTHERS, string="What", readonly=True)
    place = fields.Integer(readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", readonly=True)
    month = fields.Date(readonly=True)
    total = fields.Integer(
        string="Cases", readonly=True, help="How often messages had it."
    )
    right = fields.Integer(readonly=True)
    wrong = fields.Integer(readonly=True, help="Found, and it was not so.")
    missed = fields.Integer(readonly=True, help="Not found: a person added it.")
    corrected = fields.Integer(
        readonly=True, help="Right, with another day, amount, invoice or reason."
    )
    precision = fields.Float(
        string="Precision %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of what was found, how much was so.",
    )
    recall = fields.Float(
        string="Recall %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Of what there was, how much was found.",
    )
    f1 = fields.Float(
        string="F1 %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Both in one figure.",
    )
    shipped_f1 = fields.Float(
        string="Shipped F1 %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="On mails of the benchmark that the classifier had never seen.",
    )
    verdict = fields.Char(compute="_compute_verdict")

    _depends = {
        "credit.message": [
            "company_id",
            "match_undo",
            "match_user_id",
            "profile_id",
            "received_date",
            "state",
        ],
        "credit.message.intent": [
            "decided_by_id",
            "found_intent",
            "intent",
            "message_id",
            "source",
            "state",
            "was_corrected",
        ],
    }

    @api.depends("right", "wrong", "missed")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for row in self:
            is_few = row.right + row.wrong + row.missed < ENOUGH
            row.verdict = self.env._("Too few to tell") if is_few else False

    # === AGGREGATES === #
    def _read_group_select(self, aggregate_spec, query):
        """Take shares of sums, never means of shares; none of too few cases."""
        name, _colon, func = aggregate_spec.partition(":")
        if name not in ("precision", "recall", "f1") or func != "avg":
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        columns = {
            column: self._field_to_sql(self._table, column, query)
            for column in ("right", "wrong", "missed")
        }
        sums = {key: SQL("sum(%s)", value) for key, value in columns.items()}
        return SQL(
            "CASE WHEN %s >= %s THEN %s END",
            SQL(" + ").join(sums.values()),
            ENOUGH,
            self._share_sql(name, sums),
        )

    @api.model
    def _share_sql(self, name, sums):
        """Return a share in percent of what is right; NULL where nothing is counted."""
        right, wrong, missed = sums["right"], sums["wrong"], sums["missed"]
        others = {
            "precision": wrong,
            "recall": missed,
            "f1": SQL("(%s + %s) / 2.0", wrong, missed),
        }[name]
        return SQL(
            "(100.0 * %(right)s / NULLIF(%(right)s + %(others)s, 0))::float8",
            right=right,
            others=others,
        )

    # === QUERY === #
    @property
    def _table_query(self):
        """Return a row of each kind, company and month."""
        kinds = [code for code, _label in INTENT_SELECTION + OTHERS]
        shipped = shipped_figures()
        sums = {name: SQL("sum(%s)", SQL(name)) for name in ("wrong", "missed")}
        sums["right"] = SQL('sum("right")')
        return SQL(
            """
            SELECT row_number() OVER (
                       ORDER BY fact.month, kind.place, fact.company_id) AS id,
                   fact.kind, kind.place, fact.company_id, fact.month,
                   sum("right") + sum(missed) AS total, sum("right") AS "right",
                   sum(wrong) AS wrong, sum(missed) AS missed,
                   sum(corrected) AS corrected, %(precision)s AS precision,
                   %(recall)s AS recall, %(f1)s AS f1, kind.f1 AS shipped_f1
              FROM (%(intents)s UNION ALL %(found)s UNION ALL %(customers)s) fact
              JOIN (VALUES %(kinds)s) kind (code, place, f1) ON kind.code = fact.kind
             GROUP BY fact.kind, kind.place, kind.f1, fact.company_id, fact.month
            """,
            precision=self._share_sql("precision", sums),
            recall=self._share_sql("recall", sums),
            f1=self._share_sql("f1", sums),
            intents=self._intents_sql(),
            found=self._found_sql(),
            customers=self._customers_sql(),
            kinds=SQL(", ").join(
                SQL(
                    "(%s, %s, %s::float8)",
                    code,
                    place,
                    100 * shipped[code]["f1"] if code in shipped else None,
                )
                for place, code in enumerate(kinds)
            ),
        )

    def _intents_sql(self):
        """Return what people decided about each intent: found, and what it was."""
        return SQL(
            """
            SELECT fact.kind, message.company_id,
                   date_trunc('month', message.received_date)::date AS month,
                   fact."right", fact.wrong, fact.missed, fact.corrected
              FROM credit_message_intent intent
              JOIN credit_message message ON message.id = intent.message_id
             CROSS JOIN LATERAL (VALUES
                   (intent.found_intent,
                    (intent.state = 'accepted'
                     AND intent.found_intent = intent.intent)::int,
                    (intent.state = 'rejected'
                     OR intent.found_intent <> intent.intent)::int,
                    0,
                    (intent.state = 'accepted' AND intent.was_corrected
                     AND intent.found_intent = intent.intent)::int),
                   (CASE WHEN intent.state = 'accepted'
                          AND intent.found_intent IS DISTINCT FROM intent.intent
                         THEN intent.intent END, 0, 0, 1, 0)
                   ) fact (kind, "right", wrong, missed, corrected)
             WHERE intent.state IN ('accepted', 'rejected')
               AND intent.decided_by_id <> %(machine)s
               AND fact.kind IS NOT NULL
            """,
            machine=SUPERUSER_ID,
        )

    def _found_sql(self):
        """Return whether anything was found in messages that people dealt with."""
        return SQL(
            """
            SELECT 'anything', message.company_id,
                   date_trunc('month', message.received_date)::date,
                   found.is_any::int, 0, 1 - found.is_any::int, 0
              FROM credit_message message
             CROSS JOIN LATERAL (SELECT EXISTS (
                   SELECT FROM credit_message_intent
                    WHERE message_id = message.id AND found_intent IS NOT NULL
                   ) AS is_any) found
             WHERE message.state IN ('done', 'archived')
            """
        )

    def _customers_sql(self):
        """Return whether customers were found; who chose another one tells."""
        return SQL(
            """
            SELECT 'customer', message.company_id,
                   date_trunc('month', message.received_date)::date,
                   (message.match_user_id IS NULL
                    OR before.id = message.profile_id)::int,
                   (message.match_user_id IS NOT NULL
                    AND before.id IS DISTINCT FROM message.profile_id
                    AND before.id IS NOT NULL)::int,
                   (message.match_user_id IS NOT NULL
                    AND message.profile_id IS NOT NULL
                    AND before.id IS DISTINCT FROM message.profile_id)::int,
                   0
              FROM credit_message message
         LEFT JOIN LATERAL (
                   SELECT (one->1->>'profile_id')::int AS id
                     FROM jsonb_array_elements(CASE
                          WHEN jsonb_typeof(message.match_undo->'messages') = 'array'
                          THEN message.match_undo->'messages'
                          ELSE '[]'::jsonb END) one
                    WHERE (one->>0)::int = message.id
                      AND one->1->>'profile_id' ~ '^[0-9]+$'
                    LIMIT 1) before ON TRUE
             WHERE (message.match_undo IS NOT NULL
                    AND message.match_user_id IS NOT NULL)
                OR (message.match_user_id IS NULL
                    AND message.profile_id IS NOT NULL
                    AND message.state IN ('done', 'archived'))
            """
        )
