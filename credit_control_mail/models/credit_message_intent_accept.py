from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.credit_control.models.credit_portal_request_accept import PAID_DAYS
from odoo.addons.credit_control.models.screen_days import format_day

# nobody is away for so long: the day of return was read wrongly
MAX_ABSENCE_DAYS = 30
# a customer who pays "soon" is asked for a date then
DELAY_DAYS = 7
PLAN_FIRST_DAYS = 14
PLAN_COUNT = 3
# what may be accepted before it is known who wrote
WITHOUT_CUSTOMER = {
    "bounce",
    "auto_reply",
    "bank_change",
    "privacy",
    "acknowledgement",
    "other",
}


class CreditMessageIntent(models.Model):
    """What follows when a proposal is accepted."""

    _inherit = "credit.message.intent"

    # === ACTIONS === #
    def action_accept(self):
        """Do what is proposed; open the dialog of the first that needs one.

        :return: an action to run, or True
        """
        self._check_rights(self.env._("accept a proposal"))
        waiting = self.filtered(lambda intent: intent.state == "proposed")
        if not waiting:
            self._raise_if_other_decided()
        dialogs = waiting.filtered("is_dialog")
        action = (waiting - dialogs)._accept()
        if dialogs:
            action = dialogs[0]._open_dialog()
        return action or True

    def action_reject(self):
        """It is not so: nothing is done, and it does not count any more."""
        self._check_rights(self.env._("reject a proposal"))
        if not self._update_state(("proposed",), "rejected"):
            self._raise_if_other_decided()
        return True

    # === BUSINESS METHODS === #
    @api.private
    def _accept(self, **vals):
        """Accept these proposals: whoever comes second does nothing.

        :param vals: columns to set with it
        :return: an action that shows what was made, if any
        """
        action = None
        for intent in self:
            if intent.state == "proposed":
                intent._check_complete()
        for intent in self._update_state(("proposed",), "accepted", **vals):
            outcome = getattr(intent, f"_accept_{intent.intent}")() or {}
            intent._note_outcome(outcome)
            action = action or outcome.get("action")
        self.message_id._close_if_decided()
        return action

    def _note_outcome(self, outcome):
        """Write down what was made, so that it can be found and taken back.

        :param dict outcome: of an ``_accept_`` method: ``made`` (records), ``vals``
            (columns of the intent), ``undo`` (what else the undo needs)
        """
        made = outcome.get("made") or []
        records = [record for records in made for record in records]
        vals = dict(outcome.get("vals") or {})
        if records:
            vals |= {"res_model": records[0]._name, "res_id": records[0].id}
        vals["undo_data"] = {
            **(outcome.get("undo") or {}),
            "made": [[r._name, r.id, self._fingerprint(r)] for r in records],
        }
        # sudo: the result is written by this method alone
        self.sudo().write(vals)
        self.message_id.profile_id.sudo()._request_refresh()

    def _find_problem(self):
        """Return in words what keeps one proposal from being accepted, or False."""
        code, _ = self.intent, self.env._
        is_sum = code in ("promise", "dispute", "plan_request")
        if is_sum and min(self.amount, self.instalments) < 0:
            return _("A sum or a number of instalments is not negative: correct it.")
        if not self.message_id.sudo().profile_id and code not in WITHOUT_CUSTOMER:
            return _("Say first whose message it is: choose the customer.")
        if code == "promise":
            return self._find_problem_of_day()
        if code == "dispute" and not self.move_ids:
            return _("Choose the invoices that are contested.")
        named = self.contact_email or self.contact_name or self.replaces_contact
        if code == "contact_change" and not named:
            return _("Enter the name or the e-mail address of the new contact.")
        return False

    def _check_complete(self):
        """Raise when something has to be entered before one is accepted."""
        if problem := self._find_problem():
            raise UserError(
                self.env._(
                    "%(proposal)s. %(problem)s", proposal=self.summary, problem=problem
                )
            )

    def _find_problem_of_day(self):
        if not self.date:
            return self.env._("Enter the day of the payment.")
        if self.date < self._today():
            return self.env._("The day of the payment is past: enter a later one.")
        return False

    # === WHAT THEY NEED === #
    def _today(self):
        return self.company_id._dunning_today()[self.company_id]

    def _quote(self):
        """Return where it comes from, for the note of what is made."""
        day = self.message_id._get_base_date()
        return self.env._(
            "E-mail of %(sender)s, %(day)s: “%(words)s”",
            sender=self.message_id.email_normalized or self.env._("unknown"),
            day=format_day(self.env, day),
            words=self.evidence or self.message_id.subject or "",
        )

    def _open_lines(self):
        """Return what is open of the named invoices; nothing left is said."""
        # sudo: whoever decides may know what is open of the customer's invoices
        lines = self.sudo().move_ids.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and line.parent_state == "posted"
                and line.amount_residual_currency > 0
            )
        )
        if self.move_ids and not lines:
            raise UserError(
                self.env._(
                    "All of it was settled meanwhile: reject this proposal, or choose "
                    "other invoices."
                )
            )
        return lines.sudo(self.env.su)

    def _said_in(self, currency):
        """Return the amount that is spoken of, 0 when it is in another currency.

        An amount that a person enters has none: it is in that of the invoices.
        """
        is_same = not self.currency_id or self.currency_id == currency
        return self.amount if is_same else 0

    # === PROMISE, DELAY, PLAN === #
    def _accept_promise(self):
        """Make the promises, one for each currency, of what is still open."""
        lines = self._open_lines()
        if not lines:
            return {"made": [self._promise_of_all()]}
        made = []
        for currency, items in lines.sudo().grouped("currency_id").items():
            owed = sum(items.mapped("amount_residual_currency"))
            vals = {
                "amount": min(self._said_in(currency) or owed, owed),
                "currency_id": currency.id,
                "move_line_ids": [Command.set(items.ids)],
            }
            made.append(self._make_promise(vals))
        return {"made": made}

    def _promise_of_all(self):
        """Make a promise that names no invoice."""
        proposed = self.profile_id._proposed_promise()
        amount = self.amount or proposed.get("amount")
        if not amount:
            raise UserError(
                self.env._("Enter the amount: nothing is open for this customer.")
            )
        said_in = self.amount and self.currency_id.id
        currency_id = said_in or proposed["currency_id"]
        if proposed.get("amount") and currency_id == proposed["currency_id"]:
            # nobody pays more than he owes
            amount = min(amount, max(proposed["amount"], self._due_in(currency_id)))
        return self._make_promise({"amount": amount, "currency_id": currency_id})

    def _due_in(self, currency_id):
        """Return all that is due in a currency, whether overdue or not."""
        rows = self.profile_id._read_ages()
        return sum(row["due"] for row in rows if row["currency"].id == currency_id)

    def _make_promise(self, vals):
        return self.env["credit.promise"].create(
            {
                "profile_id": self.profile_id.id,
                "date": self.date,
                "source": "email",
                "note": self._quote(),
                **vals,
            }
        )

    def _accept_delay(self):
        """Ask for a date, in a week."""
        return self._make_task(
            self.profile_id,
            self.env._("Ask for a day of payment"),
            self.profile_id.user_id,
            self._today() + timedelta(days=DELAY_DAYS),
        )

    def _accept_plan_request(self):
        """Make a draft of the plan; reminders wait until it is agreed or refused."""
        wizard = self.env["credit.plan.make"].with_context(
            default_profile_id=self.profile_id.id
        )
        first = max(
            self.date or self._today() + timedelta(days=PLAN_FIRST_DAYS), self._today()
        )
        vals = {"count": self.instalments or PLAN_COUNT, "date_first": first}
        if self.date and first == first + relativedelta(day=31):
            vals["rhythm"] = "month_end"
        if lines := self._open_lines():
            currency = lines[:1].currency_id
            same = lines.filtered(lambda line: line.currency_id == currency)
            vals["move_line_ids"] = [Command.set(same.ids)]
            vals["currency_id"] = currency.id
        action = wizard.create({"profile_id": self.profile_id.id, **vals}).action_make()
        plan = self.env["credit.plan"].browse(action["res_id"])
        plan.note = self._quote()
        days = self.company_id.sudo().credit_request_days
        return {
            "made": [plan],
            "vals": {"hold_until": self._today() + timedelta(days=days)},
            "action": action,
        }

    # === DISPUTE, INFORMATION, PAID === #
    def _accept_dispute(self):
        """Open a dispute for each invoice, of what is not contested yet."""
        return {"made": [self._make_disputes(self.dispute_reason or "other")]}

    def _make_disputes(self, code):
        """Return the disputes made of the named invoices.

        :param str code: of the reason, where none is said
        """
        reasons = self.env["credit.dispute.reason"].with_context(active_test=False)
        reason = reasons.search([("code", "=", code)], limit=1)
        moves = self._open_lines().sudo().move_id
        opened = self.env["credit.dispute"].sudo()._read_group(
            [("move_id", "in", moves.ids), ("state", "=", "open")],
            ["move_id"],
            ["amount:sum"],
        )
        contested = dict(opened)
        vals_list = []
        for move in moves:
            left = move.currency_id.round(
                move.amount_residual - contested.get(move, 0)
            )
            said = self._said_in(move.currency_id) if len(moves) == 1 else 0
            if left > 0:
                vals_list.append(
                    {
                        "profile_id": self.profile_id.id,
                        "move_id": move.id,
                        "amount": min(said or left, left),
                        "note": self._quote(),
                        **({"reason_id": reason.id} if reason else {}),
                        **self._owner_of(reason),
                    }
                )
        if not vals_list:
            raise UserError(
                self.env._("All of it is contested already: reject this proposal.")
            )
        disputes = self.env["credit.dispute"].create(vals_list)
        self._attach_documents(disputes)
        return disputes

    def _owner_of(self, reason):
        """Return the owner of a dispute that no person enters."""
        if not self.env.su:
            return {}
        owner = reason._get_owner(self.profile_id)
        if owner == self.env.user:
            owner = self.profile_id.user_id or self.profile_id._get_managers()[:1]
        return {"user_id": owner.id} if owner else {}

    def _attach_documents(self, records):
        """Put the documents of the message beside what was made of it, inert."""
        files = self.message_id.sudo().attachment_ids
        for record in records if files else ():
            copies = files.copy({"res_model": record._name, "res_id": record.id})
            record.sudo().message_post(
                body=self.env._("Documents of the message"),
                attachment_ids=copies._keep_inert().ids,
                author_id=self.env.user.partner_id.id,
            )

    def _accept_missing_information(self):
        """What is missing keeps the invoice from being paid: like a small dispute."""
        if self.move_ids:
            code = self.dispute_reason or "administrative"
            return {"made": [self._make_disputes(code)]}
        return self._make_task(
            self.profile_id,
            self.env._("Send the customer what he needs to pay"),
            self.profile_id.user_id,
            self._today(),
        )

    def _accept_already_paid(self):
        """Wait for the payment, and look for it; nothing is booked."""
        policy = self.profile_id.sudo().dunning_policy_id
        days = policy.portal_paid_days or PAID_DAYS
        moves = self.move_ids or self._announced_moves()
        return {
            "vals": {
                "hold_until": self._today() + timedelta(days=days),
                "move_ids": [Command.set(moves.ids)],
            },
            "undo": {"vals": {"move_ids": self.move_ids.ids}},
            "action": self.action_search_payments(),
        }

    def _announced_moves(self):
        """Return what a payment without invoices is for: the notice, else overdue."""
        notice = self.message_id.sudo().notice_id
        claims = notice.line_ids.filtered(lambda line: line.kind != "info")
        moves = claims.move_line_id.filtered(lambda line: not line.reconciled).move_id
        return moves or self.profile_id.sudo()._overdue_lines().move_id

    def _accept_remittance(self):
        """Wait for the payment that is advised.

        Extended by: what reads the advice, which knows its lines.
        """
        return self._accept_already_paid()

    # === PEOPLE === #
    def _accept_legal(self):
        """A manager takes it over."""
        return self._make_manager_task(self.env._("Legal threat: decide what to do"))

    def _accept_complaint(self):
        """A manager answers."""
        return self._make_manager_task(self.env._("Complaint: answer the customer"))

    def _accept_privacy(self):
        """A manager answers within the month that the law gives."""
        deadline = self.message_id._get_base_date() + relativedelta(months=1)
        return self._make_manager_task(
            self.env._("Privacy request: answer within one month"), deadline
        )

    def _make_manager_task(self, summary, deadline=None):
        managers = self.env["credit.profile"]._get_managers()
        here = managers.filtered(lambda user: self.company_id in user.company_ids)
        return self._make_task(
            self.message_id, summary, here[:1], deadline or self._today()
        )

    def _make_task(self, record, summary, user, deadline):
        """Plan an activity on ``record``; return the outcome."""
        if not user:
            user = self.profile_id.user_id or self.env.user
        notes = {record: self._quote()}
        made = self.env["credit.profile"]._ask(user, summary, notes, deadline)
        return {"made": [made]}

    def _accept_bank_change(self):
        """Seen: nothing of it is used."""
        return {}

    def _accept_acknowledgement(self):
        """Nothing is to be done."""
        return {}

    def _accept_other(self):
        """Nothing is to be done."""
        return {}

    def _accept_auto_reply(self):
        """Reminders go on after the return, unless it is far away."""
        last = self._today() + timedelta(days=MAX_ABSENCE_DAYS)
        if not self.date or not self._today() <= self.date <= last:
            return {}
        return {"vals": {"hold_until": self.date + timedelta(days=1)}}

    # === ACCEPTED BY A DIALOG === #
    def _open_dialog(self):
        """Open the dialog by which one proposal is accepted."""
        self._check_complete()
        if self.intent != "insolvency":
            return self.action_answer()
        action = self.profile_id.action_open_insolvency()
        context = {**action["context"], "default_intent_id": self.id}
        if self.date and self.date <= self._today():
            context["default_legal_date"] = self.date
        return {**action, "context": context}

    @api.private
    def _accept_by_dialog(self, **undo):
        """Accept what a dialog did.

        :param undo: what the undo needs
        """
        accepted = self._update_state(("proposed",), "accepted")
        for intent in accepted:
            intent._note_outcome({"undo": undo})
        return accepted


