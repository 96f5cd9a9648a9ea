from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .screen_days import format_day

# statements printed by one call of the PDF engine, between two commits
BATCH = 20
# customers named in the log of what was not sent
NAMED = 200
COLLECTOR = "group_collector"


class CreditMassAction(models.Model):
    """Statements in mass: a person chooses, the scheduled action prints and mails.

    ``values`` says of each customer what became of his statement: ``waiting``,
    ``sent``, or why not. A mail is never taken back, so there is no undo.
    """

    _inherit = "credit.mass.action"

    kind = fields.Selection(
        selection_add=[("statement", "Statements by mail")],
        ondelete={"statement": "cascade"},
    )
    options = fields.Json(
        readonly=True, groups="base.group_system", prefetch=False, copy=False
    )
    waiting_count = fields.Integer(string="Still to send", readonly=True)
    problem_count = fields.Integer(string="Not sent", readonly=True)
    problems = fields.Text(string="Why not sent", readonly=True)

    # serves the scheduled action
    _waiting_idx = models.Index("(id) WHERE waiting_count > 0")

    # === COMPUTE METHODS === #
    @api.depends("kind", "target")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for action in self:
            words = (kinds.get(action.kind), action.target)
            action.display_name = ": ".join(filter(None, words))

    # === ACTIONS === #
    def action_stop(self):
        """Send no more of the statements that still wait."""
        self.ensure_one().check_access("read")
        self.env["credit.profile"]._check_group(COLLECTOR, self.env._("stop this"))
        if not self.waiting_count:
            raise UserError(self.env._("All has left already: nothing to stop."))
        if self.user_id != self.env.user and not self.env.user.has_group(
            "credit_control.group_manager"
        ):
            self._why_no_undo()
        action = self.sudo()
        ids = [int(key) for key, state in action.values.items() if state == "waiting"]
        action._record_statements(dict.fromkeys(ids, self.env._("stopped")))
        return True

    # === BUSINESS METHODS === #
    @api.model
    @api.private
    def _queue_statements(self, profiles, options):
        """Have statements mailed to customers, and log it.

        :param dict options: of ``credit.profile.statement``, and ``skip_empty``
        :return: the mass action, empty when there is nobody to write to
        """
        self._check_deed("statement", COLLECTOR, profiles)
        states = profiles._statement_states(options)
        waiting = [one.id for one, state in states.items() if not state]
        if not waiting:
            return self.browse()
        reasons = {one.id: state for one, state in states.items() if state}
        companies = profiles.sudo().company_id
        action = self.sudo().create(
            {
                "kind": "statement",
                "res_model": "credit.profile",
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "company_id": companies.id if len(companies) == 1 else False,
                "target": format_day(self.env, options["date"]),
                "values": dict.fromkeys(map(str, waiting), "waiting"),
                "options": {
                    **options,
                    "date": str(options["date"]),
                    "date_from": options["date_from"] and str(options["date_from"]),
                },
                "waiting_count": len(waiting),
                "count": len(waiting),
            }
        )
        if reasons:
            action._record_statements(reasons)
        self.env.ref("credit_control.cron_statement").sudo()._trigger()
        return action

    @api.model
    def _cron_statements(self):
        """Print and mail the statements that wait, some at a time."""
        domain = [("waiting_count", ">", 0)]
        actions = self.sudo()
        while action := actions.search(domain, limit=1, order="id"):
            done = action._send_batch()
            if not done:
                break
            remaining = sum(actions.search(domain).mapped("waiting_count"))
            if not self.env["ir.cron"]._commit_progress(done, remaining=remaining):
                break

    def _send_batch(self):
        """Mail the next statements; return how many customers were dealt with."""
        self.ensure_one()
        if self.env["credit.pdf.report"]._engine_error():
            return 0  # tried again at the next hour: nothing is lost
        ids = [int(key) for key, state in self.values.items() if state == "waiting"]
        ids = ids[:BATCH]
        # as who asked for it: his rights of now, his name below the mail
        profiles = self.env["credit.profile"].browse(ids).exists()
        profiles = profiles.with_user(self.user_id).with_context(
            allowed_company_ids=self.user_id.company_ids.ids
        )
        allowed = profiles._filtered_access("write")
        outcome = dict.fromkeys(ids, self.env._("gone, or no right to write to it"))
        states = allowed._statement_states(self.options)
        outcome.update((one.id, state) for one, state in states.items())
        good = allowed.filtered(lambda one: not states[one])
        outcome.update((one.id, why) for one, why in self._mail_each(good).items())
        self._record_statements(outcome)
        return len(ids)

    def _mail_each(self, profiles):
        """Mail the statements; return ``{profile: "sent", or why not}``.

        All at once; one by one when that fails, to find which it is.
        """
        try:
            with self.env.cr.savepoint():
                profiles._mail_statements(self.options)
            return dict.fromkeys(profiles, "sent")
        except UserError as error:
            if len(profiles) == 1:
                return {profiles: str(error)}
        result = {}
        for profile in profiles:
            result.update(self._mail_each(profile))
        return result

    def _record_statements(self, outcome):
        """Note what became of the statements of some customers.

        :param dict outcome: ``{id of the profile: "sent", or why not}``
        """
        values = {**self.values, **{str(key): why for key, why in outcome.items()}}
        states = Counter(values.values())
        waiting, sent = states["waiting"], states["sent"]
        bad = {
            int(key): why
            for key, why in values.items()
            if why not in ("waiting", "sent")
        }
        named = self.env["credit.profile"].sudo().browse(list(bad)[:NAMED]).exists()
        self.write(
            {
                "values": values,
                "waiting_count": waiting,
                "problem_count": len(bad),
                "problems": "\n".join(
                    f"{one.partner_id.display_name}: {bad[one.id]}" for one in named
                ),
                "count": waiting + sent,
            }
        )

    def _why_no_undo(self):
        """Say that a mail is not taken back."""
        why = super()._why_no_undo()  # first: who may
        if self.kind == "statement":
            return self.env._("A mail that has left cannot be taken back.")
        return why


