import base64
from datetime import datetime

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.dunning_delivery_letter import LETTER_CHANNELS
from ..tools.postal import plain_number, read_answers


class DunningLetterReceipt(models.TransientModel):
    """What became of many letters at once: numbers, proofs, receipts.

    The letters come from the list, from numbers that were scanned or pasted, or from
    the file of a provider of post. What cannot be kept stays in the dialog with its
    reason; the rest is kept.
    """

    _name = "dunning.letter.receipt"
    _description = "Numbers, proofs and receipts of letters"

    result = fields.Selection(
        selection=lambda self: self._results(),
        help="For the letters below that have nothing of their own. Empty: only "
        "numbers and files are kept.",
    )
    date = fields.Date(
        string="On",
        default=fields.Date.context_today,
        help="Of the receipt, of the first attempt, or of the posting.",
    )
    proof = fields.Binary(
        attachment=False,
        help="One file for all letters below that have none of their own: the receipt "
        "of the post office, the scanned slips.",
    )
    proof_name = fields.Char()
    numbers = fields.Text(help="One a line, as scanned from the slips.")
    file = fields.Binary(string="File of the provider", attachment=False)
    file_name = fields.Char()
    line_ids = fields.One2many(
        "dunning.letter.receipt.line",
        "receipt_id",
        string="Letters",
        default=lambda self: self._default_lines(),
    )
    not_found = fields.Text(readonly=True)
    kept_count = fields.Integer(readonly=True)
    problem_count = fields.Integer(compute="_compute_problem_count")
    has_hints = fields.Boolean(
        compute="_compute_has_hints", export_string_translation=False
    )

    @api.model
    def _results(self):
        """Return what can become of a letter, in the order of the post."""
        receipts = self.env["dunning.delivery"]._fields["receipt"]
        return [
            ("posted", self.env._("Posted")),
            *receipts._description_selection(self.env),
            ("failed", self.env._("Not posted: the provider refused it")),
        ]

    def _default_lines(self):
        if self.env.context.get("active_model") != "dunning.delivery":
            return False
        letters = self.env["dunning.delivery"].search(
            [
                ("id", "in", self.env.context.get("active_ids", [])),
                ("channel", "in", LETTER_CHANNELS),
                ("state", "in", ("queued", "sent", "bounced")),
            ]
        )
        return [
            Command.create(self._prepare_line(letter))
            for letter in letters._sorted_for_post()
        ]

    @api.model
    def _prepare_line(self, letter, **values):
        return {
            "delivery_id": letter.id,
            "tracking_number": letter.tracking_number,
            **values,
        }

    @api.depends("line_ids.number_hint")
    def _compute_has_hints(self):
        for wizard in self:
            wizard.has_hints = any(wizard.line_ids.mapped("number_hint"))

    @api.depends("line_ids.problem")
    def _compute_problem_count(self):
        for receipt in self:
            receipt.problem_count = len(receipt.line_ids.filtered("problem"))

    # === FILLING THE LIST === #
    def _typed_numbers(self):
        return [
            line.strip() for line in (self.numbers or "").splitlines() if line.strip()
        ]

    def action_fill_numbers(self):
        """Give the numbers, in their order, to the letters that have none yet."""
        self.ensure_one()
        numbers = self._typed_numbers()
        lines = self.line_ids.filtered(
            lambda line: (
                line.delivery_id.channel == "registered" and not line.tracking_number
            )
        )
        if len(numbers) != len(lines):
            raise UserError(
                self.env._(
                    "There are %(numbers)s numbers, but %(letters)s registered letters "
                    "without one: compare the list with the slips.",
                    numbers=len(numbers),
                    letters=len(lines),
                )
            )
        for line, number in zip(lines, numbers, strict=True):
            line.tracking_number = number
        self.numbers = False
        return self._reopen()

    def action_find(self):
        """Find the letters that have the scanned numbers."""
        self.ensure_one()
        numbers = self._typed_numbers()
        found = self.env["dunning.delivery"]._letters_by_number(numbers)
        self._set_lines(
            {letter: {} for letters in found.values() for letter in letters}
        )
        missing = [number for number in numbers if plain_number(number) not in found]
        self.not_found = bool(missing) and self.env._(
            "No letter of your customers has these numbers: %s",
            ", ".join(missing),
        )
        self.numbers = "\n".join(missing)
        return self._reopen()

    def action_read_file(self):
        """Find the letters of the provider's file, with what it says of each."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose the file of the provider first."))
        try:
            answers = read_answers(base64.b64decode(self.file))
        except ValueError as error:
            raise UserError(self._unreadable(str(error))) from None
        letters = self._letters_of(answers)
        self._set_lines(
            {
                letters[answer]: self._prepare_answer(answer, letters[answer])
                for answer in answers
                if letters[answer]
            }
        )
        missing = [
            self.env._(
                "row %(row)s: %(name)s",
                row=answer.row,
                name=answer.reference or answer.number or "-",
            )
            for answer in answers
            if not letters[answer]
        ]
        self.not_found = bool(missing) and self.env._(
            "No letter of your customers is meant by: %s", "; ".join(missing)
        )
        self.file = False
        return self._reopen()

    def _unreadable(self, reason):
        if reason == "empty":
            return self.env._("The file is empty.")
        return self.env._(
            "The first row names no column “reference” or “number”: save the file as "
            "CSV with its headings, then read it again."
        )

    def _letters_of(self, answers):
        """Return the letter that each row of the file means.

        :rtype: dict[Answer, dunning.delivery]
        """
        deliveries = self.env["dunning.delivery"]
        by_reference = deliveries._letters_by_reference(
            answer.reference for answer in answers
        )
        by_number = deliveries._letters_by_number(answer.number for answer in answers)
        nobody = deliveries.browse()
        return {
            answer: (
                by_reference.get(answer.reference)
                or by_number.get(plain_number(answer.number))
                or nobody
            )[:1]
            for answer in answers
        }

    def _prepare_answer(self, answer, letter):
        """Return the values of the line of one row of the file."""
        problem = False
        if answer.status is None:
            problem = self.env._(
                "“%s” is not known: choose what became of it.", answer.word
            )
        elif answer.bad_date:
            problem = self.env._("“%s” is no day: enter it.", answer.bad_date)
        day = answer.date or answer.posted
        return {
            "tracking_number": answer.number or letter.tracking_number,
            "result": answer.status or False,
            "date": day or (False if problem else self.date),
            "date_posted": answer.posted,
            "word": answer.word,
            "problem": problem,
        }

    def _set_lines(self, values):
        """Show these letters besides those of the list.

        :param dict values: of the line, by letter
        """
        present = self.line_ids.grouped("delivery_id")
        for letter, line_values in values.items():
            if letter in present:
                present[letter].write(line_values)
        self.line_ids = [
            Command.create(self._prepare_line(letter) | line_values)
            for letter, line_values in values.items()
            if letter not in present
        ]

    # === KEEPING === #
    def action_keep(self):
        """Keep what can be kept; the rest stays, with its reason."""
        self.ensure_one()
        self.env["credit.profile"]._check_group(
            "group_collector", self.env._("enter what became of letters")
        )
        lines = self.line_ids
        if not lines:
            raise UserError(
                self.env._("Scan numbers, read a file or choose letters in the list.")
            )
        lines.delivery_id.profile_id.check_access("write")
        problems = lines._problems()
        for line in lines:
            line.problem = problems.get(line, False)
        good = lines.filtered(lambda line: line not in problems)
        good._keep()
        self.kept_count += len(good)
        good.unlink()
        if self.line_ids:
            return self._reopen()
        return {"type": "ir.actions.act_window_close"}

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Numbers, proofs and receipts"),
        }


class DunningLetterReceiptLine(models.TransientModel):
    """One letter; what is empty is taken from the head of the dialog."""

    _name = "dunning.letter.receipt.line"
    _description = "Number, proof and receipt of a letter"

    receipt_id = fields.Many2one("dunning.letter.receipt", ondelete="cascade")
    delivery_id = fields.Many2one(
        "dunning.delivery", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="delivery_id.partner_id")
    address = fields.Text(related="delivery_id.address")
    channel = fields.Selection(related="delivery_id.channel")
    tracking_number = fields.Char()
    number_hint = fields.Char(compute="_compute_number_hint")
    result = fields.Selection(
        selection=lambda self: self.env["dunning.letter.receipt"]._results()
    )
    date = fields.Date(string="On")
    date_posted = fields.Date(string="Posted on")
    proof = fields.Binary(attachment=False)
    proof_name = fields.Char()
    word = fields.Char(string="Words of the provider", readonly=True)
    problem = fields.Char(readonly=True)

    @api.depends("tracking_number")
    def _compute_number_hint(self):
        for line in self:
            line.number_hint = line.delivery_id._hint_of_number(line.tracking_number)

    def _result(self):
        return self.result or self.receipt_id.result

    def _day(self):
        return self.date or self.receipt_id.date

    def _problems(self):
        """Return why lines cannot be kept.

        :rtype: dict[dunning.letter.receipt.line, str]
        """
        known = self.delivery_id._letters_by_number(self.mapped("tracking_number"))
        same = self.grouped(lambda line: plain_number(line.tracking_number))
        today = self.delivery_id.company_id._dunning_today()
        problems = {}
        for line in self:
            number = plain_number(line.tracking_number)
            others = known.get(number, line.delivery_id) - line.delivery_id
            others |= same[number].delivery_id - line.delivery_id
            if number and others:
                problems[line] = self.env._(
                    "The letter to %s has this number too.", others[0].partner_id.name
                )
            elif sentence := line._own_problem(today[line.delivery_id.company_id]):
                problems[line] = sentence
        return problems

    def _own_problem(self, today):
        letter, result, day = self.delivery_id, self._result(), self._day()
        if self.problem and self.word and not self.result:
            return self.problem
        if not result:
            proof = self.proof or self.receipt_id.proof
            if proof or (self.tracking_number or "") != (letter.tracking_number or ""):
                return None
            return self.env._("Say what became of it, or enter a number or a file.")
        if result not in ("posted", "failed"):
            return letter._receipt_problem(result, day, today)
        if letter.state not in ("queued", "sent"):
            return self.env._(
                "This letter is not on its way: it failed or was stopped."
            )
        if result == "posted" and not letter.date_printed:
            return self.env._("This letter was not printed yet.")
        if not day or day > today:
            return self.env._("The day is missing or in the future.")
        return None

    def _keep(self):
        """Write numbers, files and results, those that are equal together."""
        if not self:
            return
        for line in self:
            if line.tracking_number:
                line.delivery_id.sudo().tracking_number = line.tracking_number.strip()
        self._keep_proofs()
        posted = self.filtered(
            lambda line: line._result() == "posted" or line.date_posted
        )
        for day, lines in posted.grouped(
            lambda line: line.date_posted or line._day()
        ).items():
            letters = lines.delivery_id.sudo()
            waiting = letters.filtered(lambda item: item.state == "queued")
            waiting._mark_delivered(datetime.combine(day, datetime.min.time()))
        results = self.filtered(lambda line: line._result() not in (False, "posted"))
        groups = results.grouped(lambda line: (line._result(), line._day(), line.word))
        for (result, day, word), lines in groups.items():
            letters = lines.delivery_id.sudo()
            if result == "failed":
                letters._not_posted(word)
            else:
                letters._record_receipt(result, day)

    def _keep_proofs(self):
        """Attach the files: of the deposit until the letter was received."""
        labels = {
            "proof_attachment_id": self.env._("Proof of deposit"),
            "receipt_attachment_id": self.env._("Proof of receipt"),
        }
        files = {name: {} for name in labels}
        for line in self:
            own = line if line.proof else line.receipt_id
            if own.proof:
                deposit = line._result() in (False, "posted", "failed")
                field = "proof_attachment_id" if deposit else "receipt_attachment_id"
                files[field][line.delivery_id] = (own.proof, own.proof_name)
        for field, by_letter in files.items():
            self.delivery_id._keep_files(field, by_letter, labels[field])
