import logging
import secrets
from datetime import timedelta
from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, consteq, hmac
from odoo.tools.misc import hash_sign, verify_hash_signed

_logger = logging.getLogger(__name__)

SCOPE = "credit_control.link"
MAX_DAYS = 365


class CreditLink(models.Model):
    """A signed link by which somebody without a login sees one record of ours.

    The link itself is the right: it is signed, ends on a day, can be revoked, and
    leaves a trace each time it is used. What it opens depends on its purpose, see
    ``controllers/link.py``.
    """

    _name = "credit.link"
    _description = "Link for somebody without a login"
    _order = "id desc"

    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Empty: the link is a colleague's, about customers of his.",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=True,
        index=True,
    )
    purpose = fields.Selection(
        [
            ("dispute_question", "Question about a dispute"),
            ("dossier", "Dossier"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record",
        model_field="res_model",
        required=True,
        readonly=True,
        index=True,
    )
    email = fields.Char(string="Sent to", readonly=True)
    lang = fields.Char(string="Language", readonly=True)
    note = fields.Text(
        string="Question", readonly=True, help="What the reader is asked or told."
    )
    # a database restored from an older copy gives the same numbers to other links:
    # the key tells them apart
    key = fields.Char(
        readonly=True,
        required=True,
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(16),
    )
    date_expiry = fields.Datetime(
        string="Valid until", required=True, readonly=True, copy=False
    )
    is_revoked = fields.Boolean(string="Revoked", readonly=True, copy=False)
    is_valid = fields.Boolean(
        string="Valid", compute="_compute_is_valid", search="_search_is_valid"
    )
    use_count = fields.Integer(string="Times opened", readonly=True, copy=False)
    date_used = fields.Datetime(string="Last opened", readonly=True, copy=False)
    date_answer = fields.Datetime(string="Last answer", readonly=True, copy=False)
    answer_count = fields.Integer(string="Answers", readonly=True, copy=False)
    url = fields.Char(
        string="Link",
        compute="_compute_url",
        groups="credit_control.group_collector",
        help="Whoever has it sees what it opens: give it to nobody else.",
    )

    # === COMPUTE METHODS === #
    @api.depends("profile_id.company_id")
    def _compute_company_id(self):
        for link in self:
            # of a colleague's link it is given
            link.company_id = link.profile_id.company_id or link.company_id

    @api.depends("is_revoked", "date_expiry")
    def _compute_is_valid(self):
        now = fields.Datetime.now()
        for link in self:
            link.is_valid = not link.is_revoked and (link.date_expiry or now) > now

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        valid = Domain("is_revoked", "=", False) & Domain(
            "date_expiry", ">", fields.Datetime.now()
        )
        return Domain.OR(valid if wanted else ~valid for wanted in value)

    @api.depends("key")
    def _compute_url(self):
        for link in self:
            link.url = link.is_valid and f"{link.get_base_url()}{link._path()}"

    # === ACTIONS === #
    def action_revoke(self):
        """Make the links worthless at once."""
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("revoke a link")
        )
        self.check_access("read")
        self._revoke()
        return True

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _make(self, record, purpose, days, **values):
        """Return the URL of a new link to ``record``; see :meth:`_issue`."""
        return self._issue(record, purpose, days, **values).sudo().url

    @api.model
    @api.private
    def _issue(self, record, purpose, days, **values):
        """Create a link to ``record``, which the user may read.

        :param record: a credit profile, or a record with a ``profile_id``
        :param str purpose: what the link opens
        :param int days: how long it is good for
        :param values: ``email``, ``lang`` and ``note`` of the link
        """
        record.ensure_one().check_access("read")
        if not 0 < days <= MAX_DAYS:
            raise UserError(
                self.env._(
                    "Choose between 1 and %(limit)s days for the link.", limit=MAX_DAYS
                )
            )
        is_profile = record._name == "credit.profile"
        profile = record if is_profile else record.profile_id
        # sudo: links are made by this method alone
        link = self.sudo().create(
            {
                "profile_id": profile.id,
                "purpose": purpose,
                "res_model": record._name,
                "res_id": record.id,
                "lang": self.env.lang or profile.sudo().company_id.partner_id.lang,
                "date_expiry": fields.Datetime.now() + timedelta(days=days),
                **values,
            }
        )
        _logger.info("Link %s (%s) made by user %s", link.id, purpose, self.env.uid)
        return link.with_env(self.env)

    @api.private
    def _revoke(self):
        """Make the links worthless."""
        # sudo: links are changed by these methods alone
        self.sudo().write({"is_revoked": True})
        _logger.info("Links %s revoked by user %s", self.ids, self.env.uid)

    @api.model
    @api.private
    def _of(self, record, purpose=None):
        """Return the links to ``record``, the newest first."""
        domain = Domain("res_model", "=", record._name)
        domain &= Domain("res_id", "in", record.ids)
        if purpose:
            domain &= Domain("purpose", "=", purpose)
        return self.search(domain)

    def _path(self, part=None):
        """Return the path of the link, or of a ``part`` of what it opens."""
        link = self.sudo()
        token = hash_sign(
            link.env, SCOPE, [link.id, link.key], expiration=link.date_expiry
        )
        path = f"/credit/link/{token}"
        return f"{path}/{quote(part)}" if part else path

    @api.model
    @api.private
    def _find(self, token):
        """Return the valid link of ``token`` as sudo; empty when there is none.

        Wrong, expired and revoked are one answer: who guesses learns nothing.
        """
        links = self.sudo()
        try:
            values = verify_hash_signed(links.env, SCOPE, token)
        except ValueError:  # no token of ours
            values = None
        if not values:
            return links.browse()
        link_id, key = values
        link = links.browse(link_id).exists()
        if not link or not consteq(link.key, key) or not link.is_valid:
            return links.browse()
        return link if link._record() else links.browse()

    def _record(self):
        """Return what the link is about, with the rights of who holds it."""
        self.ensure_one()
        if self.res_model not in self.env:
            return self.browse()
        return self.env[self.res_model].sudo().browse(self.res_id).exists()

    def _nonce(self):
        """Return the word that a form shown now sends back: good for one answer."""
        self.ensure_one()
        message = (self.id, self.answer_count)
        return hmac(self.sudo().env, f"{SCOPE}.nonce", message)

    def _is_nonce(self, nonce):
        return consteq(self._nonce(), nonce or "")

    def _trace(self):
        """Count a use. A count that another one holds is let go: it is no fact."""
        for link in self:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE credit_link
                       SET use_count = coalesce(use_count, 0) + 1,
                           date_used = now() AT TIME ZONE 'UTC'
                     WHERE id IN (SELECT id FROM credit_link WHERE id = %s
                                     FOR UPDATE SKIP LOCKED)
                 RETURNING id
                    """,
                    link.id,
                )
            )
            _logger.info("Link %s (%s) opened", link.id, link.purpose)
        self.invalidate_recordset(["use_count", "date_used"])

    @api.private
    def _take_answer(self, nonce):
        """Note that the link was answered; False when this form was sent before."""
        self.ensure_one()
        link = self.sudo().try_lock_for_update()
        link.invalidate_recordset(["answer_count"])
        if not link or not link._is_nonce(nonce):
            return False
        link.write(
            {
                "answer_count": link.answer_count + 1,
                "date_answer": fields.Datetime.now(),
            }
        )
        _logger.info("Link %s (%s) answered", link.id, link.purpose)
        return True
