from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from .credit_event import KINDS

WAYS = [
    ("none", "Nothing"),
    ("notification", "Notification"),
    ("activity", "Activity"),
]
# the people of a rule, first come first responsible
PEOPLE = ("owner", "collector", "manager", "salesperson")
# what salespeople do not see: answers and bounces of notices, and what is legal
SALES_KINDS = {
    "payment_received",
    "promise_broken",
    "plan_broken",
    "dispute_opened",
    "dispute_late",
    "credit_note_late",
    "limit_near",
    "limit_exceeded",
}


class CreditEventRule(models.Model):
    """Who is told of an event, and how.

    Shipped (a company may have its own, which wins):

    ================  ============  ============  ============  ============
    kind              owner         collector     manager       salesperson
    ================  ============  ============  ============  ============
    payment_received  -             notification  -             -
    promise_broken    -             activity      -             notification
    plan_broken       -             activity      notification  notification
    dispute_opened    activity      notification  -             notification
    dispute_late      activity      notification  notification  -
    credit_note_late  activity      notification  notification  -
    insolvency        -             activity      activity      -
    bounce            -             activity      -             -
    limit_near        -             -             -             notification
    limit_exceeded    -             notification  activity      notification
    reply             -             activity      -             -
    request           -             activity      -             -
    decision_due      -             activity      notification  -
    handed_over       -             notification  notification  -
    ================  ============  ============  ============  ============

    Owner: of the dispute, else whoever deals with the cause. Where nobody holds the
    part of collector or owner, the credit manager stands in. Only people who may read
    the event are told. Nothing is ever sent by e-mail.
    """

    _name = "credit.event.rule"
    _description = "Event rule"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, string="When")
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: companies without a rule of their own."
    )
    collector_by = fields.Selection(
        WAYS, string="Collector gets", default="notification", required=True
    )
    owner_by = fields.Selection(
        WAYS,
        string="Owner gets",
        default="none",
        required=True,
        help="Who deals with the dispute.",
    )
    manager_by = fields.Selection(
        WAYS, string="Manager gets", default="none", required=True
    )
    manager_id = fields.Many2one(
        "res.users",
        string="Credit manager",
        domain="[('share', '=', False)]",
        help="Empty: the first credit manager of the company.",
    )
    salesperson_by = fields.Selection(
        WAYS, string="Salesperson gets", default="none", required=True
    )
    delay_days = fields.Integer(
        string="Days to act", help="Deadline of the activity; 0: the same day."
    )
    close_days = fields.Integer(
        string="Closes after",
        help="Days after which the event closes by itself; 0: never.",
    )

    _kind_company_unique = models.UniqueIndex(
        "(kind, COALESCE(company_id, 0))",
        "There is a rule for this kind of event already: change that one.",
    )
    _days_positive = models.Constraint(
        "CHECK(delay_days >= 0 AND close_days >= 0)", "Days cannot be negative."
    )

    # === COMPUTE METHODS === #
    @api.depends("kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.kind, "")

    # === BUSINESS METHODS === #
    @api.model
    def _by_kind(self, companies):
        """Return ``{(kind, company): rule}``: its own, else the one for all."""
        rules = self.search([("company_id", "in", [False, *companies.ids])])
        found = {(rule.kind, rule.company_id): rule for rule in rules}
        shared = self.env["res.company"]
        return {
            (kind, company): found.get((kind, company), found.get((kind, shared), self))
            for kind in self._fields["kind"].get_values(self.env)
            for company in companies
        }

    @api.model
    def _people_of(self, vals_list):
        """Return who is told of each event to be, and how.

        :param list[dict] vals_list: as of ``credit.event._raise``
        :return: a list of ``{user: "notification", "activity" or "none"}``
        """
        profiles = self.env["credit.profile"].browse(
            vals["profile_id"] for vals in vals_list
        )
        profiles.fetch(["company_id", "user_id", "partner_id"])
        readers = self._readers(profiles.company_id)
        rules = self._by_kind(profiles.company_id)
        absences = self.env["credit.absence"]._current()
        found = []
        for vals, profile in zip(vals_list, profiles, strict=True):
            rule = rules[vals["kind"], profile.company_id]
            own = readers[profile.company_id]
            ways = rule._ways(vals, profile, own)
            found.append(self._with_deputies(ways, profile, own, absences))
        return found

    @api.model
    def _with_deputies(self, ways, profile, readers, absences):
        """Add who stands in for a colleague who is away, where he may read the event.

        He is notified as well. An activity reaches him by itself: it changes hands as
        it is created (``credit.absence``), and comes back.

        :param dict readers: the company's part of :meth:`_readers`
        :param dict absences: as of ``credit.absence._current``
        """
        told = dict(ways)
        for user, way in ways.items():
            if user not in absences:
                continue
            deputy = absences[user].deputy_id
            is_his = user == profile.user_id and deputy in readers["collector"]
            if is_his or deputy in readers["collector_all"]:
                told.setdefault(deputy, "none" if way == "activity" else way)
        return told

    @api.model
    def _readers(self, companies):
        """Return ``{company: {role: users who may read events by that role}}``.

        Role ``first``: the credit manager where a rule names none.
        """
        users = self.env["res.users"].browse()
        by_role = {}
        for role in ("manager", "collector_all", "collector", "sales_reader"):
            group = self.env.ref(f"credit_control.group_{role}")
            by_role[role] = users.search(
                [
                    ("all_group_ids", "in", group.ids),
                    ("company_ids", "in", companies.ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        readers = {
            company: {
                role: users.filtered(lambda user, own=company: own in user.company_ids)
                for role, users in by_role.items()
            }
            for company in companies
        }
        for company, roles in readers.items():
            roles["first"] = self._first_manager(company, roles["manager"])
        return readers

    def _ways(self, vals, profile, readers):
        """Return who is told of one event, and how; the responsible comes first.

        :param dict readers: the company's part of :meth:`_readers`
        """
        seats = self._seats(vals, profile, readers)
        ways = {}
        for part in PEOPLE:
            way, user = self[f"{part}_by"] if self else "none", seats[part]
            if way not in (False, "none") and user and ways.get(user) != "activity":
                ways[user] = way
        acting = [user for user, way in ways.items() if way == "activity"]
        return {user: ways[user] for user in dict.fromkeys([*acting, *ways])}

    def _seats(self, vals, profile, readers):
        """Return ``{part: user}`` of one event: only those who may read it."""
        nobody = self.env["res.users"]
        manager = self.manager_id & readers["manager"]
        manager = manager or readers["first"]
        everywhere = readers["collector_all"]
        own = everywhere
        if profile.user_id in readers["collector"]:
            own |= profile.user_id
        collector = (profile.user_id & own) or manager
        salesperson = profile.partner_id.user_id & readers["sales_reader"]
        if vals["kind"] not in SALES_KINDS:
            salesperson = nobody
        owner = nobody.browse(vals.get("owner_id")) & (own | salesperson) or collector
        return {
            "owner": owner,
            "collector": collector,
            "manager": manager,
            "salesperson": salesperson,
        }

    @api.model
    def _first_manager(self, company, managers):
        """Return the credit manager of a company: a person rather than its admin."""
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        people = managers - (admin or managers.browse())
        at_home = people.filtered(lambda user: user.company_id == company)
        return (at_home or people or managers)[:1]

    @api.model
    def _tell(self, events, vals_list, people):
        """Plan the activities and send the notifications of new events.

        :param list[dict] people: of ``events``, as of :meth:`_people_of`
        """
        self._plan_activities(events, vals_list, people)
        self._notify(events, people)

    @api.model
    def _plan_activities(self, events, vals_list, people):
        """Give each user who has to act an activity on the event, without e-mail."""
        rules = self._by_kind(events.company_id)
        today = events.company_id._dunning_today()
        kind = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id(events._name)
        values = []
        for event, vals, ways in zip(events, vals_list, people, strict=True):
            rule = rules[event.kind, event.company_id]
            day = today[event.company_id]
            deadline = vals.get("date_deadline") or day + timedelta(rule.delay_days)
            values += [
                {
                    "res_model_id": model_id,
                    "res_id": event.id,
                    "user_id": user.id,
                    "activity_type_id": kind.id if kind else False,
                    "summary": event.name,
                    "date_deadline": deadline,
                    "automated": True,
                }
                for user, way in ways.items()
                if way == "activity"
            ]
        if values:
            # core would write an e-mail for each activity
            activities = self.env["mail.activity"]
            activities.with_context(mail_activity_quick_update=True).create(values)

    @api.model
    def _notify(self, events, people):
        """Tell users within Odoo: one message for all events of the batch.

        It comes up on the screen of whoever is logged in; the event itself waits in
        the list "My events" of each.
        """
        by_user = defaultdict(list)
        for event, ways in zip(events, people, strict=True):
            for user, way in ways.items():
                if user != self.env.user and way == "notification":
                    by_user[user].append(event)
        for user, own in by_user.items():
            here = self.with_context(lang=user.lang)
            title = own[0].with_env(here.env).profile_id.display_name
            text = own[0].name
            if len(own) > 1:
                title = here.env._("Credit Control")
                text = here.env._("%s new events at your customers.", len(own))
            user._bus_send(
                "simple_notification",
                {"type": "info", "title": title, "message": text},
            )
