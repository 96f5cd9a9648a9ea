from markupsafe import Markup

from odoo import api, fields, models

from ..tools.placeholders import PlaceholderError, render


class DunningDelivery(models.Model):
    """Calls: an activity with script and number, delivered when it is done."""

    _inherit = "dunning.delivery"

    @api.model
    def _dunning_channels(self):
        """Add calls."""
        return {
            **super()._dunning_channels(),
            "call": {
                "validate": "_call_validate",
                "render": "_call_render",
                "hand_over": "_call_hand_over",
                "label": self.env._("Call"),
            },
        }

    def _call_validate(self):
        """Return why a call cannot be made: nobody to call, or nobody to do it.

        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        contacts = self._call_contacts()
        callers = self._call_users()
        errors = {}
        for delivery in self:
            name = delivery.partner_id.display_name
            if not contacts[delivery]:
                errors[delivery] = (
                    self.env._("No phone number of %(name)s is known.", name=name),
                    self.env._(
                        "Enter a phone number on %(name)s or on one of its contacts, "
                        "then retry.",
                        name=name,
                    ),
                )
            elif not callers[delivery]:
                errors[delivery] = (
                    self.env._("Nobody is in charge of %(name)s.", name=name),
                    self.env._(
                        "Choose a collector on the credit profile of %(name)s, then "
                        "retry.",
                        name=name,
                    ),
                    True,
                )
        return errors

    def _call_render(self):
        """Write number and script of each call.

        :return: errors, as ``_call_validate``
        :rtype: dict[dunning.delivery, tuple[str, str]]
        """
        contacts = self._call_contacts()
        errors = {}
        for lang, deliveries in self._by_caller_lang().items():
            notices = deliveries.notice_id
            known = notices._placeholder_values(lang)
            for delivery in deliveries.with_context(lang=lang):
                contact, values = contacts[delivery], known[delivery.notice_id]
                try:
                    script = render(
                        delivery.notice_id.level_id.call_script or "",
                        values,
                        html=True,
                    )
                except PlaceholderError as error:
                    errors[delivery] = (
                        self.env._("The call script: %(error)s", error=error),
                        self.env._("Correct the script of the level, then retry."),
                        True,
                    )
                    continue
                delivery._write_call(contact, script, values["total_overdue"])
        return errors

    def _write_call(self, contact, script, demanded):
        number = self._international(contact)
        level = self.notice_id.level_id
        self.write(
            {
                "partner_ids": [fields.Command.set(contact.ids)],
                "phone": number,
                "subject": self.env._(
                    "Call %(customer)s: %(level)s",
                    customer=self.partner_id.name,
                    level=level.name,
                ),
                "body_html": self._call_facts(contact, number, demanded) + script,
            }
        )

    def _call_facts(self, contact, number, demanded):
        """Return who to call and what is demanded, as HTML."""
        return Markup(
            '<p><strong>{name}</strong>, <a href="tel:{tel}">{number}</a><br/>{due}</p>'
        ).format(
            name=contact.name or contact.commercial_partner_id.name,
            tel=number.replace(" ", ""),
            number=number,
            due=self.env._("Demanded: %(amounts)s", amounts=demanded),
        )

    def _call_hand_over(self):
        """Give each call to its caller as an activity on the customer's profile."""
        callers = self._call_users()
        call = self.env.ref("mail.mail_activity_data_call")
        model_id = self.env["ir.model"]._get_id("credit.profile")
        today = self.company_id._dunning_today()
        activities = (
            self.env["mail.activity"]
            # one message per call would bury the collector: his list shows them
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    {
                        "activity_type_id": call.id,
                        "res_model_id": model_id,
                        "res_id": delivery.profile_id.id,
                        "user_id": callers[delivery].id,
                        "summary": delivery.subject,
                        "note": delivery.body_html,
                        "date_deadline": today[delivery.company_id],
                    }
                    for delivery in self
                ]
            )
        )
        for delivery, activity in zip(self, activities, strict=True):
            delivery.activity_id = activity
        self._update_state(("ready",), "queued")

    @api.private
    def _call_not_reached(self, reason):
        """A planned call did not succeed: on to the next contact, or another way.

        :param str reason: what came of it, in a few words
        """
        for phone, calls in self.grouped("phone").items():
            calls._mark_failed(
                self.env._(
                    "The call to %(phone)s did not succeed: %(reason)s",
                    phone=phone,
                    reason=reason,
                ),
                self.env._(
                    "Enter the right number of the customer, then retry; or write."
                ),
                allowed=("queued",),
            )

    def _call_dropped(self):
        """Fail the calls whose activity was removed; a person may retry them."""
        self._mark_failed(
            self.env._("The call was removed from the activities, not made."),
            self.env._("Retry to plan the call again, or cancel the notice."),
            allowed=("queued",),
            is_ours=True,
        )

    def _after_state(self, target):
        """Take the activity away from a call that is no longer to be made."""
        super()._after_state(target)
        if target in ("cancelled", "failed", "bounced"):
            self.sudo().activity_id.unlink()

    # === WHO === #
    def _call_contacts(self):
        """Return the contact to call for each delivery, with a number.

        The recipients of the notice first, then the invoice address, the customer,
        and any contact of his; the next contact where one did not answer to the number.

        :rtype: dict[dunning.delivery, res.partner]
        """
        return {
            delivery: people & delivery.contact_id or people[:1]
            for delivery, people in self._callees().items()
        }

    def _next_callees(self):
        """Return whom to call when the numbers tried are wrong, by delivery.

        :rtype: dict[dunning.delivery, res.partner]
        """
        result = {}
        for delivery, people in self._callees().items():
            calls = delivery.notice_id.delivery_ids.filtered(
                lambda item: item.channel == "call"
            )
            numbers = set(calls.mapped("phone"))
            result[delivery] = (people - calls.partner_ids).filtered(
                lambda partner, tried=numbers, call=delivery: (
                    call._international(partner) not in tried
                )
            )[:1]
        return result

    def _callees(self):
        """Return who can be called for each delivery, the best first.

        :rtype: dict[dunning.delivery, res.partner]
        """
        by_role = self.notice_id._contacts_by_role()
        candidates = {}
        for delivery in self:
            notice, customer = delivery.notice_id, delivery.partner_id.sudo()
            invoice_id = customer.address_get(["invoice"])["invoice"]
            chosen = notice.partner_to_ids.ids + by_role[notice].ids
            candidates[delivery] = list(
                dict.fromkeys(
                    [*chosen, invoice_id, customer.id, *customer.child_ids.ids]
                )
            )
        everybody = [partner_id for ids in candidates.values() for partner_id in ids]
        partners = self.env["res.partner"].sudo()
        return {
            delivery: partners.browse(ids)
            .with_prefetch(everybody)
            .filtered(
                lambda partner, delivery=delivery: (
                    partner.phone
                    and partner.commercial_partner_id == delivery.partner_id
                )
            )
            for delivery, ids in candidates.items()
        }

    def _call_users(self):
        """Return who calls: the inside role that the level names, else the collector.

        :rtype: dict[dunning.delivery, res.users]
        """
        users = {delivery: delivery.profile_id.user_id.sudo() for delivery in self}
        for level, deliveries in self.grouped(
            lambda delivery: delivery.notice_id.level_id
        ).items():
            role = level.role_to_ids.filtered("is_internal")[:1]
            if not role:
                continue
            inside = deliveries.profile_id._get_inside_users(role.code)
            for delivery in deliveries:
                chosen = inside.get(delivery.profile_id, self.env["res.users"])
                users[delivery] = chosen.sudo()[:1] or users[delivery]
        fallback = self.env["credit.profile"]._get_managers().sudo()
        for delivery in self:
            users[delivery] = (
                users[delivery]
                or fallback.filtered(
                    lambda user, delivery=delivery: (
                        delivery.company_id in user.company_ids
                    )
                )[:1]
            )
        return users

    def _by_caller_lang(self):
        """Return the calls by the language of the one who calls."""
        callers = self._call_users()
        return self.grouped(lambda delivery: callers[delivery].lang or self.env.lang)

    def _international(self, partner):
        """Return the number of ``partner``, in international form where possible."""
        country = partner.country_id or self.company_id.country_id
        number = partner._phone_format(
            number=partner.phone, country=country, force_format="INTERNATIONAL"
        )
        return number or partner.phone


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call that was made delivers its notice."""
        calls = self._dunning_calls()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        calls._mark_delivered()
        return result

    def unlink(self):
        """A call that is dropped without being made is a failed delivery."""
        calls = self._dunning_calls()
        result = super().unlink()
        calls._call_dropped()
        return result

    def _dunning_calls(self):
        """Return the deliveries that wait for these activities."""
        # whoever does the activity may be a salesperson without access to deliveries
        return (
            self.env["dunning.delivery"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("state", "=", "queued")])
        )
