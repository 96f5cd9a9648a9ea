from odoo import api, models


class CreditMassAction(models.Model):
    """Open activities go with the customers, and come back with them."""

    _inherit = "credit.mass.action"

    @api.private
    def _move_activities(self):
        """Give open activities on these customers to the new collector.

        Those of the former collector alone; a colleague's stay his.
        """
        for action in self.sudo():
            pairs = {int(key): pair for key, pair in action.values.items()}
            activities = self.env["mail.activity"].sudo().search(
                [
                    ("res_model", "=", "credit.profile"),
                    ("res_id", "in", list(pairs)),
                ]
            )
            former, new = (
                {key: pair[side]["user_id"] for key, pair in pairs.items()}
                for side in (0, 1)
            )
            moved = activities.browse(
                one.id
                for one in activities
                if new[one.res_id] and one.user_id.id == former[one.res_id]
            )
            action.activities = {str(one.id): one.user_id.id for one in moved}
            targets = {one: new[one.res_id] for one in moved}
            for user_id, some in moved.grouped(targets.get).items():
                some._give_to(user_id)

    def _restore_activities(self):
        self.ensure_one()
        kept = {int(key): user for key, user in (self.activities or {}).items()}
        activities = self.env["mail.activity"].sudo().browse(kept).exists()
        for user_id, some in activities.grouped(lambda one: kept[one.id]).items():
            some._give_to(user_id)
