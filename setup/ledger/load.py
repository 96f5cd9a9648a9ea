"""Writes planned customers and documents into PostgreSQL by COPY."""

from collections import defaultdict
from functools import cache

from .plan import days
from .shapes import RELATIONS, encode, stamp

NONE = "\\N"
MOVE = ("id", "sequence_number", "sequence_prefix", "name", "partner_id",
        "commercial_partner_id", "currency_id", "date", "invoice_date_due",
        "invoice_partner_display_name", "amount_total", "amount_total_signed",
        "amount_total_in_currency_signed", "ref", "made_sequence_gap", "create_date",
        "write_date")
INVOICE = (*MOVE, "payment_reference", "invoice_payment_term_id", "partner_shipping_id",
           "invoice_user_id", "invoice_date", "invoice_currency_rate", "amount_untaxed",
           "amount_tax", "amount_residual", "amount_untaxed_signed",
           "amount_untaxed_in_currency_signed", "amount_tax_signed",
           "amount_residual_signed", "payment_state", "is_move_sent",
           "reversed_entry_id")
PAYMENT_MOVE = (*MOVE, "origin_payment_id", "fiscal_position_id")
LINE = ("id", "move_id", "currency_id", "partner_id", "move_name", "date",
        "date_maturity", "debit", "credit", "balance", "amount_currency",
        "amount_residual", "amount_residual_currency", "reconciled", "full_reconcile_id",
        "matching_number", "price_subtotal", "price_total", "create_date", "write_date",
        "name", "ref")
INVOICE_LINE = (*LINE, "invoice_date", "quantity", "price_unit", "product_id",
                "tax_base_amount", "discount_date")
ITEM = (*LINE, "invoice_date", "payment_id")
PARTNER = ("id", "name", "complete_name", "commercial_company_name", "parent_id",
           "commercial_partner_id", "user_id", "email", "email_normalized", "phone",
           "phone_sanitized", "street", "zip", "city", "ref", "lang", "type", "function",
           "credit_limit", "property_payment_term_id", "create_date", "write_date")


