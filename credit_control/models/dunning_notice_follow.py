from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize


class DunningNotice(models.Model):
    """What follows from sending: levels of the items, bounces, answers."""

    _inherit = "dunning.notice"

    # === DELIVERED, AND TAKEN BACK === #
    @api.private
    def _apply_delivery(self):
        """Move the claims of sent notices on to their level; clear forced levels.

        One UPDATE for all. Days run from the sending, or from the receipt where a
        letter is known to have been received. A level of another policy (a one-off)
        changes the date only: the item keeps its position in the policy.
        """
        if not self:
            return
        self.flush_model()
        self.env["dunning.notice.line"].flush_model()
        self.env["account.move.line"].flush_model(["dunning_level_id", "dunning_date"])
        self.env.execute_query(
            SQL(
                """
                WITH claim AS (
                    SELECT line.id, line.move_line_id, %(counted)s AS counted,
                           item.dunning_level_id AS old_level,
                           item.dunning_date AS old_date,
                           CASE WHEN level.policy_id = notice.policy_id
                                THEN line.level_id
                                ELSE item.dunning_level_id END AS new_level
                      FROM dunning_notice_line line
                      JOIN dunning_notice notice ON notice.id = line.notice_id
                      JOIN account_move_line item ON item.id = line.move_line_id
                      JOIN dunning_level level ON level.id = line.level_id
                     WHERE notice.id IN %(ids)s AND notice.state = 'sent'
                       AND line.kind = 'claim' AND line.is_dropped IS NOT TRUE
                       AND line.is_delivered IS NOT TRUE
                ), moved AS (
                    UPDATE account_move_line item
                       SET dunning_level_id = claim.new_level,
                           dunning_date = claim.counted
                      FROM claim WHERE item.id = claim.move_line_id
                )
                UPDATE dunning_notice_line line
                   SET is_delivered = TRUE, previous_level_id = claim.old_level,
                       previous_date = claim.old_date
                  FROM claim WHERE line.id = claim.id
             RETURNING line.id
                """,
                ids=tuple(self.ids),
                counted=self._sql_counted("notice"),
            )
        )
        self._forget_items()
        self._clear_forced_levels()

    def _forget_items(self):
        self.env["account.move.line"].invalidate_model(
            ["dunning_level_id", "dunning_date"]
        )
        self.env["dunning.notice.line"].invalidate_model(
            ["is_delivered", "previous_level_id", "previous_date"]
        )
        self.profile_id.sudo()._request_refresh()

    def _clear_forced_levels(self):
        """Clear the forced levels that were delivered, with a line in the chatter."""
        forced = self.sudo().line_ids.filtered(
            lambda line: line.is_forced and line.is_delivered
        )
        moves = forced.move_line_id.move_id.filtered("dunning_forced_level_id")
        profiles = forced.notice_id.profile_id.filtered("forced_level_id")
        for records, field in (
            (moves, "dunning_forced_level_id"),
            (profiles, "forced_level_id"),
        ):
            prefix = field.removesuffix("level_id")
            delivered = records.filtered(
                lambda record, field=field: record[field] in forced.level_id
            )
            delivered._message_log_batch(
                bodies={
                    record.id: self.env._(
                        "The forced level %(level)s was delivered and is cleared. "
                        "Reason given: %(reason)s",
                        level=record[field].name,
                        reason=record[f"{prefix}reason"] or "-",
                    )
                    for record in delivered
                }
            )
            delivered.with_context(tracking_disable=True).write(
                {
                    field: False,
                    f"{prefix}reason": False,
                    f"{prefix}user_id": False,
                }
            )

    @api.private
    def _take_back(self):
        """Undo what the delivery of these notices did to the levels of their items.

        For notices of which no delivery reached the customer after all: level and date
        of the claims are found again from the notices that remain delivered, else are
        as they were before the first of them. The notices become failed.
        """
        delivered = {
            notice.id
            for [notice] in self.env["dunning.delivery"]
            .sudo()
            ._read_group(
                [("notice_id", "in", self.ids), ("state", "=", "sent")], ["notice_id"]
            )
        }
        undone = self.filtered(lambda notice: notice.id not in delivered)
        undone = undone._update_state(("sent",), "failed", date_sent=None)
        if not undone:
            return
        self.env["account.move.line"].flush_model(["dunning_level_id", "dunning_date"])
        self.env.execute_query(self._take_back_sql(undone))
        undone._forget_items()

    def _take_back_sql(self, undone):
        return SQL(
            """
            WITH undone AS (
                UPDATE dunning_notice_line SET is_delivered = FALSE
                 WHERE notice_id IN %(ids)s AND is_delivered AND kind = 'claim'
             RETURNING id, move_line_id, previous_level_id, previous_date
            ), kept AS (
                SELECT line.id, line.move_line_id, line.previous_level_id,
                       line.previous_date, line.level_id, notice.date_sent,
                       %(counted)s AS counted,
                       level.policy_id = notice.policy_id AS is_step
                  FROM dunning_notice_line line
                  JOIN dunning_notice notice ON notice.id = line.notice_id
                  JOIN dunning_level level ON level.id = line.level_id
                 WHERE line.is_delivered AND line.notice_id NOT IN %(ids)s
                   AND line.move_line_id IN (SELECT move_line_id FROM undone)
            ), first AS (
                SELECT DISTINCT ON (move_line_id) move_line_id, previous_level_id,
                       previous_date
                  FROM (SELECT id, move_line_id, previous_level_id, previous_date
                          FROM undone
                     UNION ALL
                        SELECT id, move_line_id, previous_level_id, previous_date
                          FROM kept) line
              ORDER BY move_line_id, previous_date NULLS FIRST, id
            ), base AS (
                UPDATE dunning_notice_line line
                   SET previous_level_id = first.previous_level_id,
                       previous_date = first.previous_date
                  FROM first, (
                      SELECT DISTINCT ON (move_line_id) id, move_line_id FROM kept
                    ORDER BY move_line_id, date_sent, id) earliest
                 WHERE line.id = earliest.id
                   AND earliest.move_line_id = first.move_line_id
            ), last AS (
                SELECT first.move_line_id,
                       coalesce((
                           SELECT kept.level_id FROM kept
                            WHERE kept.move_line_id = first.move_line_id
                              AND kept.is_step
                         ORDER BY kept.date_sent DESC, kept.id DESC LIMIT 1),
                           first.previous_level_id) AS level_id,
                       coalesce((
                           SELECT max(kept.counted) FROM kept
                            WHERE kept.move_line_id = first.move_line_id),
                           first.previous_date) AS date
                  FROM first
            )
            UPDATE account_move_line item
               SET dunning_level_id = last.level_id, dunning_date = last.date
              FROM last WHERE item.id = last.move_line_id
         RETURNING item.id
            """,
            ids=tuple(undone.ids),
            counted=self._sql_counted("notice"),
        )

    @api.private
    def _reopen(self):
        """Let failed notices wait for sending again.

        :raise UserError: when another notice demands one of the items meanwhile
        """
        failed = self.filtered(lambda notice: notice.state == "failed")
        items = failed.sudo().line_ids.filtered(
            lambda line: line.kind != "info" and not line.is_dropped
        ).move_line_id
        if (
            self.env["dunning.notice.line"]
            .sudo()
            .search_count([("is_live", "=", True), ("move_line_id", "in", items.ids)])
        ):
            raise UserError(
                self.env._(
                    "Another notice of this customer waits to be sent and has the same "
                    "invoices. Send that one, or cancel it first."
                )
            )
        return failed._update_state(("failed",), "approved")

    # === BOUNCES AND ANSWERS === #
    def _message_receive_bounce(self, email, partner):
        """Take the delivery back when the mail came back undelivered."""
        super()._message_receive_bounce(email, partner)
        address = email_normalize(email) or email
        for notice in self.sudo():
            notice.delivery_ids._receive_bounce(address)

    def message_update(self, msg_dict, update_vals=None):
        """Stop the reminders of a customer who answers, and tell the collector.

        An automatic answer, or one of our own people, is no answer of the customer.
        """
        result = super().message_update(msg_dict, update_vals)
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or [])
        if not author.user_ids.filtered(lambda user: user._is_internal()):
            self.sudo()._receive_reply(msg_dict)
        return result

    def _receive_reply(self, msg_dict):
        """Record the answer of a customer.

        :param dict msg_dict: the parsed mail, as of ``message_update``
        """
        for notice in self:
            partner = notice.profile_id.user_id.partner_id
            if partner:
                notice._message_subscribe(partner_ids=partner.ids)
        if not self.env.context.get("dunning_automatic_answer"):
            self.profile_id.filtered(lambda item: not item.reply_date).write(
                {"reply_date": fields.Datetime.now()}
            )

    def _message_post_after_hook(self, message, msg_values):
        """An answer to the customer, written on the notice, ends the waiting."""
        result = super()._message_post_after_hook(message, msg_values)
        is_answer = (
            message.message_type == "comment"
            and not message.is_internal
            and message.author_id.user_ids
        )
        if is_answer:
            self.sudo().profile_id.filtered("reply_date").write({"reply_date": False})
        return result
