from odoo import api, fields, models

from .screen_days import format_day

DISPUTE_KINDS = ("dispute_opened", "dispute_late", "credit_note_late")


class CreditEvent(models.Model):
    """What the events of other models have in common."""

    _inherit = "credit.event"

    @api.model
    def _in_language(self, profile, owner=None):
        """Return this model in the language of who deals with a customer.

        :param owner: the user who deals with the cause, else the customer's collector
        """
        profile = profile.sudo()
        user = owner or profile.user_id
        lang = user.lang or profile.company_id.partner_id.lang
        return self.with_context(lang=lang or self.env.lang)

    @api.model
    def _day(self, day):
        """Return a day as people write it in the language of this model."""
        return format_day(self.env, day)

    @api.model
    def _end_causes(self, records, kinds):
        """The events of these kinds about ``records`` are over."""
        if records:
            self._end(
                [
                    ("kind", "in", kinds),
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                ]
            )


class CreditProfile(models.Model):
    """A customer has events; his insolvency is one."""

    _inherit = "credit.profile"

    event_ids = fields.One2many("credit.event", "profile_id", string="Events")

    def write(self, vals):
        """Raise an event for customers who become insolvent; end what is over."""
        insolvent = self.browse()
        if status := vals.get("legal_status"):
            insolvent = self.filtered(lambda profile: profile.legal_status != status)
        result = super().write(vals)
        events = self.env["credit.event"].sudo()
        if status == "none":
            events._end_causes(self, ["insolvency"])
        elif insolvent:
            insolvent._event_insolvency()
        if "reply_date" in vals and not vals["reply_date"]:
            events._end([("kind", "=", "reply"), ("profile_id", "in", self.ids)])
        return result

    def _event_insolvency(self):
        """Tell the people concerned that these customers are insolvent.

        Extended by: add-ons that act on insolvencies.
        """
        events = self.env["credit.event"].sudo()
        field = self._fields["legal_status"]
        vals_list = []
        for profile in self.sudo():
            here = events._in_language(profile)
            labels = dict(field._description_selection(here.env))
            name = here.env._(
                "%(status)s since %(date)s: declare the claims in time.",
                status=labels[profile.legal_status],
                date=here._day(profile.legal_date),
            )
            vals_list.append(
                {
                    "profile_id": profile.id,
                    "kind": "insolvency",
                    "name": name,
                    "amount": profile.amount_due,
                    "res_model": profile._name,
                    "res_id": profile.id,
                }
            )
        events._raise(vals_list)


class CreditPromise(models.Model):
    _inherit = "credit.promise"

    def _event_promise_broken(self):
        """Raise an event for each broken promise."""
        result = super()._event_promise_broken()
        events = self.env["credit.event"].sudo()
        vals_list = []
        for promise in self.sudo():
            here = events._in_language(promise.profile_id)
            name = here.env._(
                "Promised %(amount)s for %(date)s, of which %(paid)s came.",
                amount=promise.with_env(here.env).currency_id.format(promise.amount),
                date=here._day(promise.date),
                paid=promise.with_env(here.env).currency_id.format(promise.amount_kept),
            )
            vals_list.append(
                {
                    "profile_id": promise.profile_id.id,
                    "kind": "promise_broken",
                    "name": name,
                    "amount": promise.amount - promise.amount_kept,
                    "currency_id": promise.currency_id.id,
                    "res_model": promise._name,
                    "res_id": promise.id,
                }
            )
        events._raise(vals_list)
        return result


class CreditPlan(models.Model):
    _inherit = "credit.plan"

    def _update_state(self, allowed, target, **vals):
        """Raise an event for each plan that breaks."""
        changed = super()._update_state(allowed, target, **vals)
        if target == "broken":
            changed._event_plan_broken()
        return changed

    def _event_plan_broken(self):
        """Tell the people concerned that payment plans were broken.

        Extended by: add-ons that act on broken plans (score, alerts).
        """
        events = self.env["credit.event"].sudo()
        vals_list = []
        for plan in self.sudo():
            here = events._in_language(plan.profile_id)
            own = plan.with_env(here.env)
            missed = own.promise_ids.filtered(
                lambda promise: promise.state in ("pending", "partly", "broken")
            )
            left = sum(
                promise.amount - promise.amount_kept
                for promise in missed
                if promise.currency_id == own.currency_id
            )
            vals_list.append(
                {
                    "profile_id": plan.profile_id.id,
                    "kind": "plan_broken",
                    "name": here.env._(
                        "The payment plan “%(plan)s” is broken: %(left)s of it did "
                        "not come.",
                        plan=plan.name,
                        left=own.currency_id.format(left),
                    ),
                    "amount": left,
                    "res_model": plan._name,
                    "res_id": plan.id,
                }
            )
        events._raise(vals_list)


