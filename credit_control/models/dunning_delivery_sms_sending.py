import logging
from contextlib import contextmanager
from datetime import timedelta

import psycopg2
import requests
from urllib3.exceptions import NewConnectionError

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.iap.tools.iap_tools import InsufficientCreditError

_logger = logging.getLogger(__name__)

# a queue that rested for longer asks the ledger, the clock and the stop list again
FRESH = timedelta(hours=1)
# no call of a provider lasts that long: who reserved the messages is gone
INTERRUPTED = timedelta(minutes=30)
TAKEN = ("process", "pending", "sent")


class SmsSms(models.Model):
    """Text messages of notices: reserved before they go, so that none goes twice."""

    _inherit = "sms.sms"

    def _dunning_deliveries(self):
        """Return the deliveries that these text messages convey."""
        messages = self.mail_message_id.filtered(
            lambda message: message.model == "dunning.notice"
        )
        return (
            self.env["dunning.delivery"]
            .sudo()
            .search([("channel", "=", "sms"), ("mail_message_id", "in", messages.ids)])
        )

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Send what belongs to notices apart, company by company."""
        options = {
            "unlink_failed": unlink_failed,
            "unlink_sent": unlink_sent,
            "raise_exception": raise_exception,
        }
        deliveries = self._dunning_deliveries()
        ours = self.filtered(
            lambda row: row.mail_message_id in deliveries.mail_message_id
        )
        if not ours:
            return super()._send(**options)
        if others := self - ours:
            super(SmsSms, others)._send(**options)
        by_company = deliveries.grouped(
            lambda item: item.mail_message_id.record_company_id or item.company_id
        )
        for company, part in by_company.items():
            # sudo: as core's queue, whoever has it sent; each company by its account
            rows = ours.sudo().filtered(
                lambda row, part=part: row.mail_message_id in part.mail_message_id
            )
            rows = rows.with_context(allowed_company_ids=company.ids)
            going = rows._dunning_reserve(part)
            with going._dunning_failures(raise_exception):
                if going:
                    super(SmsSms, going)._send(**{**options, "raise_exception": True})
        return None

    def _dunning_reserve(self, deliveries):
        """Note that these are about to go, so that a crash cannot repeat them.

        The provider's answer is lost when the process dies before its commit. So the
        state is committed first, where core's scheduled action sends; what is found
        reserved later is for a person to clarify.

        :return: the text messages that may go now
        """
        waiting = deliveries.filtered(lambda item: item.state == "queued")
        fit = waiting._still_fit_for_sms()
        (waiting - fit)._back_to_queue()
        # failed ones go when a person asks core to send them again
        again = deliveries.filtered(
            lambda item: item.state in ("failed", "sent", "bounced")
        )
        fit = fit._update_state(("queued",), "reserved") | again
        going = self.exists().filtered(
            lambda row: row.mail_message_id in fit.mail_message_id
        )
        (self.exists() - going)._dunning_note("canceled")
        going._dunning_note("process")
        if going and self.env.context.get("cron_id"):
            self.env["ir.cron"]._commit_progress()
        return going

    def _dunning_note(self, state, failure_type=False):
        """Note on core's rows where they stand; the deliveries know by themselves."""
        sms = self
        sms.write({"state": state, "failure_type": failure_type})

    @contextmanager
    def _dunning_failures(self, is_raised):
        """Tell what never left from what may have arrived, when the call fails.

        :param bool is_raised: whether the caller wants to know of it himself
        """
        try:
            yield
        except psycopg2.Error:
            raise
        except Exception as error:
            if is_raised:
                raise
            _logger.info("Text messages %s of notices: %s", self.ids, error)
            self._dunning_not_sent(error)

    def _dunning_not_sent(self, error):
        """Record a failure of the whole call.

        :param Exception error: what the call ended with
        """
        if isinstance(error, InsufficientCreditError):
            self._update_sms_state_and_trackers("error", failure_type="sms_credit")
        elif never_left(error):
            self._update_sms_state_and_trackers("error", failure_type="sms_server")
        else:
            self._dunning_deliveries()._mark_sms_unknown()
            self._dunning_note("error", "unknown")


def never_left(error):
    """Return whether the provider surely has nothing of a call that failed.

    :param Exception error: as raised by core's client of the service
    """
    if not isinstance(error, AccessError):
        return False
    cause = error.__context__
    if isinstance(cause, requests.exceptions.ConnectTimeout):
        return True
    if isinstance(cause, requests.exceptions.HTTPError):
        status = cause.response.status_code if cause.response is not None else 0
        return 400 <= status < 500 or status == requests.codes.service_unavailable
    if isinstance(cause, requests.exceptions.ConnectionError):
        inner = cause.args[0] if cause.args else None
        return isinstance(getattr(inner, "reason", None), NewConnectionError)
    # the service answered that it did nothing; or the call was not even made
    return not isinstance(cause, requests.exceptions.RequestException)


