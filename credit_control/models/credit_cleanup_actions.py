from odoo import models
from odoo.exceptions import UserError

BOOKED = ("payment", "credit", "residual", "no_partner", "no_due")


class CreditCleanup(models.Model):
    """The action beside each row of the clean-up list."""

    _inherit = "credit.cleanup"

    def action_fix(self):
        """Open where the row is put right; what only accounting may do is asked for."""
        self.ensure_one()
        self._check_cleaner()
        if self.kind in BOOKED and not self.can_book:
            return self.action_ask()
        if self.kind == "failed":
            return self.notice_id._get_records_action()
        if self.kind == "contact":
            return self.partner_id._get_records_action()
        if self.kind == "minimum":
            return self.profile_id.action_open_decide()
        if self.kind == "duplicate":
            return self._action_twins()
        if self.suggestion_id:
            # the invoice's own screen offers the open credit with one click
            return self.suggestion_id.sudo().move_id.sudo(False)._get_records_action()
        return self.move_id._get_records_action()

    def action_match(self):
        """Match an open credit with the invoice suggested, by who may book."""
        self.ensure_one()
        self._check_cleaner()
        if not self.can_book:
            raise UserError(
                self.env._("Ask the accountant: matching needs an accounting right.")
            )
        if not self.suggestion_id:
            raise UserError(self.env._("No open invoice fits: open the entry instead."))
        lines = (self.move_line_id | self.suggestion_id).sudo(False)
        lines.check_access("write")
        lines.reconcile()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_ask(self):
        """Give the rows to the accountant: one activity on each document."""
        self._check_cleaner()
        if wrong := self.filtered(lambda row: row.kind not in BOOKED):
            raise UserError(
                self.env._(
                    "Nothing for the accountant: %s. Use the button of the row.",
                    ", ".join(sorted(set(wrong.mapped("display_name")))),
                )
            )
        waiting = self.filtered(lambda row: not row.asked_date)
        if not waiting:
            raise UserError(
                self.env._("The accountant was asked before, and has not done it yet.")
            )
        profiles = self.env["credit.profile"]
        names = set()
        for (company, _kind), rows in waiting.grouped(
            lambda row: (row.company_id, row.kind)
        ).items():
            accountant = company._credit_accountant()
            names.add(accountant.name)
            # sudo: an accountant's entry need not be readable by who asks
            notes = {row.move_id.sudo(): row._ask_note() for row in rows}
            profiles._ask(accountant, rows[:1].display_name, notes)
        self.invalidate_recordset(["asked_date"])
        return self._notify(
            self.env._("Asked: %s", ", ".join(sorted(names))), "success"
        )

    def action_open_profile(self):
        """Open the customer of the row."""
        self.ensure_one()
        if not self.profile_id:
            raise UserError(self.env._("The entry names no customer."))
        return self.profile_id._get_records_action()

    def _ask_note(self):
        text = self.todo
        if self.suggestion:
            text = f"{text}: {self.suggestion}"
        return self.env._(
            "%(amount)s: %(text)s",
            amount=self.currency_id.format(self.amount),
            text=text,
        )

    def _action_twins(self):
        """List the customers of this tax number, to merge them."""
        number = "".join(char for char in self.detail or "" if char.isalnum())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers with the number %s", self.detail),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": [
                ("parent_id", "=", False),
                "|",
                ("vat", "=", self.detail),
                ("vat", "=ilike", number),
            ],
        }

    def _check_cleaner(self):
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("clean up")
        )
        self.check_access("read")

    def _notify(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
