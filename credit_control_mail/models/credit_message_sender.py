from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, email_normalize


class CreditMessageSender(models.Model):
    """Whose an address is, as a person once told."""

    _name = "credit.message.sender"
    _description = "Known sender"
    _order = "email, id"
    _rec_name = "email"
    _check_company_auto = True

    email = fields.Char(required=True, help="Address, in small letters.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        index=True,
        ondelete="cascade",
        check_company=True,
        help="Without customer, and no spam: the address is no customer's.",
    )
    is_spam = fields.Boolean(help="What comes from this address is spam.")

    _email_uniq = models.Constraint(
        "UNIQUE (company_id, email)", "This address is known already: change its entry."
    )
    _email_idx = models.Index("(email)")

    # === CONSTRAINT METHODS === #
    @api.constrains("is_spam", "profile_id")
    def _check_spam(self):
        for sender in self:
            if sender.is_spam and sender.profile_id:
                raise ValidationError(
                    self.env._(
                        "%(email)s is either a customer's address or spam: take one "
                        "of the two away.",
                        email=sender.email,
                    )
                )

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Keep addresses as they are looked up."""
        return super().create([self._with_address(vals) for vals in vals_list])

    def write(self, vals):
        """Keep addresses as they are looked up."""
        return super().write(self._with_address(vals))

    @api.model
    def _with_address(self, vals):
        if "email" not in vals:
            return vals
        address = email_normalize(vals["email"])
        if not address:
            raise ValidationError(
                self.env._(
                    "“%(email)s” is no e-mail address: write it like name@company.com.",
                    email=vals["email"] or "",
                )
            )
        return {**vals, "email": address}

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _remember(self, email, company, profile=None, is_spam=False):
        """Write down whose an address is; two people may do so at once.

        :return: what was known before, for :meth:`_restore`; None when nothing was
        :rtype: dict or None
        """
        self.flush_model()
        known = self.search([("email", "=", email), ("company_id", "=", company.id)])
        before = known and {
            "profile_id": known.profile_id.id,
            "is_spam": known.is_spam,
        }
        self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_message_sender
                            (email, company_id, profile_id, is_spam,
                             create_uid, create_date, write_uid, write_date)
                VALUES (%(email)s, %(company)s, %(profile)s, %(is_spam)s,
                        %(uid)s, %(now)s, %(uid)s, %(now)s)
                ON CONFLICT (company_id, email) DO UPDATE
                   SET profile_id = EXCLUDED.profile_id,
                       is_spam = EXCLUDED.is_spam,
                       write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
                RETURNING id
                """,
                email=email,
                company=company.id,
                profile=profile.id if profile else None,
                is_spam=is_spam,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()
        return before or None

    @api.model
    @api.private
    def _restore(self, email, company, before):
        """Put back what was known of an address.

        :param before: what :meth:`_remember` returned
        """
        known = self.search([("email", "=", email), ("company_id", "=", company.id)])
        if not before:
            known.unlink()
            return
        profile = self.env["credit.profile"].browse(before["profile_id"] or [])
        if profile.exists() or not before["profile_id"]:
            self._remember(email, company, profile, before["is_spam"])
