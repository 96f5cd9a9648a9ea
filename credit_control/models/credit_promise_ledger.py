from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class CreditPromise(models.Model):
    """The ledger tells whether a promise is kept."""

    _inherit = "credit.promise"

    @api.model
    def _cron_follow(self):
        """Judge the pending promises of every company, with progress."""
        companies = self.env["res.company"].sudo().search([], order="id")
        for rank, company in enumerate(companies, 1):
            self._update_due(company)
            left = len(companies) - rank
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    @api.model
    def _update_due(self, companies=None):
        """Bring pending promises up to date with the ledger.

        What was paid since a promise was made counts for it: on its items, or, without
        items, by the customer in its currency. Each payment counts for one promise
        only: for those that name what was paid, then for those without items, the
        earliest first; instalments of a plan are promises of the same items. A credit
        note settles items, but is no money for promises without any.
        A promise is kept as soon as all of it came, else judged once its date and its
        grace have passed. Promises that another transaction holds wait.

        :return: the promises whose state changed
        """
        companies = companies or self.env["res.company"].sudo().search([])
        changed = self.browse()
        for company in companies:
            rows = self._read_due(company)
            changed += self._judge(rows)
        return changed

    @api.model
    def _judge(self, rows):
        """Set the states that ``rows`` of :meth:`_read_due` prove."""
        used = defaultdict(float)
        targets = defaultdict(self.browse)
        promises = self.browse([row[0] for row in rows]).sudo()
        promises.fetch(["amount", "currency_id", "state"])
        for promise, row in zip(promises, rows, strict=True):
            items, paid, money, all_paid, is_due = row[1:]
            purse = (promise.profile_id, promise.currency_id, *(items or ()))
            left = max(paid - used[purse], 0)
            taken = min(left, promise.amount)
            used[purse] += taken
            if items:
                # what came on them is no more there for a promise without items
                used[purse[:2]] += min(taken, money)
            target = promise._verdict(all_paid, left, is_due)
            if target:
                targets[target] += promise
        changed = self.browse()
        for target, judged in targets.items():
            changed += judged._update_state(("pending",), target)
        return changed

    def _verdict(self, all_paid, paid, is_due):
        """Return the state of a promise of which ``paid`` came; None: not yet."""
        self.ensure_one()
        currency = self.currency_id
        is_kept = all_paid or currency.compare_amounts(paid, self.amount) >= 0
        if not (is_kept or is_due):
            return None
        self.write({"amount_kept": self.amount if all_paid else min(paid, self.amount)})
        if is_kept:
            return "kept"
        return "broken" if currency.is_zero(paid) else "partly"

    @api.model
    def _read_due(self, company):
        """Lock the pending promises of ``company``; return a row each.

        Those with items come first, then the earliest.

        Those of customers who have none that is due or could be kept are left out.

        :return: rows of (id, its items, paid and not counted for a promise judged
            before, money on the items, all items paid, is due), in the promise's
            currency
        """
        self._flush_ledger()
        return self.env.execute_query(
            SQL(
                """
                WITH pending AS MATERIALIZED (
                    SELECT * FROM credit_promise
                     WHERE company_id = %(company)s AND state = 'pending'
                       FOR NO KEY UPDATE SKIP LOCKED
                )
                SELECT p.id,
                       i.items,
                       GREATEST((CASE WHEN i.items IS NULL THEN COALESCE(c.paid, 0)
                                      ELSE COALESCE(l.paid, 0) END)
                                - COALESCE(o.kept, 0), 0)::float,
                       COALESCE(l.money, 0)::float,
                       COALESCE(l.all_paid, FALSE),
                       p.date + COALESCE(p.grace_days, 0) < %(today)s
                  FROM pending p
                  LEFT JOIN LATERAL (%(items)s) i ON TRUE
                  LEFT JOIN LATERAL (%(on_lines)s) l ON TRUE
                  LEFT JOIN LATERAL (%(by_customer)s) c ON TRUE
                  LEFT JOIN LATERAL (%(counted)s) o ON TRUE
                 ORDER BY i.items IS NULL, p.date, p.id
                """,
                company=company.id,
                today=company._dunning_today()[company],
                items=self._items_of(SQL("p")),
                on_lines=self._paid_on_lines(SQL("p")),
                by_customer=self._paid_by_customer(company),
                counted=self._counted_before(),
            )
        )

    @api.model
    def _flush_ledger(self):
        """Bring to the database all that promises are judged by."""
        for model, names in {
            "credit.promise": None,
            "account.move.line": ["reconciled", "parent_state", "amount_currency"],
            "account.partial.reconcile": ["debit_move_id", "debit_amount_currency"],
        }.items():
            self.env[model].flush_model(names)

    @api.model
    def _made_good(self, company, own):
        """Return the ids of standing events of promises that were paid after all.

        A promise stays broken: it did not come on its day. Each payment makes good
        one promise only, the earliest first.

        :param SQL own: a condition on events ``e``
        """
        self._flush_ledger()
        rows = self.env.execute_query(
            SQL(
                """
                WITH told AS (
                    SELECT e.id AS event_id, promise.*
                      FROM credit_event e
                      JOIN credit_promise promise ON promise.id = e.res_id
                     WHERE e.kind = 'promise_broken' AND e.is_standing
                       AND e.res_model = 'credit.promise'
                       AND e.company_id = %(company)s %(own)s
                )
                SELECT p.event_id, p.profile_id, p.currency_id, i.items,
                       p.amount, COALESCE(p.amount_kept, 0),
                       COALESCE(CASE WHEN i.items IS NULL THEN c.paid ELSE l.paid END,
                                0) - COALESCE(o.kept, 0),
                       COALESCE(l.money, 0)
                  FROM told p
                  LEFT JOIN LATERAL (%(items)s) i ON TRUE
                  LEFT JOIN LATERAL (%(on_lines)s) l ON TRUE
                  LEFT JOIN LATERAL (%(by_customer)s) c ON TRUE
                  LEFT JOIN LATERAL (%(counted)s) o ON TRUE
                 ORDER BY i.items IS NULL, p.date, p.id
                """,
                company=company.id,
                own=own,
                items=self._items_of(SQL("p")),
                on_lines=self._paid_on_lines(SQL("p")),
                by_customer=self._paid_by_customer(company),
                counted=self._counted_before(),
            )
        )
        used, good = defaultdict(float), []
        currencies = self.env["res.currency"]
        for event_id, profile, currency, items, amount, kept, paid, money in rows:
            purse = (profile, currency, *(items or ()))
            left = paid - used[purse]
            if currencies.browse(currency).compare_amounts(left, amount) >= 0:
                good.append(event_id)
            taken = max(min(left, amount) - kept, 0)
            used[purse] += taken
            if items:
                used[purse[:2]] += min(taken, money)
        return good

    @api.model
    def _items_of(self, promise):
        """Return the query of the items of ``promise``; null without any."""
        return SQL(
            """
            SELECT array_agg(rel.move_line_id ORDER BY rel.move_line_id) AS items
              FROM credit_promise_move_line_rel rel
             WHERE rel.promise_id = %s.id
            """,
            promise,
        )

    @api.model
    def _counted_before(self):
        """Return the query of what counted for closed promises: of the same items.

        A promise without items takes from all that the customer pays.
        """
        return SQL(
            """
            SELECT SUM(CASE WHEN i.items IS NULL AND oi.items IS NOT NULL
                            THEN LEAST(other.amount_kept, COALESCE(ol.money, 0))
                            ELSE other.amount_kept END) AS kept
              FROM credit_promise other
              LEFT JOIN LATERAL (%s) oi ON TRUE
              LEFT JOIN LATERAL (%s) ol ON i.items IS NULL
             WHERE other.profile_id = p.profile_id
               AND other.currency_id = p.currency_id
               AND other.id != p.id
               AND other.state IN ('kept', 'partly', 'broken')
               AND other.amount_kept > 0
               AND (other.date >= p.create_date::date
                    OR other.plan_id IS NOT NULL AND other.plan_id = p.plan_id)
               AND (i.items IS NULL OR oi.items = i.items)
            """,
            self._items_of(SQL("other")),
            self._paid_on_lines(SQL("other")),
        )

    @api.model
    def _paid_on_lines(self, promise):
        """Return the query of what was paid on the items of ``promise`` since it.

        ``money`` is ``paid`` without credit notes.
        """
        return SQL(
            """
            SELECT bool_and(item.reconciled IS TRUE) AS all_paid,
                   SUM(came.paid) AS paid, SUM(came.money) AS money
              FROM credit_promise_move_line_rel rel
              JOIN account_move_line item ON item.id = rel.move_line_id
              LEFT JOIN LATERAL (
                    SELECT SUM(part.debit_amount_currency) AS paid,
                           SUM(part.debit_amount_currency)
                           FILTER (WHERE entry.move_type = 'entry') AS money
                      FROM account_partial_reconcile part
                      JOIN account_move_line credit ON credit.id = part.credit_move_id
                      JOIN account_move entry ON entry.id = credit.move_id
                     WHERE part.debit_move_id = item.id
                       AND part.create_date >= %(promise)s.create_date) came ON TRUE
             WHERE rel.promise_id = %(promise)s.id
            """,
            promise=promise,
        )

    @api.model
    def _paid_by_customer(self, company):
        """Return the query of what the customer of promise ``p`` paid since it."""
        return SQL(
            """
            SELECT -SUM(item.amount_currency) AS paid
              FROM account_move_line item
              JOIN res_partner contact ON contact.id = item.partner_id
              JOIN account_move entry ON entry.id = item.move_id
             WHERE contact.commercial_partner_id = p.partner_id
               AND i.items IS NULL
               AND item.company_id = p.company_id
               AND item.currency_id = p.currency_id
               AND item.parent_state = 'posted'
               AND item.balance < 0
               AND item.date >= p.create_date::date
               AND item.account_id IN %s
               AND entry.move_type = 'entry'
            """,
            company._trade_receivable_ids(),
        )


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Let promises of the customers who pay be judged soon."""
        partials = super().create(vals_list)
        partials._follow_promises()
        return partials

    @api.private
    def _follow_promises(self):
        """Ask for a judgement when one of these customers has promised something.

        An insert only: neither the payment waits for it nor can it fail.
        """
        customers = {customer for customer, _company in self._credit_customers()}
        # sudo: who registers payments need not know credit control
        promises = self.env["credit.promise"].sudo()
        if customers and promises.search_count(
            [("state", "=", "pending"), ("partner_id", "in", list(customers))], limit=1
        ):
            cron = self.env.ref("credit_control.cron_promise", False)
            if cron:
                cron.sudo()._trigger()
