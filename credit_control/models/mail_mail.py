import smtplib
from contextlib import contextmanager
from smtplib import SMTP  # by itself: tests replace the one of the module

import psycopg2.errors
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo import models
from odoo.tools import SQL


def is_closed(session):
    """Return whether a session of ``smtplib`` has lost its server.

    :param session: None where core connects by itself
    """
    return isinstance(session, SMTP) and session.sock is None


class MailMail(models.Model):
    """Mails of notices: never twice, and their fate goes back to the delivery."""

    _inherit = "mail.mail"

    def _dunning_deliveries(self):
        """Return the deliveries of these mails, as far as they are mails of notices.

        :rtype: dict[int, dunning.delivery]
        """
        ours = self.filtered(lambda mail: mail.model == "dunning.notice")
        if not ours:
            return {}
        domain = [("mail_mail_id", "in", ours.ids)]
        deliveries = self.env["dunning.delivery"].sudo().search(domain)
        return {delivery.mail_mail_id.id: delivery for delivery in deliveries}

    def _send(
        self,
        auto_commit=False,
        raise_exception=False,
        smtp_session=None,
        alias_domain_id=False,
        mail_server=False,
        post_send_callback=None,
    ):
        """Send mails of notices one by one, each reserved before it goes out."""
        options = {
            "auto_commit": auto_commit,
            "raise_exception": raise_exception,
            "smtp_session": smtp_session,
            "alias_domain_id": alias_domain_id,
            "mail_server": mail_server,
            "post_send_callback": post_send_callback,
        }
        deliveries = self._dunning_deliveries()
        if not deliveries or self.env["ir.mail_server"]._disable_send():
            return super()._send(**options)
        others = self.filtered(lambda mail: mail.id not in deliveries)
        if others:
            others._send_foreign(options)
        for mail in self - others:
            if is_closed(smtp_session):
                # the server hung up: the rest goes by a new connection, at once
                self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
                break
            with deliveries[mail.id]._alone_at_the_wire() as is_alone:
                if is_alone and deliveries[mail.id]._reserve_mail(mail, auto_commit):
                    mail._send_reserved(deliveries[mail.id], options)
        return True

    def _send_foreign(self, options):
        """Send mails that are no notices; one that costs the connection is noted.

        :param dict options: as of ``_send``
        :return: whether the server answered to the end
        """
        try:
            return super()._send(**options)
        except smtplib.SMTPServerDisconnected:
            if options["raise_exception"]:
                raise
            return False

    def _send_reserved(self, delivery, options):
        """Send one mail; a server that hangs up at it costs the others nothing.

        :param delivery: the ``dunning.delivery`` of the mail
        :param dict options: as of ``_send``
        :return: whether the server answered to the end
        """
        wire = {}
        ours = self.with_context(dunning_wire=wire)
        try:
            return super(MailMail, ours)._send(**options)
        except smtplib.SMTPServerDisconnected as error:
            if options["raise_exception"]:
                raise
            self.failure_reason = str(error)
            delivery._receive_hang_up(wire, str(error))
            if options["auto_commit"]:
                self.env["ir.cron"]._commit_progress()
            return False

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell the deliveries what became of their mails."""
        deliveries = self._dunning_deliveries()
        wire = self.env.context.get("dunning_wire") or {}
        for mail in self.filtered(lambda item: item.id in deliveries):
            deliveries[mail.id]._receive_answer(
                mail, wire, failure_type, failure_reason
            )
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )


class DunningDelivery(models.Model):
    _inherit = "dunning.delivery"

    @contextmanager
    def _alone_at_the_wire(self):
        """Yield whether no other process is sending this mail right now.

        The row lock is gone for a moment when the reservation is committed, and a
        second queue would take a living process for a dead one. This lock belongs to
        the connection: it outlives commits and dies with the process.
        """
        self.ensure_one()
        key = SQL("hashtext('dunning.delivery'), %s", self.id)
        cr = self.env.cr
        cr.execute(SQL("SELECT pg_try_advisory_lock(%s)", key))
        [is_alone] = cr.fetchone()
        try:
            yield is_alone
        finally:
            if is_alone:
                if cr._cnx.get_transaction_status() == TRANSACTION_STATUS_INERROR:
                    cr.rollback()  # the error goes on its way, the lock must not stay
                cr.execute(SQL("SELECT pg_advisory_unlock(%s)", key))

    def _reserve_mail(self, mail, auto_commit):
        """Note that the mail is about to go out, so that a crash cannot repeat it.

        A mail server's answer is lost when the process dies before its commit. So the
        state ``reserved`` is committed first, where the caller commits mail by mail
        (core's queue does); whoever finds a mail reserved asks a person.

        :return: whether the mail may be sent now
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint(flush=False):
                locked = self.try_lock_for_update()
        except psycopg2.errors.SerializationFailure:
            return False  # another worker has just sent it
        if not locked:
            return False  # another worker is at it
        self.invalidate_recordset(["state"])
        if self.state == "reserved":
            mail.write({"state": "exception", "failure_reason": "Interrupted."})
            self._mark_unknown()
            return False
        if self.state != "queued":
            mail.write({"state": "cancel"})
            return False
        if auto_commit:
            self._update_state(("queued",), "reserved")
            self.env["ir.cron"]._commit_progress()
            return bool(self.try_lock_for_update())
        return True
