from xmlrpc import client as xmlrpclib

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Store what is meant for the credit inbox before anything can go wrong.

        :return: id of the `credit.message`, else what core returns
        """
        if isinstance(message, xmlrpclib.Binary):
            message = bytes(message.data)
        if isinstance(message, str):
            message = message.encode("utf-8")
        if model == "credit.message":
            server = self.env["fetchmail.server"].browse(
                self.env.context.get("default_fetchmail_server_id") or []
            )
            return self.env["credit.message"]._receive(message, server).id
        return super().message_process(
            model,
            message,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )
