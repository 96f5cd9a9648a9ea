from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class DunningNotice(models.Model):
    """The ledger is asked again before anything leaves the house."""

    _inherit = "dunning.notice"

    @api.model
    def _drop_reasons(self):
        """Return why a line is not demanded any more, in words, by code.

        :rtype: dict[str, str]
        """
        return {
            **self.env["credit.profile"]._explain_texts(),
            "gone": self.env._("The item is no longer in the ledger."),
            "not_posted": self.env._("The invoice was set back to draft or cancelled."),
            "paid": self.env._("Paid or settled before sending."),
            "other_customer": self.env._("The item belongs to another customer now."),
            "not_due": self.env._("The due date was moved: not due any more."),
            "deadline": self.env._(
                "The days to pay of a letter that was received still run."
            ),
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
        rows = self._read_ledger()
        reasons = self._drop_reasons()
        codes = {row["id"]: row["code"] for row in rows}
        approved = self.filtered(lambda notice: notice.state == "approved")
        approved._apply_ledger(rows, codes, reasons)
        self._cancel_empty(rows, codes, reasons)

    def _read_ledger(self):
        """Return the demanded lines of the notices with the facts of today.

        :return: rows of the pipeline; ``code`` says why a line is dropped
        :rtype: list[dict]
        """
        today = self.company_id._dunning_today()
        pipeline = self.env["dunning.pipeline"]
        rows = []
        for company, notices in self.grouped("company_id").items():
            rows += pipeline._sending_rows(company, today[company], notices)
        for row in rows:
            if row["code"] or row["net"] is None:
                continue
            owed = float(row["net"])
            if not row["is_overdue"]:
                owed += float(row["early"])
            if self._is_covered(row["currency_id"], owed):
                row["code"] = "covered"
        self._cover_purses(rows)
        return rows

    def _cover_purses(self, rows):
        """Say so of lines of which the company's own credits leave nothing.

        All of a customer and policy in a currency together; what was forced goes.
        """
        purses = defaultdict(list)
        for row in rows:
            if not row["code"] and row["own_credit"]:
                key = (row["profile_id"], row["policy_id"], row["currency_id"])
                purses[key].append(row)
        for (_profile_id, _policy_id, currency_id), purse in purses.items():
            owed = sum(row["demanded"] for row in purse) + purse[0]["own_credit"]
            is_forced = any(row["is_forced"] for row in purse)
            if not is_forced and self._is_covered(currency_id, float(owed)):
                for row in purse:
                    row["code"] = "covered"

    def _is_covered(self, currency_id, owed):
        currency = self.env["res.currency"].browse(currency_id)
        return currency.compare_amounts(owed, 0) <= 0

    def _apply_ledger(self, rows, codes, reasons):
        """Write on the lines of approved notices what the ledger says now."""
        lines = self.env["dunning.notice.line"].sudo()
        by_id = {
            line.id: line for line in lines.browse([row["id"] for row in rows])
        }  # browsed together: read together
        dropped = defaultdict(list)
        changed = self.browse()
        for row in rows:
            if row["notice_id"] not in self._ids:
                continue
            if codes[row["id"]]:
                dropped[codes[row["id"]]].append(row["id"])
                changed |= self.browse(row["notice_id"])
            elif by_id[row["id"]]._correct(row["residual"], row["disputed"]):
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
                SELECT line.id, line.notice_id, credit.residual
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                  JOIN credit_profile profile ON profile.id = notice.profile_id
             LEFT JOIN account_move_line item ON item.id = line.move_line_id
             LEFT JOIN res_partner owner ON owner.id = item.partner_id
            CROSS JOIN LATERAL (
                       SELECT CASE WHEN item.parent_state = 'posted'
                                    AND item.reconciled IS NOT TRUE
                                    AND owner.commercial_partner_id = profile.partner_id
                                   THEN least(item.amount_residual_currency, 0)
                                   ELSE 0 END AS residual) credit
                 WHERE line.notice_id IN %s AND line.kind = 'info'
                   AND line.amount_residual < 0 AND line.is_dropped IS NOT TRUE
                   AND line.amount_residual <> credit.residual
                """,
                tuple(self.ids) or (0,),
            )
        )
        changed = {row[1] for row in rows}
        for line_id, _notice_id, residual in rows:
            line = self.env["dunning.notice.line"].sudo().browse(line_id)
            line.write({"amount_residual": residual, "is_dropped": not residual})
        changed |= self._insert_new_credits()
        return self.browse(changed)

    def _insert_new_credits(self):
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO dunning_notice_line (
                    notice_id, move_line_id, name, kind, currency_id,
                    date_invoice, date_due, days_overdue, amount_total,
                    amount_residual, amount_disputed, amount_claimed, interest,
                    compensation, is_live, is_dropped)
                SELECT notice.id, item.id, move.name, 'info',
                       item.currency_id, coalesce(move.invoice_date, item.date),
                       coalesce(item.date_maturity, item.date), 0,
                       item.amount_currency, item.amount_residual_currency, 0, 0, 0, 0,
                       FALSE, FALSE
                  FROM dunning_notice notice
                  JOIN dunning_policy policy ON policy.id = notice.policy_id
                   AND policy.grouping = 'customer'
                  JOIN credit_profile profile ON profile.id = notice.profile_id
                  JOIN res_partner owner
                    ON owner.commercial_partner_id = profile.partner_id
                  JOIN account_move_line item ON item.partner_id = owner.id
                   AND item.account_id IN %(account_ids)s
                   AND item.company_id = notice.company_id
                   AND item.parent_state = 'posted' AND item.reconciled IS NOT TRUE
                   AND item.amount_residual_currency < 0
                  JOIN account_move move ON move.id = item.move_id
                 WHERE notice.id IN %(ids)s
                   AND NOT EXISTS (
                       SELECT 1 FROM dunning_notice_line line
                        WHERE line.notice_id = notice.id
                          AND line.move_line_id = item.id)
             RETURNING notice_id
                """,
                ids=tuple(self.ids) or (0,),
                account_ids=self.company_id._trade_receivable_ids(),
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
            day = company._dunning_today()[company]
            total = sum(
                self.env["res.currency"]
                .browse(int(key))
                ._convert(max(values["net"], 0.0), company.currency_id, company, day)
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
