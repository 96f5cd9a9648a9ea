from odoo import api, models
from odoo.tools import SQL


class DunningStateMixin(models.AbstractModel):
    """The one place where a state changes, for records with a ``state`` column."""

    _name = "dunning.state.mixin"
    _description = "Dunning state"

    @api.private
    def _update_state(self, allowed, target, **vals):
        """Move the records that are in an allowed state to ``target``.

        One UPDATE that tests the state again as it writes, so that a worker who came
        first is never overwritten.

        :param tuple allowed: the states that may be left
        :param str target: the new state
        :param vals: other columns to set, as stored in the database
        :return: the records changed, in the order of ``self``
        """
        if not self:
            return self
        self.flush_model()
        values = {
            "state": target,
            "write_uid": self.env.uid,
            "write_date": self.env.cr.now(),
            **{name: None if value is False else value for name, value in vals.items()},
        }
        rows = self.env.execute_query(
            SQL(
                "UPDATE %s SET %s WHERE id IN %s AND state IN %s RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                tuple(self.ids),
                tuple(allowed),
            )
        )
        won = {row[0] for row in rows}
        changed = self.browse([record_id for record_id in self.ids if record_id in won])
        changed.invalidate_recordset()
        if changed:
            changed._after_state(target)
        return changed

    def _after_state(self, target):
        """Do what follows from a change of state; ``self`` are the changed records.

        Extended by the models that keep other columns in step with their state.
        """
