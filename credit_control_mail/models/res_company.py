from odoo import api, fields, models
from odoo.exceptions import ValidationError

MAX_SWEEP = 60


class ResCompany(models.Model):
    """The address and the mailbox of a company's credit inbox."""

    _inherit = "res.company"

    credit_alias_id = fields.Many2one(
        "mail.alias",
        string="Address of the credit inbox",
        copy=False,
        ondelete="set null",
    )
    credit_alias_name = fields.Char(
        string="Name of the credit inbox",
        compute="_compute_credit_alias_name",
        inverse="_inverse_credit_alias_name",
        compute_sudo=True,
    )
    credit_mailbox_ids = fields.One2many(
        "fetchmail.server", "credit_company_id", string="Mailboxes of the credit inbox"
    )
    credit_keep_originals = fields.Boolean(
        string="Keep original mails",
        default=True,
        help="The mail as it came, with all its headers, to be opened and read again. "
        "Without it, a message takes half the space.",
    )
    credit_sweep_days = fields.Integer(
        string="Days to look back in the mailbox",
        default=7,
        help="Once a day the mailbox is compared with what was received, so that a "
        "mail which a colleague has opened there is not missed. 0: never.",
    )

    @api.depends("credit_alias_id.alias_name")
    def _compute_credit_alias_name(self):
        for company in self:
            company.credit_alias_name = company.credit_alias_id.alias_name

    def _inverse_credit_alias_name(self):
        for company in self:
            name = (company.credit_alias_name or "").strip()
            alias = company.credit_alias_id
            if not name:
                alias.unlink()
            elif alias:
                alias.alias_name = name
            else:
                company._create_credit_alias(name)

    @api.constrains("credit_sweep_days")
    def _check_credit_sweep_days(self):
        for company in self:
            if not 0 <= company.credit_sweep_days <= MAX_SWEEP:
                raise ValidationError(
                    self.env._(
                        "Enter from 0 to %(days)s days to look back in the mailbox of "
                        "%(company)s.",
                        days=MAX_SWEEP,
                        company=company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Give a new company an address for the answers of its customers."""
        companies = super().create(vals_list)
        companies.sudo()._ensure_credit_alias()
        return companies

    def write(self, vals):
        """Take the address along to another domain."""
        result = super().write(vals)
        if vals.get("alias_domain_id"):
            companies = self.sudo()
            companies.credit_alias_id.write(
                {"alias_domain_id": vals["alias_domain_id"]}
            )
            companies._ensure_credit_alias()
        return result

    @api.model
    def _ensure_credit_aliases(self):
        """Give every company with a mail domain its address; called at install."""
        self.sudo().search([])._ensure_credit_alias()

    def _ensure_credit_alias(self):
        for company in self:
            if company.alias_domain_id and not company.credit_alias_id:
                company._create_credit_alias(company._find_credit_alias_name())

    def _find_credit_alias_name(self):
        """Return a name that is free in the company's domain: ``credit``, ..."""
        aliases = self.env["mail.alias"]
        named = aliases._sanitize_alias_name(f"credit-{self.name}")
        names = ["credit", named, f"credit-{self.id}", f"credit-inbox-{self.id}"]
        taken = aliases.search(
            [
                ("alias_name", "in", names),
                ("alias_domain_id", "=", self.alias_domain_id.id),
            ]
        ).mapped("alias_name")
        domain = self.alias_domain_id
        taken += [domain.bounce_alias, domain.catchall_alias]
        return next(name for name in names if name not in taken)

    def _create_credit_alias(self, name):
        self.credit_alias_id = self.env["mail.alias"].create(
            {
                "alias_name": name,
                "alias_domain_id": self.alias_domain_id.id,
                "alias_model_id": self.env["ir.model"]._get_id("credit.message"),
                "alias_defaults": repr({"company_id": self.id}),
                "alias_contact": "everyone",
            }
        )

    @api.private
    def _get_credit_address(self):
        """Return where customers' answers go: the alias, else the mailbox itself.

        :return: a plain address, empty when there is none
        """
        company = self.sudo()
        alias = company.credit_alias_id
        has_domain = alias.alias_domain_id and company.alias_domain_id
        if alias.alias_name and has_domain:
            return alias.alias_full_name
        users = company.credit_mailbox_ids.filtered(
            lambda server: server.state == "done"
        ).mapped("user")
        return next((user for user in users if user and "@" in user), "")

    def action_open_credit_mailbox(self):
        """Open the mailbox of this company, or a new one to fill in."""
        self.ensure_one()
        server = self.credit_mailbox_ids[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailbox of the credit inbox"),
            "res_model": "fetchmail.server",
            "view_mode": "form",
            "res_id": server.id,
            "context": {
                "default_name": self.env._("Credit inbox of %(name)s", name=self.name),
                "default_credit_company_id": self.id,
                "default_object_id": self.env["ir.model"]._get_id("credit.message"),
                "default_server_type": "imap",
                "default_is_ssl": True,
                "default_port": 993,
            },
        }
