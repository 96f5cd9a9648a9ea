from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools import learning

# decided messages that are learned from, the latest; fewer than the least teach nothing
MOST, LEAST, LEAST_HELD = 2000, 40, 10
VERSIONS = 10


class CreditMessageLearning(models.Model):
    """Weights that a company learned: a small change of the shipped ones, undoable.

    A version is used only when messages that it was not learned from are read better by
    it, and none worse on the whole.
    """

    _name = "credit.message.learning"
    _description = "Learned weights"
    _order = "id desc"
    _rec_name = "create_date"

    company_id = fields.Many2one("res.company", required=True, index=True)
    delta = fields.Json(readonly=True)
    weight_count = fields.Integer(string="Weights changed", readonly=True)
    message_count = fields.Integer(string="Learned from", readonly=True)
    held_count = fields.Integer(
        string="Judged on",
        readonly=True,
        help="Messages of other senders, which it was not learned from.",
    )
    f1_before = fields.Float(string="F1 before %", readonly=True, digits=(5, 1))
    f1_after = fields.Float(string="F1 after %", readonly=True, digits=(5, 1))
    pause_before = fields.Float(
        string="Holds before %",
        readonly=True,
        digits=(5, 1),
        help="Messages of which it was right whether reminders wait.",
    )
    pause_after = fields.Float(
        string="Holds after %",
        readonly=True,
        digits=(5, 1),
        help="Messages of which it is right whether reminders wait.",
    )
    former_id = fields.Many2one(
        "credit.message.learning",
        string="Built on",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_used = fields.Boolean(string="In use", readonly=True)
    outcome = fields.Selection(
        [
            ("better", "Better: taken"),
            ("refused", "No better: not taken"),
            ("undone", "Taken back"),
        ],
        readonly=True,
        required=True,
    )

    _is_used_uniq = models.UniqueIndex(
        "(company_id) WHERE is_used", "One version of a company is in use."
    )

    # === WHAT IS USED === #
    @api.model
    @api.private
    @tools.ormcache("company_id")
    def _active_delta(self, company_id):
        """Return the learned weights of a company; nobody may change them."""
        if not self.env["res.company"].browse(company_id).credit_learn_weights:
            return {}
        domain = [("company_id", "=", company_id), ("is_used", "=", True)]
        return self.search(domain, limit=1).delta or {}

    # === ACTIONS === #
    def action_undo(self):
        """Go back to the version before this one, or to the shipped weights."""
        self.ensure_one()
        self._check_manager()
        if not self.is_used:
            raise UserError(
                self.env._("Only the version in use is taken back: choose that one.")
            )
        # sudo: versions are written by these methods alone
        version = self.sudo()
        version.write({"is_used": False, "outcome": "undone"})
        version.flush_recordset()
        former = version.former_id
        if former.outcome == "better":
            former.write({"is_used": True})
        self.env.registry.clear_cache()
        return True

    @api.model
    def action_learn(self):
        """Learn now from what people decided in this company."""
        self._check_manager()
        company = self.env.company
        if not company.sudo().credit_learn_weights:
            raise UserError(
                self.env._(
                    "Learning is off: turn it on in Settings, Credit Control, Inbox."
                )
            )
        version = self.sudo()._learn(company)
        if not version:
            raise UserError(
                self.env._(
                    "Too few messages were decided here to learn from: %(least)s are "
                    "needed, of several senders.",
                    least=LEAST,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if version.is_used else "info",
                "message": dict(
                    self._fields["outcome"]._description_selection(self.env)
                )[version.outcome],
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_manager(self):
        self.env["credit.profile"]._check_group(
            "group_manager", self.env._("change what the inbox learned")
        )

    # === LEARNING === #
    @api.model
    def _cron_learn(self):
        """Learn from the decisions of each company that has it turned on."""
        is_on = [("credit_learn_weights", "=", True)]
        companies = self.env["res.company"].search(is_on)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(companies))
        for company in companies:
            if self._has_news(company):
                self._learn(company)
            if not commit(1):
                break

    def _has_news(self, company):
        """Return whether people decided anything since the last version."""
        last = self.search([("company_id", "=", company.id)], limit=1)
        domain = [
            ("company_id", "=", company.id),
            ("state", "in", ("accepted", "rejected")),
        ]
        if last:
            domain.append(("decided_date", ">", last.create_date))
        return bool(self.env["credit.message.intent"].search_count(domain, limit=1))

    @api.private
    def _learn(self, company):
        """Make a version of what people decided; it is used when it reads better.

        :return: the version, empty when there is too little to learn from
        """
        kept, held = learning.split_cases(self._read_cases(company))
        if len(kept) + len(held) < LEAST or len(held) < LEAST_HELD:
            return self.browse()
        used = self.search([("company_id", "=", company.id), ("is_used", "=", True)])
        delta = learning.learn(kept, used.delta or None)
        before = learning.measure(held, used.delta or None)
        after = learning.measure(held, delta)
        is_better = learning.is_better(before, after)
        if is_better:
            used.write({"is_used": False})
            used.flush_recordset()
        version = self.create(
            {
                "company_id": company.id,
                "delta": delta if is_better else False,
                "weight_count": sum(map(len, delta.values())),
                "message_count": len(kept),
                "held_count": before.count,
                "f1_before": 100 * before.f1,
                "f1_after": 100 * after.f1,
                "pause_before": 100 * before.pause,
                "pause_after": 100 * after.pause,
                "former_id": used.id,
                "is_used": is_better,
                "outcome": "better" if is_better else "refused",
            }
        )
        old = self.search([("company_id", "=", company.id)], offset=VERSIONS)
        old.filtered(lambda row: not row.is_used).unlink()
        self.env.registry.clear_cache()
        return version

    def _read_cases(self, company):
        """Return the messages that people decided about wholly, the latest last."""
        messages = self.env["credit.message"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("done", "archived")),
                ("anonymised_date", "=", False),
                ("is_automatic", "=", False),
                ("reply_text", "!=", False),
                ("intent_ids.decided_by_id", "not in", [False, self.env.user.id]),
            ],
            order="id desc",
            limit=MOST,
        )
        cases = []
        for message in reversed(messages):
            intents = message.intent_ids
            if any(one.state == "proposed" for one in intents):
                continue
            cases.append(message._as_case(intents))
        return cases


