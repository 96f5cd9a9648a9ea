import itertools
from collections import defaultdict
from datetime import timedelta, timezone
from typing import NamedTuple

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..tools import mime
from ..tools.files import INERT, judge
from ..tools.free_mail import is_free_mail
from ..tools.html_body import make_quiet
from ..tools.language import find_language
from ..tools.sender import is_suspect
from ..tools.text import split_reply

# an answer to a mail on one of these belongs to the customer it is about
OUTGOING_MODELS = {
    "dunning.notice": "dunning_notice",
    "credit.message": "credit_message",
    "credit.profile": "credit_profile",
    "credit.promise": "credit_promise",
    "credit.plan": "credit_plan",
    "credit.dispute": "credit_dispute",
    "credit.portal.request": "credit_portal_request",
}
MAX_LINE = 2000
LAST_PARSED = "credit_message_last_parsed"


class Thread(NamedTuple):
    """What a message answers to: a mail of ours, or an earlier one of the customer."""

    model: str
    res_id: int
    notice_id: int | None
    parent_id: int | None
    profile_id: int | None
    company_id: int | None
    is_itself: bool  # a mail that came in, not one of ours about it


class CreditMessage(models.Model):
    """The fields of a message, filled from its raw bytes."""

    _inherit = "credit.message"

    reply_to = fields.Char(readonly=True, help="Where the sender wants answers.")
    picture_ids = fields.Many2many(
        "ir.attachment",
        "credit_message_picture_rel",
        string="Pictures in the text",
        readonly=True,
        copy=False,
    )
    is_cut = fields.Boolean(
        string="Too large to be shown whole",
        readonly=True,
        help="Only the beginning was read; the original is kept whole.",
    )

    # === THE ORIGINAL === #
    def _get_original(self):
        """Return the attachments that hold the raw bytes of these messages."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "raw"),
                    ("res_id", "in", self.ids),
                ]
            )
        )

    @api.private
    def _get_mail(self):
        """Return the parsed mail of this message, a `Mail`; parsed once in a row."""
        self.ensure_one()
        number, mail = self.env.cr.cache.get(LAST_PARSED, (None, None))
        if number != self.id:
            mail = self._remember_mail(self._get_original()[:1].raw or b"")
        return mail

    def _remember_mail(self, raw):
        mail = mime.parse(raw)
        self.env.cr.cache[LAST_PARSED] = (self.id, mail)
        return mail

    # === FIELDS === #
    def _parse(self):
        """Fill the fields of these stored messages from their raw bytes.

        Messages that were parsed before keep what they have.

        :return: self
        """
        unread = self.filtered(lambda message: not message.is_parsed)
        if not unread:
            return self
        unread._drop_files()
        found = unread._read_relatives()
        threads, same = unread._find_threads(found), unread._find_same_ids(found)
        own = self._get_own_addresses()
        for message in unread:
            mail = message._get_mail()
            company = message._find_company(mail, threads[message.id], own)
            values = message._prepare_header_values(mail, own)
            values |= message._prepare_thread_values(threads[message.id])
            values |= message._prepare_body_values(mail, company)
            values |= {
                "company_id": company.id,
                "duplicate_of_id": same.get(message.id),
                "is_parsed": True,
            }
            message.write(values)
            message._apply_bounce(mail)
        return self

    def _prepare_header_values(self, mail, own):
        name, address = mail.from_name, mail.from_address
        shown = f'"{name}" <{address}>' if name and address else name or address
        shown = shown or mail.headers.get("from", [""])[0]
        return {
            "message_id": mail.message_id,
            "in_reply_to": mail.in_reply_to,
            "references": " ".join(mail.references),
            "date": self._get_date(mail),
            "email_from": shown[:MAX_LINE],
            "email_normalized": address[:320],
            "from_name": name,
            "email_to": ", ".join(mail.to)[:MAX_LINE],
            "email_cc": ", ".join(mail.cc)[:MAX_LINE],
            "reply_to": mail.reply_to[:320],
            "subject": mail.subject,
            "is_automatic": mime.is_automatic(mail),
            "is_suspect": is_suspect(mail, own["domains"]),
            "is_cut": mail.is_cut or mail.parts_too_many,
        }

    def _get_date(self, mail):
        """Return when it was written; a clock that runs ahead is not believed."""
        if not mail.date:
            return self.received_date
        date = mail.date.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
        return min(date, self.received_date + timedelta(days=1))

    # === BODY AND FILES === #
    def _drop_files(self):
        """Forget what an earlier reading made of the files."""
        (self.attachment_ids | self.picture_ids).sudo().unlink()

    def _prepare_body_values(self, mail, company):
        values = {
            "body_text": mail.text,
            "reply_text": split_reply(mail.text, mail.subject).own,
        }
        values["language"] = find_language(values["reply_text"])
        files = self._create_files(mail, company)
        if mail.html:
            pictures = {
                one.content_id: f"/web/image/{file.id}"
                for one, file in zip(mail.attachments, files, strict=True)
                if one.is_inline
            }
            values["body_html"] = make_quiet(mail.html, pictures)[0]
        for name, is_inline in (("attachment_ids", False), ("picture_ids", True)):
            chosen = [
                file.id
                for one, file in zip(mail.attachments, files, strict=True)
                if one.is_inline == is_inline
            ]
            if chosen:
                values[name] = [Command.set(chosen)]
        return values

    def _create_files(self, mail, company):
        """Keep the files of a mail; what could act by itself is served as mere bytes.

        :return: attachments, in the order of the mail's
        """
        if not mail.attachments:
            return self.env["ir.attachment"]
        values = []
        for one in mail.attachments:
            verdict = judge(one.name, one.content)
            values.append(
                {
                    "name": f"{one.name}.blocked" if verdict.is_dangerous else one.name,
                    "description": self._describe_file(one, verdict),
                    "res_model": self._name,
                    "res_id": self.id,
                    "company_id": company.id,
                    "mimetype": verdict.mimetype,
                    "raw": one.content,
                }
            )
        files = self.env["ir.attachment"].sudo()
        files = files.with_context(image_no_postprocess=True).create(values)
        # core guesses anew at creation what is given as mere bytes
        inert = [one["mimetype"] == INERT for one in values]
        files.browse(itertools.compress(files.ids, inert)).write({"mimetype": INERT})
        return files

    def _describe_file(self, one, verdict):
        if verdict.is_dangerous:
            return self.env._(
                "This file of the sender can run programs on your computer. Take off "
                '".blocked" only when you know what it is.'
            )
        return False

    # === CONVERSATIONS === #
    @api.private
    def _find_threads(self, found=None):
        """Find what these messages answer to, the nearest first: one query.

        :param found: what ``_read_relatives`` returned, where it was called before
        :return: list of `Thread` by message id
        :rtype: dict[int, list[Thread]]
        """
        found = self._read_relatives() if found is None else found
        return {
            message.id: [
                thread
                for one in mime.thread_ids(message._get_mail())
                for thread in found.get(one, ())
                if (thread.model, thread.res_id) != (self._name, message.id)
            ]
            for message in self
        }

    def _read_relatives(self):
        """Return the mails with the ids that these messages name or have themselves.

        :rtype: dict[str, list[Thread]]
        """
        named, found = set(), defaultdict(list)
        for message in self:
            mail = message._get_mail()
            named.update([mail.message_id, *mime.thread_ids(mail)])
        named.discard("")
        self.flush_model(["message_id", "notice_id", "parent_id", "profile_id"])
        self.env["mail.message"].flush_model(["message_id", "model", "res_id"])
        if named:
            for message_id, *row in self.env.execute_query(
                self._threads_sql(tuple(named))
            ):
                found[message_id].append(Thread(*row))
        return found

    def _threads_sql(self, message_ids):
        tables = SQL(" ").join(
            SQL(
                "WHEN %s THEN (SELECT profile_id FROM %s WHERE id = post.res_id)",
                model,
                SQL.identifier(table),
            )
            for model, table in OUTGOING_MODELS.items()
            if model not in ("credit.profile", "credit.message")
        )
        return SQL(
            """
            SELECT found.message_id, found.model, found.res_id,
                   coalesce(found.notice_id, message.notice_id),
                   coalesce(message.parent_id, message.id),
                   coalesce(found.profile_id, message.profile_id),
                   coalesce(profile.company_id, message.company_id), found.is_itself
              FROM (
                SELECT post.message_id, post.model, post.res_id, post.id AS sequence,
                       CASE WHEN post.model = 'dunning.notice' THEN post.res_id
                        END AS notice_id,
                       CASE WHEN post.model = 'credit.message' THEN post.res_id
                        END AS parent_id,
                       CASE post.model WHEN 'credit.profile' THEN post.res_id
                            %(tables)s END AS profile_id, FALSE AS is_itself
                  FROM mail_message post
                 WHERE post.message_id IN %(ids)s AND post.model IN %(models)s
                   AND post.res_id > 0
                 UNION ALL
                SELECT message_id, 'credit.message', id, id, NULL, id, NULL, TRUE
                  FROM credit_message WHERE message_id IN %(ids)s
              ) found
         LEFT JOIN credit_message message ON message.id = found.parent_id
         LEFT JOIN credit_profile profile
                ON profile.id = coalesce(found.profile_id, message.profile_id)
             WHERE found.parent_id IS NOT NULL OR found.profile_id IS NOT NULL
          ORDER BY found.sequence DESC
            """,
            ids=message_ids,
            models=tuple(OUTGOING_MODELS),
            tables=tables,
        )

    def _prepare_thread_values(self, threads):
        """Return notice and first message of the conversation a message is part of."""
        notices = [thread.notice_id for thread in threads if thread.notice_id]
        parents = [
            thread.parent_id
            for thread in threads
            if thread.parent_id and thread.parent_id != self.id
        ]
        return {
            "notice_id": notices[0] if notices else False,
            "parent_id": parents[0] if parents else False,
        }

    def _find_same_ids(self, found):
        """Return earlier messages with the same Message-ID: ``{id: earlier id}``."""
        result = {}
        for message in self:
            earlier = [
                thread.res_id
                for thread in found.get(message._get_mail().message_id, ())
                if thread.model == self._name and thread.is_itself
            ]
            if earlier and min(earlier) < message.id:
                result[message.id] = min(earlier)
        return result

    @api.model
    def _has_same_content(self, raw):
        """Return whether a message with the same id, sender and words is here already.

        Some servers write the headers anew each time they are asked.
        """
        mail = mime.parse(raw)
        same = self.sudo().search(
            [
                ("message_id", "=", mail.message_id),
                ("email_normalized", "=", mail.from_address[:320]),
                ("subject", "=", mail.subject),
            ]
        )
        return mail.text in [message.body_text or "" for message in same]

    # === WHOSE MAILBOX === #
    @api.model
    def _get_own_addresses(self):
        """Return the addresses and domains that are ours, with their company.

        :rtype: dict
        """
        self.env["res.company"].flush_model()
        self.env["mail.alias"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT company.id, lower(alias.alias_full_name),
                          lower(company.email), lower(domain.name)
                     FROM res_company company
                LEFT JOIN mail_alias alias ON alias.id = company.credit_alias_id
                LEFT JOIN mail_alias_domain domain
                       ON domain.id = company.alias_domain_id
                    WHERE company.active ORDER BY company.id"""
            )
        )
        addresses, domains = {}, {}
        for company_id, alias, address, alias_domain in rows:
            address = mime.read_addresses([address or ""])[:1]
            address = address[0][1] if address else ""
            for one in filter(None, (alias, address)):
                addresses.setdefault(one, company_id)
            for one in filter(None, (alias_domain, address.rpartition("@")[2])):
                if not is_free_mail(one):
                    domains.setdefault(one, company_id)
        first = rows[0][0] if rows else self.env.company.id
        return {"addresses": addresses, "domains": domains, "first": first}

    def _find_company(self, mail, threads, own):
        """Return the company that a message came in for.

        That of what it answers, of its mailbox, of an address or a domain it was sent
        to; the first company of the database when nothing tells.
        """
        found = [thread.company_id for thread in threads if thread.company_id][:1]
        found += self.fetchmail_server_id.credit_company_id.ids
        if not found and len(own["domains"]) + len(own["addresses"]) > 0:
            people = mime.recipients(mail)
            found += [
                own["addresses"][one] for one in people if one in own["addresses"]
            ]
            domains = [one.rpartition("@")[2] for one in people]
            found += [own["domains"][one] for one in domains if one in own["domains"]]
        return self.env["res.company"].sudo().browse((found or [own["first"]])[0])

    # === MAILS THAT CAME BACK === #
    def _apply_bounce(self, mail):
        """Let core take note of an address that failed for good.

        A delay, or a failure for now, changes nothing: the mail may still arrive.
        """
        bounce = mail.bounce
        if not (bounce and bounce.is_permanent):
            return
        posts = self.env["mail.message"].sudo()
        ids = bounce.message_ids or mime.thread_ids(mail)
        if ids:
            posts = posts.search([("message_id", "in", ids)], limit=1, order="id desc")
        thread = self.env["mail.thread"].sudo()
        for address in bounce.addresses or [False]:
            partners = self._find_bounced(address, posts)
            if not address and len(partners) == 1:
                address = partners.email_normalized
            thread._credit_take_back(mail, address, partners, posts)

    def _find_bounced(self, address, posts):
        partners = self.env["res.partner"].sudo()
        if address:
            return partners.search([("email_normalized", "=", address)])
        return posts.notification_ids.res_partner_id
