from datetime import timedelta
from decimal import Decimal

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.instalments import instalments

# without limits of a policy, an announced payment is waited for so long
PAID_DAYS = 7


class DunningPolicy(models.Model):
    """What customers of the policy may do on their page without asking anybody."""

    _inherit = "dunning.policy"

    portal_promise_days = fields.Integer(
        string="Promises: days from today",
        tracking=True,
        help="A promise of the customer is accepted by itself up to so many days from "
        "today, and up to the amount beside it. 0: a person decides.",
    )
    portal_promise_amount = fields.Monetary(
        string="Promises: up to",
        tracking=True,
        help="In the currency of the company. 0: a person decides. Never by itself: a "
        "second promise for the same items.",
    )
    portal_dispute_amount = fields.Monetary(
        string="Disputes: up to",
        tracking=True,
        help="What a customer contests is a dispute at once up to this amount, in the "
        "currency of the company. 0: a person decides.",
    )
    portal_paid_days = fields.Integer(
        string="Announced payments: days",
        tracking=True,
        help="Who says that he has paid is believed for so many days, once for each "
        "item, without reminders. 0: a person decides.",
    )

    _portal_limits_positive = models.Constraint(
        "CHECK(portal_promise_days >= 0 AND portal_promise_amount >= 0"
        " AND portal_dispute_amount >= 0 AND portal_paid_days >= 0)",
        "The limits of what customers do by themselves cannot be negative.",
    )


