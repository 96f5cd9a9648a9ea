import hashlib
import logging
import secrets
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL, consteq
from odoo.tools.misc import format_amount, hash_sign, verify_hash_signed

_logger = logging.getLogger(__name__)

SCOPE = "credit_control.portal"
PURPOSE = "account"
# looks within this time are one visit
VISIT = timedelta(minutes=30)


class CreditProfile(models.Model):
    """The customer's own page: its address, and who may open it."""

    _inherit = "credit.profile"

    portal_seen = fields.Datetime(
        string="Page seen by the customer",
        readonly=True,
        copy=False,
        help="When the customer last had his page before him. Mail scanners, which "
        "fetch the address without showing it, do not count.",
    )

    # === ACTIONS === #
    def action_open_portal(self):
        """Show the customer's page as he sees it, in a new tab."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self._portal_path(),
            "target": "new",
        }

    def action_renew_portal_key(self):
        """Revoke every link to the customer's page that was given so far."""
        self._check_group("group_collector", self.env._("revoke links"))
        self.check_access("write")
        # sudo: keys are read and written by the portal's methods alone
        for profile in self.sudo():
            profile.portal_key = secrets.token_urlsafe(24)
        _logger.info("Portal keys %s renewed by user %s", self.ids, self.env.uid)
        self._log(
            self.env._(
                "New portal key: the links in messages sent so far do not open the "
                "customer's page any more."
            )
        )
        return True

    # === BUSINESS METHODS === #
    @api.private
    def _portal_url(self, days=None):
        """Return the address of the customer's page, good without a login.

        :param int days: how long; default: the setting of the company
        """
        self.ensure_one()
        return self._portal_urls(days)[self]

    @api.private
    def _portal_urls(self, days=None):
        """Return the address of each customer's page: ``{profile: address}``.

        :param int days: how long they are good; default: the company's setting
        """
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        return {
            profile: f"{base}/credit/{profile.sudo()._portal_token(days)}"
            for profile in self
        }

    def _portal_path(self):
        """Return the path of the page for who has a login."""
        self.ensure_one()
        return f"/my/credit/{self.id}"

    @api.private
    def _portal_token(self, days=None):
        """Return a signed token of the page, good for some days. The key is not in it.

        It ends with a day, so that a text rendered again has the same address.

        :param int days: default: the company's setting
        """
        self.ensure_one()
        if days is None:
            days = self.sudo().company_id.credit_portal_days
        end = fields.Date.today() + timedelta(days=days + 1)
        return hash_sign(
            self.sudo().env,
            SCOPE,
            [self.id, PURPOSE, self._portal_digest()],
            expiration=datetime.combine(end, time.min),
        )

    def _portal_digest(self):
        """Return what tells keys apart without telling the key."""
        # a profile without a key has no page: a digest of chance fits no token
        key = self.sudo().portal_key or secrets.token_urlsafe(24)
        return hashlib.sha256(f"{SCOPE}:{key}".encode()).hexdigest()[:24]

    @api.model
    @api.private
    def _find_by_portal_token(self, token):
        """Return the profile of ``token`` as sudo; empty when there is none.

        Wrong, expired, revoked and archived are one answer: who guesses learns
        nothing.
        """
        profiles = self.sudo()
        try:
            values = verify_hash_signed(profiles.env, SCOPE, token)
            profile_id, purpose, digest = values or (0, "", "")
        except (TypeError, ValueError):  # no token of ours
            return profiles.browse()
        profile = profiles.browse(profile_id).exists()
        good = (
            purpose == PURPOSE
            and isinstance(digest, str)
            and profile.active
            and consteq(profile._portal_digest(), digest)
        )
        return profile if good else profiles.browse()

    @api.model
    @api.private
    def _portal_profiles(self, user):
        """Return, as sudo, the customer's profiles of a user with a login.

        Those of his commercial partner in every company, the one that waits longest
        for money first.
        """
        profiles = self.sudo()
        if user._is_public() or user._is_internal():
            return profiles.browse()
        customer = user.sudo().partner_id.commercial_partner_id
        return profiles.search(
            [("partner_id", "=", customer.id)],
            order="amount_overdue desc, amount_due desc, company_id, id",
        )

    @api.model
    @api.private
    def _portal_unopened(self, user):
        """Return the companies that have open items of this customer, but no profile.

        Profiles are made every night, or by the customer who asks for his page.
        """
        companies = self.env["res.company"].sudo()
        if user._is_public() or user._is_internal():
            return companies
        customer = user.sudo().partner_id.commercial_partner_id
        self.env["account.move.line"].flush_model()
        self.flush_model(["partner_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT l.company_id
                  FROM res_partner c
                  JOIN account_move_line l ON l.partner_id = c.id
                 WHERE c.commercial_partner_id = %s
                   AND l.account_id IN %s
                   AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE
                   AND NOT EXISTS (SELECT FROM credit_profile p
                                    WHERE p.partner_id = c.commercial_partner_id
                                      AND p.company_id = l.company_id)
                 ORDER BY l.company_id
                """,
                customer.id,
                companies.search([])._trade_receivable_ids(),
            )
        )
        return companies.browse(company_id for (company_id,) in rows)

    @api.model
    @api.private
    def _portal_overdue(self, user):
        """Return how many items are overdue for a user's customer, and the amounts.

        :return: the number, and the amounts in words: one for each currency
        :rtype: tuple[int, str]
        """
        count, amounts = 0, {}
        for profile in self._portal_profiles(user):
            for section in profile._portal_items():
                count += sum(bool(item["days_overdue"]) for item in section["items"])
                if section["overdue"]:
                    currency = section["currency"]
                    amounts.setdefault(currency, 0)
                    amounts[currency] += section["overdue"]
        return count, " + ".join(
            format_amount(self.env, amount, currency)
            for currency, amount in amounts.items()
        )

    @api.model
    @api.private
    def _find_by_login(self, profile_id, user):
        """Return the profile as sudo when ``user`` may see its page; else empty.

        A customer sees his own, a colleague those that he may read.
        """
        profile = self.sudo().browse(profile_id)
        if not user._is_internal():
            return profile & self._portal_profiles(user)
        profile = profile.exists().filtered("active")
        allowed = profile.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return profile if allowed.has_access("read") else profile.browse()

    @api.private
    def _portal_note_visit(self):
        """Note that the customer sees his page; once for each visit.

        A row that another one holds is let go: a visit is no fact of the ledger.
        """
        limit = fields.Datetime.now() - VISIT
        seen = self.env.execute_query(
            SQL(
                """
                UPDATE credit_profile SET portal_seen = now() AT TIME ZONE 'UTC'
                 WHERE id IN (SELECT id FROM credit_profile
                               WHERE id = ANY(%s)
                                 AND coalesce(portal_seen, '-infinity') < %s
                                 FOR NO KEY UPDATE SKIP LOCKED)
                RETURNING id
                """,
                self.ids,
                limit,
            )
        )
        self.invalidate_recordset(["portal_seen"])
        for (profile_id,) in seen:
            _logger.info("Portal of profile %s seen", profile_id)


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_portal_days = fields.Integer(
        string="Days a link is good",
        default=60,
        help="So long the link in a reminder or a statement opens the customer's page "
        "without a login.",
    )

    _credit_portal_days_positive = models.Constraint(
        "CHECK(credit_portal_days > 0)",
        "A link to the customer's page is good for one day at least.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_portal_days = fields.Integer(
        related="company_id.credit_portal_days", readonly=False
    )
