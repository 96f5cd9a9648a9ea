from odoo import api, fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """Why an invoice is unpaid: what is known by itself, unless a person said it."""

    _inherit = "account.move"

    dunning_origin_is_automatic = fields.Boolean(
        copy=False,
        readonly=True,
        help="Not said by a person: it follows what is known of the claim.",
    )

    def write(self, vals):
        """What a person says of an invoice is not changed by the program any more."""
        if "dunning_origin" in vals and "dunning_origin_is_automatic" not in vals:
            vals = {**vals, "dunning_origin_is_automatic": False}
        return super().write(vals)

    @api.model
    @api.private
    def _update_origins(self, company, moves=None):
        """Say of each open claim why it is unpaid, where nobody said it.

        In this order: handed over, insolvent, contested, else late once it is overdue.
        One statement, whatever the number.

        :param moves: of these entries alone
        :return: the ids of the entries changed
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH claim AS (
                    SELECT move.id,
                           CASE WHEN bool_or(dossier.is_held) THEN 'handed_over'
                                WHEN min(profile.legal_status) <> 'none'
                                 AND min(coalesce(move.invoice_date, line.date))
                                     < min(profile.legal_date)
                                THEN min(profile.legal_status)
                                WHEN count(dispute.is_open) > 0 THEN 'dispute'
                                WHEN min(coalesce(line.date_maturity, line.date))
                                     < %(today)s THEN 'late' END AS origin
                      FROM account_move_line line
                      JOIN account_move move ON move.id = line.move_id
                      LEFT JOIN res_partner contact ON contact.id = line.partner_id
                      LEFT JOIN credit_profile profile
                             ON profile.partner_id = contact.commercial_partner_id
                            AND profile.company_id = line.company_id
                      LEFT JOIN (SELECT DISTINCT move_id, TRUE AS is_open
                                   FROM (%(disputes)s) pausing) dispute
                             ON dispute.move_id = move.id
                      LEFT JOIN (SELECT DISTINCT move_id, TRUE AS is_held
                                   FROM credit_dossier_line WHERE is_held) dossier
                             ON dossier.move_id = move.id
                     WHERE line.account_id IN %(accounts)s
                       AND line.reconciled IS NOT TRUE
                       AND line.parent_state = 'posted'
                       AND line.amount_residual > 0
                       AND line.company_id = %(company)s
                       AND (move.dunning_origin IS NULL
                            OR move.dunning_origin_is_automatic)
                       AND %(restriction)s
                     GROUP BY move.id
                )
                UPDATE account_move move
                   SET dunning_origin = claim.origin, dunning_origin_is_automatic = TRUE
                  FROM claim
                 WHERE move.id = claim.id
                   AND move.dunning_origin IS DISTINCT FROM claim.origin
                RETURNING move.id
                """,
                today=company._dunning_today()[company],
                accounts=company._trade_receivable_ids(),
                company=company.id,
                disputes=self.env["credit.dispute"]._pausing_query(
                    SQL("%s::date", company._dunning_today()[company])
                ),
                restriction=SQL("TRUE")
                if moves is None
                else SQL("move.id IN %s", tuple(moves.ids) or (0,)),
            )
        )
        changed = self.browse(move_id for (move_id,) in rows)
        changed.invalidate_recordset(
            ["dunning_origin", "dunning_origin_is_automatic"], flush=False
        )
        return changed.ids

    @api.private
    def _follow_origins(self):
        """Bring the origin of these entries up to date."""
        for company, moves in self.sudo().grouped("company_id").items():
            self._update_origins(company, moves)

    @api.private
    def _qualify(self, origin):
        """Say why these invoices are unpaid, with a note in the chatter of each.

        :param origin: a value of ``dunning_origin``; none: what is known by itself
        """
        self._check_dunning_rights(self.env._("say why an invoice is unpaid"))
        # sudo: a collector has no right on entries
        self.sudo().write({"dunning_origin": origin or False})
        if not origin:
            self._follow_origins()
        labels = dict(self._fields["dunning_origin"]._description_selection(self.env))
        body = self.env._(
            "Why unpaid: %s", labels.get(origin) or self.env._("as known by itself")
        )
        self.sudo()._message_log_batch(
            dict.fromkeys(self.ids, body), author_id=self.env.user.partner_id.id
        )

    def action_dunning_qualify(self):
        """Open the wizard that says why these invoices are unpaid."""
        self._check_dunning_rights(self.env._("say why an invoice is unpaid"))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "credit_control.credit_qualify_origin_action"
        )
        return {**action, "context": {"default_move_ids": self.ids}}


class CreditDispute(models.Model):
    """A dispute is a reason not to pay, as long as it is open."""

    _inherit = "credit.dispute"

    def _event_dispute_opened(self):
        result = super()._event_dispute_opened()
        self.move_id._follow_origins()
        return result

    @api.private
    def _update_state(self, allowed, target, **vals):
        """Let the invoices follow."""
        changed = super()._update_state(allowed, target, **vals)
        changed.move_id._follow_origins()
        return changed
