import logging
from datetime import timedelta

import psycopg2
import psycopg2.errors

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH_SIZE = 100
# another transaction came first: nothing is wrong, try again later
CONFLICTS = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)
# minutes until the next try, when the mail server cannot be reached
BACKOFF = (5, 15, 60, 240, 720, 1440)


class DunningDelivery(models.Model):
    """The queue: one batch at a time, nothing twice, nothing lost."""

    _inherit = "dunning.delivery"

    @api.model
    def _queue_domain(self):
        """Return the domain of what may go now."""
        return Domain(
            [
                ("state", "=", "ready"),
                ("date_queued", "!=", False),
                ("notice_id.state", "in", ("approved", "sent")),
            ]
        ) & Domain.OR(
            [
                [("date_next_try", "=", False)],
                [("date_next_try", "<=", fields.Datetime.now())],
            ]
        )

    @api.model
    @api.private
    def _process_queue(self, limit=BATCH_SIZE):
        """Hand over one batch of deliveries, without commit.

        :param int limit: deliveries at most
        :return: how many were taken; 0 when there is nothing to do
        """
        batch = self.sudo()._take_batch(limit)
        if not batch:
            return 0
        try:
            with self.env.cr.savepoint():
                batch._send_batch()
            return len(batch)
        except CONFLICTS:
            _logger.info("Deliveries wait for another transaction: %s", len(batch))
        except psycopg2.OperationalError:
            raise
        except Exception:  # noqa: BLE001 - then one by one, to find the culprit
            _logger.info("A batch of %s deliveries goes one by one", len(batch))
        self.env.invalidate_all(flush=False)
        done = sum(delivery._send_alone() for delivery in batch)
        if done < len(batch):
            # what another transaction holds is tried again in a fresh one
            at = fields.Datetime.now() + timedelta(minutes=1)
            self.env.ref("credit_control.cron_send").sudo()._trigger(at=at)
        return done

    def _take_batch(self, limit):
        """Lock deliveries that are ready, and their notices, and return them.

        What another worker holds, or has just changed, is left to him.
        """
        found = self.search(self._queue_domain(), limit=20 * limit, order="id")
        try:
            with self.env.cr.savepoint(flush=False):
                notices = found.notice_id.try_lock_for_update(limit=limit)
                mine = found.filtered(lambda item: item.notice_id in notices)
                mine = mine[:limit].try_lock_for_update()
        except CONFLICTS:
            return self.browse()
        return mine.filtered_domain(self._queue_domain())

    def _send_alone(self):
        """Send one delivery; a failure stays on its row.

        :return: False when another transaction is in the way
        """
        try:
            with self.env.cr.savepoint():
                self._send_batch()
        except CONFLICTS:
            self.env.invalidate_all(flush=False)
            return False
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.exception("Delivery %s failed", self.id)
            self.env.invalidate_all(flush=False)
            self._mark_failed(
                str(error) or type(error).__name__,
                self.env._(
                    "Put right what the message says, then retry. If it says nothing "
                    "to you, show it to your administrator: the log has the details."
                ),
                is_ours=True,
            )
        return True

    def _send_batch(self):
        """Send, saying what goes wrong in the language of each company.

        The scheduled action's own language is nobody's.
        """
        by_lang = self.grouped(lambda item: item.company_id.partner_id.lang)
        for lang, part in by_lang.items():
            part.with_context(lang=lang or self.env.lang)._send_by_channel()

    def _send_by_channel(self):
        """Check the ledger again, then validate, render and hand over by channel."""
        self.notice_id._check_ledger()
        channels = self._dunning_channels()
        self._fail_many(self._refuse_unknown_channels(channels))
        for code, channel in channels.items():
            part = self.filtered(
                lambda item, code=code: item.state == "ready" and item.channel == code
            )
            for step in ("validate", "render"):
                if part:
                    part -= part._fail_many(getattr(part, channel[step])())
            if part:
                getattr(part, channel["hand_over"])()

    def _refuse_unknown_channels(self, channels):
        """Without its add-on a delivery would be taken from the queue for ever."""
        sentences = (
            self.env._("No installed add-on conveys this channel."),
            self.env._("Install the add-on again, or choose another channel."),
        )
        return {
            delivery: sentences
            for delivery in self
            if delivery.state == "ready" and delivery.channel not in channels
        }

    def _fail_many(self, errors):
        """Mark as failed what a channel refused.

        :param dict errors: ``{delivery: (error, remedy)}``, with a third item True
            where the cause is on our side
        :return: the deliveries that failed
        """
        errors = errors or {}
        failed = self.browse([delivery.id for delivery in errors])
        self._write_reasons(errors)
        for is_ours in (False, True):
            failed.filtered(
                lambda item, is_ours=is_ours: any(errors[item][2:]) == is_ours
            )._update_state(
                ("ready", "queued", "reserved"),
                "failed",
                is_reported=False,
                is_ours=is_ours,
            )
        return failed

    def _write_reasons(self, errors):
        """Write what is wrong with each delivery, and what to do about it.

        :param dict errors: as for ``_fail_many``
        """
        for delivery, (error, remedy, *_is_ours) in errors.items():
            delivery.sudo().write({"error": error, "remedy": remedy})

    def _replace_links(self, name, linked):
        """Set a many2many field of these deliveries, by one statement each way.

        :param str name: the field
        :param dict linked: the records of its model by delivery
        """
        if not self:
            return
        field = self._fields[name]
        table, own, other = map(
            SQL.identifier, (field.relation, field.column1, field.column2)
        )
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE %s IN %s", table, own, tuple(self.ids))
        )
        pairs = [
            SQL("(%s, %s)", delivery.id, record_id)
            for delivery, records in linked.items()
            for record_id in records.ids
        ]
        if pairs:
            columns = SQL("INSERT INTO %s (%s, %s) VALUES ", table, own, other)
            self.env.cr.execute(SQL("%s%s", columns, SQL(", ").join(pairs)))
        self.invalidate_recordset([name], flush=False)  # nothing of it waits

    @api.private
    def _retry_later(self, error, remedy, is_ours=False):
        """Try again by itself after a while; give up after the last time.

        :param bool is_ours: as for ``_mark_failed``
        """
        for tries, part in self.grouped("try_count").items():
            if tries >= len(BACKOFF):
                part._mark_failed(error, remedy, is_ours=is_ours)
                continue
            at = fields.Datetime.now() + timedelta(minutes=BACKOFF[tries])
            part._update_state(
                ("ready", "queued", "reserved"),
                "ready",
                error=error,
                remedy=remedy,
                try_count=tries + 1,
                date_next_try=at,
            )
            self.env.ref("credit_control.cron_send").sudo()._trigger(at=at)

    # === SCHEDULED ACTION === #
    @api.model
    def _cron_send(self):
        """Send what is queued, batch by batch; tell of problems once at the end."""
        cron = self.env["ir.cron"]
        self._settle_stragglers()
        cron._commit_progress(0, remaining=self.search_count(self._queue_domain()))
        while done := self._process_queue():
            left = self.search_count(self._queue_domain())
            if not cron._commit_progress(done, remaining=left):
                break
        self._report_problems()
        cron._commit_progress(0)

    @api.model
    def _settle_stragglers(self):
        """Finish what an interruption left between the mail queue and us."""
        self.flush_model()
        self.env["mail.mail"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT delivery.id, mail.state FROM dunning_delivery delivery
                LEFT JOIN mail_mail mail ON mail.id = delivery.mail_mail_id
                    WHERE delivery.state = 'queued' AND delivery.channel = 'email'
                      AND (mail.id IS NULL OR mail.state <> 'outgoing')"""
            )
        )
        groups = {}
        for delivery_id, state in rows:
            groups.setdefault(state, []).append(delivery_id)
        for state, ids in groups.items():
            self.sudo().browse(ids).try_lock_for_update()._settle_mail_state(state)
        late = self.sudo().search(
            [("state", "=", "sent"), ("notice_id.state", "=", "approved")]
        )
        for delivery in late.try_lock_for_update():
            delivery._settle(delivery.date_sent)

    def _settle_mail_state(self, state):
        if state == "sent":
            self._mark_delivered()
        elif state == "cancel":
            self._mark_failed(
                self.env._("Somebody cancelled the mail among the outgoing mails."),
                self.env._("Retry, or cancel the notice."),
                is_ours=True,
            )
        else:
            self._mark_unknown()

    @api.private
    def _mark_unknown(self):
        """Ask a person: nobody knows whether the mail server took the mail."""
        self._update_state(
            ("queued", "reserved"),
            "reserved",
            error=self.env._(
                "The mail server did not answer, or the sending was interrupted: the "
                "customer may have the mail or not."
            ),
            remedy=self.env._(
                "Look into the mail server's log or ask the customer, then say 'It "
                "arrived' or 'Send again'."
            ),
            is_reported=False,
        )

    @api.model
    def _report_problems(self):
        """Mail the credit managers what needs them: once for each problem."""
        problems = self.sudo().search(
            [
                ("state", "in", ("failed", "bounced", "reserved")),
                ("error", "!=", False),
                ("is_reported", "=", False),
            ]
        )
        managers = self.env["credit.profile"].sudo()._get_managers()
        mails = []
        for company, part in problems.grouped("company_id").items():
            people = managers.filtered(
                lambda user, company=company: company in user.company_ids
            )
            if people:
                mails.append(part._prepare_problem_mail(company, people))
        if mails:
            self.env["mail.mail"].sudo().create(mails)
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        problems.write({"is_reported": True})

    def _prepare_problem_mail(self, company, people):
        """Return the values of the mail to the credit managers of a company."""
        lang = people[:1].lang or "en_US"
        model = self.with_context(lang=lang)
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        body = model.env["ir.qweb"]._render(
            "credit_control.delivery_problem_mail",
            {
                "deliveries": model[:20],
                "more": len(self) - 20,
                "company": company,
                "url": f"{base}/odoo/action-credit_control.dunning_delivery_action_fix",
            },
            lang=lang,
        )
        return {
            "subject": model.env._(
                "Dunning: %(count)s notices did not go out", count=len(self)
            ),
            "body_html": body,
            "email_from": company.email_formatted or people[:1].email_formatted,
            "email_to": ", ".join(people.mapped("email_formatted")),
            "headers": repr({"Auto-Submitted": "auto-generated"}),
            "auto_delete": True,
        }
