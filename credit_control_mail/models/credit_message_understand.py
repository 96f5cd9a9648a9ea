import logging
from collections import defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import Command, api, fields, models
from odoo.tools import SQL, email_normalize

from ..tools.contacts import name_of_address
from ..tools.intents import PRIORITY, is_pausing
from ..tools.month_first import says_month_first
from ..tools.references import Item
from ..tools.settling import settle
from ..tools.understand import understand
from .credit_message_intent import WARNINGS

_logger = logging.getLogger(__name__)
# a customer with more open items is looked at through the oldest ones
MAX_ITEMS = 2000
# of events that messages alone raise
KINDS = [
    ("insolvency_announced", "Insolvency announced"),
    ("bank_change", "Bank details changed"),
]


class CreditMessage(models.Model):
    """What a message says, and what follows at once."""

    _inherit = "credit.message"

    is_untold = fields.Boolean(
        readonly=True, copy=False, help="The people concerned are told in a moment."
    )

    _untold_idx = models.Index("(id) WHERE is_untold")

    # === UNDERSTAND === #
    def _understand(self):
        """Write down the intents of these matched messages as proposals.

        Proposals of a former look give way; what a person decided, corrected or added
        stays, and is not proposed a second time.

        :return: self
        """
        items = self._read_open_items()
        intents = self.env["credit.message.intent"].sudo()
        known = self.sudo().intent_ids
        stale = known.filtered(
            lambda intent: (
                intent.state == "proposed"
                and intent.source != "person"
                and not intent.was_corrected
            )
        )
        stale.unlink()
        kept = (known - stale).grouped("message_id")
        vals_list = []
        for message in self:
            found = message._find_intents(items[message.profile_id.id])
            decided = kept.get(message, intents)
            found = message._without_known(found, decided)
            if not decided:
                self._mark_first(found)
            vals_list += found
        intents.create(vals_list)
        self.with_context(credit_hold_later=True)._follow_intents()
        return self

    @api.model
    def _mark_first(self, vals_list):
        """Say at once which of these intents is the first: written once, not twice."""
        if not vals_list:
            return
        first = min(
            vals_list,
            key=lambda vals: (
                PRIORITY.get(vals["intent"], len(PRIORITY)),
                -round(vals["confidence"], 2),
            ),
        )
        first["is_primary"] = True

    def _read_open_items(self):
        """Return the open claims of the customers of these messages, by one query.

        :return: ``{profile id: [Item]}``; the key of an item is that of its line
        """
        profiles = self.sudo().profile_id
        items = defaultdict(list)
        if not profiles:
            return items
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["name", "ref", "payment_reference"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT profile.id, line.id, move.name, move.ref, move.invoice_date,
                       line.date, COALESCE(line.date_maturity, line.date),
                       line.amount_currency, line.amount_residual_currency,
                       currency.name
                  FROM credit_profile profile
                  JOIN res_partner contact
                    ON contact.commercial_partner_id = profile.partner_id
                  JOIN account_move_line line
                    ON line.partner_id = contact.id
                   AND line.company_id = profile.company_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_currency currency ON currency.id = line.currency_id
                 WHERE profile.id IN %s
                   AND line.account_id IN %s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                   AND line.amount_residual > 0
                 ORDER BY profile.id, 7, line.id
                """,
                tuple(profiles.ids),
                profiles.company_id._trade_receivable_ids(),
            )
        )
        for profile_id, line_id, name, ref, invoiced, day, due, *amounts in rows:
            if len(items[profile_id]) == MAX_ITEMS:
                continue
            amount, residual, currency = amounts
            items[profile_id].append(
                Item(
                    key=str(line_id),
                    name=name or "",
                    number=ref or "",
                    date=invoiced or day,
                    due=due,
                    amount=Decimal(str(amount)),
                    residual=Decimal(str(residual)),
                    currency=currency,
                )
            )
        return items

    def _find_intents(self, items):
        """Return the values of the intents that the kernel finds in one message.

        :param list items: open claims of its customer
        """
        profile = self.sudo().profile_id
        currency = profile.currency_id or self.company_id.currency_id
        mail = self._get_mail()
        findings = understand(
            mail,
            self.subject or "",
            self.reply_text or "",
            self._get_base_date(),
            items,
            currency=currency.name,
            month_first=self._is_month_first(),
            **self._classifier_options(self.company_id),
        )
        return [
            self._prepare_intent(finding, mail)
            for finding in settle(findings, self.reply_text or "")
        ]

    def _get_base_date(self):
        """Return the day on which it was written, where the company is."""
        moment = fields.Datetime.to_datetime(self.date).replace(tzinfo=ZoneInfo("UTC"))
        return moment.astimezone(ZoneInfo(self.company_id._dunning_zone())).date()

    def _is_month_first(self):
        """Return whether "06/07" is the 7th of June for who wrote it.

        Another day of the mail tells, else the country; English of the United States
        is the language of whoever never chose one.
        """
        said = says_month_first(f"{self.subject or ''}\n{self.body_text or ''}")
        if said is not None:
            return said
        partner = self.sudo().partner_id or self.sudo().profile_id.partner_id
        # of its many columns, those that tell
        partner.fetch(["country_id", "commercial_partner_id", "lang"])
        country = partner.country_id or partner.commercial_partner_id.country_id
        if country:
            return country.code == "US"
        return partner.lang == "en_US" and self.language == "en"

    @api.model
    @api.private
    def _classifier_options(self, company):
        """Return what ``understand`` is told of the company.

        Extended by: what is learned from corrections (``weights``, ``phrases``).

        :rtype: dict
        """
        return {}

    def _prepare_intent(self, finding, mail):
        """Return the values of the intent of a ``Finding``.

        :param mail: the parsed mail, as the kernel gives it
        """
        line_ids = [int(key) for key in finding.keys or ()]
        lines = self.env["account.move.line"].sudo().browse(line_ids)
        lines.fetch(["move_id", "currency_id"])
        currency = self._find_currency(finding.currency, lines)
        is_absence = finding.intent == "auto_reply"
        vals = {
            "message_id": self.id,
            "company_id": self.company_id.id,
            "intent": finding.intent,
            "confidence": finding.confidence,
            "evidence": finding.evidence,
            "explanation": list(finding.explanation or ()),
            "source": finding.source,
            "date": finding.return_date if is_absence else finding.date,
            "amount": float(finding.amount or 0),
            "currency_id": currency.id,
            "move_ids": [Command.set(lines.move_id.ids)],
            "dispute_reason": finding.reason,
            "instalments": finding.instalments or 0,
        }
        return {**vals, **self._prepare_contact(finding, mail)}

    def _find_currency(self, code, lines):
        """Return the currency of an amount, else that of the items, else the main."""
        currencies = self.env["res.currency"].sudo()
        found = code and currencies.search([("name", "=", code)], limit=1)
        return found or lines.currency_id[:1] or self.company_id.currency_id

    def _prepare_contact(self, finding, mail):
        """Return the person that an intent is about, or the address that bounced."""
        if finding.intent == "bounce":
            bounce = mail.bounce if mail else None
            is_lost = bounce and bounce.is_permanent and bounce.addresses
            return {
                "contact_email": bounce.addresses[0] if is_lost else False,
                "is_delay": bool(bounce and not bounce.is_permanent),
            }
        if deputy := finding.deputy:
            name, email, phone = deputy
            return {
                "contact_name": name,
                "contact_email": email_normalize(email),
                "contact_phone": phone,
            }
        contact = finding.contact
        if not contact:
            return {}
        return {
            "contact_name": contact.name or name_of_address(contact.email),
            "contact_email": email_normalize(contact.email),
            "contact_phone": contact.phone,
            "replaces_contact": bool(contact.left or contact.is_sender),
        }

    def _without_known(self, vals_list, intents):
        """Return the values of the intents that no person dealt with yet.

        :param intents: those that he did deal with
        """
        known = {
            (intent.intent, frozenset(intent.move_ids.ids)) for intent in intents
        }
        codes = {code for code, _moves in known}
        kept = []
        for vals in vals_list:
            moves = frozenset(vals["move_ids"][0][2])
            is_known = (vals["intent"], moves) in known
            if is_known or (not moves and vals["intent"] in codes):
                continue
            kept.append(vals)
        return kept

    # === WHAT ITS INTENTS MAKE OF IT === #
    @api.private
    def _follow_intents(self):
        """Set the first intent, the invoices, and whether the messages hold reminders.

        What a person rejected does not count.
        """
        for message in self.sudo():
            valid = message.intent_ids.filtered(
                lambda intent: intent.state != "rejected"
            ).sorted(lambda intent: (intent.sequence, -intent.confidence, intent.id))
            first = valid[:1]
            (message.intent_ids - first).filtered("is_primary").is_primary = False
            first.filtered(lambda intent: not intent.is_primary).is_primary = True
            vals = {
                "intent": first.intent,
                "is_pausing": is_pausing(
                    intent.intent for intent in valid if not intent._is_mere_guess()
                ),
            }
            # besides those that the match found in the text
            if more := valid.move_ids - message.move_ids:
                vals["move_ids"] = [Command.link(move) for move in more.ids]
            message.write(vals)

    # === AND AFTERWARDS === #
    def _after_understood(self):
        """Hold, tell, and do what a rule of the company does by itself.

        Danger is told at once, the rest in a moment, all together.

        :return: self
        """
        self.sudo().profile_id._refresh_reply_hold(is_quick=True)
        waiting = self._waiting_for_people()
        urgent = waiting.filtered(lambda message: message._get_event_kind() != "reply")
        urgent._event_message_classified()
        waiting._tell_later()
        self._run_automation()
        return self

    def _waiting_for_people(self):
        return self.sudo().filtered(
            lambda message: (
                message.state == "new" and message.is_pausing and message.profile_id
            )
        )

    def _tell_later(self):
        """Have the scheduled action tell of these messages, and refresh figures."""
        if not self:
            return
        others = [("is_untold", "=", True), ("id", "not in", self.ids)]
        is_first = not self.search_count(others, limit=1)
        self.write({"is_untold": True})
        if is_first:
            self.env.ref("credit_control_mail.cron_message_tell")._trigger()

    @api.model
    def _cron_tell(self, limit=500):
        """Tell of the messages that came since the last time."""
        commit = self.env["ir.cron"]._commit_progress
        untold = self.sudo().search([("is_untold", "=", True)], order="id")
        commit(0, remaining=len(untold))
        for start in range(0, len(untold), limit):
            batch = untold[start : start + limit]
            batch._tell_safely()
            if not commit(len(batch)):
                break

    def _tell_safely(self):
        """Tell of all at once; one by one where one of them fails.

        Who fails is not tried for ever: it waits in the inbox like the others.
        """
        try:
            with self.env.cr.savepoint():
                self._tell()
        except Exception as error:  # noqa: BLE001 - the others go on
            self[:1]._raise_if_concurrent(error)
            if len(self) > 1:
                for message in self:
                    message._tell_safely()
                return
            # the type alone: a text could quote the mail
            _logger.warning(
                "Nobody was told of inbound message %s (%s)",
                self.id,
                type(error).__name__,
            )
            self.write({"is_untold": False})

    def _tell(self):
        """Raise the events of these messages; the figures of the customers follow."""
        self._event_message_classified()
        self.write({"is_untold": False})
        self.profile_id._request_refresh()

    def _event_message_classified(self):
        """Tell the people concerned of messages that wait for somebody.

        Extended by: add-ons that act on what customers write.
        """
        events = self.env["credit.event"].sudo()
        vals_list = []
        for message in self._waiting_for_people():
            here = events._in_language(message.profile_id, message.user_id)
            kind = message._get_event_kind()
            vals_list.append(
                {
                    "profile_id": message.profile_id.id,
                    "kind": kind,
                    "name": message.with_env(here.env)._get_event_name(kind),
                    "owner_id": message.user_id.id,
                    "res_model": message._name,
                    "res_id": message.id,
                }
            )
        events._raise(vals_list)

    def _get_event_kind(self):
        codes = set(self.intent_ids.mapped("intent"))
        kinds = [kind for code, kind in WARNINGS.items() if code in codes]
        return kinds[0] if kinds else "reply"

    def _get_event_name(self, kind):
        """Return the sentence of the event of one message."""
        subject = self.subject or self.env._("no subject")
        if kind == "insolvency_announced":
            return self.env._(
                "Writes of an insolvency, reminders wait: confirm or reject it. "
                "%(subject)s",
                subject=subject,
            )
        if kind == "bank_change":
            return self.env._(
                "Writes of other bank details, a usual fraud: use nothing of it. "
                "%(subject)s",
                subject=subject,
            )
        labels = dict(self._fields["intent"]._description_selection(self.env))
        label = labels.get(self.intent)
        return f"{label}: {subject}" if label else subject


class CreditEvent(models.Model):
    """Kinds of events that only messages raise."""

    _inherit = "credit.event"

    kind = fields.Selection(
        selection_add=KINDS, ondelete=dict.fromkeys(dict(KINDS), "cascade")
    )

    def action_open_cause(self):
        """Open a message in the inbox."""
        self.ensure_one()
        cause = self._cause()
        if cause is not None and cause._name == "credit.message":
            if cause.has_access("read"):
                return cause.action_open()
        return super().action_open_cause()


class CreditEventRule(models.Model):
    _inherit = "credit.event.rule"

    kind = fields.Selection(
        selection_add=KINDS, ondelete=dict.fromkeys(dict(KINDS), "cascade")
    )
