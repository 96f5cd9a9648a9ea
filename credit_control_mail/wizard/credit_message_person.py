import csv
import io
import json
import zipfile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize, html2plaintext

from odoo.addons.credit_control.tools.file_names import safe_file_name, unique_path

MOST = 5000
# a spreadsheet would run what begins like this
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# of a message, and of each thing that was found in it
FACTS = ("message_id", "in_reply_to", "email_to", "email_cc", "language")
FOUND = (
    "intent",
    "state",
    "confidence",
    "evidence",
    "date",
    "amount",
    "dispute_reason",
    "instalments",
    "contact_name",
    "contact_email",
    "contact_phone",
)


class CreditMessagePerson(models.TransientModel):
    """All that one person wrote: handed over, or erased, as the law has it."""

    _name = "credit.message.person"
    _description = "Mails of one person"

    email = fields.Char(string="E-mail address")
    partner_id = fields.Many2one("res.partner", string="Contact")
    reason = fields.Char(
        help="Who asked for it, and when. It is noted on the erased messages."
    )
    is_confirmed = fields.Boolean(string="I know that it cannot be undone")
    message_count = fields.Integer(string="Messages", compute="_compute_counts")
    kept_count = fields.Integer(string="Still needed", compute="_compute_counts")
    kept_text = fields.Text(string="Why", compute="_compute_counts")

    @api.depends("email", "partner_id")
    def _compute_counts(self):
        labels = self.env["credit.message"]._need_labels()
        for wizard in self:
            messages = wizard._find_messages()
            needs = messages._read_needs()
            wizard.message_count = len(messages)
            wizard.kept_count = len(needs)
            counts = {code: list(needs.values()).count(code) for code in needs.values()}
            wizard.kept_text = "\n".join(
                self.env._("%(count)s: %(why)s", count=count, why=labels[code])
                for code, count in counts.items()
            )

    def _get_addresses(self):
        # sudo: a contact of the customers, found in the list that the user has
        addresses = {self.partner_id.sudo().email_normalized}
        if self.email:
            addresses.add(email_normalize(self.email))
        return sorted(filter(None, addresses))

    def _find_messages(self):
        """Return what the person sent, within what the user may read."""
        addresses = self._get_addresses()
        partner = self.partner_id.ids
        if not addresses and not partner:
            return self.env["credit.message"]
        return self.env["credit.message"].search(
            [
                "|",
                "|",
                ("email_normalized", "in", addresses),
                ("reply_to", "in", addresses),
                ("partner_id", "in", partner),
            ],
            order="date, id",
        )

    def _find_some(self):
        """Return what the person sent; say it when there is nothing."""
        if self.email and not email_normalize(self.email):
            raise UserError(
                self.env._("Write the address like this: name@company.com.")
            )
        messages = self._find_messages()
        if not messages:
            raise UserError(
                self.env._(
                    "No message of this person is here: check the address, or choose "
                    "the contact."
                )
            )
        return messages

    def _check_role(self, groups, deed):
        if not self.env.user.has_groups(groups):
            raise AccessError(
                self.env._("Only credit managers may %(deed)s.", deed=deed)
            )

    # === HAND OVER === #
    def action_export(self):
        """Download the messages of the person with what was concluded from them."""
        self.ensure_one()
        self._check_role(
            "credit_control.group_manager,credit_control.group_auditor",
            self.env._("hand over the mails of a person"),
        )
        messages = self._find_some()
        if len(messages) > MOST:
            raise UserError(
                self.env._(
                    "%(count)s messages are too many for one file: ask your "
                    "administrator for them.",
                    count=len(messages),
                )
            )
        # sudo: the file belongs to this dialog of the user alone
        file = self.env["ir.attachment"].sudo().create(
            {
                "name": "messages.zip",
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/zip",
                "raw": self._make_zip(messages),
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{file.id}?download=true",
            "target": "self",
        }

    def _make_zip(self, messages):
        out = io.BytesIO()
        taken, rows = set(), []
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, message in enumerate(messages, 1):
                folder = f"{number:04d}"
                names = self._pack(archive, folder, message, taken)
                concluded = json.dumps(
                    self._conclude(message), ensure_ascii=False, indent=2, default=str
                )
                archive.writestr(f"{folder}/concluded.json", concluded)
                rows.append(self._index_row(folder, message, names))
            archive.writestr("index.csv", self._make_index(rows))
        return out.getvalue()

    def _pack(self, archive, folder, message, taken):
        """Put one mail into the ZIP: as it came, else its text and files."""
        original = message._get_original()[:1].raw
        if original:
            archive.writestr(f"{folder}/message.eml", original)
            return ["message.eml"]
        names = ["message.txt"]
        archive.writestr(f"{folder}/message.txt", message.body_text or "")
        # sudo: whoever reads a message reads what came with it
        for file in message.sudo().attachment_ids:
            path = unique_path(f"{folder}/{safe_file_name(file.name)}", taken)
            archive.writestr(path, file.raw or b"")
            names.append(path.partition("/")[2])
        return names

    def _index_row(self, folder, message, names):
        # sudo: the customer of a message that the user reads
        customer = message.sudo().profile_id.display_name
        return [
            folder,
            fields.Datetime.to_string(message.date),
            message.email_from,
            message.subject,
            customer,
            message.state,
            " ".join(message.intent_ids.mapped("intent")),
            "; ".join(names),
        ]

    def _make_index(self, rows):
        _ = self.env._
        head = [
            _("Folder"),
            _("Date"),
            _("From"),
            _("Subject"),
            _("Customer"),
            _("State"),
            _("Understood as"),
            _("Files"),
        ]
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(head)
        for row in rows:
            cells = [str(cell or "") for cell in row]
            cells = [f"'{one}" if one.startswith(FORMULA) else one for one in cells]
            writer.writerow(cells)
        # with a mark, so that spreadsheets read it as UTF-8
        return b"\xef\xbb\xbf" + out.getvalue().encode()

    def _conclude(self, message):
        """Return what was concluded from one message, and what was answered."""
        intents = message.sudo().intent_ids
        return {
            **{name: message[name] or None for name in FACTS},
            "sender": message.email_normalized or None,
            "customer_found_by": message._say_reasons(message.match_reasons),
            "found": [
                {
                    **{name: intent[name] or None for name in FOUND},
                    "currency": intent.currency_id.name or None,
                    "invoices": intent.move_ids.mapped("name"),
                    "decided_on": intent.decided_date or None,
                }
                for intent in intents
            ],
            "answers": [
                {
                    "date": post.date,
                    "subject": post.subject or None,
                    "text": html2plaintext(post.body or ""),
                }
                for post in message.sudo().message_ids.sorted("id")
                if post.message_type in ("comment", "email", "email_outgoing")
            ],
        }

    # === ERASE === #
    def action_erase(self):
        """Take the person and his words out of all that nothing needs any more."""
        self.ensure_one()
        self._check_role(
            "credit_control.group_manager", self.env._("erase the mails of a person")
        )
        messages = self._find_some()
        if not (self.is_confirmed and (self.reason or "").strip()):
            raise UserError(
                self.env._(
                    "Enter who asked for it, and confirm that it cannot be undone."
                )
            )
        needs = messages._read_needs()
        free = messages.filtered(lambda message: message.id not in needs)
        if not free:
            raise UserError(self._say_kept(needs))
        self._erase(free)
        text = self.env._("%(count)s messages were erased.", count=len(free))
        if needs:
            text += " " + self._say_kept(needs)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if needs else "success",
                "message": text,
                "sticky": bool(needs),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _say_kept(self, needs):
        labels = self.env["credit.message"]._need_labels()
        why = ", ".join(labels[code] for code in dict.fromkeys(needs.values()))
        return self.env._(
            "%(count)s messages are kept, for the law has claims proven: %(why)s. Tell "
            "the person so, and erase them when that is over.",
            count=len(needs),
            why=why,
        )

    def _erase(self, messages):
        senders = self.env["credit.message.sender"].sudo()
        senders.search([("email", "in", self._get_addresses())]).unlink()
        messages._forget_phrases()
        messages._anonymise()
        messages._log_deed(
            self.env._("Erased at the request of the person: %s", self.reason.strip())
        )
