"""What happened to each customer of the story: one method for each thing shown."""

from odoo import Command, fields

from .channels import ChannelScenes
from .plan import days
from .world import ZONE


def receivable(moves):
    """Return the receivable lines of entries, in order of their due date."""
    return moves.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    ).sorted("date_maturity")


def reminder_vals(profile, lines, level, day):
    """Return the values of a notice by which lines came to a level on a day."""
    return {
        "profile_id": profile.id,
        "company_id": profile.company_id.id,
        "policy_id": level.policy_id.id,
        "level_id": level.id,
        "date": day,
        "date_sent": day,
        "state": "sent",
        "amount_company": sum(lines.mapped("balance")),
        "line_ids": [
            Command.create(
                {
                    "company_id": profile.company_id.id,
                    "currency_id": line.currency_id.id,
                    "move_line_id": line.id,
                    "name": line.move_id.name,
                    "kind": "claim",
                    "level_id": level.id,
                    "date_invoice": line.move_id.invoice_date,
                    "date_due": line.date_maturity,
                    "days_overdue": (day - line.date_maturity).days,
                    "amount_total": line.amount_currency,
                    "amount_residual": line.amount_currency,
                    "amount_claimed": line.amount_currency,
                    "is_delivered": True,
                }
            )
            for line in lines
        ],
    }


