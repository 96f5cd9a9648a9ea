from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class DunningNotice(models.Model):
    """The ledger is asked again before anything leaves the house."""

    _inherit = "dunning.notice"

    @api.model
    def _sending_checks(self):
        """Return why an item is not demanded any more, in the order of the tests.

        Each value is a SQL condition on the aliases ``line`` (dunning_notice_line),
        ``item`` (account_move_line), ``move``, ``partner`` (of the item), ``profile``,
        ``open`` (contested and promised amounts) and the parameter ``today``.

        Extended by: add-ons that know other reasons to leave an item in peace; give
        the words in :meth:`_drop_reasons`.

        :rtype: dict[str, SQL]
        """
        today = SQL("notice_day.today")
        return {
            "gone": SQL("item.id IS NULL"),
            "not_posted": SQL("item.parent_state <> 'posted'"),
            "paid": SQL("item.reconciled OR item.amount_residual_currency <= 0"),
            "other_customer": SQL(
                "partner.commercial_partner_id IS DISTINCT FROM profile.partner_id"
            ),
            "no_followup": SQL("item.no_followup"),
            "blocked": SQL("move.payment_state = 'blocked'"),
            "insolvency": SQL(
                """profile.legal_status <> 'none' AND (profile.legal_date IS NULL OR
                   coalesce(move.invoice_date, item.date) < profile.legal_date)"""
            ),
            "handed_over": SQL("move.dunning_origin = 'handed_over'"),
            "factored": SQL("move.dunning_origin = 'factored'"),
            "promise": SQL(
                """EXISTS (
                SELECT 1 FROM credit_promise_move_line_rel rel
                  JOIN credit_promise promise ON promise.id = rel.promise_id
                 WHERE rel.move_line_id = item.id AND promise.state = 'pending'
                   AND promise.date + promise.grace_days >= %(today)s)
                OR open.promised > open.older""",
                today=today,
            ),
            "dispute": SQL("open.disputed >= item.amount_residual_currency"),
            "payment_pending": SQL(
                """EXISTS (
                SELECT 1 FROM account_invoice_transaction_rel rel
                  JOIN payment_transaction tx ON tx.id = rel.transaction_id
                 WHERE rel.invoice_id = move.id
                   AND tx.state IN ('pending', 'authorized'))"""
            ),
            "payment_in_process": SQL("move.payment_state = 'in_payment'"),
            "on_hold": SQL("profile.hold_until >= %s", today),
            "reply": SQL("profile.reply_date IS NOT NULL"),
            "not_due": SQL(
                """line.days_overdue > 0
                   AND coalesce(item.date_maturity, item.date) >= %s""",
                today,
            ),
        }

    @api.model
    def _drop_reasons(self):
        """Return the words for each code of :meth:`_sending_checks`.

        :rtype: dict[str, str]
        """
        return {
            "gone": self.env._("The item is no longer in the ledger."),
            "not_posted": self.env._("The invoice was set back to draft or cancelled."),
            "paid": self.env._("Paid or settled before sending."),
            "other_customer": self.env._("The item belongs to another customer now."),
            "no_followup": self.env._("Excluded from reminders."),
            "blocked": self.env._("The payment of the invoice was blocked."),
            "insolvency": self.env._("The customer is in insolvency proceedings."),
            "handed_over": self.env._("Handed over to a third party."),
            "factored": self.env._("The invoice was factored."),
            "promise": self.env._("The customer promised to pay."),
            "dispute": self.env._("The whole amount is contested."),
            "payment_pending": self.env._("An online payment is pending."),
            "payment_in_process": self.env._("A payment is being processed."),
            "on_hold": self.env._("The customer was put on hold."),
            "reply": self.env._("The customer replied; an answer is due first."),
            "not_due": self.env._("The due date was moved: not due any more."),
            "covered": self.env._("Open credits of the customer cover the amount."),
        }

    @api.private
    def _check_ledger(self):
        """Bring approved notices in line with the ledger, or cancel them.

        Items paid, promised, contested or held since stay on the notice, marked
        dropped with the reason; amounts that changed are corrected; new open credits
        are listed. A notice with nothing left to demand, or nothing owed net, is
        cancelled with a sentence. For a notice already delivered by one channel only
        its other deliveries are cancelled.
        """
        self._flush_ledger()
        rows = self._read_ledger()
        covered = self._get_covered(rows)
        reasons = self._drop_reasons()
        codes = {}
        for row in rows:
            code = row["code"]
            if not code and (row["notice_id"], row["currency_id"]) in covered:
                code = "covered"
            codes[row["id"]] = code
        approved = self.filtered(lambda notice: notice.state == "approved")
        approved._apply_ledger(rows, codes, reasons)
        self._cancel_empty(rows, codes, reasons)

    def _flush_ledger(self):
        for model in (
            "account.move",
            "account.move.line",
            "credit.profile",
            "credit.promise",
            "credit.dispute",
            "dunning.notice.line",
            "dunning.notice",
            "res.partner",
        ):
            self.env[model].flush_model()

    def _read_ledger(self):
        """Return the demanded lines with the facts of today.

        :return: dicts with id, notice_id, kind, currency_id, residual, disputed, code
        """
        if not self:
            return []
        checks = SQL(" ").join(
            SQL("WHEN %s THEN %s", condition, code)
            for code, condition in self._sending_checks().items()
        )
        days = SQL(", ").join(
            SQL("(%s, %s::date)", company.id, day)
            for company, day in self._company_today().items()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.notice_id, line.kind, line.currency_id,
                       item.amount_residual_currency,
                       least(open.disputed, item.amount_residual_currency),
                       CASE %(checks)s END
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                  JOIN (VALUES %(days)s) notice_day (company_id, today)
                    ON notice_day.company_id = notice.company_id
                  JOIN credit_profile profile ON profile.id = notice.profile_id
             LEFT JOIN account_move_line item ON item.id = line.move_line_id
             LEFT JOIN account_move move ON move.id = item.move_id
             LEFT JOIN res_partner partner ON partner.id = item.partner_id
          LEFT JOIN LATERAL (%(open)s) open ON TRUE
                 WHERE line.notice_id IN %(ids)s AND line.is_dropped IS NOT TRUE
                   AND line.kind IN ('claim', 'reminder')
              ORDER BY line.id
                """,
                checks=checks,
                days=days,
                open=self._open_amounts_sql(),
                ids=tuple(self.ids),
            )
        )
        names = (
            "id",
            "notice_id",
            "kind",
            "currency_id",
            "residual",
            "disputed",
            "code",
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _open_amounts_sql(self):
        """Return the sub-select of what is contested and promised around an item.

        A contested amount is taken from the open instalments of its invoice, a promise
        without items from the claims of its currency, the earliest due first.
        """
        return SQL(
            """
            SELECT greatest(0, coalesce((
                       SELECT sum(dispute.amount) FROM credit_dispute dispute
                        WHERE dispute.move_id = move.id AND dispute.state = 'open'), 0)
                   - coalesce((
                       SELECT sum(other.amount_residual_currency)
                         FROM account_move_line other
                        WHERE other.move_id = item.move_id
                          AND other.account_id = item.account_id
                          AND other.reconciled IS NOT TRUE
                          AND (coalesce(other.date_maturity, other.date), other.id)
                              < (coalesce(item.date_maturity, item.date), item.id)
                   ), 0)) AS disputed,
                   coalesce((
                       SELECT sum(promise.amount) FROM credit_promise promise
                        WHERE promise.profile_id = profile.id
                          AND promise.currency_id = line.currency_id
                          AND promise.state = 'pending'
                          AND promise.date + promise.grace_days >= notice_day.today
                          AND NOT EXISTS (
                              SELECT 1 FROM credit_promise_move_line_rel rel
                               WHERE rel.promise_id = promise.id)), 0) AS promised,
                   coalesce((
                       SELECT sum(other.amount_residual_currency)
                         FROM account_move_line other
                         JOIN res_partner owner ON owner.id = other.partner_id
                        WHERE owner.commercial_partner_id = profile.partner_id
                          AND other.account_id = item.account_id
                          AND other.company_id = item.company_id
                          AND other.currency_id = item.currency_id
                          AND other.parent_state = 'posted'
                          AND other.reconciled IS NOT TRUE
                          AND other.amount_residual_currency > 0
                          AND (coalesce(other.date_maturity, other.date), other.id)
                              < (coalesce(item.date_maturity, item.date), item.id)
                   ), 0) AS older"""
        )

    def _get_covered(self, rows):
        """Return the (notice, currency) of which open credits cover all that is due.

        All or nothing for a customer, in the whole tree of companies.

        :rtype: set[tuple[int, int]]
        """
        keys = {(row["notice_id"], row["currency_id"]) for row in rows}
        if not keys:
            return set()
        held = [row["id"] for row in rows if row["code"]] or [0]
        found = self.env.execute_query(
            SQL(
                """
                SELECT key.notice_id, key.currency_id
                  FROM (VALUES %(keys)s) key (notice_id, currency_id)
                  JOIN dunning_notice notice ON notice.id = key.notice_id
                  JOIN credit_profile profile ON profile.id = notice.profile_id
                  JOIN res_company company ON company.id = notice.company_id
                  JOIN (VALUES %(days)s) day (company_id, today)
                    ON day.company_id = notice.company_id
                  JOIN res_partner owner
                    ON owner.commercial_partner_id = profile.partner_id
                  JOIN account_move_line item ON item.partner_id = owner.id
                   AND item.currency_id = key.currency_id
                   AND item.parent_state = 'posted' AND item.reconciled IS NOT TRUE
                  JOIN account_move move ON move.id = item.move_id
                  JOIN account_account account ON account.id = item.account_id
                   AND account.account_type = 'asset_receivable'
                   AND account.non_trade IS NOT TRUE
                  JOIN res_company sister ON sister.id = item.company_id
                   AND split_part(sister.parent_path, '/', 1)
                       = split_part(company.parent_path, '/', 1)
             LEFT JOIN dunning_notice_line line ON line.move_line_id = item.id
                   AND line.notice_id = notice.id AND line.id IN %(held)s
                 WHERE item.amount_residual_currency < 0
                    OR (line.id IS NULL AND item.no_followup IS NOT TRUE
                        AND move.payment_state IS DISTINCT FROM 'blocked'
                        AND (coalesce(item.date_maturity, item.date) < day.today
                             OR EXISTS (
                                SELECT 1 FROM dunning_notice_line own
                                 WHERE own.notice_id = notice.id
                                   AND own.move_line_id = item.id
                                   AND own.kind IN ('claim', 'reminder'))))
              GROUP BY key.notice_id, key.currency_id
                HAVING sum(item.amount_residual_currency) <= 0
                """,
                keys=SQL(", ").join(SQL("(%s, %s)", *key) for key in keys),
                days=SQL(", ").join(
                    SQL("(%s, %s::date)", company.id, day)
                    for company, day in self._company_today().items()
                ),
                held=tuple(held),
            )
        )
        return set(found)

    def _apply_ledger(self, rows, codes, reasons):
        """Write on the lines of approved notices what the ledger says now."""
        lines = self.env["dunning.notice.line"].sudo()
        dropped = defaultdict(list)
        changed = self.browse()
        for row in rows:
            if row["notice_id"] not in self._ids:
                continue
            if codes[row["id"]]:
                dropped[codes[row["id"]]].append(row["id"])
                changed |= self.browse(row["notice_id"])
            elif lines.browse(row["id"])._correct(row["residual"], row["disputed"]):
                changed |= self.browse(row["notice_id"])
        for code, ids in dropped.items():
            lines.browse(ids).write(
                {
                    "is_dropped": True,
                    "is_live": False,
                    "hold_code": code,
                    "state_reason": reasons[code],
                }
            )
        changed |= self._refresh_credits()
        changed._recompute_amounts()

    def _refresh_credits(self):
        """List the open credits of today; return the notices of which they changed."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.notice_id,
                       CASE WHEN item.parent_state = 'posted'
                             AND item.reconciled IS NOT TRUE
                            THEN least(item.amount_residual_currency, 0) ELSE 0 END
                  FROM dunning_notice_line line
             LEFT JOIN account_move_line item ON item.id = line.move_line_id
                 WHERE line.notice_id IN %s AND line.kind = 'info'
                   AND line.amount_residual < 0 AND line.is_dropped IS NOT TRUE
                   AND line.amount_residual IS DISTINCT FROM
                       CASE WHEN item.parent_state = 'posted'
                             AND item.reconciled IS NOT TRUE
                            THEN item.amount_residual_currency END
                """,
                tuple(self.ids) or (0,),
            )
        )
        changed = {row[1] for row in rows}
        for line_id, _notice_id, residual in rows:
            line = self.env["dunning.notice.line"].sudo().browse(line_id)
            line.write({"amount_residual": residual or 0, "is_dropped": not residual})
        changed |= self._insert_new_credits()
        return self.browse(changed)

    def _insert_new_credits(self):
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO dunning_notice_line (
                    notice_id, company_id, move_line_id, name, kind, currency_id,
                    date_invoice, date_due, days_overdue, amount_total,
                    amount_residual, amount_disputed, amount_claimed, interest,
                    compensation, is_live, is_dropped, create_uid, create_date,
                    write_uid, write_date)
                SELECT notice.id, notice.company_id, item.id, move.name, 'info',
                       item.currency_id, coalesce(move.invoice_date, item.date),
                       coalesce(item.date_maturity, item.date), 0,
                       item.amount_currency, item.amount_residual_currency, 0, 0, 0, 0,
                       FALSE, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM dunning_notice notice
                  JOIN dunning_policy policy ON policy.id = notice.policy_id
                   AND policy.grouping = 'customer'
                  JOIN credit_profile profile ON profile.id = notice.profile_id
                  JOIN res_partner owner
                    ON owner.commercial_partner_id = profile.partner_id
                  JOIN account_move_line item ON item.partner_id = owner.id
                   AND item.company_id = notice.company_id
                   AND item.parent_state = 'posted' AND item.reconciled IS NOT TRUE
                   AND item.amount_residual_currency < 0
                  JOIN account_move move ON move.id = item.move_id
                  JOIN account_account account ON account.id = item.account_id
                   AND account.account_type = 'asset_receivable'
                   AND account.non_trade IS NOT TRUE
                 WHERE notice.id IN %(ids)s
                   AND NOT EXISTS (
                       SELECT 1 FROM dunning_notice_line line
                        WHERE line.notice_id = notice.id
                          AND line.move_line_id = item.id)
             RETURNING notice_id
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                ids=tuple(self.ids) or (0,),
            )
        )
        if rows:
            self.invalidate_recordset(["line_ids"])
        return {row[0] for row in rows}

    def _recompute_amounts(self):
        """Add up again what the notices demand, by currency and in all."""
        for notice in self.sudo():
            amounts = notice._add_up()
            company = notice.company_id
            day = fields.Date.context_today(notice)
            total = sum(
                self.env["res.currency"]
                .browse(int(key))
                ._convert(values["net"], company.currency_id, company, day)
                for key, values in amounts.items()
            )
            notice.write({"amounts": amounts, "amount_company": total})

    def _add_up(self):
        amounts = defaultdict(
            lambda: dict.fromkeys(
                ("claimed", "reminded", "disputed", "credit", "net"), 0.0
            )
        )
        for line in self.line_ids.filtered(lambda item: not item.is_dropped):
            values = amounts[str(line.currency_id.id)]
            if line.kind == "info":
                credit = -min(line.amount_residual, 0.0)
                values["credit"] += credit
                values["net"] -= credit
                continue
            name = "claimed" if line.kind == "claim" else "reminded"
            values[name] += line.amount_claimed
            values["disputed"] += line.amount_disputed
            values["net"] += line.amount_claimed
        return dict(amounts)

    def _cancel_empty(self, rows, codes, reasons):
        """Cancel the notices without a claim left; of sent ones, what still waits."""
        left = {
            row["notice_id"]
            for row in rows
            if row["kind"] == "claim" and not codes[row["id"]]
        }
        why = defaultdict(set)
        for row in rows:
            if codes[row["id"]]:
                why[row["notice_id"]].add(reasons[codes[row["id"]]])
        groups = defaultdict(self.browse)
        for notice in self.filtered(lambda item: item.id not in left):
            groups[" ".join(sorted(why[notice.id]))] |= notice
        for reason, notices in groups.items():
            sentence = self.env._(
                "Not sent: nothing is left to demand. %(reason)s", reason=reason
            )
            cancelled = notices._cancel(sentence, ("approved",))
            rest = notices - cancelled
            rest.sudo().delivery_ids._cancel_pending(sentence)