class SmsTracker(models.Model):
    """The provider's answers, at once and later, go to the delivery."""

    _inherit = "sms.tracker"

    def _update_sms_notifications(
        self, notification_status, failure_type=False, failure_reason=False
    ):
        """Tell the deliveries what became of their text messages."""
        result = super()._update_sms_notifications(
            notification_status,
            failure_type=failure_type,
            failure_reason=failure_reason,
        )
        messages = self.sudo().mail_notification_id.mail_message_id.filtered(
            lambda message: message.model == "dunning.notice"
        )
        if messages:
            self.env["dunning.delivery"].sudo().search(
                [("channel", "=", "sms"), ("mail_message_id", "in", messages.ids)]
            )._receive_sms_answers()
        return result


class DunningDelivery(models.Model):
    """Before and after core's queue: what may go, what was interrupted."""

    _inherit = "dunning.delivery"

    def _after_state(self, target):
        """Stop the text messages of a notice that is no longer to go."""
        super()._after_state(target)
        if target == "cancelled":
            self._sms_rows([("state", "=", "outgoing")]).action_set_canceled()

    def _sms_rows(self, domain=()):
        """Return the rows of core's queue of these deliveries."""
        messages = self.filtered(lambda item: item.channel == "sms").mail_message_id
        rows = self.env["sms.sms"].sudo()
        if not messages:
            return rows
        return rows.search([("mail_message_id", "in", messages.ids), *domain])

    def _sms_notifications(self):
        """Return what is known of each number, by message.

        :rtype: dict[mail.message, mail.notification]
        """
        notifications = self.env["mail.notification"].sudo()
        found = notifications.search(
            [
                ("mail_message_id", "in", self.mail_message_id.ids),
                ("notification_type", "=", "sms"),
            ],
            order="id",
        )
        return found.grouped("mail_message_id")

    def _still_fit_for_sms(self):
        """Return what may still go: queued lately, at a good hour, to who wants it."""
        now = fields.Datetime.now()
        numbers = {number for item in self for number in item.sms_numbers or ()}
        stopped = self.env["res.partner"]._sms_stopped(numbers)
        late = self.browse()
        for opening, part in self._by_opening(now).items():
            if opening > now:
                late |= part
        return (self - late).filtered(
            lambda item: (
                item.write_date > now - FRESH
                and not stopped.intersection(item.sms_numbers or ())
            )
        )

    def _back_to_queue(self):
        """Let the ledger, the numbers and the hour be looked at once more."""
        again = self._update_state(("queued",), "ready")
        if again:
            again._discard_sms()
            self.env.ref("credit_control.cron_send").sudo()._trigger()

    def _discard_sms(self):
        """Remove the text messages of attempts of which nothing left the house."""
        previous = self.filtered("mail_message_id")
        if not previous:
            return
        known = previous._sms_notifications()
        unsent = previous.filtered(
            lambda item: all(
                notification.notification_status in ("ready", "exception", "canceled")
                for notification in known.get(item.mail_message_id, ())
            )
        )
        unsent._sms_rows().unlink()
        unsent.mail_message_id.sudo().unlink()

    @api.private
    def _mark_sms_unknown(self):
        """Ask a person: nobody knows whether the provider took the text message."""
        self._update_state(
            ("queued", "reserved"),
            "reserved",
            error=self.env._(
                "The provider of text messages did not answer, or the sending was "
                "interrupted: the customer may have the SMS or not."
            ),
            remedy=self.env._(
                "Look into the provider's list of messages or ask the customer, then "
                "say 'It arrived' or 'Send again'."
            ),
            is_reported=False,
        )

    @api.model
    def _settle_stragglers(self):
        """Finish what an interruption left between core's queue and us."""
        result = super()._settle_stragglers()
        self.flush_model()
        self.env["sms.sms"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT delivery.id FROM dunning_delivery delivery
                    WHERE delivery.channel = 'sms'
                      AND (delivery.state = 'queued' AND NOT EXISTS (
                               SELECT FROM sms_sms sms
                                WHERE sms.mail_message_id = delivery.mail_message_id
                                  AND sms.state = 'outgoing')
                           OR delivery.state = 'reserved' AND delivery.error IS NULL
                              AND delivery.write_date < %s)""",
                fields.Datetime.now() - INTERRUPTED,
            )
        )
        lost = self.sudo().browse([row[0] for row in rows]).try_lock_for_update()
        lost = lost.filtered(lambda item: item.sms_numbers)  # others' channels
        lost._receive_sms_answers()
        lost.filtered(lambda item: item.state == "reserved")._mark_sms_unknown()
        lost.filtered(lambda item: item.state == "queued")._mark_failed(
            self.env._("The text message was removed from the queue of SMS."),
            self.env._("Retry, or cancel the notice."),
            is_ours=True,
        )
        return result