class CreditMessage(models.Model):
    """A message that wants no answer is done with its last proposal."""

    _inherit = "credit.message"

    @api.private
    def _close_if_decided(self):
        """Close messages of machines, and thanks, once all of them is decided."""
        done = self.filtered(
            lambda message: (
                message.state == "new"
                and not message.is_pausing
                and not message.sudo().intent_ids.filtered(
                    lambda intent: intent.state == "proposed"
                )
            )
        )
        done._close(("new",), "done")


class CreditInsolvency(models.TransientModel):
    """An insolvency that a message told of."""

    _inherit = "credit.insolvency"

    intent_id = fields.Many2one("credit.message.intent")

    def action_apply(self):
        """Accept the proposal with it."""
        profile = self.profile_id.sudo()
        before = {name: self._plain(profile[name]) for name in self._noted()}
        tasks = self.env["mail.activity"].sudo()
        own = [("res_model", "=", profile._name), ("res_id", "=", profile.id)]
        known = tasks.search(own)
        intent = self.intent_id
        if intent:
            intent._check_rights(self.env._("accept a proposal"))
            if intent.state != "proposed":
                intent._raise_if_other_decided()
        result = super().action_apply()
        if intent:
            after = {name: self._plain(profile[name]) for name in before}
            made = (tasks.search(own) - known).ids
            legal = {"profile": profile.id, "before": before, "after": after}
            intent._accept_by_dialog(legal=legal, tasks=made)
        return result

    @api.model
    def _noted(self):
        """Return the fields of the profile that this wizard writes."""
        profiles = self.env["credit.profile"]._fields
        return [
            name
            for name in self._fields
            if name.startswith("legal_") and name in profiles
        ]

    @api.model
    def _plain(self, value):
        """Return a value as JSON keeps it."""
        if isinstance(value, models.BaseModel):
            return value.id
        is_plain = isinstance(value, (bool, int, str))
        return value if is_plain else fields.Date.to_string(value)