class CreditPortalRequest(models.Model):
    """What follows when a request is accepted, and which ones are by themselves."""

    _inherit = "credit.portal.request"

    # === BUSINESS METHODS === #
    @api.private
    def _accept(self, is_automatic=False):
        """Accept the requests that wait: make what they ask for, and tell him.

        :param bool is_automatic: within the limits of the policy, nobody looked
        """
        for request in self:
            request._close("accepted", is_automatic=is_automatic)
            vals = getattr(request, f"_accept_{request.kind}")()
            # sudo: the result of a request is written by this method alone
            request.sudo().write(vals)
            request.profile_id._log(
                self.env._("Accepted: %(what)s", what=request.summary)
            )
        self._tell_customer()

    def _accept_promise(self):
        """Make the promise, of what is still open."""
        lines = self._open_lines()
        promise = self.env["credit.promise"].create(
            {
                "profile_id": self.profile_id.id,
                "date": self.date,
                "amount": min(self.amount, self._sum(lines)),
                "currency_id": self.currency_id.id,
                "move_line_ids": [Command.set(lines.ids)],
                "source": "portal",
                "note": self.note,
            }
        )
        return {**self._as_result(promise), "hold_until": False}

    def _accept_plan(self):
        """Make a draft of the plan; the items wait until it starts."""
        lines = self._open_lines()
        plan = self.env["credit.plan"].create(
            {
                "name": self.env._(
                    "Plan of %(customer)s, asked for on his page",
                    customer=self.sudo().partner_id.name,
                ),
                "profile_id": self.profile_id.id,
                "currency_id": self.currency_id.id,
                "date_start": self.date,
                "move_line_ids": [Command.set(lines.ids)],
                "note": self.note,
                "promise_ids": [
                    Command.create(
                        {"date": part.day, "amount": float(part.amount)}
                        | {"source": "plan"}
                    )
                    for part in self._instalments(self._sum(lines))
                ],
            }
        )
        return {**self._as_result(plan), "hold_until": self._day_of_hold()}

    def _instalments(self, total):
        """Return the monthly instalments of ``total`` that he wishes."""
        currency = self.currency_id

        def exact(amount):
            return Decimal(str(currency.round(amount)))

        try:
            return instalments(
                exact(total),
                self.date,
                "month",
                count=self.count or None,
                each=None if self.count else exact(self.each),
                unit=Decimal(str(currency.rounding)),
            )
        except ValueError:
            raise UserError(
                self.env._(
                    "These instalments cannot be: enter a number of them, or an "
                    "amount each month that pays the debt within ten years."
                )
            ) from None

    def _accept_dispute(self):
        """Open the dispute, with the documents of the customer."""
        move = self.sudo().move_id
        if not self._open_lines().filtered(lambda line: line.move_id == move):
            raise UserError(self._message_settled())
        vals = {
            "profile_id": self.profile_id.id,
            "move_id": move.id,
            "amount": min(self.amount, move.amount_residual),
            "reason_id": self.reason_id.id,
            "note": self.note,
        }
        if self.env.uid == SUPERUSER_ID:
            vals["user_id"] = self._owner_of_dispute().id
        dispute = self.env["credit.dispute"].create(vals)
        files = self.sudo().attachment_ids.copy(
            {"res_model": dispute._name, "res_id": dispute.id}
        )
        if files:
            dispute.sudo().message_post(
                body=self.env._("Documents of the customer"),
                attachment_ids=files._keep_inert().ids,
                author_id=self.env.user.partner_id.id,
            )
        return {**self._as_result(dispute), "hold_until": False}

    def _owner_of_dispute(self):
        """Return a person for a dispute that nobody entered."""
        owner = self.reason_id._get_owner(self.profile_id)
        if owner.id == SUPERUSER_ID:
            owner = self.profile_id.user_id or self.profile_id._get_managers()[:1]
        return owner

    def _accept_paid(self):
        """Wait for the payment; what it pays is not reminded meanwhile."""
        policy = self.profile_id.sudo().dunning_policy_id
        days = policy.portal_paid_days or PAID_DAYS
        return {"hold_until": self._today() + timedelta(days=days)}

    def _accept_contact(self):
        """Give the person the role, as a contact of the customer."""
        role = self.env.ref("credit_control.role_accounts_payable")
        # sudo: collectors need no right to create contacts
        partners = self.env["res.partner"].sudo()
        customer = self.sudo().partner_id
        contact = partners.search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("email_normalized", "=", self.contact_email),
                ("is_company", "=", False),
            ],
            limit=1,
            order="id",
        )
        if not contact:
            contact = partners.create(
                {
                    "name": self.contact_name,
                    "parent_id": customer.id,
                    "type": "contact",
                    "email": self.contact_email,
                    "phone": self.contact_phone,
                    "lang": customer.lang,
                }
            )
        contact.credit_role_ids = [Command.link(role.id)]
        return self._as_result(contact)

    def _as_result(self, record):
        return {"res_model": record._name, "res_id": record.id}

    def _open_lines(self):
        """Return the items that are still open; none left is said."""
        # sudo: whoever decides on the request may know what is open of it
        lines = self.sudo().move_line_ids.filtered(
            lambda line: (
                not line.reconciled
                and line.parent_state == "posted"
                and line.amount_residual_currency > 0
            )
        )
        if not lines:
            raise UserError(self._message_settled())
        return lines.sudo(self.env.su)

    def _sum(self, lines):
        return sum(lines.sudo().mapped("amount_residual_currency"))

    def _message_settled(self):
        return self.env._(
            "All of it was settled meanwhile: refuse the request with that answer."
        )

    def _today(self):
        return self.company_id._dunning_today()[self.company_id]

    def _day_of_hold(self):
        """Return the last day without reminders, from today on."""
        return self._today() + timedelta(days=self.company_id.credit_request_days)

    # === LIMITS === #
    @api.private
    def _accept_within_limits(self):
        """Accept by itself what the policy lets pass; return what was.

        By the program rather than by who filled in the form.
        """
        program = self.with_user(SUPERUSER_ID).sudo()
        within = program.filtered(lambda request: request._is_within_limits())
        accepted = self.browse()
        for request in within:
            try:
                with self.env.cr.savepoint():
                    request._accept(is_automatic=True)
            except (UserError, ValidationError):
                # what cannot be done by itself waits for a person
                request.invalidate_recordset()
                continue
            accepted += request.with_env(self.env)
        return accepted

    def _is_within_limits(self):
        """Return whether a request needs nobody's decision.

        Extended by: add-ons that know of reasons to look at it.
        """
        profile = self.profile_id
        policy = profile.dunning_policy_id
        if not policy or profile.legal_status != "none":
            return False
        if self.kind == "promise":
            last = self._today() + timedelta(days=policy.portal_promise_days)
            return (
                policy.portal_promise_days > 0
                and self.date <= last
                and self._is_within(policy.portal_promise_amount)
                and not self._was_promised()
            )
        if self.kind == "dispute":
            return self._is_within(policy.portal_dispute_amount)
        if self.kind == "paid":
            return policy.portal_paid_days > 0 and not self._was_announced()
        return False

    def _is_within(self, limit):
        """Return whether the amount is at most ``limit``, in the company's currency."""
        company = self.company_id
        amount = self.currency_id._convert(
            self.amount, company.currency_id, company, self._today()
        )
        return limit > 0 and company.currency_id.compare_amounts(amount, limit) <= 0

    def _was_promised(self):
        """Return whether some of the items were promised before."""
        domain = [("move_line_ids", "in", self.move_line_ids.ids)]
        return bool(self.env["credit.promise"].search_count(domain, limit=1))

    def _was_announced(self):
        """Return whether some of the items were said to be paid before."""
        domain = [
            ("kind", "=", "paid"),
            ("id", "!=", self.id),
            ("state", "!=", "withdrawn"),
            ("move_line_ids", "in", self.move_line_ids.ids),
        ]
        return bool(self.search_count(domain, limit=1))


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.private
    def _keep_inert(self):
        """Have the files downloaded, never shown: whatever somebody put into them."""
        self.sudo().write({"mimetype": "application/octet-stream"})
        return self
