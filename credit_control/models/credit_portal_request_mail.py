from odoo import api, fields, models
from odoo.tools.misc import format_date

# names of items said in a sentence
MAX_NAMES = 4


class ResCompany(models.Model):
    """What customers are told, and how long their requests hold the reminders."""

    _inherit = "res.company"

    credit_request_days = fields.Integer(
        string="Days to answer a request",
        default=7,
        help="What a customer asks on his page keeps automatic reminders of the items "
        "back for so many days, unless somebody decides before.",
    )
    credit_dispute_mail = fields.Boolean(
        string="Tell customers how disputes end",
        help="A mail to the customer when a dispute is accepted, rejected or settled, "
        "whoever opened it.",
    )

    _credit_request_days_positive = models.Constraint(
        "CHECK(credit_request_days >= 0)",
        "The days to answer a request cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_request_days = fields.Integer(
        related="company_id.credit_request_days", readonly=False
    )
    credit_dispute_mail = fields.Boolean(
        related="company_id.credit_dispute_mail", readonly=False
    )


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.private
    def _send_to_customer(self, template_xmlid, record):
        """Send a mail about ``record`` to who is written to, in his language.

        Nothing is sent when nobody has an address.

        :param str template_xmlid: external id of a mail template of its model
        """
        self.ensure_one()
        template = self.env.ref(template_xmlid, raise_if_not_found=False)
        people = self.sudo()._contacts_to_write()
        if not template or not people:
            return
        customer = self.sudo().partner_id
        company = self.sudo().company_id
        lang = people[:1].lang or customer.lang or company.partner_id.lang
        # sudo: who decides need not have a right on templates or on the queue
        template = template.sudo().with_context(
            mail_lang=lang,
            portal_url=self._portal_url(),
            allowed_company_ids=company.ids,
            lang=lang,
        )
        mail_id = template.send_mail(
            record.id,
            email_values={
                "recipient_ids": [fields.Command.set(people.ids)],
                "email_to": False,
                "email_from": (self.user_id.sudo() or company).email_formatted,
            },
        )
        self.env["mail.mail"].sudo().browse(mail_id).send_after_commit()


class CreditPortalRequest(models.Model):
    """A request in words, for whoever reads it, and the mails about it."""

    _inherit = "credit.portal.request"

    # === COMPUTE METHODS === #
    @api.depends(
        "kind",
        "amount",
        "date",
        "count",
        "each",
        "move_line_ids",
        "reason_id",
        "reference",
        "contact_name",
        "contact_email",
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        for request in self:
            words = getattr(request, f"_summary_{request.kind}", lambda: False)
            request.summary = words()

    def _summary_promise(self):
        return self.env._(
            "%(amount)s on %(date)s for %(items)s",
            amount=self._money(self.amount),
            date=self._day(self.date),
            items=self._names(),
        )

    def _summary_plan(self):
        if self.count:
            return self.env._(
                "%(amount)s in %(count)s monthly instalments from %(date)s on, for "
                "%(items)s",
                amount=self._money(self.amount),
                count=self.count,
                date=self._day(self.date),
                items=self._names(),
            )
        return self.env._(
            "%(amount)s by %(each)s a month from %(date)s on, for %(items)s",
            amount=self._money(self.amount),
            each=self._money(self.each),
            date=self._day(self.date),
            items=self._names(),
        )

    def _summary_dispute(self):
        return self.env._(
            "%(amount)s of %(invoice)s: %(reason)s",
            amount=self._money(self.amount),
            # sudo: whoever reads the request may know what it is about
            invoice=self.sudo().move_id.name or "",
            reason=self.sudo().reason_id.name or "",
        )

    def _summary_paid(self):
        words = self.env._(
            "%(amount)s paid on %(date)s for %(items)s",
            amount=self._money(self.amount),
            date=self._day(self.date),
            items=self._names(),
        )
        if self.reference:
            words = self.env._(
                "%(payment)s, reference %(reference)s",
                payment=words,
                reference=self.reference,
            )
        return words

    def _summary_contact(self):
        name = self.contact_name or ""
        return f"{name} <{self.contact_email}>" if self.contact_email else name

    def _money(self, amount):
        return self.currency_id.format(amount) if self.currency_id else ""

    def _day(self, day):
        return format_date(self.env, day, date_format="long") if day else ""

    def _names(self):
        """Return the documents of the items, the first ones by name."""
        names = list(dict.fromkeys(self.sudo().move_line_ids.move_id.mapped("name")))
        if len(names) <= MAX_NAMES:
            return ", ".join(names)
        return self.env._(
            "%(names)s and %(count)s more",
            names=", ".join(names[: MAX_NAMES - 1]),
            count=len(names) - MAX_NAMES + 1,
        )

    # === BUSINESS METHODS === #
    def _portal_outcome(self):
        """Return what became of an accepted request since, for the customer."""
        self.ensure_one()
        result = self._result() if self.state == "accepted" else None
        if result is not None and result._name == "credit.dispute":
            return result.outcome_words
        return False

    @api.private
    def _tell_customer(self):
        """Tell the customers what became of what they asked for."""
        for request in self:
            request.profile_id._send_to_customer(
                f"credit_control.mail_template_request_{request.state}", request
            )

    def _event_request(self):
        """Tell the people concerned that customers wait for a decision.

        Extended by: add-ons that act on what customers say.
        """
        events = self.env["credit.event"].sudo()
        vals_list = []
        for request in self.sudo():
            here = events._in_language(request.profile_id)
            own = request.with_env(here.env)
            labels = dict(self._fields["kind"]._description_selection(here.env))
            vals_list.append(
                {
                    "profile_id": request.profile_id.id,
                    "kind": "request",
                    "name": f"{labels[request.kind]}: {own.summary}",
                    "amount": request.amount,
                    "currency_id": (
                        request.currency_id or request.company_id.currency_id
                    ).id,
                    "res_model": request._name,
                    "res_id": request.id,
                }
            )
        events._raise(vals_list)


class CreditDispute(models.Model):
    """The customer learns how his dispute ended, where the company wants it."""

    _inherit = "credit.dispute"

    outcome_words = fields.Text(
        string="How it ended, for the customer", compute="_compute_outcome_words"
    )

    @api.depends("state", "amount", "amount_conceded", "move_id")
    @api.depends_context("lang")
    def _compute_outcome_words(self):
        for dispute in self:
            dispute.outcome_words = dispute._outcome().get(dispute.state, False)

    def _outcome(self):
        """Return ``{state: sentence}`` in the language of the reader."""
        _ = self.env._
        money = self.currency_id.format if self.currency_id else str
        amount, conceded = money(self.amount), money(self.amount_conceded)
        return {
            "open": _("We are looking into it."),
            "accepted": _(
                "You are right: %(amount)s is not demanded. A credit note follows, "
                "unless you have it already.",
                amount=amount,
            ),
            "rejected": _(
                "We have looked into it and cannot agree: %(amount)s is due as "
                "invoiced.",
                amount=amount,
            ),
            "settled": _(
                "We agreed: of %(amount)s, %(conceded)s is not demanded; the rest is "
                "due.",
                amount=amount,
                conceded=conceded,
            ),
        }

    @api.private
    def _update_state(self, allowed, target, **vals):
        """Tell the customers, once the disputes are closed."""
        changed = super()._update_state(allowed, target, **vals)
        if target in ("accepted", "rejected", "settled"):
            for dispute in changed.sudo():
                if dispute.company_id.credit_dispute_mail:
                    dispute.profile_id._send_to_customer(
                        "credit_control.mail_template_dispute_closed", dispute
                    )
        return changed
