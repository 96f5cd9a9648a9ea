from smtplib import SMTP  # by itself: tests replace the one of the module

from odoo import api, models


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def send_email(self, message, *args, smtp_session=None, **kwargs):
        """Keep what the mail server answers for each address, for mails of notices.

        The standard library returns it and core drops it.
        """
        wire = self.env.context.get("dunning_wire")
        if wire is not None and smtp_session is not None:
            smtp_session = WireTap(smtp_session, wire)
        return super().send_email(message, *args, smtp_session=smtp_session, **kwargs)


class WireTap:
    """An SMTP session that remembers the server's answer to one message.

    :param session: the real session
    :param dict wire: gets ``tried``, ``is_told`` (the text was on its way), ``refused``
        (answers by address) and ``error``
    """

    def __init__(self, session, wire):
        self._session = session
        self._wire = wire

    def __getattr__(self, name):
        return getattr(self._session, name)

    def send_message(self, *args, **kwargs):
        """Send by the real session, and remember the answer."""
        self._wire["tried"] = True
        if isinstance(self._session, SMTP):
            # the one step after which the server may have taken the mail
            self._session.data = self._data
        try:
            self._wire["refused"] = self._session.send_message(*args, **kwargs)
        except Exception as error:
            self._wire["error"] = error
            raise
        finally:
            self._session.__dict__.pop("data", None)
        return self._wire["refused"]

    def _data(self, text):
        self._wire["is_told"] = True
        return type(self._session).data(self._session, text)
