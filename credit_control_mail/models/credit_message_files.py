from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class IrAttachment(models.Model):
    """What came in with a mail stays as it is, as the mail itself does."""

    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Refuse to change originals and files of mails; what people add is theirs."""
        result = super()._check_access(operation)
        if operation == "read" or not self:
            return result
        kept = self._came_with_mails()
        if not kept:
            return result
        forbidden = kept | result[0] if result else kept
        return forbidden, lambda: AccessError(
            self.env._(
                "What came in with a mail stays as it is. Download the file, and keep "
                "a changed one elsewhere."
            )
        )

    def _came_with_mails(self):
        """Return those of these attachments that are part of an inbound message."""
        files = self.sudo().filtered(lambda file: file.res_model == "credit.message")
        if not files:
            return files
        originals = files.filtered("res_field")
        rows = self.env.execute_query(
            SQL(
                """SELECT ir_attachment_id FROM credit_message_ir_attachment_rel
                    WHERE ir_attachment_id IN %(ids)s
                    UNION
                   SELECT ir_attachment_id FROM credit_message_picture_rel
                    WHERE ir_attachment_id IN %(ids)s""",
                ids=tuple(files.ids) or (0,),
            )
        )
        return self.browse([*originals.ids, *(row[0] for row in rows)])