def money(cents):
    """Cents as the text of an amount."""
    sign, size = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{size // 100}.{size % 100:02d}"


class Lines:
    """A file, as COPY reads it, over an iterator of lines."""

    def __init__(self, lines):
        self.lines, self.buffer, self.count = iter(lines), "", 0

    def read(self, size):
        """About ``size`` characters, or what is left of them."""
        parts, length = [self.buffer], len(self.buffer)
        while length < size and (line := next(self.lines, None)) is not None:
            parts.append(line + "\n")
            length += len(line) + 1
            self.count += 1
        text = "".join(parts)
        self.buffer = text[size:]
        return text[:size]


def reserve(cr, table, count):
    """Take ``count`` consecutive ids of ``table``; returns the first."""
    cr.execute("SELECT nextval(%s)", [f"{table}_id_seq"])
    first = cr.fetchone()[0]
    cr.execute("SELECT setval(%s, %s)", [f"{table}_id_seq", first + max(count, 1) - 1])
    return first


class Loader:
    """Numbers documents in order of date and copies them, one portion at a time."""

    def __init__(self, env, shapes):
        self.cr, self.shapes, self.kit = env.cr, shapes, shapes.kit
        self.companies = shapes.facts()["companies"]
        self.currencies = {c.name: c.id for c in env["res.currency"].search([])}
        self.products = [(p.id, p.display_name) for p in self.kit["products"]]
        self.accounts = [
            (c.income_currency_exchange_account_id.id,
             c.expense_currency_exchange_account_id.id) for c in self.kit["companies"]]
        env.cr.execute("SELECT journal_id, sequence_prefix, MAX(sequence_number)"
                       " FROM account_move WHERE sequence_prefix IS NOT NULL GROUP BY 1, 2")
        self.last = {row[:2]: row[2] for row in env.cr.fetchall()}
        self.writer = cache(lambda key, names: shapes.rows[key].writer(*names))
        self.counts = defaultdict(int)

    def copy(self, table, lines, columns):
        """COPY ``lines`` into ``table``."""
        stream = Lines(lines)
        names = ", ".join(f'"{column}"' for column in columns)
        self.cr._obj.copy_expert(f"COPY {table} ({names}) FROM STDIN", stream)
        self.counts[table] += stream.count

    def load_partners(self, customers, today):
        """Customers and their contacts; sets id, bill_to and bill_name on each."""
        total = sum(1 + len(customer["people"]) for customer in customers)
        first = reserve(self.cr, "res_partner", total)
        lines, when = [], stamp(today - days(800))
        companies = self.kit["companies"].ids
        for customer in customers:
            customer["id"] = customer["bill_to"] = root = first
            customer["bill_name"] = name = customer["name"]
            first += 1
            term = self.kit["terms"][customer["terms"][0]].id
            limit = customer["limit"]
            shared = (customer["street"], customer["zip"], customer["city"])
            lines.append(self.writer(("partner", customer["country"]), PARTNER)(
                root, name, name, name, None, root, self.kit["users"][customer["user"]].id,
                customer["email"], customer["email"], *self.phones(customer), *shared,
                customer["ref"], customer["lang"], "contact", None,
                {str(c): float(limit) for c in companies} if limit else None,
                {str(c): term for c in companies}, when, when))
            for person in customer["people"]:
                full = f"{name}, {person['name']}"
                lines.append(self.writer(("contact", customer["country"]), PARTNER)(
                    first, person["name"], full, name, root, root,
                    self.kit["users"][customer["user"]].id, person["email"],
                    person["email"], *self.phones(person), *shared, None,
                    customer["lang"], person["type"], person["function"], None, None,
                    when, when))
                if person["type"] == "invoice":
                    customer["bill_to"], customer["bill_name"] = first, full
                first += 1
        self.copy("res_partner", lines, self.shapes.rows["partner", "FR"].columns)

    @staticmethod
    def phones(person):
        """The number as shown and as compared."""
        number = person["phone"]
        return number, number and number.replace(" ", "")

    def load(self, story):
        """All documents and matchings of ``story``."""
        order = ("out_invoice", "out_refund", "payment", "exchange")
        story.docs.sort(key=lambda d: (d.day, order.index(d.kind)))
        self.number(story.docs)
        self.number_partials(story.partials)
        docs, shapes = story.docs, self.shapes.rows
        self.copy("account_full_reconcile", self.fulls(story.partials),
                  shapes["full", 0].columns)
        self.copy("account_payment", self.payments(docs), shapes["payment", 0].columns)
        self.copy("account_move", map(self.move, docs), shapes["paymove", 0].columns)
        if docs:
            # the two tables refer to each other
            self.cr.execute(
                "UPDATE account_payment p SET move_id = m.id FROM account_move m"
                " WHERE m.origin_payment_id = p.id AND p.move_id IS NULL AND m.id >= %s",
                [docs[0].id])
        self.copy("account_move_line", (line for doc in docs for line in self.lines(doc)),
                  shapes["payline", 0, True].columns)
        self.copy("account_partial_reconcile", map(self.partial, story.partials),
                  shapes["partial", 0].columns)
        self.copy("account_move__account_payment",
                  (f"{inv.id}\t{doc.pay_id}" for doc in docs for inv in doc.paid),
                  ("invoice_id", "payment_id"))
        for name, (table, column) in RELATIONS.items():
            self.copy(table, self.links(docs, name), ("account_move_line_id", column))

    def number(self, docs):
        """Ids and names, in order of date as in a ledger kept day by day."""
        sizes = [2 * len(d.items) if d.kind in ("payment", "exchange") else
                 len(d.products) + bool(d.tax) + len(d.items) for d in docs]
        move_id = reserve(self.cr, "account_move", len(docs))
        line_id = reserve(self.cr, "account_move_line", sum(sizes))
        paid = [d for d in docs if d.kind == "payment"]
        pay_id = reserve(self.cr, "account_payment", len(paid))
        for number, doc in enumerate(paid):
            doc.pay_id = pay_id + number
        for doc, size in zip(docs, sizes, strict=True):
            doc.id, doc.line_id = move_id, line_id
            for number, item in enumerate(doc.items):
                item.id = line_id + size - len(doc.items) + number
            move_id, line_id = move_id + 1, line_id + size
            journal, head, monthly, digits = self.shapes.numbers[doc.company, doc.kind]
            doc.prefix = f"{head}{doc.day:%Y/%m/}" if monthly else f"{head}{doc.day:%Y/}"
            doc.number = self.last.get((journal, doc.prefix), 0) + 1
            self.last[journal, doc.prefix] = doc.number
            doc.name = f"{doc.prefix}{doc.number:0{digits}d}"

    def number_partials(self, partials):
        """Ids of the matchings; full reconciliations and the labels of open groups."""
        partials.sort(key=lambda p: p.day)
        first = reserve(self.cr, "account_partial_reconcile", len(partials))
        closed = []
        for number, partial in enumerate(partials):
            partial.id, group = first + number, partial.debit.group
            if group.label is None:
                group.label = f"P{partial.id}"  # the first matching names the group
                if not any(i.left or i.left_cc for i in group.items):
                    closed.append(group)
        full = reserve(self.cr, "account_full_reconcile", len(closed))
        for number, group in enumerate(closed):
            group.full, group.label = full + number, str(full + number)

    def fulls(self, partials):
        """Rows of account_full_reconcile."""
        groups = {p.debit.group.full: p for p in partials if p.debit.group.full}
        write = self.writer(("full", 0), ("id", "create_date", "write_date"))
        return (write(full, stamp(p.day), stamp(p.day)) for full, p in groups.items())

    def currency(self, doc):
        return self.currencies[doc.currency]

    def payments(self, docs):
        """Rows of account_payment, not linked to their entries yet."""
        names = ("id", "move_id", "currency_id", "partner_id", "name", "memo", "date",
                 "amount", "amount_company_currency_signed", "is_reconciled",
                 "create_date", "write_date")
        for doc in docs:
            if doc.kind == "payment":
                item = doc.items[0]
                yield self.writer(("payment", doc.company), names)(
                    doc.pay_id, None, self.currency(doc), doc.customer["id"], doc.name,
                    self.memo(doc), doc.day, money(-item.amount), money(-item.balance),
                    item.left == 0, stamp(doc.day), stamp(doc.day))

    @staticmethod
    def memo(doc):
        return ", ".join(d.name for d in doc.paid[:4]) or "On account"

    def move(self, doc):
        """Row of account_move."""
        customer, when = doc.customer, stamp(doc.day)
        own = self.companies[doc.company]["currency_id"]
        row = [doc.id, doc.number, doc.prefix, doc.name, customer["id"], customer["id"],
               self.currency(doc), doc.day, doc.day, customer["name"]]
        if doc.kind == "payment":
            amount, balance = -doc.items[0].amount, -doc.items[0].balance
            sample = self.shapes.rows["move", doc.company, customer["country"],
                                      "out_invoice"].row
            return self.writer(("paymove", doc.company), PAYMENT_MOVE)(
                *row, money(amount), money(balance), money(amount), self.memo(doc), False,
                when, when, doc.pay_id, sample["fiscal_position_id"])
        if doc.kind == "exchange":
            total = money(sum(map(abs, doc.fixes)))
            shape = self.shapes.rows["exchmove", doc.company].row
            row[4:7], row[9] = (None, None, own), shape["invoice_partner_display_name"]
            return self.writer(("exchmove", doc.company), MOVE)(
                *row, money(0) if not shape["amount_total"] else total, total,
                money(0) if not shape["amount_total_in_currency_signed"] else total,
                shape["ref"], False, when, when)
        sign = 1 if doc.kind == "out_invoice" else -1
        net, net_cc = (sum(p[i] for p in doc.products) for i in (3, 4))
        total, total_cc = net + doc.tax, net_cc + doc.tax
        left = sum(i.left for i in doc.items)
        row[4], row[9] = customer["bill_to"], customer["bill_name"]
        row[8] = max(i.due for i in doc.items)
        key = ("move", doc.company, customer["country"], doc.kind)
        term = self.kit["terms"][doc.term].id if doc.term is not None else None
        return self.writer(key, INVOICE)(
            *row, money(total), money(sign * total_cc), money(sign * total), None, False,
            when, when, doc.name if self.shapes.rows[key].row["payment_reference"]
            else None, term, customer["id"], self.kit["users"][customer["user"]].id,
            doc.day, repr(doc.rate), money(net), money(doc.tax), money(sign * left),
            money(sign * net_cc), money(sign * net), money(sign * doc.tax),
            money(sum(i.left_cc for i in doc.items)), self.payment_state(doc, left),
            doc.id % 10 != 0, doc.reversed.id if doc.reversed else None)

    @staticmethod
    def payment_state(doc, left):
        if left:
            return "partial" if any(i.group for i in doc.items) else "not_paid"
        return "reversed" if doc.kind == "out_invoice" and not doc.payments else "paid"

    def amounts(self, doc, balance, amount, item=None):
        """Values of debit to matching_number of a line."""
        row = (money(max(balance, 0)), money(max(-balance, 0)), money(balance),
               money(amount))
        if item is None:
            return (*row, "0.00", "0.00", False, None, None)
        group = item.group
        return (*row, money(item.left_cc), money(item.left),
                not (item.left or item.left_cc), group and group.full,
                group and group.label)

    def lines(self, doc):
        """Rows of account_move_line of one document."""
        if doc.kind in ("payment", "exchange"):
            make = self.payment_lines if doc.kind == "payment" else self.exchange_lines
            yield from make(doc)
            return
        key, line_id = (doc.company, doc.customer["country"], doc.kind), doc.line_id
        sign, when = (-1 if doc.kind == "out_invoice" else 1), stamp(doc.day)
        start = (doc.id, self.currency(doc), doc.customer["id"], doc.name, doc.day)
        write = self.writer(("line", *key, "product"), INVOICE_LINE)
        rate = self.shapes.tax[key]
        for product, quantity, unit, amount, balance in doc.products:
            product_id, label = self.products[product]
            gross = amount + int(amount * rate / 100 + 0.5)
            yield write(
                line_id, *start, None, *self.amounts(doc, sign * balance, sign * amount),
                money(amount), money(gross), when, when, label, None, doc.day, quantity,
                money(unit), product_id, None, None)
            line_id += 1
        base = sum(p[4] for p in doc.products)
        if doc.tax:
            shape = self.shapes.rows["line", *key, "tax"].row
            yield self.writer(("line", *key, "tax"), INVOICE_LINE)(
                line_id, *start, None, *self.amounts(doc, sign * doc.tax, sign * doc.tax),
                shape["price_subtotal"], shape["price_total"], when, when, shape["name"],
                None, doc.day, shape["quantity"], shape["price_unit"], None,
                money(-sign * base), None)
        several = len(doc.items) > 1
        shape = self.shapes.rows["line", *key, "payment_term"].row
        label = doc.name if shape["name"] == shape["move_name"] else shape["name"]
        for number, item in enumerate(doc.items, 1):
            name = f"{doc.name} installment #{number}" if several else label
            yield self.writer(("line", *key, "payment_term"), INVOICE_LINE)(
                item.id, *start, item.due,
                *self.amounts(doc, item.balance, item.amount, item),
                shape["price_subtotal"], shape["price_total"], when, when, name, None,
                doc.day, shape["quantity"], shape["price_unit"], None,
                shape["tax_base_amount"], None)

    def payment_lines(self, doc):
        """The bank and the receivable line of a payment."""
        item, when, memo = doc.items[0], stamp(doc.day), self.memo(doc)
        start = (doc.id, self.currency(doc), doc.customer["id"], doc.name, doc.day,
                 doc.day)
        amount, balance = -item.amount, -item.balance
        bank = list(self.amounts(doc, balance, amount))
        bank[4:6] = money(balance), money(amount)  # a bank account is reconcilable too
        end = (when, when, f"Manual Payment: {memo}", memo, None, doc.pay_id)
        yield self.writer(("payline", doc.company, True), ITEM)(
            doc.line_id, *start, *bank, money(amount), money(amount), *end)
        yield self.writer(("payline", doc.company, False), ITEM)(
            item.id, *start, *self.amounts(doc, -balance, -amount, item),
            money(-amount), money(-amount), *end)

    def exchange_lines(self, doc):
        """What closes an item at the old rate, and its gain or loss."""
        when, gain, loss = stamp(doc.day), *self.accounts[doc.company]
        columns = tuple(c for c in LINE if not c.startswith("price_"))
        item, fix = doc.items[0], doc.fixes[0]
        for own, number, balance, account in (
                (True, item.id, -fix, None), (False, doc.line_id, fix,
                                              loss if fix > 0 else gain)):
            shape = self.shapes.rows["exchline", doc.company, own]
            yield self.writer(("exchline", doc.company, own), (*columns, "account_id"))(
                number, doc.id, self.currency(doc), doc.customer["id"], doc.name, doc.day,
                shape.row["date_maturity"] and doc.day,
                *self.amounts(doc, balance, 0, item if own else None), when, when,
                shape.row["name"], shape.row["ref"], account or shape.row["account_id"])

    def partial(self, partial):
        """Row of account_partial_reconcile."""
        doc, when = partial.debit.doc, stamp(partial.day)
        names = ("id", "debit_move_id", "credit_move_id", "full_reconcile_id",
                 "exchange_move_id", "debit_currency_id", "credit_currency_id",
                 "max_date", "amount", "debit_amount_currency",
                 "credit_amount_currency", "create_date", "write_date")
        currency, group = self.currency(doc), partial.debit.group
        return self.writer(("partial", doc.company), names)(
            partial.id, partial.debit.id, partial.credit.id, group.full,
            partial.exchange and partial.exchange.id, currency, currency, partial.day,
            money(partial.amount), money(partial.amount_cur), money(partial.amount_cur),
            when, when)

    def links(self, docs, name):
        """Taxes or tags of the lines of invoices."""
        for doc in docs:
            if doc.kind not in ("out_invoice", "out_refund"):
                continue
            key = (name, doc.company, doc.customer["country"], doc.kind)
            kinds = ["product"] * len(doc.products) + ["tax"] * bool(doc.tax)
            for number, kind in enumerate(kinds):
                for other in self.shapes.related[*key, kind]:
                    yield f"{doc.line_id + number}\t{encode(other)}"
