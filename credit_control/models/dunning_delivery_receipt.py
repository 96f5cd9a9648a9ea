import datetime
import re

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.postal import plain_number, read_number
from .dunning_delivery_letter import LETTER_CHANNELS
from .screen_days import format_day

# as printed, and with the number of the delivery as in files for providers
REFERENCE = re.compile(r"(\d{4})-(\d{6,})(?:-(\d+))?")
# from the first attempt to hand it over, the letter counts as received
IN_HIS_REACH = ("delivered", "refused", "unclaimed")
PLAIN_NUMBER = "regexp_replace(upper(tracking_number), '[^0-9A-Z]', '', 'g')"


class DunningDelivery(models.Model):
    """What became of a letter: received, refused, not fetched, or returned.

    A registered letter that the customer refuses or does not fetch was in his reach:
    it stays delivered, and the days to pay count from the first attempt. Only what the
    post returns because nobody lives there did not reach him.
    """

    _inherit = "dunning.delivery"

    receipt = fields.Selection(
        [
            ("delivered", "Handed over to the customer"),
            ("refused", "Refused by the customer"),
            ("unclaimed", "Not fetched from the post office"),
            ("returned", "Returned: unknown at this address"),
        ],
        readonly=True,
        copy=False,
    )
    date_received = fields.Date(
        string="Received on",
        readonly=True,
        copy=False,
        help="For a letter that was refused or not fetched: the day on which the post "
        "first brought it.",
    )
    receipt_attachment_id = fields.Many2one(
        "ir.attachment", string="Proof of receipt", readonly=True, copy=False
    )
    date_pay_by = fields.Date(
        string="Legal deadline",
        compute="_compute_date_pay_by",
        help="The last of the days to pay of the level, counted from the receipt.",
    )
    receipt_text = fields.Char(
        string="What became of it", compute="_compute_receipt_text"
    )
    number_hint = fields.Char(compute="_compute_number_hint")

    # serves the search by a scanned number
    _number_idx = models.Index(f"(({PLAIN_NUMBER})) WHERE tracking_number IS NOT NULL")

    @api.depends("receipt", "date_received", "level_id.deadline_days")
    def _compute_date_pay_by(self):
        for delivery in self:
            days = delivery.level_id.deadline_days
            counts = days and delivery.receipt in IN_HIS_REACH
            received = delivery.date_received
            delivery.date_pay_by = (
                received + datetime.timedelta(days=days)
                if counts and received
                else False
            )

    @api.depends("receipt", "date_received", "level_id.deadline_days")
    def _compute_receipt_text(self):
        for delivery in self:
            delivery.receipt_text = delivery._describe_receipt()

    def _describe_receipt(self):
        """Return in words what became of a letter, and until when is to be paid."""
        if not self.receipt or not self.date_received:
            return False
        day = format_day(self.env, self.date_received)
        text = {
            "delivered": self.env._("Received on %s.", day),
            "refused": self.env._("Refused; brought by the post on %s.", day),
            "unclaimed": self.env._("Not fetched; brought by the post on %s.", day),
            "returned": self.env._("Returned on %s: unknown at this address.", day),
        }[self.receipt]
        if self.date_pay_by:
            text += " " + self.env._(
                "The %(days)s days to pay end on %(end)s.",
                days=self.level_id.deadline_days,
                end=format_day(self.env, self.date_pay_by),
            )
        return text

    @api.depends("tracking_number")
    def _compute_number_hint(self):
        for delivery in self:
            delivery.number_hint = self._hint_of_number(delivery.tracking_number)

    @api.model
    def _hint_of_number(self, number):
        """Return what is to be looked at again in a number, or False.

        A number is never refused: posts invent new forms.
        """
        kind, _country = read_number(number)
        return {
            "mistyped": self.env._(
                "The check digit does not fit: compare it with the slip."
            ),
            "short": self.env._("Too short for the number of a registered letter."),
        }.get(kind, False)

    # === FINDING === #
    @api.model
    def _letters_by_number(self, numbers):
        """Return the letters of the user's reach that have these numbers.

        :param numbers: as typed or scanned
        :rtype: dict[str, dunning.delivery] by plain number
        """
        plain = {plain_number(number) for number in numbers} - {""}
        if not plain:
            return {}
        self.flush_model(["tracking_number"])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM dunning_delivery
                    WHERE tracking_number IS NOT NULL AND %s IN %s""",
                SQL(PLAIN_NUMBER),
                tuple(plain),
            )
        )
        domain = [
            ("id", "in", [row[0] for row in rows]),
            ("channel", "in", LETTER_CHANNELS),
            ("state", "!=", "cancelled"),
        ]
        return self.search(domain).grouped(
            lambda letter: plain_number(letter.tracking_number)
        )

    def _postal_reference(self):
        """Return the reference by which a provider of post names this letter."""
        return f"{self.notice_id._letter_reference()}-{self.id}"

    @api.model
    def _letters_by_reference(self, references):
        """Return the letters of the user's reach that are named by references.

        :param references: as in a provider's file, or as printed on the letters
        :rtype: dict[str, dunning.delivery]
        """
        wanted = {
            reference: found
            for reference in set(references)
            if (found := REFERENCE.fullmatch(reference.strip()))
        }
        domain = [
            ("channel", "in", LETTER_CHANNELS),
            ("state", "!=", "cancelled"),
            "|",
            ("id", "in", [int(found[3]) for found in wanted.values() if found[3]]),
            ("notice_id", "in", [int(found[2]) for found in wanted.values()]),
        ]
        letters = self.search(domain, order="id desc")
        named = {
            name: letter
            for letter in reversed(letters)  # the last letter of a notice wins
            for name in (
                letter.notice_id._letter_reference(),
                letter._postal_reference(),
            )
        }
        return {
            reference: named[reference.strip()]
            for reference in wanted
            if reference.strip() in named
        }

    # === WHAT BECAME OF IT === #
    def _after_state(self, target):
        """A letter that came back, or arrived after all: its receipt counts so."""
        super()._after_state(target)
        if target in ("sent", "bounced"):
            self.sudo().filtered("receipt").notice_id._count_receipts()

    @api.private
    def _not_posted(self, words):
        """Record that a provider of post did not take these letters.

        :param str words: his own, or empty
        """
        error = self.env._("The provider of post did not post the letter.")
        if words:
            error += " " + self.env._("He says: %s", words)
        remedy = self.env._("Put right what he says, then retry.")
        self.filtered(lambda item: item.state == "queued")._mark_failed(error, remedy)
        self.filtered(lambda item: item.state == "sent")._mark_bounced(error, remedy)

    @api.private
    def _receipt_problem(self, receipt, date, today):
        """Return why this cannot be said of the letter, as a sentence, or None.

        :param str receipt: of the selection ``receipt``
        :param datetime.date date: when
        :param datetime.date today: of the company
        """
        self.ensure_one()
        if self.state not in ("queued", "sent", "bounced"):
            return self.env._(
                "This letter is not on its way: it failed or was stopped."
            )
        if self.state == "queued" and not self.date_printed:
            return self.env._("This letter was not printed yet.")
        if not date:
            return self.env._("The day is missing.")
        if date > today:
            return self.env._("The day is in the future.")
        posted = self.date_sent and self.date_sent.date()
        if posted and date < posted:
            return self.env._(
                "It was posted on %s only: correct the day.",
                format_day(self.env, posted),
            )
        return None

    @api.private
    def _record_receipt(self, receipt, date):
        """Keep what became of these letters, and let it count.

        :param str receipt: of the selection ``receipt``
        :param datetime.date date: the same day for all
        """
        moment = datetime.datetime.combine(date, datetime.time.min)
        # nobody had confirmed the posting, but what arrived was posted
        self.filtered(lambda item: item.state == "queued")._mark_delivered(moment)
        self.write({"receipt": receipt, "date_received": date})
        if receipt == "returned":
            self.filtered(lambda item: item.state == "sent")._mark_bounced(
                self.env._("The post returned the letter: unknown at this address."),
                self.env._("Ask the customer for the right address, then retry."),
            )
            self.notice_id._count_receipts()
            return
        back = self.filtered(lambda item: item.state == "bounced")
        for sent, letters in back.grouped("date_sent").items():
            again = letters._update_state(("bounced",), "reserved")
            again._mark_delivered(sent or moment)
        self.notice_id._count_receipts()

    @api.private
    def _keep_files(self, field, files, name):
        """Attach one file to each of these letters, and link it by ``field``.

        :param str field: a many2one field to ``ir.attachment``
        :param dict files: {letter: (base64, file name)}
        :param str name: of a file that has none
        """
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": file_name or name,
                        "datas": datas,
                        "res_model": letter._name,
                        "res_id": letter.id,
                    }
                    for letter, (datas, file_name) in files.items()
                ]
            )
        )
        for letter, attachment in zip(files, attachments, strict=True):
            letter.sudo()[field] = attachment

    def action_receipt(self):
        """Open the dialog to say what became of these letters."""
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("enter what became of letters")
        )
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.dunning_letter_receipt_action"
        )
        action["context"] = {"active_model": self._name, "active_ids": self.ids}
        return action


class DunningNotice(models.Model):
    """The deadline of a formal notice, and what follows it, count from its receipt."""

    _inherit = "dunning.notice"

    date_received = fields.Date(
        string="Received on",
        readonly=True,
        copy=False,
        help="The first day on which a letter of the notice reached the customer, "
        "where it is known. The days to pay and those until the next level run from "
        "it.",
    )
    receipt_text = fields.Char(string="Receipt", compute="_compute_receipt_text")

    # serves _step_deadline of the pipeline
    _received_idx = models.Index("(date_received) WHERE date_received IS NOT NULL")

    @api.depends("delivery_ids.receipt", "delivery_ids.date_received")
    def _compute_receipt_text(self):
        for notice in self:
            letters = notice.delivery_ids.filtered("receipt").sorted("date_received")
            # the first that reached him sets the deadline; else the last that did not
            reached = letters.filtered(lambda item: item.receipt in IN_HIS_REACH)
            notice.receipt_text = (reached[:1] or letters[-1:]).receipt_text

    @api.model
    def _sql_counted(self, notice):
        """Return the day from which what follows a sent notice is counted, as SQL.

        :param str notice: how the query calls ``dunning_notice``
        """
        table = SQL.identifier(notice)
        return SQL("greatest(%(row)s.date_sent, %(row)s.date_received)", row=table)

    @api.private
    def _count_receipts(self):
        """Let the days after these notices run from the receipt of their letters.

        Without a receipt, or when the letter came back, from the sending again.
        """
        self.flush_model()
        self.env["dunning.delivery"].flush_model()
        self.env["dunning.notice.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE dunning_notice notice SET date_received = known.date
                  FROM (SELECT notice.id, min(letter.date_received) AS date
                          FROM dunning_notice notice
                     LEFT JOIN dunning_delivery letter
                            ON letter.notice_id = notice.id AND letter.state = 'sent'
                           AND letter.receipt IN %(in_reach)s
                         WHERE notice.id IN %(ids)s
                         GROUP BY notice.id) known
                 WHERE notice.id = known.id
                   AND notice.date_received IS DISTINCT FROM known.date
             RETURNING notice.id
                """,
                in_reach=IN_HIS_REACH,
                ids=tuple(self.ids) or (0,),
            )
        )
        if changed := self.browse([row[0] for row in rows]):
            changed.invalidate_recordset(["date_received"])
            changed._move_counted_days()

    def _move_counted_days(self):
        """Write on the items of these notices from when their next level counts."""
        self.env["account.move.line"].flush_model(["dunning_date"])
        self.env.execute_query(
            SQL(
                """
                UPDATE account_move_line item SET dunning_date = last.date
                  FROM (SELECT line.move_line_id, max(%(counted)s) AS date
                          FROM dunning_notice_line line
                          JOIN dunning_notice notice ON notice.id = line.notice_id
                         WHERE line.is_delivered AND line.move_line_id IN (
                               SELECT move_line_id FROM dunning_notice_line
                                WHERE notice_id IN %(ids)s AND is_delivered)
                         GROUP BY line.move_line_id) last
                 WHERE item.id = last.move_line_id
                   AND item.dunning_date IS DISTINCT FROM last.date
             RETURNING item.id
                """,
                counted=self._sql_counted("notice"),
                ids=tuple(self.ids),
            )
        )
        self._forget_items()

    def _describe_deadline(self):
        """Return until when the days to pay of a received notice run, or nothing."""
        self.ensure_one()
        days = self.level_id.deadline_days
        if not self.date_received or not days:
            return ""
        end = self.date_received + datetime.timedelta(days=days)
        if end < self.company_id._dunning_today()[self.company_id]:
            return ""
        return self.env._(
            "Received on %(received)s: the days to pay run until %(end)s.",
            received=format_day(self.env, self.date_received),
            end=format_day(self.env, end),
        )


class CreditProfile(models.Model):
    """The last formal notice that reached the customer, or should have."""

    _inherit = "credit.profile"

    formal_receipt_text = fields.Char(
        string="Formal notice received", compute="_compute_formal_receipt_text"
    )

    def _compute_formal_receipt_text(self):
        """Show the receipt of the last formal notice; readers of notices see it."""
        letters = (
            self.env["dunning.delivery"]
            .sudo()
            .search(
                [
                    ("profile_id", "in", self.ids),
                    ("receipt", "!=", False),
                    ("notice_id.level_id.is_formal", "=", True),
                    ("notice_id.state", "!=", "cancelled"),
                ],
                order="date_received, id",
            )
        )
        last = {letter.profile_id: letter for letter in letters}
        for profile in self:
            letter = last.get(profile)
            profile.formal_receipt_text = bool(letter) and self.env._(
                "%(level)s (%(number)s): %(receipt)s",
                level=letter.level_id.name,
                number=letter.tracking_number or self.env._("no number"),
                receipt=letter.receipt_text,
            )
