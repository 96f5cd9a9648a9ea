"""The rows of planned documents, as lines of COPY."""

from .plan import days
from .shapes import encode, stamp


def money(cents):
    """Return cents as the text of an amount."""
    sign, size = "-" if cents < 0 else "", abs(cents)
    return f"{sign}{size // 100}.{size % 100:02d}"


def memo(doc):
    """Return what the customer wrote on a payment."""
    return ", ".join(invoice.name for invoice in doc.paid[:4]) or "On account"


def payment_state(doc):
    """Return the payment state of an invoice or a credit note."""
    if any(item.left for item in doc.items):
        return "partial" if any(item.group for item in doc.items) else "not_paid"
    return "reversed" if doc.kind == "out_invoice" and not doc.payments else "paid"


def amounts(balance, amount, item=None):
    """Return the amounts and the matching of a line; without item it has none."""
    values = {
        "debit": money(max(balance, 0)),
        "credit": money(max(-balance, 0)),
        "balance": money(balance),
        "amount_currency": money(amount),
    }
    if item is not None:
        values["amount_residual"] = money(item.left_cc)
        values["amount_residual_currency"] = money(item.left)
        values["reconciled"] = not (item.left or item.left_cc)
        values["full_reconcile_id"] = item.group and item.group.full
        values["matching_number"] = item.group and item.group.label
    return values


