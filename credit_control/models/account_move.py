from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_policy_id = fields.Many2one(
        "dunning.policy",
        string="Own dunning policy",
        copy=False,
        check_company=True,
        ondelete="set null",
        index="btree_not_null",
        help="Wins over the customer's policy for this invoice.",
    )
    dunning_forced_level_id = fields.Many2one(
        "dunning.level",
        string="Forced level",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The next run uses this level, whatever the delays; then the policy "
        "goes on from there.",
    )
    dunning_forced_reason = fields.Char(copy=False, readonly=True)
    dunning_forced_user_id = fields.Many2one(
        "res.users", string="Forced by", copy=False, readonly=True
    )
    dunning_origin = fields.Selection(
        [
            ("late", "Paid late"),
            ("dispute", "Dispute"),
            ("safeguard", "Safeguard"),
            ("receivership", "Receivership"),
            ("liquidation", "Liquidation"),
            ("factored", "Factored"),
            ("handed_over", "Handed over to a third party"),
            ("other", "Other"),
        ],
        string="Why unpaid",
        copy=False,
        help="Factored and handed-over invoices are not reminded.",
    )
