import os
import re
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize
from odoo.tools.mimetypes import guess_mimetype
from odoo.tools.misc import get_lang

from ..tools.portal_files import (
    MAX_FILES,
    MAX_SIZE,
    clean_text,
    is_harmless,
    parse_amount,
)

MAX_NOTE = 4000
MAX_LINE = 120
# what a customer may have waiting, and say within a day
MAX_OPEN = 10
MAX_A_DAY = 40
# a promise within a year, the first instalment within three months
PROMISE_DAYS = 365
FIRST_DAYS = 92
MAX_COUNT = 36
NONCE = re.compile(r"[\w-]{16,64}")
PHONE = re.compile(r"[0-9+()./ -]{5,40}")


class CreditDisputeReason(models.Model):
    _inherit = "credit.dispute.reason"

    is_on_portal = fields.Boolean(
        string="Customers choose it",
        default=True,
        help="Shown to customers who contest an invoice on their page.",
    )


class CreditPortalRequest(models.Model):
    """What a form of the customer's page brings, looked at and put down.

    Whatever is wrong raises a ``ValidationError`` with a sentence for the customer.
    """

    _inherit = "credit.portal.request"

    # === ENTRY POINT === #
    @api.model
    @api.private
    def _take(self, profile, kind, values, files=(), author=None):
        """Put down what a customer says; accept by itself what the policy lets pass.

        The same form sent twice is taken once.

        :param profile: the customer, as sudo and in the language of the page
        :param str kind: one of ``KINDS``
        :param dict values: of the form, texts; ``items`` is a list of ids
        :param files: names and contents
        :param author: ``res.partner`` who has a login
        :return: the requests, one for each currency
        :raise ValidationError: a sentence for the customer
        """
        requests = self.sudo().with_context(profile.env.context)
        nonce = values.get("nonce") or ""
        if not NONCE.fullmatch(nonce):
            raise ValidationError(
                self.env._("This form has expired. Please send it again.")
            )
        profile._lock_requests()
        domain = [("profile_id", "=", profile.id), ("nonce", "=", nonce)]
        if found := requests.search(domain):
            return found
        requests._check_number(profile)
        vals_list = getattr(requests, f"_prepare_{kind}")(profile, values)
        requests._check_files(files)
        common = {
            "profile_id": profile.id,
            "kind": kind,
            "nonce": nonce,
            "note": requests._text(values, "note", MAX_NOTE),
            "author_id": author and author.id,
        }
        created = requests.create([{**common, **vals} for vals in vals_list])
        created._keep_files(files)
        for request in created.filtered("move_line_ids"):
            request.hold_until = request._day_of_hold()
        profile._request_refresh()
        waiting = created - created._accept_within_limits()
        waiting._event_request()
        return created

    def _check_number(self, profile):
        """Raise when the customer has too much waiting, or says too much a day."""
        waiting = [("profile_id", "=", profile.id), ("state", "=", "new")]
        day = fields.Datetime.now() - timedelta(days=1)
        today = [("profile_id", "=", profile.id), ("create_date", ">", day)]
        if (
            self.search_count(waiting, limit=MAX_OPEN) >= MAX_OPEN
            or self.search_count(today, limit=MAX_A_DAY) >= MAX_A_DAY
        ):
            raise ValidationError(
                self.env._(
                    "There are already many requests of yours that we are looking at. "
                    "Please wait for our answer, or call us."
                )
            )

    # === KINDS === #
    def _prepare_promise(self, profile, values):
        day = self._future_day(profile, values, PROMISE_DAYS)
        vals_list = self._by_currency(profile, values, "promise")
        return [{**vals, "date": day} for vals in vals_list]

    def _prepare_plan(self, profile, values):
        day = self._future_day(profile, values, FIRST_DAYS)
        count = self._count(values)
        each = None if count else self._amount(values, "each")
        if not count and not each:
            raise ValidationError(
                self.env._(
                    "Say in how many monthly instalments you would like to pay (up to "
                    "%(limit)s), or how much each month.",
                    limit=MAX_COUNT,
                )
            )
        whole = {**values, "amount": ""}
        vals_list = self._by_currency(profile, whole, "plan")
        if each:
            self._check_one_currency(vals_list)
            [vals] = vals_list
            self._check_each(profile, vals, each, day)
        more = {"date": day, "count": count, "each": float(each or 0)}
        return [{**vals, **more} for vals in vals_list]

    def _prepare_dispute(self, profile, values):
        lines = self._claims(profile, values, "dispute")
        move = lines.move_id
        if len(move) != 1 or not move.is_invoice(include_receipts=True):
            raise ValidationError(self.env._("Choose one invoice to contest."))
        reasons = self.env["credit.dispute.reason"].sudo()
        wanted = values.get("reason") or ""
        reason = reasons.browse(int(wanted) if wanted.isdecimal() else 0).exists()
        if not reason.active or not reason.is_on_portal:
            raise ValidationError(self.env._("Choose what is wrong with the invoice."))
        if not self._text(values, "note", MAX_NOTE):
            raise ValidationError(
                self.env._("Say in a few words what is wrong: we look into it.")
            )
        opened = [("move_id", "=", move.id), ("state", "=", "open")]
        disputes = self.env["credit.dispute"].sudo().search(opened)
        left = move.currency_id.round(
            move.amount_residual - sum(disputes.mapped("amount"))
        )
        amount = self._amount(values, "amount")
        amount = left if amount is None else float(amount)
        if left <= 0:
            raise ValidationError(
                self.env._(
                    "All of %(invoice)s is contested already: we are looking into it.",
                    invoice=move.name,
                )
            )
        self._check_amount(move.currency_id, amount, left)
        every = move.line_ids & profile._portal_claims()
        return [
            {
                "move_id": move.id,
                "move_line_ids": [Command.set(every.ids)],
                "currency_id": move.currency_id.id,
                "amount": amount,
                "reason_id": reason.id,
            }
        ]

    def _prepare_paid(self, profile, values):
        day = self._date(values)
        today = self._today_of(profile)
        if not today - timedelta(days=PROMISE_DAYS) <= day <= today:
            raise ValidationError(
                self.env._(
                    "Enter the day on which you paid. For a payment to come, promise "
                    "a date instead."
                )
            )
        reference = self._text(values, "reference", MAX_LINE)
        vals_list = self._by_currency(profile, values, "paid")
        return [{**vals, "date": day, "reference": reference} for vals in vals_list]

    def _prepare_contact(self, profile, values):
        name = self._text(values, "contact_name", MAX_LINE)
        address = self._text(values, "contact_email", MAX_LINE)
        phone = self._text(values, "contact_phone", MAX_LINE)
        mail = email_normalize(address)
        if not name:
            raise ValidationError(self.env._("Enter the name of the person."))
        if not mail:
            raise ValidationError(
                self.env._(
                    "“%(email)s” is no e-mail address: write it as name@company.com.",
                    email=address,
                )
            )
        if phone and not PHONE.fullmatch(phone):
            raise ValidationError(
                self.env._("Write the phone number with digits, as +33 1 23 45 67 89.")
            )
        return [{"contact_name": name, "contact_email": mail, "contact_phone": phone}]

    # === ITEMS === #
    def _claims(self, profile, values, kind):
        """Return the chosen claims; those under such a request already are refused."""
        lines = profile._portal_find_items(values.get("items") or [])
        lines = lines.filtered(lambda line: line.amount_residual_currency > 0)
        if not lines:
            raise ValidationError(self.env._("Choose the invoices that it is about."))
        domain = [
            ("profile_id", "=", profile.id),
            ("kind", "=", kind),
            ("state", "=", "new"),
            ("move_line_ids", "in", lines.ids),
        ]
        known = self.search(domain).move_line_ids & lines
        if known:
            raise ValidationError(
                self.env._(
                    "You have told us so of %(items)s already: we are looking at it.",
                    items=", ".join(known.move_id.mapped("name")),
                )
            )
        return lines

    def _by_currency(self, profile, values, kind):
        """Return values with the items and their amount, for each currency."""
        lines = self._claims(profile, values, kind)
        vals_list = [
            {
                "move_line_ids": [Command.set(some.ids)],
                "currency_id": currency.id,
                "amount": self._sum(some),
            }
            for currency, some in lines.grouped("currency_id").items()
        ]
        amount = self._amount(values, "amount")
        if amount is not None:
            self._check_one_currency(vals_list)
            [vals] = vals_list
            currency = lines.currency_id
            self._check_amount(currency, float(amount), vals["amount"])
            vals["amount"] = float(amount)
        return vals_list

    def _check_one_currency(self, vals_list):
        if len(vals_list) > 1:
            raise ValidationError(
                self.env._(
                    "The invoices are in several currencies. Choose those of one to "
                    "enter an amount, or leave the amount empty."
                )
            )

    def _check_amount(self, currency, amount, limit):
        if amount <= 0 or currency.compare_amounts(amount, limit) > 0:
            raise ValidationError(
                self.env._(
                    "Enter an amount above zero, and up to %(limit)s, which is open.",
                    limit=currency.format(limit),
                )
            )

    def _check_each(self, profile, vals, each, day):
        """Raise unless the amount a month pays the debt within the usual time."""
        whole = int(-(-vals["amount"] // float(each))) if each > 0 else MAX_COUNT + 1
        if whole > MAX_COUNT:
            raise ValidationError(
                self.env._(
                    "By this amount a month it takes more than %(limit)s instalments. "
                    "Please enter a higher one.",
                    limit=MAX_COUNT,
                )
            )

    # === VALUES === #
    def _text(self, values, name, limit):
        try:
            return clean_text(values.get(name), limit)
        except ValueError:
            raise ValidationError(
                self.env._(
                    "A text is too long: %(limit)s characters at most.", limit=limit
                )
            ) from None

    def _amount(self, values, name):
        """Return the amount, None when the field is left empty."""
        try:
            return parse_amount(
                (values.get(name) or "")[:MAX_LINE], get_lang(self.env).decimal_point
            )
        except ValueError:
            raise ValidationError(
                self.env._(
                    "“%(text)s” is no amount: write it with digits, as 1234.50.",
                    text=values[name][:MAX_LINE],
                )
            ) from None

    def _count(self, values):
        text = (values.get("count") or "").strip()
        if not text:
            return 0
        if not text.isdecimal() or not 2 <= int(text[:6]) <= MAX_COUNT:
            raise ValidationError(
                self.env._(
                    "Enter a number of instalments between 2 and %(limit)s.",
                    limit=MAX_COUNT,
                )
            )
        return int(text)

    def _date(self, values):
        text = (values.get("date") or "").strip()
        try:
            day = fields.Date.to_date(text[:10])
        except ValueError:
            day = None
        if not day:
            raise ValidationError(
                self.env._("Enter the date, as year-month-day: 2026-12-31.")
            )
        return day

    def _future_day(self, profile, values, days):
        """Return the day: today or later, within ``days``."""
        day, today = self._date(values), self._today_of(profile)
        last = today + timedelta(days=days)
        if not today <= day <= last:
            raise ValidationError(
                self.env._(
                    "Choose a day between today and %(last)s.", last=self._day(last)
                )
            )
        return day

    def _today_of(self, profile):
        return profile.company_id._dunning_today()[profile.company_id]

    # === FILES === #
    def _check_files(self, files):
        """Raise unless the files may be kept."""
        if len(files) > MAX_FILES:
            raise ValidationError(
                self.env._("Too many files: %(limit)s at most.", limit=MAX_FILES)
            )
        for name, content in files:
            if len(content) > MAX_SIZE:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is too large: %(limit)s MB at most.",
                        name=name[:MAX_LINE],
                        limit=MAX_SIZE // 1024 // 1024,
                    )
                )
            if not is_harmless(name, content, guess_mimetype(content)):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” cannot be taken. Please send PDF, pictures (PNG, "
                        "JPEG), Word or Excel files without macros, texts or mails "
                        "(.eml).",
                        name=name[:MAX_LINE],
                    )
                )

    def _keep_files(self, files):
        """Attach the files to each of these requests, to be downloaded only."""
        attachments = self.env["ir.attachment"].sudo()
        attachments = attachments.with_context(image_no_postprocess=True)
        for request in self:
            kept = attachments.create(
                [
                    {
                        "name": clean_text(os.path.basename(name), 1000)[-MAX_LINE:],
                        "raw": content,
                        "res_model": self._name,
                        "res_id": request.id,
                    }
                    for name, content in files
                ]
            )
            if kept:
                request.attachment_ids = [Command.set(kept._keep_inert().ids)]


class CreditProfile(models.Model):
    """What the customer's page shows of his requests."""

    _inherit = "credit.profile"

    @api.private
    def _portal_claims(self):
        """Return, as sudo, what the customer owes: all that he may speak of."""
        self.ensure_one()
        ids = [row["id"] for row in self._portal_rows() if row["residual"] > 0]
        return self.sudo().env["account.move.line"].browse(ids)

    def _portal_requests(self, line_ids):
        """Add the requests that wait, by item."""
        found = super()._portal_requests(line_ids)
        waiting = self.env["credit.portal.request"].sudo().search(
            [
                ("profile_id", "in", self.ids),
                ("state", "=", "new"),
                ("move_line_ids", "in", line_ids),
            ],
            order="id",
        )
        for request in waiting:
            found.update(dict.fromkeys(request.move_line_ids.ids, request))
        return found
