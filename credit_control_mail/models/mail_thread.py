import contextlib
import logging
import threading
from xmlrpc import client as xmlrpclib

from odoo import api, models
from odoo.tools import SQL

from ..tools import mime
from .credit_message_parse import OUTGOING_MODELS

_logger = logging.getLogger(__name__)
CORE = "odoo.addons.mail.models.mail_thread"
# what a machine of a mail server writes may name the mail it is about far inside
_REPORTS = ("multipart/report", "mailer-daemon", "postmaster", "x-failed-recipients")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Store what is meant for the credit inbox before anything can go wrong.

        With ``credit_inbox_off`` in the context, core has every mail as without us.

        :return: id of the `credit.message`, else what core returns
        """
        if isinstance(message, xmlrpclib.Binary):
            message = bytes(message.data)
        if isinstance(message, str):
            message = message.encode("utf-8", "surrogateescape")
        options = {
            "custom_values": custom_values,
            "save_original": save_original,
            "strip_attachments": strip_attachments,
            "thread_id": thread_id,
        }
        route = None
        if not self.env.context.get("credit_inbox_off"):
            route = self._credit_find_route(model, message)
        if not route:
            return super().message_process(model, message, **options)
        found = self._credit_receive(message, route["company_id"])
        if route["is_for_core_too"]:
            with _core_keeps_quiet(), contextlib.suppress(Exception):
                with self.env.cr.savepoint():
                    super(
                        MailThread, self.with_context(credit_inbox_stored=True)
                    ).message_process(None, message, **options)
        return found.id

    def _credit_receive(self, raw, company_id):
        """Store and read a mail; a fetcher that could not store it tries once more."""
        server = self.env["fetchmail.server"].browse(
            self.env.context.get("default_fetchmail_server_id") or []
        )
        company = self.env["res.company"].browse(company_id or [])
        messages = self.env["credit.message"]
        try:
            return messages._receive(raw, server, company)
        except Exception as error:
            if not self.env.context.get("fetchmail_cron_running"):
                raise
            _logger.warning("A mail is stored again (%s)", type(error).__name__)
            self.env.cr.rollback()
            return messages._receive(raw, server, company)

    # === IS IT OURS? === #
    @api.model
    def _credit_find_route(self, model, raw):
        """Return whether, and for whom, the credit inbox takes a mail.

        :return: ``None`` when core alone shall have it, else a dict with ``company_id``
            (may be None) and ``is_for_core_too``: it is sent to another alias as well,
            or answers to a document of another kind
        """
        mail = mime.parse_head(raw)
        kind = " ".join(
            [
                *mail.headers.get("content-type", ())[:1],
                mail.from_address,
                *mail.headers,
            ]
        ).lower()
        is_report = any(word in kind for word in _REPORTS)
        if is_report and model != "credit.message":
            mail = mime.parse(raw)
        ids, people = mime.thread_ids(mail), mime.recipients(mail)
        if model != "credit.message" and not (ids or people):
            return None
        for name in ("mail.alias", "mail.message", "credit.message", "res.company"):
            self.env[name].flush_model()
        rows = self.env.execute_query(self._credit_route_sql(ids, people))
        aliases = [row for row in rows if row[0] == "alias"]
        own = [row for row in aliases if row[1] == "credit.message"]
        answered = {row[1] for row in rows if row[0] == "answer"}
        others = answered - OUTGOING_MODELS.keys()
        if not (
            model == "credit.message"
            or own
            or self._credit_is_answer(answered - others, mail.from_address)
        ):
            return None
        return {
            "company_id": next((row[2] for row in own if row[2]), None),
            "is_for_core_too": not is_report
            and (len(aliases) > len(own) or bool(others)),
        }

    def _credit_route_sql(self, ids, people):
        """Aliases among the recipients, and documents of ours that are answered."""
        return SQL(
            """
            SELECT 'alias' AS kind, model.model AS model, company.id AS company_id
              FROM mail_alias alias
              JOIN ir_model model ON model.id = alias.alias_model_id
         LEFT JOIN res_company company ON company.credit_alias_id = alias.id
             WHERE alias.alias_full_name IN %(people)s
                OR (alias.alias_name IN %(names)s AND alias.alias_incoming_local)
             UNION ALL
            SELECT 'answer', post.model, NULL FROM mail_message post
             WHERE post.message_id IN %(ids)s AND post.res_id > 0
               AND post.model IS NOT NULL
             UNION ALL
            SELECT 'answer', 'credit.message', NULL FROM credit_message message
             WHERE message.message_id IN %(ids)s
            """,
            people=tuple(people) or ("",),
            names=tuple({one.partition("@")[0] for one in people}) or ("",),
            ids=tuple(ids) or ("",),
        )

    def _credit_is_answer(self, models_answered, address):
        """Answers of our own people on other documents stay what they are: notes."""
        if models_answered & {"dunning.notice", "credit.message"}:
            return True
        if not models_answered:
            return False
        colleagues = self.env["res.users"].sudo()
        return not colleagues.search_count(
            [("share", "=", False), ("partner_id.email_normalized", "=", address)],
            limit=1,
        )

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Leave out the routes to what is stored already."""
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        if self.env.context.get("credit_inbox_stored"):
            routes = [route for route in routes if route[0] not in OUTGOING_MODELS]
        return routes

    # === MAILS THAT CAME BACK === #
    @api.private
    def _credit_take_back(self, mail, address, partners, posts):
        """Let core do what it does when a mail of ours came back for good."""
        with _core_keeps_quiet():
            self._routing_handle_bounce(
                None,
                {
                    "bounced_email": address,
                    "bounced_partner": partners,
                    "bounced_msg_ids": mail.bounce.message_ids,
                    "bounced_message": posts,
                    "body": mail.html or mail.text,
                    "email_from": "-",
                    "to": "-",
                    "message_id": "-",
                },
            )


@contextlib.contextmanager
def _core_keeps_quiet():
    """No address of a sender in the server's log: core writes them as information."""
    here = threading.get_ident()
    logger = logging.getLogger(CORE)

    def is_loud(record):
        return record.thread != here or record.levelno >= logging.WARNING

    logger.addFilter(is_loud)
    try:
        yield
    finally:
        logger.removeFilter(is_loud)
