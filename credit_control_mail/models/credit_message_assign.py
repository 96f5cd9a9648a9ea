from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.free_mail import domain_of, parent_domains

# other messages of one sender that follow a choice
MOST_OTHERS = 200
KEPT = ("profile_id", "partner_id", "company_id", "match_user_id")
KEPT_AS_IS = ("match_confidence", "match_reasons", "state")


class CreditMessage(models.Model):
    """A person says whose message it is."""

    _inherit = "credit.message"

    match_undo = fields.Json(readonly=True, copy=False, groups="base.group_system")
    can_undo_match = fields.Boolean(compute="_compute_can_undo_match")

    @api.depends("match_undo")
    def _compute_can_undo_match(self):
        for message in self:
            message.can_undo_match = bool(message.sudo().match_undo)

    # === ACTION METHODS === #
    def action_assign_customer(self, profile_id, is_remembered=True):
        """Say that these messages are of a customer.

        :param int profile_id: id of his profile
        :param bool is_remembered: take what comes from the address as his from now
            on, and the messages of the address that have no customer yet
        """
        self._check_rights(self.env._("choose the customer of a message"))
        profile = self._readable_customer(profile_id)
        self._check_nothing_made()
        self._assign_customer(profile, is_remembered)
        return True

    def action_not_a_customer(self, is_remembered=True):
        """Say that who wrote these messages is no customer: they are put away."""
        self._check_rights(self.env._("say that a sender is no customer"))
        self._check_nothing_made()
        self._assign_customer(self.env["credit.profile"], is_remembered)
        return True

    def action_undo_assign(self):
        """Take the last choice of a customer back, also for the other messages."""
        self._check_rights(self.env._("take the choice of a customer back"))
        messages = self.sudo()
        if not all(message.match_undo for message in messages):
            raise UserError(
                self.env._("Nothing is to be taken back: nobody chose a customer.")
            )
        for message in messages:
            # those chosen together are put back together, with the first of them
            if message.match_undo:
                message._undo_assign()
        return True

    def action_choose_customer(self):
        """Open the dialog in which any customer is chosen."""
        self.ensure_one()
        self._check_rights(self.env._("choose the customer of a message"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Whose message is it?"),
            "res_model": "credit.message.assign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_message_id": self.id},
        }

    # === BUSINESS METHODS === #
    def _customer_changed(self, old_profiles):
        """Do what follows when a person gives messages to another customer.

        Extended by: what hangs on the customer of a message (holds, assignments).

        :param old_profiles: the customers the messages had before
        """
        (old_profiles | self.sudo().profile_id)._refresh_reply_hold()
        return self

    def _readable_customer(self, profile_id):
        """Return the profile when the user may give messages to it."""
        profile = self.env["credit.profile"]
        try:
            profile = profile.browse(int(profile_id or 0)).exists()
        except (TypeError, ValueError):
            profile = profile.browse()
        if not profile:
            raise UserError(
                self.env._("Choose the customer: the one given is not there any more.")
            )
        profile._check_in_portfolio()
        # sudo: the mailbox is technical
        for message in self.sudo():
            company = message._get_mailbox_company()
            if company and company != profile.company_id:
                raise UserError(
                    self.env._(
                        "“%(subject)s” came to a mailbox of %(company)s: choose one "
                        "of its customers, or forward the message.",
                        subject=message.subject or self.env._("no subject"),
                        company=company.name,
                    )
                )
        return profile

    def _check_nothing_made(self):
        """Raise when something was made for the customer that the messages have."""
        # sudo: all proposals count
        decided = self.sudo().intent_ids.filtered(
            lambda intent: intent.state == "accepted" and intent.undo_data
        )
        if decided:
            raise UserError(
                self.env._(
                    "“%(intent)s” was accepted for %(customer)s: undo that first, then "
                    "choose another customer.",
                    intent=decided[0].display_name,
                    customer=decided[0].profile_id.display_name or self.env._("nobody"),
                )
            )

    def _assign_customer(self, profile, is_remembered):
        """Write down the choice, for other messages of the senders too.

        :param profile: the customer, empty when it is nobody's
        """
        messages = self.sudo().with_context(tracking_disable=True)
        others = messages._find_same_sender() if is_remembered else messages.browse()
        every = messages | others
        before = every.profile_id
        kept = {message.id: message._keep_match() for message in every}
        senders = messages._remember_customer(profile) if is_remembered else []
        every._write_choice(profile, messages)
        for message in messages:
            message.match_undo = {
                "profile_id": profile.id,
                "messages": [[key, value] for key, value in kept.items()],
                "senders": senders,
            }
        if profile:
            every._log_deed(
                self.env._("Customer: %(name)s", name=profile.sudo().display_name)
            )
        every._run_after_assign(before)

    def _write_choice(self, profile, chosen):
        """Give these messages to the customer a person chose.

        :param chosen: those of them that he looked at
        """
        user = self.env.user
        others = self - chosen
        self.candidate_ids.unlink()
        for messages, code in ((chosen, "person"), (others, "same_sender")):
            if not profile:
                code = "told_nobody"
            messages.write(
                {
                    "profile_id": profile.id,
                    "match_user_id": user.id,
                    "match_confidence": 1.0 if profile else 0.0,
                    "match_reasons": [{"code": code, "user": user.name}],
                    **({"company_id": profile.company_id.id} if profile else {}),
                }
            )
        if not profile:
            self.partner_id = False
            self._update_state(("new",), "archived")
            return
        contacts = self._find_contacts(profile)
        for address, messages in self.grouped("email_normalized").items():
            messages.partner_id = contacts.get(address, False)

    def _find_contacts(self, profile):
        """Return ``{address: contact}`` of the customer."""
        contacts = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", profile.partner_id.id),
                ("email_normalized", "in", self.mapped("email_normalized")),
            ],
            order="id desc",
        )
        return {contact.email_normalized: contact for contact in contacts}

    def _find_same_sender(self):
        """Return the other messages of these senders whose customer nobody knows."""
        addresses = self._get_lasting_addresses()
        if not addresses:
            return self.browse()
        return self.search(
            [
                *self._get_triage_domain(),
                ("email_normalized", "in", sorted(addresses)),
                ("company_id", "in", self.company_id.ids),
                ("match_user_id", "=", False),
                # an unproven sender is looked at by itself
                ("is_suspect", "=", False),
                ("id", "not in", self.ids),
            ],
            limit=MOST_OTHERS,
        )

    def _get_lasting_addresses(self):
        """Return the senders' addresses that stand for a customer.

        Neither our own people, who forward, nor mail servers.

        :rtype: set[str]
        """
        own = self._read_own_domains()
        return {
            address
            for address in self.mapped("email_normalized")
            if address
            and address.partition("@")[0] not in ("mailer-daemon", "postmaster")
            and not own & set(parent_domains(domain_of(address)))
        }

    def _remember_customer(self, profile):
        """Remember whose the addresses are.

        :return: tuples of address, company and what was known before, for the undo
        """
        addresses = self._get_lasting_addresses()
        senders = self.env["credit.message.sender"]
        done = []
        for company, messages in self.grouped("company_id").items():
            company = profile.company_id or company
            for address in sorted(addresses & set(messages.mapped("email_normalized"))):
                before = senders._remember(address, company, profile)
                done.append([address, company.id, before])
        return done

    def _run_after_assign(self, before):
        """Read the messages again for their customer; what holds moves with them."""
        self._match_moves()
        self._understand()
        self._after_understood()
        self._customer_changed(before)

    # === UNDO === #
    def _keep_match(self):
        """Return what the undo needs to put this message back."""
        return {
            **{name: self[name].id for name in KEPT},
            **{name: self[name] for name in KEPT_AS_IS},
            "candidates": [
                [row.profile_id.id, row.confidence, row.reasons]
                for row in self.candidate_ids
            ],
        }

    def _undo_assign(self):
        """Put this message, and those that followed it, back as they were."""
        undo = self.match_undo
        kept = dict(undo["messages"])
        messages = self.browse(kept).exists()
        changed = messages.filtered(
            lambda message: message.profile_id.id != undo["profile_id"]
        )
        # another choice was made for them since: that one stays
        messages -= changed - self
        if self in changed:
            raise UserError(
                self.env._(
                    "The customer was changed since: choose the right one instead."
                )
            )
        messages._check_nothing_made()
        before = messages.profile_id
        for message in messages:
            message._restore_match(kept[message.id])
        companies = self.env["res.company"]
        senders = self.env["credit.message.sender"]
        for address, company, known in undo["senders"]:
            senders._restore(address, companies.browse(company), known)
        messages.match_undo = False
        messages._run_after_assign(before)

    def _restore_match(self, kept):
        values = {name: kept[name] or False for name in KEPT}
        profiles = self.env["credit.profile"]
        known = profiles.browse(
            filter(None, [kept["profile_id"], *(row[0] for row in kept["candidates"])])
        ).exists()
        if kept["profile_id"] not in known.ids:
            values["profile_id"] = False
        self.with_context(tracking_disable=True).write(
            {
                **values,
                "match_confidence": kept["match_confidence"],
                "match_reasons": kept["match_reasons"],
            }
        )
        self.env["credit.message.candidate"].create(
            [
                {
                    "message_id": self.id,
                    "profile_id": profile,
                    "confidence": confidence,
                    "reasons": reasons,
                }
                for profile, confidence, reasons in kept["candidates"]
                if profile in known.ids
            ]
        )
        if kept["state"] == "new" and self.state == "archived":
            self._update_state(("archived",), "new")