class Rows:
    """Writes the shapes with the values of customers and documents."""

    def __init__(self, env, shapes):
        self.shapes, self.rows, self.kit = shapes, shapes.rows, shapes.kit
        self.own = [c.currency_id.id for c in self.kit["companies"]]
        self.currencies = {c.name: c.id for c in env["res.currency"].search([])}
        self.products = [(p.id, p.display_name) for p in self.kit["products"]]
        self.users = self.kit["users"].ids
        self.terms = self.kit["terms"].ids
        self.accounts = [
            (
                company.income_currency_exchange_account_id.id,
                company.expense_currency_exchange_account_id.id,
            )
            for company in self.kit["companies"]
        ]

    def partners(self, customers, first, today):
        """Yield customers and contacts; set id, bill_to, bill_name of customers."""
        companies = [str(company) for company in self.kit["companies"].ids]
        when = stamp(today - days(800))
        for customer in customers:
            name, root = customer["name"], first
            customer.update(id=root, bill_to=root, bill_name=name)
            shared = dict(
                zip(("street", "zip", "city"), customer["address"], strict=True),
                commercial_company_name=name,
                commercial_partner_id=root,
                user_id=self.users[customer["user"]],
                lang=customer["lang"],
                create_date=when,
                write_date=when,
            )
            term, limit = self.terms[customer["terms"][0]], customer["limit"]
            people = [
                (customer, name, "partner"),
                *((p, f"{name}, {p['name']}", "contact") for p in customer["people"]),
            ]
            for person, full, kind in people:
                number = person["phone"]
                values = {
                    "id": first,
                    "name": person["name"],
                    "complete_name": full,
                    "email": person["email"],
                    "email_normalized": person["email"],
                    "phone": number,
                    "phone_sanitized": number and number.replace(" ", ""),
                }
                if kind == "partner":
                    values["ref"] = customer["ref"]
                    values["credit_limit"] = limit and dict.fromkeys(
                        companies, float(limit)
                    )
                    values["property_payment_term_id"] = dict.fromkeys(companies, term)
                else:
                    values["parent_id"] = root
                    values["type"] = person["type"]
                    values["function"] = person["function"]
                    if person["type"] == "invoice":
                        customer.update(bill_to=first, bill_name=full)
                yield self.rows[kind, customer["country"]].line(**shared, **values)
                first += 1

    def payments(self, docs):
        """Yield rows of account_payment, not linked to their entries yet."""
        for doc in docs:
            if doc.kind == "payment":
                item, when = doc.items[0], stamp(doc.day)
                yield self.rows["payment", doc.company].line(
                    id=doc.pay_id,
                    move_id=None,
                    currency_id=self.currencies[doc.currency],
                    partner_id=doc.customer["id"],
                    name=doc.name,
                    memo=memo(doc),
                    date=doc.day,
                    amount=money(-item.amount),
                    amount_company_currency_signed=money(-item.balance),
                    is_reconciled=item.left == 0,
                    create_date=when,
                    write_date=when,
                )

    def move(self, doc):
        """Return the row of account_move."""
        when = stamp(doc.day)
        values = {
            "id": doc.id,
            "name": doc.name,
            "sequence_prefix": doc.prefix,
            "sequence_number": doc.number,
            "made_sequence_gap": False,
            "date": doc.day,
            "invoice_date_due": doc.day,
            "create_date": when,
            "write_date": when,
        }
        if doc.kind == "exchange":
            total = money(sum(map(abs, doc.fixes)))
            return self.rows["exchmove", doc.company].line(
                **values, currency_id=self.own[doc.company], amount_total_signed=total
            )
        values["partner_id"] = values["commercial_partner_id"] = doc.customer["id"]
        values["currency_id"] = self.currencies[doc.currency]
        if doc.kind == "payment":
            return self.payment_move(doc, values)
        return self.invoice_move(doc, values)

    def payment_move(self, doc, values):
        """Return the row of account_move of a payment."""
        amount, balance = -doc.items[0].amount, -doc.items[0].balance
        sample = self.rows[
            "move", doc.company, doc.customer["country"], "out_invoice"
        ].row
        return self.rows["paymove", doc.company].line(
            **values,
            invoice_partner_display_name=doc.customer["name"],
            amount_total=money(amount),
            amount_total_signed=money(balance),
            amount_total_in_currency_signed=money(amount),
            ref=memo(doc),
            origin_payment_id=doc.pay_id,
            fiscal_position_id=sample["fiscal_position_id"],
        )

    def invoice_move(self, doc, values):
        """Return the row of account_move of an invoice or a credit note."""
        customer, sign = doc.customer, 1 if doc.kind == "out_invoice" else -1
        net, net_cc = (sum(product[i] for product in doc.products) for i in (3, 4))
        shape = self.rows["move", doc.company, customer["country"], doc.kind]
        values.update(
            partner_id=customer["bill_to"],
            invoice_date_due=max(item.due for item in doc.items),
        )
        return shape.line(
            **values,
            ref=None,
            partner_shipping_id=customer["id"],
            invoice_partner_display_name=customer["bill_name"],
            payment_reference=shape.row["payment_reference"] and doc.name,
            invoice_payment_term_id=doc.term
            if doc.term is None
            else self.terms[doc.term],
            invoice_user_id=self.users[customer["user"]],
            invoice_date=doc.day,
            invoice_currency_rate=repr(doc.rate),
            amount_untaxed=money(net),
            amount_tax=money(doc.tax),
            amount_total=money(net + doc.tax),
            amount_residual=money(sign * sum(item.left for item in doc.items)),
            amount_untaxed_signed=money(sign * net_cc),
            amount_untaxed_in_currency_signed=money(sign * net),
            amount_tax_signed=money(sign * doc.tax),
            amount_total_signed=money(sign * (net_cc + doc.tax)),
            amount_total_in_currency_signed=money(sign * (net + doc.tax)),
            amount_residual_signed=money(sum(item.left_cc for item in doc.items)),
            payment_state=payment_state(doc),
            is_move_sent=doc.id % 10 != 0,
            reversed_entry_id=doc.reversed and doc.reversed.id,
        )

    def lines(self, docs):
        """Yield rows of account_move_line."""
        makers = {"payment": self.payment_lines, "exchange": self.exchange_lines}
        for doc in docs:
            when = stamp(doc.day)
            shared = {
                "move_id": doc.id,
                "currency_id": self.currencies[doc.currency],
                "partner_id": doc.customer["id"],
                "move_name": doc.name,
                "date": doc.day,
                "create_date": when,
                "write_date": when,
            }
            yield from makers.get(doc.kind, self.invoice_lines)(doc, shared)

    def invoice_lines(self, doc, shared):
        """Yield product, tax and receivable lines of an invoice or a credit note."""
        key = (doc.company, doc.customer["country"], doc.kind)
        line_id, sign = doc.line_id, -1 if doc.kind == "out_invoice" else 1
        shared.update(invoice_date=doc.day, ref=None)
        rate = self.shapes.tax[key]
        shape = self.rows[("line", *key, "product")]
        for product, quantity, unit, amount, balance in doc.products:
            product_id, label = self.products[product]
            yield shape.line(
                **shared,
                **amounts(sign * balance, sign * amount),
                id=line_id,
                product_id=product_id,
                name=label,
                quantity=quantity,
                price_unit=money(unit),
                price_subtotal=money(amount),
                price_total=money(amount + int(amount * rate / 100 + 0.5)),
            )
            line_id += 1
        if doc.tax:
            base = sign * sum(product[4] for product in doc.products)
            yield self.rows[("line", *key, "tax")].line(
                **shared,
                **amounts(sign * doc.tax, sign * doc.tax),
                id=line_id,
                tax_base_amount=money(base),
            )
        shape = self.rows[("line", *key, "payment_term")]
        own_name = shape.row["name"] == shape.row["move_name"]
        for number, item in enumerate(doc.items, 1):
            name = doc.name if own_name else shape.row["name"]
            if len(doc.items) > 1:
                name = f"{doc.name} installment #{number}"
            yield shape.line(
                **shared,
                **amounts(item.balance, item.amount, item),
                id=item.id,
                date_maturity=item.due,
                name=name,
            )

    def payment_lines(self, doc, shared):
        """Yield the bank and the receivable line of a payment."""
        item, text = doc.items[0], memo(doc)
        shared.update(
            payment_id=doc.pay_id,
            date_maturity=doc.day,
            ref=text,
            name=f"Manual Payment: {text}",
        )
        bank = amounts(-item.balance, -item.amount)
        bank["amount_residual"] = bank["balance"]  # a bank account is open for ever
        bank["amount_residual_currency"] = bank["amount_currency"]
        for own, number, values in (
            (True, doc.line_id, bank),
            (False, item.id, amounts(item.balance, item.amount, item)),
        ):
            price = values["amount_currency"]
            yield self.rows["payline", doc.company, own].line(
                **shared, **values, id=number, price_subtotal=price, price_total=price
            )

    def exchange_lines(self, doc, shared):
        """Yield what closes an item at the rate of the day, and its gain or loss."""
        gain, loss = self.accounts[doc.company]
        item, fix = doc.items[0], doc.fixes[0]
        yield self.rows["exchline", doc.company, True].line(
            **shared, **amounts(-fix, 0, item), id=item.id
        )
        yield self.rows["exchline", doc.company, False].line(
            **shared,
            **amounts(fix, 0),
            id=doc.line_id,
            account_id=loss if fix > 0 else gain,
        )

    def partials(self, partials):
        """Yield rows of account_partial_reconcile."""
        for partial in partials:
            doc, when = partial.debit.doc, stamp(partial.day)
            currency, amount = self.currencies[doc.currency], money(partial.amount_cur)
            yield self.rows["partial", doc.company].line(
                id=partial.id,
                debit_move_id=partial.debit.id,
                credit_move_id=partial.credit.id,
                full_reconcile_id=partial.debit.group.full,
                exchange_move_id=partial.exchange and partial.exchange.id,
                debit_currency_id=currency,
                credit_currency_id=currency,
                max_date=partial.day,
                amount=money(partial.amount),
                debit_amount_currency=amount,
                credit_amount_currency=amount,
                create_date=when,
                write_date=when,
            )

    def fulls(self, partials):
        """Yield rows of account_full_reconcile."""
        groups = {p.debit.group.full: p for p in partials if p.debit.group.full}
        for full, partial in groups.items():
            when = stamp(partial.day)
            yield self.rows["full", 0].line(id=full, create_date=when, write_date=when)

    def links(self, docs, name):
        """Yield the taxes or tags of the lines of invoices."""
        for doc in docs:
            if doc.kind not in ("out_invoice", "out_refund"):
                continue
            key = (name, doc.company, doc.customer["country"], doc.kind)
            kinds = ["product"] * len(doc.products) + ["tax"] * bool(doc.tax)
            for number, kind in enumerate(kinds):
                for other in self.shapes.related[(*key, kind)]:
                    yield f"{doc.line_id + number}\t{encode(other)}"
