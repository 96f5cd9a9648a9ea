from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

# what a collector may set aside for a customer, by default
PROMISE_DAYS = 7
# as the notices: more is better sent as a link
MAX_INVOICES = 20
MAX_BYTES = 8 * 1024 * 1024


class CreditProfile(models.Model):
    """What a collector does from the screen of a customer, without leaving it."""

    _inherit = "credit.profile"

    # === WRITE === #
    def action_write(self):
        """Open the mail composer: recipients by role, in the customer's language."""
        self._check_deed(self.env._("write to a customer"))
        return self._action_compose()

    def action_write_statement(self):
        """Write to the customer with the statement of account attached."""
        self._check_deed(self.env._("write to a customer"))
        return self._action_compose("credit_control.mail_template_statement")

    def action_write_invoices(self):
        """Write to the customer with the overdue invoices attached, the oldest first.

        At most 20 invoices or 8 MB, as with notices.
        """
        self._check_deed(self.env._("write to a customer"))
        moves = self._overdue_invoices(MAX_INVOICES)
        if not moves:
            raise UserError(
                self.env._("No invoice of this customer is overdue: nothing to attach.")
            )
        return self._action_compose(
            "credit_control.mail_template_invoices", self._attach(moves)
        )

    def _attach(self, moves):
        """Return the PDFs of ``moves`` as attachments of a mail not yet written."""
        values, size = [], 0
        # sudo: rendering reads what accountants alone may; the invoices were checked
        for move in moves.sudo():
            document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
            size += len(document["content"])
            if values and size > MAX_BYTES:
                break
            values.append(
                {
                    "name": document["filename"],
                    "raw": document["content"],
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                    "type": "binary",
                }
            )
        return self.env["ir.attachment"].create(values)

    def action_resend_notice(self):
        """Open the last mail that was sent to the customer, to send it again."""
        self._check_deed(self.env._("send a notice again"))
        last = self.delivery_ids.filtered(
            lambda delivery: delivery.channel == "email" and delivery.body_html
        ).sorted(lambda delivery: (delivery.date_sent or delivery.create_date))[-1:]
        if not last:
            raise UserError(
                self.env._("No mail was sent to this customer yet: write one.")
            )
        return last.action_send_again()

    def _action_compose(self, template=None, attachments=None):
        self.ensure_one()
        lang = self.partner_id.lang
        context = {
            "default_model": self._name,
            "default_res_ids": self.ids,
            "default_composition_mode": "comment",
            "default_partner_ids": self._contacts_to_write().ids,
            "default_lang": lang,
        }
        template = template and self.env.ref(template, False)
        if template:
            context["default_template_id"] = template.id
        else:
            context["default_subject"] = self.with_context(lang=lang).env._(
                "Your account with %(company)s", company=self.company_id.name
            )
        if attachments:
            context["default_attachment_ids"] = attachments.ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to %(customer)s", customer=self.partner_id.name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    def _contacts_to_write(self):
        """Return who is written to: by role, else the invoice address, else anybody.

        :rtype: res.partner
        """
        self.ensure_one()
        customer = self.sudo().partner_id
        people = self.env["res.partner"].sudo().search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("email", "not in", (False, "")),
            ],
            order="id",
        )
        role = self.env.ref("credit_control.role_accounts_payable", False)
        invoice_id = customer.address_get(["invoice"])["invoice"]
        found = (
            people.filtered(lambda partner: role and role in partner.credit_role_ids)
            or people.filtered(lambda partner: partner.credit_role_ids)[:1]
            or people.filtered(lambda partner: partner.id == invoice_id)
            or (people & customer)
            or people[:1]
        )
        return found.sudo(self.env.su)

    def _message_add_default_recipients(self):
        """Write to who has the role, also from a template or the chatter."""
        found = super()._message_add_default_recipients()
        for profile in self:
            found[profile.id]["partners"] = profile._contacts_to_write()
        return found

    # === CALL, PROMISE, DISPUTE, PLAN === #
    def action_log_call(self):
        """Open the dialog that logs a call, with number and script."""
        self._check_deed(self.env._("log a call"))
        return self._action_dialog("credit_control.credit_call_log_action", {})

    def action_add_promise(self):
        """Open a promise that proposes all that is overdue, within a week."""
        self._check_deed(self.env._("enter a promise"))
        proposed = self._proposed_promise()
        return self._action_dialog(
            "credit_control.credit_promise_action_quick",
            {f"default_{name}": value for name, value in proposed.items()},
        )

    def action_add_dispute(self):
        """Open a dispute about the oldest open invoice of the customer."""
        self._check_deed(self.env._("enter a dispute"))
        move = self._oldest_invoice()
        return self._action_dialog(
            "credit_control.credit_dispute_action_quick",
            {
                "default_move_id": move.id,
                # sudo: whoever sees the item knows what is open on it
                "default_amount": move.sudo().amount_residual,
            },
        )

    def action_add_plan(self):
        """Open the dialog that makes a payment plan of what is overdue."""
        self._check_deed(self.env._("enter a payment plan"))
        return self._action_dialog("credit_control.credit_plan_make_action", {})

    def _proposed_promise(self):
        """Return ``amount``, ``currency_id`` and ``date`` of a promise to propose.

        The overdue amount less open credits, in the currency most of it is in.
        """
        self.ensure_one()
        if not self.partner_id:
            return {}
        today = self.company_id._dunning_today()[self.company_id]
        rows = [row for row in self._read_ages() if row["due"]]
        if not rows:
            return {"currency_id": self.currency_id.id}
        row = max(rows, key=lambda row: sum(row["ages"]))
        currency = row["currency"]
        owed = row["overdue"] or row["due"]
        net = owed - row["credit"]
        return {
            "currency_id": currency.id,
            "amount": currency.round(net if net > 0 else owed),
            "date": today + timedelta(days=PROMISE_DAYS),
        }

    def _overdue_invoices(self, limit=None):
        """Return the overdue invoices of the customer, the earliest due first."""
        return self._open_invoices(limit, overdue=True)

    def _oldest_invoice(self):
        """Return the open invoice of the customer that is due first."""
        return self._open_invoices(1) if self.partner_id else self.env["account.move"]

    def _open_invoices(self, limit=None, overdue=False):
        domain = [
            *self._open_items_domain(),
            ("amount_residual", ">", 0),
            ("move_type", "in", ("out_invoice", "out_receipt")),
        ]
        if overdue:
            today = self.company_id._dunning_today()[self.company_id]
            domain.append(("date_maturity", "<", today))
        lines = self.env["account.move.line"].search(
            domain, order="date_maturity, id", limit=limit
        )
        return lines.move_id

    # === HELPERS === #
    def _check_deed(self, deed):
        self.ensure_one()
        self._check_group("group_collector", deed)
        self.check_access("write")

    def _action_dialog(self, xml_id, context):
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {
            **action,
            "context": {"default_profile_id": self.id, **context},
        }