class Scenes(ChannelScenes):
    """Plays the scene that a customer's ``show`` names, if it needs one."""

    def __init__(self, env, companies, today):
        self.env, self.companies, self.today = env, companies, today
        self.made = {}

    def level(self, name):
        """Return a level of the ready-made policies, such as standard_second."""
        return self.env.ref(f"credit_control.level_{name}")

    def profile(self, customer, company=None):
        """Return the customer's profile, by default in the parent company."""
        company = company or customer.moves[:1].company_id
        return self.env["credit.profile"].get_profile(customer.partner, company)

    def policy(self, name, level_vals=None, **vals):
        """Return a variant of the standard policy, made when first asked for."""
        if name not in self.made:
            standard = self.env.ref("credit_control.policy_standard")
            policy = standard.copy({"name": name, "assign_domain": False, **vals})
            policy.write({"name": name})
            if level_vals:
                policy.level_ids.write(level_vals)
            self.made[name] = policy
        return self.made[name]

    def play(self, customer):
        """Play the customer's scene."""
        scene = getattr(self, f"show_{customer.spec['show']}", None)
        if scene:
            scene(customer, self.profile(customer))

    def remember(self, customer):
        """Record the notices that the customer has had."""
        for move, invoice in zip(
            customer.moves, customer.spec["invoices"], strict=True
        ):
            option = invoice[2] if len(invoice) > 2 else {}
            if "level" in option:
                self.remind(customer, move, self.level(option["level"]), option["sent"])

    def remind(self, customer, move, level, ago):
        """Make the notice by which an invoice came to its level some days ago."""
        lines, day = receivable(move), self.today - days(ago)
        profile = self.profile(customer, move.company_id)
        notice = self.env["dunning.notice"].create(
            reminder_vals(profile, lines, level, day)
        )
        contact = customer.partner.child_ids[:1] or customer.partner
        self.env["dunning.delivery"].create(
            {
                "notice_id": notice.id,
                "channel": "email",
                "state": "sent",
                "partner_ids": [Command.set(contact.ids)],
                "email_to": contact.email_formatted,
                "lang": contact.lang,
                "date_sent": fields.Datetime.to_datetime(day),
            }
        )
        lines.write({"dunning_level_id": level.id, "dunning_date": day})

    def pay(self, customer, amount, vals=None):
        """Return a draft payment of the customer."""
        company = customer.moves[:1].company_id
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "parent_of", company.id)], limit=1
        )
        return self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": customer.partner.id,
                "amount": amount,
                "date": self.today - days(2),
                "journal_id": journal.id,
                "memo": "Transfer",
                **(vals or {}),
            }
        )

    def opening_entry(self, amount, partner, company, overdue):
        """Post a claim by a general entry, as an opening balance is."""
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        account = self.env["account.account"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("non_trade", "=", False),
                ("company_ids", "in", company.ids),
            ],
            limit=1,
        )
        other = company.account_journal_suspense_account_id
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": self.today - days(overdue),
                "ref": "Opening balance",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "debit": amount,
                            "name": "Opening balance",
                        }
                    ),
                    Command.create(
                        {
                            "account_id": other.id,
                            "credit": amount,
                            "name": "Opening balance",
                        }
                    ),
                ],
            }
        )
        move.action_post()

    # one scene each ----------------------------------------------------------------
    def show_no_followup(self, customer, profile):
        receivable(customer.moves).no_followup = True

    def show_blocked(self, customer, profile):
        customer.moves.action_toggle_block_payment()

    def show_dispute(self, customer, profile):
        """One dispute in time, and one whose deadline has passed."""
        owner, reasons = customer.partner.user_id, "credit_control.dispute_reason_"
        contested = [
            (360, "quality", 8, "Three boxes of jars arrived broken."),
            (60, "quantity", -2, "One sack of flour is said to be missing."),
        ]
        self.env["credit.dispute"].create(
            [
                {
                    "profile_id": profile.id,
                    "move_id": move.id,
                    "amount": amount,
                    "reason_id": self.env.ref(reasons + reason).id,
                    "user_id": owner.id,
                    "date_deadline": self.today + days(left),
                    "note": note,
                }
                for move, (amount, reason, left, note) in zip(
                    customer.moves, contested, strict=True
                )
            ]
        )

    def promise(self, customer, profile, date, **values):
        """Return a promise to pay all invoices on ``date``."""
        lines = receivable(customer.moves)
        return self.env["credit.promise"].create(
            {
                "profile_id": profile.id,
                "date": date,
                "amount": sum(lines.mapped("amount_residual_currency")),
                "currency_id": lines[:1].currency_id.id,
                "move_line_ids": [Command.set(lines.ids)],
                "source": "call",
                **values,
            }
        )

    def show_promise(self, customer, profile):
        self.promise(customer, profile, self.today + days(6))

    def show_broken_promise(self, customer, profile):
        promise = self.promise(customer, profile, self.today - days(9))
        promise._update_state(("pending",), "broken")

    def plan(self, customer, profile, name, count):
        """Return a plan to pay all invoices in equal monthly parts, not confirmed."""
        total = sum(receivable(customer.moves).mapped("amount_residual"))
        share = round(total / count, 2)
        amounts = [share] * (count - 1) + [round(total - share * (count - 1), 2)]
        return self.env["credit.plan"].create(
            {
                "name": name,
                "profile_id": profile.id,
                "date_start": self.today,
                "promise_ids": [
                    Command.create(
                        {
                            "profile_id": profile.id,
                            "date": self.today + days(30 * number),
                            "amount": amount,
                            "currency_id": profile.currency_id.id,
                            "source": "plan",
                        }
                    )
                    for number, amount in enumerate(amounts, 1)
                ],
            }
        )

    def show_plan(self, customer, profile):
        self.plan(customer, profile, "Three months", 3).action_confirm()

    def show_insolvency(self, customer, profile):
        representative = self.env["res.partner"].create(
            {"name": "SELARL Mandat & Associés", "is_company": True, "city": "Lyon"}
        )
        published = self.today - days(30)
        profile._declare_insolvency(
            {
                "legal_status": "receivership",
                "legal_date": self.today - days(40),
                "legal_publication_date": published,
                "legal_court": "Tribunal de commerce de Lyon",
                "legal_representative_id": representative.id,
            }
        )

    def show_factored(self, customer, profile):
        customer.moves.action_dunning_set_origin("factored")

    def show_handed_over(self, customer, profile):
        letter = self.register(customer, "RA456789015FR")
        self.receive(letter, "refused", 67, "Refusée le")
        lawyer = self.env["res.partner"].create(
            {
                "name": "Cabinet Leroux, avocats",
                "is_company": True,
                "city": "Lyon",
                "lang": profile.partner_id.lang,
            }
        )
        dossier = self.env["credit.dossier"].create(
            {
                "profile_id": profile.id,
                "recipient_id": lawyer.id,
                "user_id": profile.user_id.id,
                "note": "The debtor has not answered since the formal notice.",
                "move_line_ids": [Command.set(receivable(customer.moves).ids)],
            }
        )
        dossier.action_hand_over()

    def show_payment_in_process(self, customer, profile):
        move = customer.moves[0]
        payment = self.pay(
            customer, move.amount_residual, {"invoice_ids": [Command.set(move.ids)]}
        )
        # as a bank's add-on leaves a payment on its way: confirmed, without an entry
        payment.outstanding_account_id = False
        payment.state = "in_process"

    def show_payment_pending(self, customer, profile):
        provider = self.env["payment.provider"].search([("code", "=", "demo")], limit=1)
        if not provider:
            return
        move = customer.moves[0]
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id
                or self.env["payment.method"].search([], limit=1).id,
                "reference": f"{move.name}-demo",
                "amount": move.amount_residual,
                "currency_id": move.currency_id.id,
                "partner_id": customer.partner.id,
                "invoice_ids": [Command.set(move.ids)],
                "state": "pending",
            }
        )

    def show_on_hold(self, customer, profile):
        profile.write(
            {
                "hold_until": self.today + days(10),
                "hold_reason": "Changes its accounting software",
            }
        )

    def show_reply(self, customer, profile):
        notice = profile.notice_ids[:1]
        notice._receive_reply({"subject": "Re: your reminder"})
        profile.reply_date = fields.Datetime.to_datetime(self.today - days(4))

    def show_below_minimum(self, customer, profile):
        profile.policy_id = self.policy("From 50 upwards", {"min_amount": 50})

    def show_hold_out(self, customer, profile):
        profile.policy_id = self.policy("Measured", hold_out_percent=100)

    def show_closed_day(self, customer, profile):
        tomorrow = self.today + days(1)
        calendar = self.env["resource.calendar"].create(
            {
                "name": f"{tomorrow:%A} only",
                "company_id": False,
                "tz": ZONE,
                "attendance_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "name": "Open",
                            "dayofweek": str(tomorrow.weekday()),
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        }
                    ),
                ],
            }
        )
        profile.policy_id = self.policy("One day a week", calendar_id=calendar.id)

    def show_forced(self, customer, profile):
        profile.action_force_level(
            self.level("standard_final"), "Moves abroad at the end of the month"
        )

    def show_one_off(self, customer, profile):
        policy = self.env["dunning.policy"].create(
            {
                "name": "Letters for one occasion",
                "level_ids": [
                    Command.create(
                        {
                            "name": "A word from the director",
                            "sequence": 10,
                            "delay_days": 0,
                            "send_letter": True,
                            "send_email": False,
                            "role_to_ids": [
                                Command.set(
                                    self.env.ref(
                                        "credit_control.role_accounts_payable"
                                    ).ids
                                )
                            ],
                            "subject": "A personal word",
                            "body_html": "<p>We have worked together for years: please "
                            "tell me what keeps you from paying.</p>",
                        }
                    )
                ],
            }
        )
        customer.moves.action_dunning_force_level(
            policy.level_ids, "Old customer: the director writes himself"
        )

    def show_direct(self, customer, profile):
        profile.policy_id = self.policy("Straight to the level", climb="direct")

    def show_risky(self, customer, profile):
        profile.risk_class = "d"

    def show_copies(self, customer, profile):
        role = self.env.ref("credit_control.role_decision_maker")
        payable = self.env.ref("credit_control.role_accounts_payable")
        profile.policy_id = self.policy(
            "Decision maker in copy",
            {
                "role_to_ids": [Command.set(payable.ids)],
                "role_cc_ids": [Command.set(role.ids)],
            },
        )

    def tag(self, customer, name):
        """Give the customer a category to which a policy applies."""
        category = self.env.ref(f"credit_control.partner_category_{name}")
        customer.partner.category_id = [Command.link(category.id)]

    def show_key_account(self, customer, profile):
        self.tag(customer, "key_account")

    def show_public_sector(self, customer, profile):
        self.tag(customer, "public_sector")

    def show_small(self, customer, profile):
        profile.policy_id = self.env.ref("credit_control.policy_small")

    def show_partial_payment(self, customer, profile):
        amount = receivable(customer.moves)[0].amount_residual / 2
        payment = self.pay(customer, round(amount, 2))
        payment.action_post()
        (receivable(payment.move_id) | receivable(customer.moves)).reconcile()

    def show_unallocated(self, customer, profile):
        self.pay(customer, 800).action_post()

    def show_grace(self, customer, profile):
        profile.grace_days = 20

    def show_opening_balance(self, customer, profile):
        company = profile.company_id
        self.opening_entry(4200, customer.partner, company, 80)
        self.opening_entry(150, self.env["res.partner"], company, 35)  # no partner

    def show_portal(self, customer, profile):
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "login": "portal",
                "password": "portal",
                "partner_id": customer.partner.id,
                "company_id": profile.company_id.id,
                "company_ids": [Command.set(profile.company_id.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