class CreditDispute(models.Model):
    _inherit = "credit.dispute"

    def _event_dispute_opened(self):
        """Raise an event for each dispute."""
        result = super()._event_dispute_opened()
        events = self.env["credit.event"].sudo()
        vals_list = []
        for dispute in self.sudo():
            here = events._in_language(dispute.profile_id, dispute.user_id)
            own = dispute.with_env(here.env)
            name = here.env._(
                "%(amount)s of %(invoice)s contested: %(reason)s",
                amount=own.currency_id.format(dispute.amount),
                invoice=dispute.move_id.name,
                reason=own.reason_id.name,
            )
            vals = dispute._prepare_event("dispute_opened", name)
            vals_list.append({**vals, "date_deadline": dispute.date_deadline})
        events._raise(vals_list)
        return result

    def _event_dispute_late(self):
        """Tell the people concerned that the deadlines of disputes have passed.

        Extended by: add-ons that act on disputes (score, alerts).
        """
        events = self.env["credit.event"].sudo()
        vals_list = []
        for dispute in self.sudo():
            here = events._in_language(dispute.profile_id, dispute.user_id)
            own = dispute.with_env(here.env)
            name = here.env._(
                "Contested %(amount)s of %(invoice)s: to be settled by %(date)s.",
                amount=own.currency_id.format(dispute.amount),
                invoice=dispute.move_id.name,
                date=here._day(dispute.date_deadline),
            )
            vals_list.append(dispute._prepare_event("dispute_late", name))
        # one event, and one activity, for one dispute
        events._end_causes(self, ["dispute_opened"])
        return events._raise(vals_list)

    def _event_credit_note_late(self):
        """Tell the owners that what was conceded was not credited in time.

        Extended by: add-ons that act on disputes (score, alerts).
        """
        events = self.env["credit.event"].sudo()
        vals_list = []
        for dispute in self.sudo():
            here = events._in_language(dispute.profile_id, dispute.user_id)
            own = dispute.with_env(here.env)
            name = here.env._(
                "Credit note of %(amount)s for %(invoice)s not made by %(date)s: the "
                "amount is demanded again.",
                amount=own.currency_id.format(dispute.amount_conceded),
                invoice=dispute.move_id.name,
                date=here._day(dispute.date_credit_due),
            )
            vals = dispute._prepare_event("credit_note_late", name)
            vals_list.append({**vals, "amount": dispute.amount_conceded})
        return events._raise(vals_list)

    def write(self, vals):
        """End the events about a date that was put off, or a credit note that came."""
        result = super().write(vals)
        if {"credit_move_id", "date_credit_due", "date_deadline"} & vals.keys():
            self.env["credit.event"].sudo()._end_gone(self.profile_id)
        return result

    def _prepare_event(self, kind, name):
        """Return the values of an event about this dispute, as of ``_raise``."""
        return {
            "profile_id": self.profile_id.id,
            "kind": kind,
            "name": name,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "res_model": self._name,
            "res_id": self.id,
            "owner_id": self.user_id.id,
        }

    def _update_state(self, allowed, target, **vals):
        """End the events of disputes that are closed."""
        changed = super()._update_state(allowed, target, **vals)
        if target != "open":
            self.env["credit.event"].sudo()._end_causes(changed, DISPUTE_KINDS)
        return changed


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _receive_reply(self, msg_dict):
        """Raise an event for the answer of a customer, unless a machine wrote it."""
        result = super()._receive_reply(msg_dict)
        if self.env.context.get("dunning_automatic_answer"):
            return result
        events = self.env["credit.event"].sudo()
        vals_list = []
        for notice in self.sudo():
            here = events._in_language(notice.profile_id)
            vals_list.append(
                {
                    "profile_id": notice.profile_id.id,
                    "kind": "reply",
                    "name": here.env._(
                        "Answer to %(level)s: %(subject)s",
                        level=notice.with_env(here.env).level_id.name,
                        subject=msg_dict.get("subject") or here.env._("no subject"),
                    ),
                    "amount": notice.amount_company,
                    "res_model": notice._name,
                    "res_id": notice.id,
                }
            )
        events._raise(vals_list)
        return result


class DunningDelivery(models.Model):
    _inherit = "dunning.delivery"

    def _bounce_many(self, errors):
        """Raise an event for each that came back and has no other way left."""
        bounced = super()._bounce_many(errors)
        events = self.env["credit.event"].sudo()
        vals_list = []
        for delivery in bounced.sudo().filtered(lambda item: not item.fallback_ids):
            here = events._in_language(delivery.profile_id)
            vals_list.append(
                {
                    "profile_id": delivery.profile_id.id,
                    "kind": "bounce",
                    "name": here.env._(
                        "%(level)s did not arrive. %(error)s",
                        level=delivery.with_env(here.env).notice_id.level_id.name,
                        error=delivery.error,
                    ),
                    "amount": delivery.notice_id.amount_company,
                    "res_model": delivery._name,
                    "res_id": delivery.id,
                }
            )
        events._raise(vals_list)
        return bounced


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Close the events whose last activity is done."""
        ids = self.filtered(lambda a: a.res_model == "credit.event").mapped("res_id")
        result = super()._action_done(feedback, attachment_ids)
        if ids:
            # sudo: who does the activity does what the event asks for
            events = self.env["credit.event"].sudo().browse(ids).exists()
            waiting = self.sudo().search(
                [("res_model", "=", "credit.event"), ("res_id", "in", ids)]
            )
            done = events - events.browse(waiting.mapped("res_id"))
            done._update_state(("new",), "done")
        return result
