from odoo import api, fields, models
from odoo.exceptions import ValidationError

LONGEST_DAYS = 3653 * 3
DAYS = (
    "credit_days_original",
    "credit_days_closed",
    "credit_days_spam",
    "credit_days_machine",
    "credit_days_unmatched",
)


class ResCompany(models.Model):
    """How long the mails of a company's credit inbox are kept."""

    _inherit = "res.company"

    credit_days_original = fields.Integer(
        string="Keep original mails, days",
        default=90,
        help="The mail as it came, with all its headers and files, is dropped after "
        "that; the text stays. 0: kept as long as the message.",
    )
    credit_days_closed = fields.Integer(
        string="Keep messages dealt with, days",
        default=1095,
        help="After they were done or archived. 0: for ever.",
    )
    credit_days_spam = fields.Integer(
        string="Keep spam, days", default=30, help="Then it is deleted. 0: for ever."
    )
    credit_days_machine = fields.Integer(
        string="Keep automatic mails, days",
        default=180,
        help="Automatic replies, delivery failures, what is no answer. 0: for ever.",
    )
    credit_days_unmatched = fields.Integer(
        string="Keep mails of nobody, days",
        default=365,
        help="Whose customer nobody knows. 0: for ever.",
    )
    credit_expiry = fields.Selection(
        [
            ("anonymise", "Take out person and text, keep the figures"),
            ("purge", "Delete"),
        ],
        string="Messages kept long enough",
        default="anonymise",
        required=True,
        help="Spam is always deleted. What a running promise, dispute, plan or dossier "
        "needs waits for its end.",
    )

    @api.constrains(*DAYS, "credit_sweep_days")
    def _check_credit_days(self):
        self._check_credit_sweep_days()  # its own sentence comes first
        for company in self:
            for name in DAYS:
                days = company[name]
                least = 1 if name == "credit_days_original" else (
                    company.credit_sweep_days + 1
                )
                if days and not least <= days <= LONGEST_DAYS:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: enter 0, or from %(least)s to %(most)s. What "
                            "is deleted while the mailbox is still looked through "
                            "comes in again.",
                            field=self._fields[name]._description_string(self.env),
                            least=least,
                            most=LONGEST_DAYS,
                        )
                    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_days_original = fields.Integer(
        related="company_id.credit_days_original", readonly=False
    )
    credit_days_closed = fields.Integer(
        related="company_id.credit_days_closed", readonly=False
    )
    credit_days_spam = fields.Integer(
        related="company_id.credit_days_spam", readonly=False
    )
    credit_days_machine = fields.Integer(
        related="company_id.credit_days_machine", readonly=False
    )
    credit_days_unmatched = fields.Integer(
        related="company_id.credit_days_unmatched", readonly=False
    )
    credit_expiry = fields.Selection(
        related="company_id.credit_expiry", readonly=False, required=True
    )