class DunningDelivery(models.Model):
    _inherit = "dunning.delivery"

    def _action_as_sent(self):
        """Return the action that shows this delivery as it was sent, in a dialog."""
        self.ensure_one().check_access("read")
        view = self.env.ref("credit_control.dunning_delivery_view_form_sent")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_as_sent(self):
        """Show what was sent: subject, text, recipients and documents."""
        return self._action_as_sent()

    def action_send_again(self):
        """Open this mail in the composer, to send it again or to write about it."""
        self.ensure_one()
        self._check_reviewer()
        notice = self.notice_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send again"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": notice._name,
                "default_res_ids": notice.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_ids.ids
                or self.profile_id._contacts_to_write().ids,
                "default_subject": self.subject,
                "default_body": self.body_html,
                "default_attachment_ids": self.attachment_ids.ids,
            },
        }

    def action_answer(self):
        """Write to the people this was sent to; reminders may go on afterwards."""
        self.ensure_one()
        self._check_reviewer()
        action = self.action_send_again()
        context = dict(action["context"])
        for name in ("default_body", "default_attachment_ids"):
            context.pop(name)
        subject = self.subject or self.notice_id.name
        context["default_subject"] = self.env._("Re: %(subject)s", subject=subject)
        return {**action, "name": self.env._("Answer"), "context": context}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def action_credit_preview(self):
        """Show the invoice's PDF beside what one is doing."""
        self.ensure_one().check_access("read")
        move = self.move_id
        move.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "credit_control.pdf_preview",
            "name": move.name,
            "target": "new",
            "params": {"url": f"/credit/invoice/{move.id}/pdf"},
            "context": {"dialog_size": "extra-large", "footer": False},
        }

    def action_credit_dispute(self):
        """Open a dispute about this item's invoice."""
        self.ensure_one().check_access("read")
        profile = self._commitment_profile(self.env._("enter a dispute"))
        action = profile.action_add_dispute()
        context = {
            **action["context"],
            "default_move_id": self.move_id.id,
            "default_amount": self.move_id.sudo().amount_residual,
        }
        return {**action, "context": context}
