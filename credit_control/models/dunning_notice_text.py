from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, date_utils, format_date

from ..tools.placeholders import render

DEMANDED = ("claim", "reminder")


class DunningNotice(models.Model):
    """What a notice says, in the language of its reader."""

    _inherit = "dunning.notice"

    def _get_lang(self, recipients, name="body_html"):
        """Return the language to write in: the first reader's.

        It must be installed, and the level's text written in it: half a mail in one
        language and half in another is worse than one that is all in the second best.

        :param recipients: the To contacts of this notice
        :param str name: the field of the level that has the text
        :rtype: str
        """
        self.ensure_one()
        installed = self.env["res.lang"]._get_data
        written = self.level_id._origin._get_text_languages(name)
        wanted = [
            code
            for code in (
                recipients[:1].sudo().lang,
                self.partner_id.sudo().lang,
                self.company_id.sudo().partner_id.lang,
                self.env.user.lang,
                "en_US",
            )
            if code and installed(code=code)
        ]
        return next((code for code in wanted if code in written), (*wanted, "en_US")[0])

    # === TEXT === #
    @api.private
    def _render_text(self, lang, people=None):
        """Return subject and body of the notices with all placeholders filled in.

        :param str lang: the language, for all of them
        :param dict people: result of :meth:`_resolve_recipients`, when at hand
        :raise PlaceholderError: naming what is unknown, badly written or missing
        :rtype: dict[dunning.notice, tuple[str, Markup]]
        """
        values = self._placeholder_values(lang, people)
        return {
            notice: notice._fill_in(lang, values[notice]) for notice in self
        }

    def _fill_in(self, lang, values):
        level = self.level_id.with_context(lang=lang)
        subject = self.subject or level.subject or level.name
        body = self.body_html or level.body_html or ""
        return render(subject, values), render(body, values, html=True)

    @api.private
    def _placeholder_values(self, lang, people=None):
        """Return the value of every placeholder, for each notice.

        :param str lang: the language, for all of them
        :rtype: dict[dunning.notice, dict[str, object]]
        """
        people = people or self._resolve_recipients()
        writer = _Writer(self.env, lang)
        tables = self._get_tables(lang, writer)
        links = self._get_portal_links()
        today = self.company_id._dunning_today()
        return {
            notice: {
                **notice._values_of_people(people[notice]["to"]),
                **notice._values_of_table(tables[notice], lang, writer),
                "deadline_date": writer.date(
                    notice._get_deadline(today[notice.company_id])
                ),
                "portal_link": links.get(notice),
            }
            for notice in self
        }

    def _values_of_people(self, recipients):
        company = self.company_id.sudo()
        collector = self.profile_id.sudo().user_id.partner_id
        contact = recipients.sudo()[:1]
        return {
            "customer_name": self.partner_id.sudo().name,
            "contact_name": contact.name if not contact.is_company else None,
            "company_name": company.name,
            "collector_name": collector.name or company.name,
            "collector_phone": collector.phone or company.phone,
            "collector_email": collector.email or company.email,
        }

    def _values_of_table(self, table, lang, writer):
        level = self.level_id.with_context(lang=lang)
        items = [row for part in table for row in part["demanded"]]
        oldest = min(items, key=lambda row: row["date"], default=None)
        moves = self.sudo().line_ids.filtered(
            lambda line: line.kind in DEMANDED and not line.is_dropped
        ).move_line_id.move_id._origin
        return {
            "date": writer.date(self.date),
            "level_name": level.name,
            "table": self._render_table(lang, table),
            "total_overdue": ", ".join(part["total"] for part in table),
            "invoice_count": len({row["name"] for row in items}),
            "oldest_invoice": oldest and oldest["name"],
            "oldest_due_date": oldest and oldest["date_due"],
            "days_overdue": oldest and oldest["days"],
            "payment_reference": self._get_payment_reference(moves),
            "bank_account": self._get_bank_account(moves),
        }

    def _get_deadline(self, today):
        """Return the last day to pay that the notice grants when it goes ``today``."""
        return date_utils.add(max(self.date, today), days=self.level_id.deadline_days)

    def _get_payment_reference(self, moves):
        references = [
            move.payment_reference or move.name or ""
            for move in moves.sorted("id")[:4]
        ]
        if len(references) in (1, 2, 3):
            return ", ".join(references)
        partner = self.partner_id.sudo()
        return partner.ref or partner.name

    def _get_bank_account(self, moves):
        own = self.company_id.sudo().partner_id.bank_ids
        return (moves.partner_bank_id or own)[:1].acc_number

    def _get_portal_links(self):
        """Return the address of the customer's page, for each notice.

        Whoever has it sees the account without a login, for the days that the company
        has set.

        :rtype: dict[dunning.notice, str]
        """
        urls = self.profile_id._portal_urls()
        return {notice: urls[notice.profile_id] for notice in self}

    # === TABLE === #
    @api.private
    def _get_tables(self, lang, writer=None):
        """Return the open items of each notice, one part for each currency.

        Currencies are never added up. ``demanded`` are claims and reminders,
        ``credits`` what the customer has in hand, ``info`` all that is not demanded.

        :rtype: dict[dunning.notice, list[dict]]
        """
        self._fetch_items()
        instalments = self._get_instalments()
        writer = writer or _Writer(self.env, lang)
        # the words beside a line are the reader's, not those of who sends
        return {
            notice: notice._get_table(instalments, writer)
            for notice in self.with_context(lang=lang)
        }

    def _fetch_items(self):
        """Read what a text needs of the items, and none of their many other columns."""
        items = self.sudo().line_ids.move_line_id
        items.fetch(["move_id"])
        items.move_id.fetch(
            ["name", "ref", "payment_reference", "partner_id", "partner_bank_id"]
        )

    def _get_table(self, instalments, writer):
        parts = []
        lines = self.sudo().line_ids.filtered(lambda line: not line.is_dropped)
        for currency, items in lines.grouped("currency_id").items():
            rows = defaultdict(list)
            for line in items.sorted(lambda item: (str(item.date_due), item.ids)):
                rows[line._get_part()].append(line._get_row(instalments, writer))
            if rows:
                parts.append(self._get_part(currency, rows, writer.money))
        return sorted(parts, key=lambda part: not part["demanded"])

    def _get_part(self, currency, rows, money):
        demanded = sum(row["claimed"] for row in rows["demanded"])
        extra = sum(row["extra"] for row in rows["demanded"])
        credit = sum(row["residual"] for row in rows["credits"])
        return {
            "currency": currency.name,
            "demanded": rows["demanded"],
            "credits": rows["credits"],
            "info": rows["info"],
            "has_disputed": any(row["disputed"] for row in rows["demanded"]),
            "has_extra": bool(extra),
            "subtotal": money(demanded, currency),
            "extra": money(extra, currency),
            "credit": money(credit, currency),
            "total": money(demanded + extra + credit, currency),
        }

    def _get_instalments(self):
        """Return "2/3" for each item that is one of several of its invoice.

        :rtype: dict[int, str]
        """
        moves = self.sudo().line_ids.move_line_id.move_id.ids
        if not moves:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT id, rank || '/' || total FROM (
                       SELECT line.id,
                              row_number() OVER (PARTITION BY line.move_id
                                  ORDER BY line.date_maturity, line.id) AS rank,
                              count(*) OVER (PARTITION BY line.move_id) AS total
                         FROM account_move_line line
                        WHERE line.move_id IN %s AND line.display_type = 'payment_term'
                   ) item WHERE total > 1""",
                tuple(moves),
            )
        )
        return dict(rows)

    def _render_table(self, lang, table):
        """Return the HTML table of the open items, for mail and letter alike.

        :rtype: Markup
        """
        return self.env["ir.qweb"].with_context(lang=lang)._render(
            "credit_control.notice_table",
            {"table": table, "company": self.company_id.sudo()},
            lang=lang,
        )

    # === MAIL === #
    @api.private
    def _render_mail(self, lang, texts, left_out=None):
        """Return the whole HTML of the mails, in the layout of the company.

        :param dict texts: subject and body by notice, see :meth:`_render_text`
        :param dict left_out: by notice, the invoices that could not be attached
        :rtype: dict[dunning.notice, Markup]
        """
        qweb = self.env["ir.qweb"].with_context(lang=lang)
        left_out = left_out or {}
        links = self._get_portal_links()
        return {
            notice: qweb._render(
                "credit_control.notice_mail",
                {
                    "notice": notice.sudo(),
                    "company": notice.company_id.sudo(),
                    "collector": notice.profile_id.sudo().user_id,
                    "lang": lang,
                    "subject": subject,
                    "body": body,
                    "color": notice.company_id.sudo().email_secondary_color,
                    "left_out": left_out.get(notice, ()),
                    "portal_link": links[notice],
                    "is_linked": links[notice] in str(body or ""),
                },
                lang=lang,
            )
            for notice, (subject, body) in texts.items()
        }


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"

    def _get_part(self):
        """Return where the line is listed: ``demanded``, ``credits`` or ``info``."""
        if self.kind in DEMANDED:
            return "demanded"
        return "credits" if self.amount_residual < 0 else "info"

    def _get_row(self, instalments, writer):
        """Return the line as shown to the customer: text only, nothing is trusted."""
        currency, residual = self.currency_id, self.amount_residual
        due, disputed = self.date_due, self.amount_disputed
        item = self.move_line_id
        extra = self.interest + self.compensation
        return {
            "name": self.name or "",
            "reference": item.move_id.ref or "",
            "instalment": instalments.get(item.id, ""),
            "date": due or self.notice_id.date,
            "date_invoice": writer.date(self.date_invoice),
            "date_due": writer.date(due),
            "days": max(self.days_overdue, 0),
            "residual": residual,
            "claimed": self.amount_claimed,
            "extra": extra,
            "amount": writer.money(residual, currency),
            "disputed": disputed and writer.money(disputed, currency),
            "amount_extra": extra and writer.money(extra, currency),
            "reason": self._get_customer_reason(),
        }

    def _get_customer_reason(self):
        """Return the words beside an information line, as the customer may read them.

        What the company thinks of the customer stays inside: only plain facts.
        """
        if self.kind != "info" or self.amount_residual < 0:
            return ""
        if self.hold_code == "dispute":
            return self.env._("contested")
        if self.hold_code in ("promise", "plan"):
            return self.env._("payment agreed")
        if self.hold_code in ("payment_pending", "payment_in_process"):
            return self.env._("payment under way")
        if self.days_overdue <= 0:
            return self.env._("not due yet")
        return ""


class _Writer:
    """Writes amounts and dates in one language, for a whole batch of notices.

    A batch has thousands of them, few dates and fewer currencies: what a date, the
    language or a currency looks like is found out once.
    """

    def __init__(self, env, lang):
        self.env, self.code = env, lang
        self.lang = env["res.lang"].with_context(lang=lang)._lang_get(lang)
        self.is_plain = self.lang.grouping == "[3,0]"
        self.signs = str.maketrans(
            {
                ",": self._unbroken(self.lang.thousands_sep or ""),
                ".": self._unbroken(self.lang.decimal_point),
                "-": "\N{MINUS SIGN}",
            }
        )
        self.dates, self.currencies = {}, {}

    @staticmethod
    def _unbroken(text):
        return text.replace(" ", "\N{NO-BREAK SPACE}")

    def date(self, day):
        """Return ``day`` as text, empty when there is none."""
        if day not in self.dates:
            self.dates[day] = format_date(self.env, day, lang_code=self.code)
        return self.dates[day]

    def money(self, amount, currency):
        """Return ``amount`` with the sign of its currency."""
        if currency.id not in self.currencies:
            self.currencies[currency.id] = (
                currency.decimal_places,
                currency.position == "before",
                currency.symbol,
            )
        digits, is_before, symbol = self.currencies[currency.id]
        text = self._number(amount + 0.0, digits)
        if is_before:
            return f"{symbol}\N{NO-BREAK SPACE}{text}"
        return f"{text}\N{NO-BREAK SPACE}{symbol}"

    def _number(self, amount, digits):
        if self.is_plain:
            return f"{amount:,.{digits}f}".translate(self.signs)
        text = self.lang.format(f"%.{digits}f", amount, True)
        return self._unbroken(text).replace("-", "\N{MINUS SIGN}")


class DunningLevel(models.Model):
    _inherit = "dunning.level"

    def _get_text_languages(self, name="body_html"):
        """Return the languages in which the text of the level is written.

        :param str name: the field that has the text
        :rtype: set[str]
        """
        self.ensure_one()
        # a whole batch of notices asks for a few levels
        cache = self.env.cr.cache.setdefault("dunning_text_languages", {})
        key = (self.id, name, self.write_date)
        if key not in cache:
            field = self._fields[name]
            cache[key] = set(field._get_stored_translations(self.sudo()) or ())
        return cache[key]
