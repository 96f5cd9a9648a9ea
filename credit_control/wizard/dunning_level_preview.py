from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.placeholders import PlaceholderError


class DunningLevelPreview(models.TransientModel):
    """What a real customer would read at a level, today; nothing is kept or sent."""

    _name = "dunning.level.preview"
    _description = "Preview of a dunning level"

    policy_id = fields.Many2one("dunning.policy", required=True)
    level_id = fields.Many2one(
        "dunning.level", required=True, domain="[('policy_id', '=', policy_id)]"
    )
    profile_id = fields.Many2one(
        "credit.profile",
        string="Customer",
        domain="[('amount_due', '>', 0)]",
        help="A real customer with open invoices.",
    )
    lang = fields.Selection(
        selection="_selection_lang",
        string="Language",
        help="Empty: the language of the reader, as when it is sent.",
    )
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False)
    recipients = fields.Char(readonly=True, string="To")
    copies = fields.Char(readonly=True, string="Cc")
    script = fields.Html(readonly=True, string="Call script")
    sms_text = fields.Text(readonly=True, string="Text message")
    sms_size = fields.Char(readonly=True, string="Length")
    sms_to = fields.Char(readonly=True, string="SMS to")
    problem = fields.Text(readonly=True)

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _get_example_profile(self, policy):
        """Return a customer to show the text with: of the policy, the most overdue."""
        profiles = self.env["credit.profile"]
        order = "amount_overdue desc, id"
        domain = [("company_id", "=", self.env.company.id), ("amount_due", ">", 0)]
        return profiles.search(
            [*domain, ("dunning_policy_id", "=", policy.id)], limit=1, order=order
        ) or profiles.search(domain, limit=1, order=order)

    @api.onchange("policy_id")
    def _onchange_policy_id(self):
        if self.level_id.policy_id != self.policy_id:
            self.level_id = self.policy_id.level_ids[:1]

    # === ACTIONS === #
    def action_show(self):
        """Render the level for the customer chosen, and show it."""
        self.ensure_one()
        if not self.profile_id:
            self.profile_id = self._get_example_profile(self.policy_id)
        self.write(self._render_preview())
        return self._get_action()

    def action_next_level(self):
        """Show the next level of the policy for the same customer."""
        self.ensure_one()
        levels = self.policy_id.level_ids.sorted("sequence").ids
        place = levels.index(self.level_id.id) if self.level_id.id in levels else -1
        self.level_id = levels[(place + 1) % len(levels)]
        return self.action_show()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # === BUSINESS METHODS === #
    def _render_preview(self):
        """Return the values that show the level as the customer would read it."""
        blank = dict.fromkeys(
            (
                "subject",
                "body",
                "recipients",
                "copies",
                "problem",
                "sms_text",
                "sms_size",
                "sms_to",
            ),
            False,
        )
        blank["script"] = (
            self.level_id.plan_call
            and self.level_id.with_context(lang=self.lang or self.env.lang).call_script
        )
        if not self.profile_id:
            problem = self.env._(
                "No customer has an open invoice yet: post an invoice first, and the "
                "text can be shown with it."
            )
            return {**blank, "problem": problem}
        self.profile_id.check_access("read")
        try:
            with self.env.cr.savepoint() as savepoint:
                values = self._render_passing_notice()
                savepoint.rollback()
        except PlaceholderError as error:
            values = {"problem": self.level_id._get_placeholder_sentence(error)}
        except UserError as error:
            values = {"problem": str(error)}
        return {**blank, **values}

    def _render_passing_notice(self):
        """Return what is shown of a notice that is never kept."""
        # sudo: nobody may create notices but the run; the profile was checked
        notice = self.env["dunning.notice"].sudo().create(self._prepare_notice_vals())
        if not notice.line_ids:
            raise UserError(
                self.env._(
                    "%(customer)s has no open invoice: choose another customer.",
                    customer=self.profile_id.partner_id.display_name,
                )
            )
        people = notice._resolve_recipients()
        readers = people[notice]
        lang = self.lang or notice._get_lang(readers["to"])
        if not any(
            (
                self.level_id.send_email,
                self.level_id.send_letter,
                self.level_id.send_registered,
            )
        ):
            return {
                "recipients": self._get_names(readers["to"]),
                **self._preview_sms(notice, people),
            }
        texts = notice._render_text(lang, people)
        return {
            "subject": texts[notice][0],
            "body": notice._render_mail(lang, texts)[notice],
            "recipients": self._get_names(readers["to"]),
            "copies": self._get_names(readers["cc"]),
            **self._preview_sms(notice, people),
        }

    def _preview_sms(self, notice, people):
        """Return the text message as the customer would read it, and its length."""
        if not self.level_id._may_send_sms() or not self.level_id.sms_body:
            return {}
        lang = self.lang or notice._get_lang(people[notice]["to"], "sms_body")
        text = notice._render_sms(lang, people)
        return {
            "sms_text": text,
            "sms_size": self.level_id._get_sms_size_words(text),
            "sms_to": notice._preview_numbers(),
        }

    def _get_names(self, partners):
        return ", ".join(
            partner.email_formatted or partner.name for partner in partners.sudo()
        )

    def _prepare_notice_vals(self):
        profile = self.profile_id.sudo()
        today = fields.Date.context_today(self)
        items = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", profile.company_id.id),
                    ("partner_id", "child_of", profile.partner_id.id),
                    ("account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ],
                order="date_maturity, id",
                limit=50,
            )
        )
        return {
            "profile_id": profile.id,
            "company_id": profile.company_id.id,
            "policy_id": self.policy_id.id,
            "level_id": self.level_id.id,
            "date": today,
            "line_ids": [
                Command.create(self._prepare_line_vals(item, today)) for item in items
            ],
        }

    def _prepare_line_vals(self, item, today):
        due = item.date_maturity or item.date
        is_open_claim = item.amount_residual_currency > 0
        if is_open_claim and (due < today) != self.level_id.is_pre_due:
            kind = "claim"
        else:
            kind = "reminder" if is_open_claim and due < today else "info"
        return {
            "company_id": item.company_id.id,
            "move_line_id": item.id,
            "name": item.move_id.name,
            "kind": kind,
            "level_id": self.level_id.id,
            "currency_id": item.currency_id.id,
            "date_invoice": item.move_id.invoice_date or item.date,
            "date_due": due,
            "days_overdue": (today - due).days,
            "amount_total": item.amount_currency,
            "amount_residual": item.amount_residual_currency,
            "amount_claimed": item.amount_residual_currency if kind != "info" else 0,
        }
