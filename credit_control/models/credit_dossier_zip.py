import io
import logging
import zipfile
from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..report.dossier_xlsx import write_workbook
from ..tools.file_names import safe_file_name, unique_path

_logger = logging.getLogger(__name__)

# types of messages that went out of the house, or came in
MAIL = ("email", "email_outgoing")
# invoices between two commits of the progress
STEP = 10


class Exhibit(NamedTuple):
    """One numbered document of a dossier."""

    group: str  # what it proves, as a heading of the list of exhibits
    title: str
    path: str
    content: bytes


class CreditDossier(models.Model):
    """The documents of a dossier in one ZIP: account, evidence, history.

    What a court asks for with a payment order: order or contract, delivery note,
    invoices, reminders, formal notice with proof of receipt, statement of account and
    terms of sale; besides them the exchange, promises and disputes.
    """

    _inherit = "credit.dossier"

    def _queue_zip(self):
        """Have the scheduled action prepare the documents."""
        self.sudo().write({"zip_state": "queued", "zip_done": 0, "zip_error": False})
        self.env.ref("credit_control.cron_dossier").sudo()._trigger()

    @api.model
    def _cron_zip(self):
        """Prepare the documents of the dossiers that wait, one after the other.

        A scheduled action never runs twice at once. A dossier whose documents fail
        says why, and the next one is taken.
        """
        domain = [("zip_state", "=", "queued")]
        while dossier := self.search(domain, limit=1, order="id"):
            try:
                dossier._make_zip_in_steps()
            except UserError as error:
                dossier.sudo().write({"zip_state": "failed", "zip_error": str(error)})
            except Exception:
                _logger.exception("The documents of dossier %s failed", dossier.id)
                dossier.sudo().write(
                    {
                        "zip_state": "failed",
                        "zip_error": self.env._(
                            "An error came up: ask your administrator to look at the "
                            "log, then prepare the documents again."
                        ),
                    }
                )
            remaining = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    def _make_zip_in_steps(self):
        """Print the invoices some at a time, so that people see how far it is."""
        moves = self._claims().move_id
        documents = {}
        for start in range(0, len(moves), STEP):
            with self.env.cr.savepoint():
                documents.update(self._print_invoices(moves[start : start + STEP]))
            self.sudo().zip_done = min(start + STEP, len(moves))
            self.env["ir.cron"]._commit_progress()
        with self.env.cr.savepoint():
            self._make_zip(documents)

    def _make_zip(self, documents=None):
        """Prepare the documents of one dossier, and attach them to it.

        :param dict documents: PDF of each invoice, when they are printed already
        """
        self.ensure_one()
        if documents is None:
            documents = self._print_invoices(self._claims().move_id)
        lang = self._language()
        content = self.with_context(lang=lang).sudo()._zip_bytes(documents)
        # sudo: the ZIP is written by this method alone
        dossier = self.sudo()
        dossier.zip_id.unlink()
        dossier.zip_id = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": safe_file_name(f"{self.name} {self.partner_id.name}.zip"),
                    "raw": content,
                    "mimetype": "application/zip",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        dossier.write(
            {
                "zip_state": "done",
                "zip_error": False,
                "zip_date": fields.Datetime.now(),
                "zip_done": len(self._claims().move_id),
            }
        )

    def _language(self):
        """Return the language of the documents: that of the company's country."""
        return self.sudo().company_id.partner_id.lang or self.env.lang or "en_US"

    def _zip_bytes(self, documents):
        """Return the ZIP: the account with the list of exhibits, then these."""
        exhibits = self._number(self._exhibits(documents))
        stream = io.BytesIO()
        taken = set()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self._account_files(exhibits):
                archive.writestr(unique_path(path, taken), content)
            for exhibit in exhibits:
                archive.writestr(exhibit.path, exhibit.content)
        return stream.getvalue()

    @api.model
    def _number(self, exhibits):
        """Give the exhibits their numbers, and each a path of its own."""
        taken = set()
        return [
            exhibit._replace(
                path=unique_path(
                    f"{safe_file_name(exhibit.group)}/{number:03d} "
                    f"{safe_file_name(exhibit.path)}",
                    taken,
                )
            )
            for number, exhibit in enumerate(exhibits, 1)
        ]

    def _account_files(self, exhibits):
        """Return (path, content) of the account as PDF and as workbook."""
        name = safe_file_name(self.env._("Account of claims"))
        renderer = self.env["report.credit_control.dossier_document"]
        values = renderer._account_values(self, exhibits)
        return [
            (f"00 {name}.pdf", renderer._print([values])[0]),
            (f"00 {name}.xlsx", write_workbook(self._account_sheets())),
        ]

    def _account_sheets(self):
        """Return the sheets of the account: claims by currency, and each payment."""
        env = self.env
        sheets = []
        for currency, claims in self._account().items():
            sheets.append(
                {
                    "name": env._("Claims %s", currency.name),
                    "title": env._(
                        "Account of claims %(number)s, %(debtor)s, in %(currency)s",
                        number=self.name,
                        debtor=self.partner_id.name,
                        currency=currency.name,
                    ),
                    "columns": [
                        (env._("Document"), "text"),
                        (env._("Reference"), "text"),
                        (env._("Date"), "date"),
                        (env._("Due"), "date"),
                        (env._("Principal"), "amount"),
                        (env._("Paid"), "amount"),
                        (env._("Interest"), "amount"),
                        (env._("Owed"), "amount"),
                    ],
                    "rows": [self._account_row(claim) for claim in claims],
                    "totals": self._account_totals(claims),
                }
            )
            sheets.append(
                {
                    "name": env._("Payments %s", currency.name),
                    "title": env._("What was paid on each claim"),
                    "columns": [
                        (env._("Document"), "text"),
                        (env._("Date"), "date"),
                        (env._("Payment or credit note"), "text"),
                        (env._("Amount"), "amount"),
                    ],
                    "rows": [
                        [claim.name, paid.date, paid.name, paid.amount]
                        for claim in claims
                        for paid in claim.settlements
                    ],
                }
            )
        return sheets

    def _account_row(self, claim):
        return [
            claim.name,
            claim.reference,
            claim.date,
            claim.due,
            claim.principal,
            sum(paid.amount for paid in claim.settlements),
            claim.interest,
            claim.open + claim.interest,
        ]

    def _account_totals(self, claims):
        rows = [self._account_row(claim)[4:] for claim in claims]
        sums = [sum(values) for values in zip(*rows, strict=True)] or [0.0] * 4
        return [self.env._("Total"), None, None, None, *sums]

    # === EXHIBITS === #
    def _exhibits(self, documents):
        """Return all exhibits in their order.

        :param dict documents: PDF of each invoice

        Extended by: add-ons that have more to show.
        """
        return [
            *self._file_exhibits(self.order_ids, self.env._("Orders and contracts")),
            *self._file_exhibits(self.delivery_note_ids, self.env._("Delivery notes")),
            *self._file_exhibits(self.terms_ids, self.env._("Terms of sale")),
            *self._invoice_exhibits(documents),
            *self._notice_exhibits(),
            *self._statement_exhibits(),
            *self._history_exhibits(),
            *self._file_exhibits(self.other_ids, self.env._("Other exhibits")),
        ]

    def _file_exhibits(self, files, group):
        return [Exhibit(group, file.name, file.name, file.raw) for file in files]

    @api.model
    def _print_invoices(self, moves):
        """Return the PDF of each invoice, as it was sent where it was.

        By sudo: rendering reads what accountants alone may, taxes and accounts.
        """
        return {
            move.id: move._get_invoice_legal_documents("pdf", allow_fallback=True)[
                "content"
            ]
            for move in moves.sudo()
            if move.is_sale_document(include_receipts=True)
        }

    def _invoice_exhibits(self, documents):
        group = self.env._("Invoices")
        return [
            Exhibit(
                group,
                self.env._(
                    "%(invoice)s of %(date)s",
                    invoice=move.name,
                    date=format_date(self.env, move.invoice_date),
                ),
                f"{move.name}.pdf",
                documents[move.id],
            )
            for move in self._claims().move_id
            if move.id in documents
        ]

    def _notice_exhibits(self):
        """Return every notice delivered for these claims, as it was, with its proof."""
        lines = self.env["dunning.notice.line"].search(
            [("move_line_id", "in", self._claims().ids), ("kind", "!=", "info")]
        )
        deliveries = self.env["dunning.delivery"].search(
            [
                ("notice_id", "in", lines.notice_id.ids),
                ("state", "in", ("sent", "bounced")),
            ],
            order="date_sent, id",
        )
        group = self.env._("Reminders and formal notices")
        channels = dict(deliveries._fields["channel"]._description_selection(self.env))
        exhibits = []
        for delivery in deliveries:
            day = fields.Date.to_string(delivery.date_sent or delivery.notice_id.date)
            level = delivery.notice_id.level_id.name
            name = f"{day} {level} {channels[delivery.channel]}"
            title = self.env._(
                "%(level)s of %(date)s (%(channel)s)",
                level=level,
                date=format_date(self.env, day),
                channel=channels[delivery.channel],
            )
            exhibits += self._delivery_exhibits(delivery, group, name, title)
        return exhibits

    def _delivery_exhibits(self, delivery, group, name, title):
        exhibits = []
        if receipt := delivery.receipt_text:
            title = f"{title}. {receipt}"
        letters = delivery.channel in ("letter", "registered")
        if letters and delivery.attachment_ids:
            exhibits += [
                Exhibit(group, title, f"{name}.pdf", file.raw)
                for file in delivery.attachment_ids
            ]
        else:
            page = self._page(title, self._delivery_facts(delivery), delivery.body_html)
            exhibits.append(Exhibit(group, title, f"{name}.html", page))
        return exhibits + self._proof_exhibits(delivery, group, name, title)

    def _proof_exhibits(self, delivery, group, name, title):
        """Return the proofs of deposit and of receipt of a letter."""
        proofs = (
            (self.env._("Proof of deposit: %s", title), delivery.proof_attachment_id),
            (self.env._("Proof of receipt: %s", title), delivery.receipt_attachment_id),
        )
        number = delivery.tracking_number
        return [
            Exhibit(
                group,
                f"{label}, {number}" if number else label,
                f"{name} {proof.name}",
                proof.raw,
            )
            for label, proof in proofs
            if proof
        ]

    def _delivery_facts(self, delivery):
        return [
            (self.env._("To"), delivery.email_to or delivery.phone),
            (self.env._("Copy"), delivery.email_cc),
            (self.env._("Subject"), delivery.subject),
            (self.env._("Sent on"), fields.Datetime.to_string(delivery.date_sent)),
            (self.env._("Came back"), delivery.bounced_emails),
        ]

    def _statement_exhibits(self):
        renderer = self.env["report.credit_control.statement_document"]
        values = renderer._document_values(self.profile_id)
        [pdf] = renderer._print([values[self.profile_id]])
        group = self.env._("Statement of account")
        return [Exhibit(group, group, f"{group}.pdf", pdf)]

    def _history_exhibits(self):
        """Return the exchange with the customer, and what he promised or contested."""
        group = self.env._("Exchange")
        exhibits = []
        if messages := self._exchange():
            title = self.env._("Messages exchanged with the customer")
            body = Markup("<hr/>").join(self._message_html(m) for m in messages)
            page = self._page(title, [], body)
            exhibits.append(Exhibit(group, title, f"{title}.html", page))
        title = self.env._("Promises, plans and disputes")
        if sheets := self._history_sheets():
            book = write_workbook(sheets)
            exhibits.append(Exhibit(group, title, f"{title}.xlsx", book))
        return exhibits

    def _exchange(self):
        """Return the messages to and from the customer: no internal note.

        Extended by: add-ons that receive mail elsewhere.
        """
        claims = self._claims()
        contacts = self.env["res.partner"].search(
            [("commercial_partner_id", "=", self.partner_id.id)]
        )
        messages = self.env["mail.message"].search(
            [
                "|",
                "&",
                ("model", "=", "credit.profile"),
                ("res_id", "=", self.profile_id.id),
                "&",
                ("model", "=", "account.move"),
                ("res_id", "in", claims.move_id.ids),
                ("message_type", "in", (*MAIL, "comment")),
            ],
            order="date, id",
        )
        return messages.filtered(
            lambda message: (
                message.message_type in MAIL
                or (
                    not (message.is_internal or message.subtype_id.internal)
                    and (
                        message.author_id in contacts or message.partner_ids & contacts
                    )
                )
            )
        )

    def _message_html(self, message):
        facts = [
            (self.env._("Date"), fields.Datetime.to_string(message.date)),
            (self.env._("From"), message.email_from or message.author_id.name),
            (self.env._("Subject"), message.subject),
        ]
        return self._facts_html(facts) + Markup("<div>%s</div>") % (message.body or "")

    def _facts_html(self, facts):
        return Markup("<p>%s</p>") % Markup("<br/>").join(
            Markup("<b>%s:</b> %s") % (label, value) for label, value in facts if value
        )

    def _page(self, title, facts, body):
        """Return a page that stands alone and loads nothing: bytes of HTML."""
        page = Markup(
            '<!DOCTYPE html><html><head><meta charset="utf-8"/>'
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'; img-src data:\"/><title>%s</title></head>"
            '<body style="font-family:sans-serif;max-width:60em;margin:2em auto">'
            "<h1>%s</h1>%s<div>%s</div></body></html>"
        ) % (title, title, self._facts_html(facts), Markup(body or ""))
        return str(page).encode()

    def _history_sheets(self):
        """Return the sheets of promises and disputes; none when there are none."""
        env, profile = self.env, self.profile_id
        sheets = []
        if promises := profile.promise_ids.filtered(lambda p: p.state != "draft"):
            states = dict(promises._fields["state"]._description_selection(env))
            sheets.append(
                {
                    "name": env._("Promises"),
                    "title": env._("Promises and instalments"),
                    "columns": [
                        (env._("Date"), "date"),
                        (env._("Plan"), "text"),
                        (env._("Amount"), "amount"),
                        (env._("Currency"), "text"),
                        (env._("State"), "text"),
                    ],
                    "rows": [
                        [
                            promise.date,
                            promise.plan_id.name,
                            promise.amount,
                            promise.currency_id.name,
                            states[promise.state],
                        ]
                        for promise in promises.sorted("date")
                    ],
                }
            )
        disputes = profile.dispute_ids.filtered(
            lambda dispute: dispute.move_id in self._claims().move_id
        )
        if disputes:
            states = dict(disputes._fields["state"]._description_selection(env))
            sheets.append(
                {
                    "name": env._("Disputes"),
                    "title": env._("Contested amounts"),
                    "columns": [
                        (env._("Opened on"), "date"),
                        (env._("Document"), "text"),
                        (env._("Reason"), "text"),
                        (env._("Amount"), "amount"),
                        (env._("State"), "text"),
                    ],
                    "rows": [
                        [
                            dispute.create_date.date(),
                            dispute.move_id.name,
                            dispute.reason_id.name,
                            dispute.amount,
                            states[dispute.state],
                        ]
                        for dispute in disputes.sorted("id")
                    ],
                }
            )
        return sheets