class CreditProfile(models.Model):
    """Statements of many customers at once: to whom, and by mail."""

    _inherit = "credit.profile"

    @api.private
    def _statement_readers(self):
        """Return who gets the statement by mail: who pays the bills, else the address
        of invoices, else the customer.

        :rtype: dict[credit.profile, res.partner]
        """
        role = self.env.ref("credit_control.role_accounts_payable", False)
        nobody = self.env["res.partner"].sudo()
        people = {}
        if role:
            people = self._get_recipients(role.sudo(), self.env["dunning.level"])
        partners = {profile: profile.sudo().partner_id for profile in self}
        invoice_ids = {
            profile: partner.address_get(["invoice"])["invoice"]
            for profile, partner in partners.items()
        }
        invoices = nobody.browse(invoice_ids.values())
        found = {}
        for profile, partner in partners.items():
            groups = (
                people.get(profile, nobody).sudo(),
                invoices.browse(invoice_ids[profile]).with_prefetch(invoices.ids),
                partner,
            )
            found[profile] = next(
                (some for group in groups if (some := group.filtered("email"))),
                nobody,
            )
        return found

    @api.private
    def _statement_mail_readers(self):
        """Return the readers whom a mail can reach, those of the blacklist left out.

        :rtype: dict[credit.profile, res.partner]
        """
        delivery = self.env["dunning.delivery"]
        readers = self._statement_readers()
        nobody = self.env["res.partner"].sudo()
        everybody = nobody.union(*readers.values())
        blocked = delivery._get_blacklisted({0: {"to": everybody, "cc": nobody}})
        return {
            profile: people.filtered(
                lambda one: delivery._pick_addresses(one, blocked)
            )
            for profile, people in readers.items()
        }

    @api.private
    def _statement_states(self, options, readers=None, balances=None):
        """Return ``{profile: why it gets no statement, else False}``."""
        if readers is None:
            readers = self._statement_mail_readers()
        if balances is None:
            balances = self._statement_balances(options["date"], options["full"])
        return {
            profile: self.env._("no usable e-mail address")
            if not readers[profile]
            else self.env._("nothing to show")
            if options["skip_empty"] and profile not in balances
            else False
            for profile in self
        }

    @api.private
    def _statement_balances(self, date, full=False):
        """Return ``{profile: {currency: balance}}`` of those with something to show.

        One query a company, whatever the number of customers.
        """
        self.check_access("read")
        currencies = self.env["res.currency"]
        result = defaultdict(dict)
        for company, profiles in self.sudo().grouped("company_id").items():
            by_customer = {profile.partner_id.id: profile.id for profile in profiles}
            items = self.env["credit.ledger"]._query_items(
                company.ids, date, list(by_customer), open_only=not full
            )
            rows = self.env.execute_query(
                SQL(
                    """SELECT customer_id, currency_id, SUM(residual_currency)
                         FROM (%s) item GROUP BY customer_id, currency_id
                        ORDER BY customer_id, currency_id""",
                    items,
                )
            )
            for customer_id, currency_id, balance in rows:
                profile = self.browse(by_customer[customer_id])
                result[profile][currencies.browse(currency_id)] = balance
        return dict(result)

    @api.private
    def _statement_mail_langs(self, readers):
        """Return ``{profile: language of the mail}``: that of its first reader."""
        return {
            profile: people[:1].lang or profile._statement_lang()
            for profile, people in readers.items()
        }

    def _mail_statements(self, options):
        """Print the statements and hand the mails to core's queue."""
        if not self:
            return
        readers = self._statement_mail_readers()
        texts = self._statement_texts(readers, options)
        attachments = self._attach_statements(texts, options)
        author = self.env.user
        senders = {
            one.id: author.email_formatted or one.sudo().company_id.email_formatted
            for one in self
        }
        replies = self.sudo()._notify_get_reply_to_batch(
            defaults=senders,
            author_ids=dict.fromkeys(self.ids, author.partner_id.id),
        )
        mails = self.env["mail.mail"].sudo()
        mails = mails.with_context(mail_notrack=True, mail_create_nosubscribe=True)
        mails = mails.create(
            [
                {
                    "model": self._name,
                    "res_id": one.id,
                    "message_type": "email_outgoing",
                    "author_id": author.partner_id.id,
                    "email_from": senders[one.id],
                    "reply_to": replies[one.id],
                    "subject": texts[one]["subject"],
                    "body": texts[one]["body_html"],
                    "body_html": texts[one]["body_html"],
                    "recipient_ids": [fields.Command.set(readers[one].ids)],
                    "attachment_ids": [fields.Command.link(attachment.id)],
                    "is_notification": True,
                    "auto_delete": True,
                    "record_company_id": one.sudo().company_id.id,
                    "record_alias_domain_id": one.sudo().company_id.alias_domain_id.id,
                }
                for one, attachment in zip(self, attachments, strict=True)
            ]
        )
        self._follow_mails(mails, readers)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _follow_mails(self, mails, readers):
        """Let the chatter show what becomes of the mails, as of any other."""
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": mail.author_id.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": person.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
                for one, mail in zip(self, mails, strict=True)
                for person in readers[one]
            ]
        )

    def _statement_texts(self, readers, options):
        """Return ``{profile: {field of the mail: text}}``, language by language."""
        template = self.env.ref("credit_control.mail_template_statement_day", False)
        if not template:
            raise UserError(
                self.env._(
                    "The text “Statement of account as of a day” was deleted: update "
                    "the add-on to have it back."
                )
            )
        result = defaultdict(dict)
        langs = self._statement_mail_langs(readers)
        for lang, profiles in self.grouped(langs.get).items():
            words = template.with_context(
                statement_lang=lang,
                statement_date=format_date(
                    self.env, options["date"], lang_code=lang
                ),
            )
            for name in ("subject", "body_html"):
                texts = words._render_field(
                    name, profiles.ids, set_lang=lang, options={"post_process": True}
                )
                for one in profiles:
                    result[one][name] = texts[one.id]
            for one in profiles:
                result[one]["lang"] = lang
        return result

    def _attach_statements(self, texts, options):
        """Print the statements by one call of the engine; return the attachments."""
        renderer = self.env["report.credit_control.statement_document"]
        values = renderer._document_values(
            self, options["date"], options["full"], options["date_from"]
        )
        pdfs = renderer._print([values[one] for one in self])
        return self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": f"{self._statement_file_name(one, texts[one])}.pdf",
                    "raw": pdf,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": one.id,
                }
                for one, pdf in zip(self, pdfs, strict=True)
            ]
        )

    def _statement_file_name(self, profile, text):
        return self.with_context(lang=text["lang"]).env._(
            "Statement of %(customer)s", customer=profile.sudo().partner_id.name
        )
