from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.credit_control.models.screen_days import format_day

from .credit_message import STATES

# a message away for longer is forgotten
MAX_SNOOZE_DAYS = 365
# events that end when somebody has dealt with the message
EVENT_KINDS = ["reply", "insolvency_announced", "bank_change"]


class CreditMessage(models.Model):
    """What becomes of a message: done, archived, spam, not now, given to somebody."""

    _inherit = "credit.message"

    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="Given to the user, or of a customer of his portfolio.",
    )
    is_waiting = fields.Boolean(
        compute="_compute_is_waiting",
        search="_search_is_waiting",
        help="To process, and not put off to a later day.",
    )
    has_insolvency = fields.Boolean(
        string="Insolvency to confirm", compute="_compute_has_insolvency"
    )

    # === COMPUTE METHODS === #
    @api.depends("user_id", "profile_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        mine = self.filtered_domain([("user_id", "=", self.env.uid)])
        free = self.filtered(lambda message: not message.user_id)
        customers = free.sudo().profile_id.sudo(False)
        own = customers._filtered_access("read").filtered("is_mine")
        mine |= free.filtered(lambda message: message.sudo().profile_id in own)
        for message in self:
            message.is_mine = message in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("user_id", "=", self.env.uid) | (
            Domain("user_id", "=", False) & Domain("profile_id.is_mine", "=", True)
        )
        return mine if True in value else ~mine

    @api.depends("state", "snooze_until")
    def _compute_is_waiting(self):
        todays = self.company_id._dunning_today()
        for message in self:
            until = message.snooze_until
            is_away = until and until > todays[message.company_id]
            message.is_waiting = message.state == "new" and not is_away

    def _search_is_waiting(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = max(self.env.companies._dunning_today().values())
        waiting = Domain("state", "=", "new") & (
            Domain("snooze_until", "=", False) | Domain("snooze_until", "<=", today)
        )
        return waiting if True in value else ~waiting

    @api.depends("intent_ids.intent", "intent_ids.state")
    def _compute_has_insolvency(self):
        for message in self:
            proposed = message.intent_ids.filtered(
                lambda intent: intent.state == "proposed"
            )
            message.has_insolvency = "insolvency" in proposed.mapped("intent")

    # === CRUD METHODS === #
    def write(self, vals):
        """Keep what came in as it is; customers follow what holds their reminders."""
        if not self.env.su:
            own = ("message_", "activity_")
            if "message_id" in vals or any(not name.startswith(own) for name in vals):
                raise AccessError(
                    self.env._(
                        "What came in stays as it is: use the buttons of the message."
                    )
                )
        holding = {"profile_id", "is_pausing", "state", "date"} & vals.keys()
        if self.env.context.get("credit_hold_later"):
            # whoever writes many at once does it at the end
            holding = set()
        profiles = self.sudo().profile_id if holding else None
        result = super().write(vals)
        if holding:
            (profiles | self.sudo().profile_id)._refresh_reply_hold()
        return result

    def unlink(self):
        """What is gone holds nothing any more."""
        profiles = self.sudo().profile_id
        self._end_events()
        result = super().unlink()
        profiles._refresh_reply_hold()
        return result

    # === ACTIONS === #
    def action_done(self):
        """Nothing is left to do about these messages."""
        self._check_rights(self.env._("mark a message as done"))
        self._check_decided()
        self._close(("new",), "done")
        return True

    def action_archive_message(self):
        """Put these messages away unanswered."""
        self._check_rights(self.env._("archive a message"))
        self._check_decided()
        self._close(("new", "done"), "archived")
        return True

    def action_spam(self, remember=False):
        """Nobody reads these messages.

        :param bool remember: what comes from these senders is spam from now on
        """
        self._check_rights(self.env._("mark a message as spam"))
        self._close(("new", "done", "archived"), "spam")
        if remember:
            self._remember_spam()
        return True

    def action_reopen(self):
        """Somebody has to look at these messages after all."""
        self._check_rights(self.env._("reopen a message"))
        closed = ("done", "archived", "spam")
        self.filtered(lambda message: message.state == "spam")._forget_spam()
        self._update_state(closed, "new", done_date=None, snooze_until=None)
        return True

    def action_snooze(self, until):
        """Put these messages off; they come back on ``until``, reminders wait.

        :param until: a day, tomorrow at the earliest
        """
        self._check_rights(self.env._("put a message off"))
        until = fields.Date.to_date(until)
        today = max(self.company_id._dunning_today().values(), default=until)
        if not until or until <= today:
            raise UserError(
                self.env._("Choose the day of return: tomorrow at the earliest.")
            )
        if until > today + timedelta(days=MAX_SNOOZE_DAYS):
            raise UserError(
                self.env._(
                    "Choose a day of return within %(days)s days: a message away for "
                    "longer is forgotten.",
                    days=MAX_SNOOZE_DAYS,
                )
            )
        if any(message.state != "new" for message in self):
            raise UserError(
                self.env._("Only messages to process are put off: reopen it first.")
            )
        # sudo: written by this method alone
        self.sudo().write({"snooze_until": until})
        self._log_deed(
            self.env._("Not before %s", format_day(self.env, until)),
        )
        return True

    def action_wake(self):
        """Show these messages again at once."""
        self._check_rights(self.env._("show a message again"))
        self.sudo().write({"snooze_until": False})
        return True

    def action_assign(self, user_id):
        """Give these messages to a colleague, or back to the customer's collector.

        :param user_id: his id; False: nobody in particular
        """
        self._check_rights(self.env._("give a message to a colleague"))
        # sudo: who gives it need not see all users
        user = self.env["res.users"].sudo().browse(user_id or []).exists()
        if user_id and not self._may_receive(user):
            raise UserError(
                self.env._(
                    "Choose a colleague of this company who collects: nobody else can "
                    "work on messages."
                )
            )
        self.sudo().write({"user_id": user.id})
        self._log_deed(
            self.env._("Given to %s", user.name)
            if user
            else self.env._("Given to the collector of the customer")
        )
        if user and user != self.env.user:
            self._tell_assigned(user)
        return True

    # === BUSINESS METHODS === #
    def _check_rights(self, deed):
        """Raise unless the user is a collector in whose reach these messages are.

        :param str deed: what he wanted to do, in the infinitive
        """
        self.env["credit.profile"]._check_group("group_collector", deed)
        self.check_access("write")

    def _check_decided(self):
        """Raise when an insolvency waits for a person: it holds the reminders."""
        open_ones = self.filtered(
            lambda message: message.state == "new" and message.has_insolvency
        )
        if open_ones:
            raise UserError(
                self.env._(
                    "“%(subject)s” tells of an insolvency, for which all reminders "
                    "wait: confirm or reject it first.",
                    subject=open_ones[0].subject or self.env._("no subject"),
                )
            )

    def _may_receive(self, user):
        if not user or user.share or not user.active:
            return False
        return user.has_group("credit_control.group_collector") and (
            self.company_id <= user.company_ids
        )

    def _tell_assigned(self, user):
        here = self.with_context(lang=user.lang)
        text = self[0].subject or here.env._("no subject")
        if len(self) > 1:
            text = here.env._("%s messages", len(self))
        user._bus_send(
            "simple_notification",
            {
                "type": "info",
                "title": here.env._("Given to you by %s", self.env.user.name),
                "message": text,
            },
        )

    @api.private
    def _close(self, allowed, target):
        return self._update_state(
            allowed, target, done_date=self.env.cr.now(), snooze_until=None
        )

    def _after_state(self, target):
        """Leave a trace; end what waited for it."""
        result = super()._after_state(target)
        labels = dict(STATES) | dict(
            self._fields["state"]._description_selection(self.env)
        )
        self._log_deed(labels[target])
        if target != "new":
            self._end_events()
        self.sudo().profile_id._refresh_reply_hold()
        return result

    def _end_events(self):
        self.env["credit.event"].sudo()._end_causes(self, EVENT_KINDS)

    def _log_deed(self, text):
        """Leave a note in the chatter of each message, by the acting user."""
        self.sudo()._message_log_batch(
            bodies=dict.fromkeys(self.ids, text), author_id=self.env.user.partner_id.id
        )

    def _forget_spam(self):
        """What comes from these senders is no spam any more."""
        # sudo: collectors write senders by these buttons alone
        senders = self.env["credit.message.sender"].sudo()
        senders.search(
            [
                ("is_spam", "=", True),
                ("company_id", "in", self.company_id.ids),
                ("email", "in", self.mapped("email_normalized")),
            ]
        ).unlink()

    def _remember_spam(self):
        """Take what comes from these senders as spam from now on."""
        # sudo: collectors write senders by these buttons alone
        senders = self.env["credit.message.sender"].sudo()
        for company, messages in self.sudo().grouped("company_id").items():
            for address in sorted(messages._get_lasting_addresses()):
                senders._remember(address, company, is_spam=True)
