from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_delivery_letter import LETTER_CHANNELS

# states in which a way may still reach the customer, or has
ALIVE = ("ready", "queued", "reserved", "sent")
LOST = ("failed", "bounced")


class DunningDelivery(models.Model):
    """What follows when a delivery does not reach the customer.

    The next contact of the customer, then the other channels of the level, then a task
    for the collector. Each contact and each channel is tried once for a notice, so the
    chain ends by itself. What fails for a reason of ours (no sender, a mistake in the
    text) is left to the list of what is to be fixed: another way would only hide it,
    and turn a wrong setting into a thousand letters.
    """

    _inherit = "dunning.delivery"

    fallback_of_id = fields.Many2one(
        "dunning.delivery",
        string="Instead of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The delivery that did not reach the customer.",
    )
    fallback_ids = fields.One2many(
        "dunning.delivery", "fallback_of_id", string="Tried instead"
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Next contact",
        readonly=True,
        copy=False,
        help="The one contact that is tried instead of those before.",
    )
    is_ours = fields.Boolean(
        string="Cause on our side",
        readonly=True,
        copy=False,
        help="A setting or a text of ours is to be put right: nothing else is tried.",
    )
    task_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    instead_of = fields.Text(compute="_compute_instead_of", string="Why this way")

    @api.depends("fallback_of_id.error", "fallback_of_id.state")
    def _compute_instead_of(self):
        for delivery in self:
            # sudo: the same notice, whose deliveries the reader sees
            lost = delivery.sudo().fallback_of_id
            delivery.instead_of = bool(lost) and self.env._(
                "Instead of %(way)s. %(error)s",
                way=lost._describe_way(),
                error=lost.error or "",
            )

    def _describe_way(self):
        """Return channel and address in words."""
        labels = dict(self._fields["channel"]._description_selection(self.env))
        people = self.contact_id.sudo() or self.partner_ids.sudo()[:1]
        address = {
            "email": self.email_to,
            "letter": people.display_name or self.partner_id.name,
            "registered": people.display_name or self.partner_id.name,
        }.get(self.channel, self.phone)
        address = address or self.contact_id.sudo().name
        label = labels[self.channel]
        return f"{label} ({address})" if address else label

    # === STATE === #
    def _after_state(self, target):
        """Try another way for what was lost; end the tasks of what arrived."""
        if target == "bounced":
            # first, so that the notice is free to go out another way
            self.sudo().notice_id._take_back()
        if target in LOST:
            self.sudo()._fall_back()
        super()._after_state(target)
        if target == "sent":
            self._drop_fallbacks()
            self._end_tasks()
        elif target == "cancelled":
            self.sudo().task_id.unlink()

    def _requeue(self, allowed):
        """The first way is tried again: what was to replace it is not needed."""
        again = super()._requeue(allowed)
        again._drop_fallbacks()
        return again

    def _drop_fallbacks(self):
        """Cancel what was to go instead of these and has not left yet."""
        if instead := self.sudo().fallback_ids:
            instead._cancel_pending(
                self.env._("Not needed: the first way is used after all.")
            )

    # === THE CHAIN === #
    def _fall_back(self):
        """Make the next delivery of what was lost, or the collector's task.

        A handful of statements, whatever the number.
        """
        lost = self.filtered(
            lambda item: (
                not item.is_ours and item.notice_id.state not in ("draft", "cancelled")
            )
        )
        if not lost:
            return
        free = lost - lost._overtaken()
        ways = free._next_contact_ways()
        ways |= (free - self.browse([item.id for item in ways]))._next_channel_ways()
        made = self.create(list(ways.values()))
        if made:
            replaced = made.fallback_of_id
            replaced.write({"is_reported": True})
            notices = made.notice_id
            notices._update_state(("failed",), "approved")
            self.env.ref("credit_control.cron_send").sudo()._trigger()
            lost -= replaced
        # what bounced is an event, with a task as its rule says
        lost.filtered(lambda item: item.state == "failed")._plan_tasks(
            lambda item: item._lost_task()
        )

    def _overtaken(self):
        """Return the deliveries whose invoices another notice demands by now."""
        self.env["dunning.notice.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT line.notice_id
                     FROM dunning_notice_line line
                     JOIN dunning_notice_line other
                       ON other.move_line_id = line.move_line_id
                      AND other.notice_id <> line.notice_id
                    WHERE line.notice_id IN %s AND line.kind = 'claim'
                      AND (other.is_live
                           OR other.is_delivered AND other.notice_id > line.notice_id)
                """,
                tuple(self.notice_id.ids),
            )
        )
        overtaken = {notice_id for [notice_id] in rows}
        return self.filtered(lambda item: item.notice_id.id in overtaken)

    def _prepare_fallback(self, channel, contact=None):
        """Return the values of what goes instead of this delivery.

        Extended by: add-ons whose channels need more.
        """
        return {
            "notice_id": self.notice_id.id,
            "channel": channel,
            "fallback_of_id": self.id,
            "contact_id": contact.id if contact else False,
            "date_queued": fields.Datetime.now(),
        }

    def _next_channel_ways(self):
        """Return, by delivery, the values of the level's next channel.

        None while another written message of the notice is under way or arrived. A
        letter only to an address from which none of the notice came back.
        """
        ways = {}
        used = {}
        addressees = self._addressees_after_return()
        for delivery in self:
            notice = delivery.notice_id
            used.setdefault(notice, set())
            others = notice.delivery_ids.filtered(
                lambda item: item.channel != "call" and item.state in ALIVE
            )
            if others or used[notice]:
                continue
            for channel in delivery.level_id._fallback_channels():
                is_known = channel in LETTER_CHANNELS and delivery in addressees
                contact = addressees[delivery] if is_known else None
                if channel in notice._tried_channels() or (is_known and not contact):
                    continue
                used[notice].add(channel)
                ways[delivery] = delivery._prepare_fallback(channel, contact)
                break
        return ways

    # === TASKS === #
    def _lost_task(self):
        """Return summary and note of the task: nothing else is left to be tried."""
        return (
            self.env._(
                "%(level)s did not reach %(customer)s",
                level=self.level_id.name,
                customer=self.partner_id.name,
            ),
            self._task_note(self.error or "", self.remedy or ""),
        )

    def _address_task(self, addresses):
        """Return summary and note of the task to correct addresses of a good mail."""
        names = ", ".join(sorted(addresses))
        return (
            self.env._("Correct the e-mail address %(addresses)s", addresses=names),
            self._task_note(
                self.env._(
                    "The reminder reached the other recipients, but not %(addresses)s.",
                    addresses=names,
                ),
                self.env._("Ask the customer for the right address, and enter it."),
            ),
        )

    def _task_note(self, error, remedy):
        return Markup('<p>{}</p><p>{}</p><p><a href="{}">{}</a></p>').format(
            error,
            remedy,
            f"/odoo/credit-deliveries/{self.id}",
            self.env._("Open the delivery"),
        )

    def _tell_bad_addresses(self, addresses):
        """Ask the collector to correct addresses; the others got the mail.

        :param addresses: plain addresses
        """
        self.sudo()._plan_tasks(lambda item: item._address_task(addresses))

    def _plan_tasks(self, write):
        """Give each collector a task on the customer; what he has is not repeated.

        :param write: takes a delivery, returns summary and note in the language of its
            environment
        """
        users = self._task_users()
        wanted = {}
        for delivery in self.filtered(lambda item: users[item]):
            lang = users[delivery].lang or self.env.lang
            wanted[delivery] = write(delivery.with_context(lang=lang))
        if not wanted:
            return
        kind = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id("credit.profile")
        known = self._known_tasks(model_id, kind)
        today = self.company_id._dunning_today()
        fresh = {
            (delivery.profile_id.id, summary): {
                "activity_type_id": kind.id,
                "res_model_id": model_id,
                "res_id": delivery.profile_id.id,
                "user_id": users[delivery].id,
                "summary": summary,
                "note": note,
                "date_deadline": today[delivery.company_id],
            }
            for delivery, (summary, note) in wanted.items()
            if (delivery.profile_id.id, summary) not in known
        }
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        made = activities.create(list(fresh.values()))
        known |= dict(zip(fresh, made, strict=True))
        for delivery, (summary, _note) in wanted.items():
            delivery.task_id = known[delivery.profile_id.id, summary]

    def _known_tasks(self, model_id, kind):
        """Return the tasks of these customers that are open, by profile and summary."""
        tasks = self.env["mail.activity"].search(
            [
                ("res_model_id", "=", model_id),
                ("res_id", "in", self.profile_id.ids),
                ("activity_type_id", "=", kind.id),
            ]
        )
        return {(task.res_id, task.summary): task for task in tasks}

    def _task_users(self):
        """Return who puts it right: the collector, else a credit manager.

        :rtype: dict[dunning.delivery, res.users]
        """
        managers = self.env["credit.profile"]._get_managers().sudo()
        return {
            delivery: delivery.profile_id.user_id.sudo()
            or managers.filtered(
                lambda user, company=delivery.company_id: company in user.company_ids
            )[:1]
            for delivery in self
        }

    def _end_tasks(self):
        """The customers were reached: what was to be done about it is done."""
        done = self.sudo().search(
            [
                ("profile_id", "in", self.profile_id.ids),
                ("task_id", "!=", False),
                ("state", "in", (*LOST, "cancelled", "sent")),
            ]
        )
        done = done.filtered(lambda item: item.state != "sent" or item in self)
        if tasks := done.task_id:
            tasks.action_feedback(feedback=self.env._("It was delivered since."))


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _after_state(self, target):
        """A notice that is cancelled leaves nothing to be done."""
        super()._after_state(target)
        if target == "cancelled":
            self.sudo().delivery_ids.task_id.unlink()

    def _tried_channels(self):
        """Return the channels of this notice, those cancelled left out."""
        return set(
            self.delivery_ids.filtered(lambda item: item.state != "cancelled").mapped(
                "channel"
            )
        )
