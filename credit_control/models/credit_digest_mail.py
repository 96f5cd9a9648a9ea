import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hmac
from odoo.tools.misc import format_date

from .credit_link import SCOPE

_logger = logging.getLogger(__name__)

# what the page offers, in days from the first on which a reminder would go
CHOICES = (1, 3, 7, 14, 30)


class CreditDigest(models.Model):
    """The digest as a mail, and what its links do."""

    _inherit = "credit.digest"

    # === SENDING === #
    @api.model
    @api.private
    def _process_queue(self, limit=50):
        """Put one batch of digests into the mail queue; return how many were done.

        The mail and the state are of one transaction: none goes twice.
        """
        waiting = self.sudo().search([("state", "=", "draft")], limit=limit, order="id")
        waiting = waiting.try_lock_for_update()
        if not waiting:
            return 0
        todays = waiting.company_id._dunning_today()
        late = waiting.filtered(lambda one: one.date < todays[one.company_id])
        late._update_state(("draft",), "cancelled")
        mails, sent = [], self.browse()
        for digest in waiting - late:
            try:
                with self.env.cr.savepoint():
                    mails.append(digest._prepare_mail())
            except Exception as error:
                _logger.exception("The digest %s cannot be written", digest.id)
                digest._update_state(("draft",), "failed", error=str(error))
            else:
                sent |= digest
        self.env["mail.mail"].sudo().create(mails)
        sent._update_state(("draft",), "sent", date_sent=fields.Datetime.now())
        if mails:
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return len(waiting)

    def _prepare_mail(self):
        """Return the values of the mail of one digest, in its reader's language."""
        self.ensure_one()
        user, company = self.user_id, self.company_id
        here = self.with_context(
            lang=user.lang or "en_US",
            allowed_company_ids=company.ids,
            tz=company._dunning_zone(),
        )
        body = here.env["ir.qweb"]._render(
            "credit_control.digest_mail", here._mail_values(), lang=here.env.lang
        )
        return {
            "subject": here._subject(),
            "body_html": body,
            "email_from": company.email_formatted or user.email_formatted,
            "email_to": user.email_formatted,
            "headers": repr({"Auto-Submitted": "auto-generated"}),
            "auto_delete": True,
        }

    def _day_in_words(self):
        """Return the day as the beginning of a line: with a capital letter."""
        day = format_date(self.env, self.date, date_format="EEEE d MMMM")
        return day[:1].upper() + day[1:]

    def _subject(self):
        day = self._day_in_words()
        if not self.notice_count:
            return self.env._(
                "%(day)s: %(count)s to deal with, no reminder goes",
                day=day,
                count=self.need_count,
            )
        values = {
            "day": day,
            "count": self.notice_count,
            "amount": self.currency_id.format(self.amount),
            "needs": self.need_count,
        }
        if self.notice_count == 1:
            return self.env._(
                "%(day)s: one reminder, %(amount)s; %(needs)s to deal with", **values
            )
        return self.env._(
            "%(day)s: %(count)s reminders, %(amount)s; %(needs)s to deal with", **values
        )

    def _mail_values(self):
        """Return what the template of the mail shows."""
        kinds = dict(self.env["credit.attention"]._selection_kind())
        needs = self.needs or {}
        link = self.env["credit.link"].sudo()._of(self, "digest")[:1]
        base = self.get_base_url()
        # signed once: the part that follows the token tells the customer
        path = f"{base}{link._path()}"
        lines = self.line_ids.grouped("level_id")
        levels = self.env["dunning.level"].sudo()
        return {
            "digest": self,
            "day": self._day_in_words(),
            "levels": [
                {
                    "level": levels.browse(level_id),
                    "count": count,
                    "amount": amount,
                    "lines": lines.get(levels.browse(level_id), ()),
                    "more": count - len(lines.get(levels.browse(level_id), ())),
                }
                for level_id, count, amount in self.levels or []
            ],
            "needs": [
                (label, needs[code]) for code, label in kinds.items() if code in needs
            ],
            "money": self.currency_id.format,
            "url": lambda line: f"{path}/{line.id}",
            "queue_url": f"{base}/odoo/credit-attention",
            "preview_url": f"{base}/odoo/credit-today-sendings",
            "preferences_url": f"{base}/odoo/my-preferences/{self.user_id.id}",
        }


class CreditDigestLine(models.Model):
    """ "Not now", said by the link in the mail."""

    _inherit = "credit.digest.line"

    @api.model
    def _choices(self):
        """Return how long reminders may wait: ``[(days, in words)]``."""
        words = {
            1: self.env._("that day only"),
            3: self.env._("3 days"),
            7: self.env._("a week"),
            14: self.env._("two weeks"),
            30: self.env._("a month"),
        }
        return [(days, words[days]) for days in CHOICES]

    @api.model
    def _reasons(self):
        """Return the reasons offered: ``[(code, in words)]``."""
        return (
            self.env["credit.snooze"]._fields["kind"]._description_selection(self.env)
        )

    @api.private
    def _not_now(self, days, kind, words=""):
        """Send no reminder to the customer for some days, by who got the digest.

        With his rights of today: who is no collector any more, or has lost the
        customer, is refused.

        :param int days: one of the days offered
        :param str kind: code of a reason
        :param str words: more of the reason, free
        """
        self.ensure_one()
        user, company = self.digest_id.user_id, self.digest_id.company_id
        reasons = dict(self._reasons())
        if days not in CHOICES or kind not in reasons:
            raise UserError(self.env._("Choose how long, and why, from the lists."))
        if not user.active:
            raise UserError(self.env._("This mail was sent to somebody who left."))
        reason = ": ".join(filter(None, [reasons[kind], words.strip()[:200]]))
        first = max(self.digest_id.date, company._dunning_today()[company])
        until = first + timedelta(days=days - 1)
        profile = self.profile_id.with_user(user).with_company(company)
        profile.action_hold(until, reason)
        profile._log(self.env._("“Not now”, said from the evening digest: %s", reason))
        # sudo: what was said is written by this method alone
        self.sudo().write({"hold_until": until, "date_answer": fields.Datetime.now()})

    def _nonce(self):
        """Return the word that a form shown now sends back: good for one answer."""
        self.ensure_one()
        message = (self.id, str(self.date_answer or ""))
        return hmac(self.sudo().env, f"{SCOPE}.digest", message)


class CreditLink(models.Model):
    _inherit = "credit.link"

    purpose = fields.Selection(
        selection_add=[("digest", "Evening digest")], ondelete={"digest": "cascade"}
    )

    @api.model
    @api.private
    def _issue_digests(self, digests, days):
        """Create a link to each digest, for whom it is sent to."""
        expiry = fields.Datetime.now() + timedelta(days=days)
        # sudo: links are made by this class alone
        return self.sudo().create(
            [
                {
                    "company_id": digest.company_id.id,
                    "purpose": "digest",
                    "res_model": digest._name,
                    "res_id": digest.id,
                    "email": digest.user_id.email,
                    "lang": digest.user_id.lang,
                    "date_expiry": expiry,
                }
                for digest in digests
            ]
        )
