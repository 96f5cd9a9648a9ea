from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_amount, format_date
from odoo.tools.pdf import merge_pdf

# what a screen shows of each currency; files have all
MAX_ROWS = 500
MAX_CUSTOMERS = 200
COLORS = ("bg-success", "bg-info", "bg-warning", "bg-warning", "bg-danger", "bg-dark")


class CreditStatement(models.TransientModel):
    """The statement of account on the screen, and as a file or a mail."""

    _name = "credit.statement"
    _description = "Statement of account"

    profile_ids = fields.Many2many("credit.profile", string="Customers", required=True)
    date = fields.Date(
        string="As of",
        required=True,
        help="The account as it stood at the end of this day: later payments are "
        "not seen.",
    )
    mode = fields.Selection(
        [("open", "Open items"), ("full", "All movements")],
        string="Content",
        required=True,
        default="open",
    )
    date_from = fields.Date(
        string="From",
        help="What was before is summed up in the balance brought forward. Empty: "
        "since the first invoice.",
    )
    customer_count = fields.Integer(compute="_compute_customer_count")
    skip_empty = fields.Boolean(
        string="Only customers with something to show", default=True
    )
    can_send = fields.Boolean(compute="_compute_can_send")
    content = fields.Html(
        string="Statement", compute="_compute_content", sanitize=False
    )

    # === COMPUTE METHODS === #
    @api.depends("profile_ids")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard.profile_ids)

    @api.depends("profile_ids")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = wizard._file_name()

    @api.depends("profile_ids")
    def _compute_can_send(self):
        for wizard in self:
            profile = wizard.profile_ids
            wizard.can_send = len(profile) == 1 and profile.has_access("write")

    @api.depends("profile_ids", "date", "mode", "date_from", "skip_empty")
    def _compute_content(self):
        for wizard in self:
            wizard.content = wizard._render()

    @api.onchange("mode")
    def _onchange_mode(self):
        """Propose a year of movements."""
        if self.mode == "full" and not self.date_from and self.date:
            self.date_from = self.date - relativedelta(years=1, days=-1)

    # === CRUD METHODS === #
    @api.model_create_multi
    def create(self, vals_list):
        """Check the right on each customer at once, not at the first look."""
        wizards = super().create(vals_list)
        wizards._asked_profiles().check_access("read")
        return wizards

    def write(self, vals):
        """Check the right on each customer that is added."""
        result = super().write(vals)
        self._asked_profiles().check_access("read")
        return result

    # === ACTIONS === #
    def action_pdf(self):
        """Show the PDF: one document, a letter for each customer."""
        self.ensure_one()
        error = self.env["credit.pdf.report"]._engine_error()
        if error:
            raise UserError(" ".join(error))
        self._shown_profiles()
        return self._action_file("pdf", "new")

    def action_xlsx(self):
        """Download the workbook."""
        return self._action_file("xlsx", "download")

    def action_send(self):
        """Open the composer with the statement attached, to who pays the bills."""
        self.ensure_one()
        profile = self._profiles()
        if len(profile) != 1:
            raise UserError(self.env._("Send the statement of one customer at a time."))
        if not profile.has_access("write"):
            raise AccessError(
                self.env._(
                    "You have no right to write to this customer: ask the collector."
                )
            )
        recipients = profile._statement_recipients()
        lang = recipients[:1].lang or profile._statement_lang()
        template = self.env.ref("credit_control.mail_template_statement_day", False)
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.with_context(lang=lang)._file_name()}.pdf",
                "raw": self._pdf(),
                "mimetype": "application/pdf",
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the statement"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "credit.profile",
                "default_res_ids": profile.ids,
                "default_composition_mode": "comment",
                "default_template_id": template and template.sudo().id,
                "default_partner_ids": recipients.ids,
                "default_attachment_ids": attachment.ids,
                "statement_lang": lang,
                "statement_date": format_date(self.env, self.date, lang_code=lang),
            },
        }

    def _action_file(self, extension, target):
        self.ensure_one()
        self._profiles()
        return {
            "type": "ir.actions.act_url",
            "url": f"/credit/statement/{self.id}/{extension}",
            "target": target,
        }

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _open(self, profiles):
        """Return the action that shows the statement of ``profiles`` of today."""
        if not profiles:
            raise UserError(self.env._("Select at least one customer."))
        profiles.check_access("read")
        today = max(profiles.sudo().company_id._dunning_today().values())
        wizard = self.create({"profile_ids": profiles.ids, "date": today})
        return {
            "type": "ir.actions.act_window",
            "name": wizard.display_name,
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
        }

    def _options(self):
        return {
            "date": self.date,
            "full": self.mode == "full",
            "date_from": self.mode == "full" and self.date_from,
        }

    def _asked_profiles(self):
        """Return the customers asked for, also those that the user may not read."""
        # sudo: a link to what one may not read is left out without a word
        return self.env["credit.profile"].browse(self.sudo().profile_ids._origin.ids)

    def _profiles(self):
        """Return the customers, after checking that the user may read them."""
        self.ensure_one()
        profiles = self._asked_profiles()
        profiles.check_access("read")
        if not profiles:
            raise UserError(self.env._("Select at least one customer."))
        return profiles

    def _statements(self):
        """Return ``{profile: sections}`` of those that have something to show."""
        profiles = self._profiles()
        statements = profiles._statements(**self._options())
        if len(profiles) > 1 and self.skip_empty:
            statements = {
                profile: sections
                for profile, sections in statements.items()
                if sections
            }
        return statements

    def _shown_profiles(self):
        """Return the customers of the PDF."""
        profiles = self.env["credit.profile"].browse(
            profile.id for profile in self._statements()
        )
        if not profiles:
            raise UserError(
                self.env._("None of these customers has something to show on this day.")
            )
        return profiles

    @api.private
    def _pdf(self):
        """Return the PDF of all customers in one document."""
        profiles = self._shown_profiles()
        renderer = self.env["report.credit_control.statement_document"]
        values = renderer._document_values(profiles, **self._options())
        pdfs = renderer._print([values[profile] for profile in profiles])
        return pdfs[0] if len(pdfs) == 1 else merge_pdf(pdfs)

    @api.private
    def _xlsx(self):
        """Return the workbook of all customers."""
        return self.env["credit.statement.xlsx"]._write(
            self._statements(), self._title()
        )

    @api.private
    def _file_name(self):
        """Return the name of the document, without its ending."""
        self.ensure_one()
        if len(self.profile_ids) == 1:
            return self.env._(
                "Statement of %(customer)s",
                customer=self.profile_ids.sudo().partner_id.name,
            )
        return self.env._("Statements of account")

    def _title(self):
        profile = self.profile_ids[:1]
        period = profile._statement_period(profile.company_id, **self._options())
        return self.env["report.credit_control.statement_document"]._title(period)

    def _render(self):
        """Return what the screen shows."""
        profiles = self._asked_profiles()
        if not profiles:
            return False
        profiles.check_access("read")
        words = self.env["report.credit_control.statement_document"]
        if len(profiles) > 1:
            return self._render_many(profiles)
        options = self._options()
        period = profiles._statement_period(profiles.company_id, **options)
        sections = profiles._statements(**options)[profiles]
        return self.env["ir.qweb"]._render(
            "credit_control.statement_screen",
            {
                "title": words._title(period),
                "full": period.full,
                "colors": COLORS,
                "sections": [words._section(section, MAX_ROWS) for section in sections],
            },
        )

    def _render_many(self, profiles):
        """Return the balances of many customers, a line for each currency."""
        currencies = self.env["res.currency"]
        rows = [
            {
                "customer": profile.display_name,
                "currency": section["currency"],
                **{
                    name: format_amount(
                        self.env,
                        section[name],
                        currencies.browse(section["currency_id"]),
                    )
                    for name in ("overdue", "claims", "credits", "balance")
                },
            }
            for profile, sections in profiles._statements(**self._options()).items()
            for section in sections
        ]
        return self.env["ir.qweb"]._render(
            "credit_control.statement_screen_many",
            {
                "rows": rows[:MAX_CUSTOMERS],
                "hidden": max(len(rows) - MAX_CUSTOMERS, 0),
            },
        )
