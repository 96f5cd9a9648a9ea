import re

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.match_case import Case
from ..tools.match_score import LEADING, rank
from ..tools.match_text import find_addresses

# of an attachment that is plain text, and of a message, no more is read
FILE_LIMIT = 50_000
BODY_LIMIT = 40_000
FILES_READ = 5
TEXT_FILES = ("text/csv", "text/plain", "text/tab-separated-values")
CANDIDATES = 5
# somebody at another customer answered: still the notice's customer
OTHER_WRITER = 0.9
COMPANY_COLUMNS = (
    "credit_keep_originals",
    "credit_match_confidence",
    "currency_id",
    "resource_calendar_id",
)
# what the statements of the match read; the messages themselves are not among it
SOURCES = (
    "account.journal",
    "account.move",
    "account.move.line",
    "credit.profile",
    "mail.alias.domain",
    "res.company",
    "res.currency",
    "res.partner",
    "res.users",
)
_MESSAGE_ID = re.compile(r"<[^<>]+>")


class CreditMessage(models.Model):
    """Whose message it is, and why we think so."""

    _inherit = "credit.message"

    match_user_id = fields.Many2one(
        "res.users",
        string="Customer chosen by",
        readonly=True,
        copy=False,
        help="A person said whose message it is: it is not looked for any more.",
    )

    # === BUSINESS METHODS === #
    def _match(self):
        """Find the customer of these parsed messages, with the reasons.

        Set-based: the number of queries does not grow with the messages, and the
        outcome does not depend on their order. What a person chose stays.

        :return: self
        """
        messages = self.sudo().filtered(lambda message: not message.match_user_id)
        if not messages:
            return self
        for model in SOURCES:
            self.env[model].flush_model()
        cases = {case.key: case for case in messages._match_cases()}
        messages._match_threads(cases)
        messages._match_addresses(cases)
        messages._match_remembered(cases)
        messages._match_domains(cases)
        messages._match_references(cases)
        messages._match_details(cases)
        messages._match_conclude(cases)
        return self

    def _match_cases(self):
        """Return what the match needs to know of each message.

        :rtype: list[Case]
        """
        every = frozenset(self.env["res.company"].search([]).ids)
        # of records with many columns, those that the reading of a mail needs
        self.company_id.fetch(COMPANY_COLUMNS)
        self.notice_id.fetch(["profile_id"])
        self.parent_id.fetch(["profile_id"])
        profiles = self.notice_id.profile_id | self.parent_id.profile_id
        profiles.fetch(["partner_id", "company_id"])
        cases = []
        for message in self:
            text, own = message._get_match_texts()
            cases.append(
                Case(
                    key=message.id,
                    company=message.company_id.id,
                    scope=frozenset(message.company_id.ids)
                    if message._is_company_bound()
                    else every,
                    sender=message.email_normalized or "",
                    reply_to=message._get_reply_to(),
                    copied=find_addresses(message.email_cc, 10),
                    text=text,
                    own_text=own,
                    is_suspect=message.is_suspect,
                    thread=message._get_thread_customer(),
                )
            )
        return cases

    def _is_company_bound(self):
        """Return whether the mailbox belongs to one company.

        The customers of the others are not looked at then.
        """
        return bool(self._get_mailbox_company())

    def _get_mailbox_company(self):
        """Return the company of the mailbox, nothing when it serves all.

        :rtype: res.company
        """
        return self.fetchmail_server_id.credit_company_id

    def _get_reply_to(self):
        """Return the address that answers go to, where it is another one."""
        found = find_addresses(self.reply_to, 1)
        return found[0] if found and found[0] != self.email_normalized else ""

    def _get_match_texts(self):
        """Return all text that may name an invoice or a customer, and the writer's own.

        The names of files, and what plain text is in them, are his own as well.
        """
        parts = [self.subject]
        read = 0
        for attachment in self.attachment_ids:
            parts.append(attachment.name)
            if attachment.mimetype in TEXT_FILES and read < FILES_READ:
                read += 1
                content = (attachment.raw or b"")[:FILE_LIMIT]
                parts.append(content.decode("utf-8", "replace"))
        own = "\n".join(filter(None, [*parts, self.reply_text]))
        return "\n".join(
            filter(None, [*parts, (self.body_text or "")[:BODY_LIMIT]])
        ), own

    def _get_thread_customer(self):
        """Return ``(customer, company)`` of what the message answers, else nothing."""
        return (self.notice_id.profile_id or self.parent_id.profile_id)._match_key()

    def _match_threads(self, cases):
        """Take the customer of any document of ours whose mail is answered."""
        wanted = {
            message.id: _MESSAGE_ID.findall(message.in_reply_to or "")
            + _MESSAGE_ID.findall(message.references or "")[:-33:-1]
            for message in self
            if not cases[message.id].thread
        }
        every = tuple({one for ids in wanted.values() for one in ids})
        if not every:
            return
        self.env.flush_all()
        rows = self.env.execute_query(self._threads_sql(every))
        # the latest comes first, and counts
        found = {row[0]: row[5] for row in reversed(rows) if row[5]}
        for key, ids in wanted.items():
            profile = next((found[one] for one in ids if one in found), None)
            profile = self.env["credit.profile"].browse(profile or [])
            cases[key].thread = profile._match_key()

    # === CONCLUSIONS === #
    def _match_conclude(self, cases):
        """Write down the customer of each message, or who it may be."""
        verdicts = {}
        # what others answer first: their customer is that of the answers
        for message in self.sorted(
            lambda message: (bool(message.parent_id), message.id)
        ):
            case = cases[message.id]
            verdicts[message.id] = message._get_verdict(case, verdicts)
        profiles = self._match_profiles(verdicts.values())
        self.candidate_ids.unlink()
        candidates = []
        for message in self:
            verdict = verdicts[message.id]
            message._write_verdict(verdict, cases[message.id], profiles)
            candidates += message._candidate_values(verdict, profiles)
        self.env["credit.message.candidate"].create(candidates)
        self._write_moves(
            {
                (key, move)
                for key, row in verdicts.items()
                for move in cases[key].moves[row["customer"], row["company"]]
            }
        )
        self._match_dismiss(cases)

    def _get_verdict(self, case, verdicts):
        """Return what is concluded for one message.

        :param dict verdicts: what was concluded for those it may answer
        :return: ``customer`` and ``company`` (ids, 0 when not sure), ``confidence``,
            ``reasons``, ``others`` (tuples of customer, company, confidence, reasons)
        :rtype: dict
        """
        parent = verdicts.get(self.parent_id.id)
        thread = case.thread
        if parent and not self.notice_id:
            thread = (parent["customer"], parent["company"])
        if thread and thread[0]:
            return self._thread_verdict(case, thread)
        if case.remembered == "spam":
            return self._no_verdict([{"code": "told_spam"}])
        if case.remembered == "nobody" and not case.has("reference", "order"):
            return self._no_verdict([{"code": "told_nobody"}])
        ranked = self._rank_candidates(case)
        if not ranked:
            code = "supplier" if case.is_supplier else "nobody"
            return self._no_verdict([{"code": code}])
        customer, company, confidence, reasons = ranked[0]
        if confidence < self.env["res.company"].browse(company).credit_match_confidence:
            return {
                **self._no_verdict([{"code": "unsure"}]),
                "confidence": confidence,
                "others": ranked[:CANDIDATES],
            }
        return {
            "customer": customer,
            "company": company,
            "confidence": confidence,
            "reasons": reasons,
            "others": [],
        }

    def _no_verdict(self, reasons):
        return {
            "customer": 0,
            "company": 0,
            "confidence": 0.0,
            "reasons": reasons,
            "others": [],
        }

    def _thread_verdict(self, case, thread):
        """Conclude for an answer: whoever writes, it is about what he answers."""
        customer, company = thread
        code = "notice" if self.notice_id else "conversation"
        reasons = [{"code": code}, *self._get_reasons(case, customer)]
        ranked = [row for row in self._rank_candidates(case) if row[0] != customer]
        known = {"address", "remembered", "reply_to"}
        strangers = [
            row for row in ranked if known & {reason["code"] for reason in row[3]}
        ]
        at_home = known & {piece.code for piece in case.found.get(customer, ())}
        is_other = bool(strangers) and not at_home
        if is_other:
            reasons.append({"code": "other_writer", "customer": strangers[0][0]})
        return {
            "customer": customer,
            "company": company,
            "confidence": OTHER_WRITER if is_other else 1.0,
            "reasons": reasons,
            "others": strangers[:CANDIDATES] if is_other else [],
        }

    def _rank_candidates(self, case):
        """Return ``(customer, company, confidence, reasons)``, the surest first."""
        leading = {
            customer: pieces
            for customer, pieces in case.found.items()
            if any(piece.code in LEADING for piece in pieces)
        }
        rows = []
        for customer, confidence in rank(leading):
            companies = case.companies_of(customer)
            reasons = self._get_reasons(case, customer)
            for company in companies:
                share = round(confidence / len(companies), 4)
                rows.append((customer, company, share, reasons))
        return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))

    @api.model
    def _get_reasons(self, case, customer):
        """Return what speaks for a customer, the strongest first, as stored."""
        pieces = sorted(
            case.found.get(customer, ()),
            key=lambda piece: (-piece.weight, piece.code, sorted(piece.values.items())),
        )
        reasons = [{"code": piece.code, **piece.values} for piece in pieces[:6]]
        if case.is_suspect and reasons:
            reasons.append({"code": "unproven"})
        return reasons

    def _match_profiles(self, verdicts):
        """Return the profiles of the customers concerned; missing ones are made.

        :rtype: dict[tuple[int, int], credit.profile]
        """
        pairs = {
            (row["customer"], row["company"]) for row in verdicts if row["customer"]
        } | {(other[0], other[1]) for row in verdicts for other in row["others"]}
        profiles = self.env["credit.profile"].sudo()
        answered = self.notice_id.profile_id | self.parent_id.profile_id
        found = {profile._match_key(): profile for profile in answered}
        found |= profiles._find_profiles(pairs - found.keys())
        missing = pairs - found.keys()
        for company in {company for _customer, company in missing}:
            profiles._make_profiles(
                self.env["res.company"].browse(company),
                [customer for customer, owner in missing if owner == company],
            )
        return found | (profiles._find_profiles(missing) if missing else {})

    def _write_verdict(self, verdict, case, profiles):
        profile = profiles.get((verdict["customer"], verdict["company"]))
        values = {
            "profile_id": profile.id if profile else False,
            "partner_id": case.contact_of(verdict["customer"]) or False,
            "match_confidence": verdict["confidence"],
            "match_reasons": verdict["reasons"],
        }
        if profile and profile.company_id != self.company_id:
            values["company_id"] = profile.company_id.id
        # sets of messages are read and understood next: holds follow then
        quiet = self.with_context(tracking_disable=True, credit_hold_later=True)
        quiet.write(values)

    def _candidate_values(self, verdict, profiles):
        return [
            {
                "message_id": self.id,
                "profile_id": profiles[customer, company].id,
                "confidence": confidence,
                "reasons": reasons,
            }
            for customer, company, confidence, reasons in verdict["others"]
        ]

    def _match_dismiss(self, cases):
        """Put away what a person called spam or nobody's, unless it answers us."""
        states = {"spam": self.browse(), "nobody": self.browse()}
        for message in self:
            told = cases[message.id].remembered
            if told in states and not message.profile_id and not message.candidate_ids:
                states[told] |= message
        states["spam"]._update_state(("new",), "spam")
        states["nobody"]._update_state(("new",), "archived")

    # === SEARCH === #
    @api.model
    def _get_triage_domain(self):
        """Return the domain of messages that wait for a person to say whose they are.

        :rtype: Domain
        """
        return Domain("state", "=", "new") & Domain("profile_id", "=", False)