class CreditMessage(models.Model):
    _inherit = "credit.message"

    def _as_case(self, intents):
        """Return this decided message as the classifier learns from it."""
        accepted = intents.filtered(lambda one: one.state == "accepted")
        evidence = []
        for one in intents:
            wrong = {one.found_intent} - {False}
            if one.state == "accepted":
                wrong -= {one.intent}
            is_right = one.state == "accepted"
            if one.evidence:
                wanted = (one.intent,) if is_right else ()
                evidence.append((one.evidence, wanted, tuple(wrong)))
        return learning.Case(
            key=self.email_normalized or str(self.id),
            subject=self.subject or "",
            text=self.reply_text or "",
            date=self._get_base_date(),
            wanted=frozenset(accepted.mapped("intent")),
            evidence=tuple(evidence),
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_learn_phrases = fields.Boolean(
        string="Learn phrases",
        default=True,
        help="Words whose meaning a person corrected are read so from then on; what "
        "was rejected twice for the same words is not proposed again.",
    )
    credit_learn_weights = fields.Boolean(
        string="Learn weights",
        help="Each night small, bounded changes are learned from what people decided, "
        "and used only when they read other messages better.",
    )

    def write(self, vals):
        """What is read from now on follows the switches."""
        if {"credit_learn_phrases", "credit_learn_weights"} & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_learn_phrases = fields.Boolean(
        related="company_id.credit_learn_phrases", readonly=False
    )
    credit_learn_weights = fields.Boolean(
        related="company_id.credit_learn_weights", readonly=False
    )
