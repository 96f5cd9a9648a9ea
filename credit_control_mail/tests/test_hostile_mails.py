from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_mutations import make_corpus
from .receive_common import ReceiveCommon

COUNT = 260
SUITE = "odoo.addons.credit_control_mail"


@tagged("post_install", "-at_install")
class TestHostileMails(ReceiveCommon):
    def test_corpus(self):
        """No exception, no loss, exactly one message each; twice the same nothing."""
        corpus = make_corpus(COUNT)
        self.assertEqual(len(corpus), COUNT)
        before = self.messages.search_count([])
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            found = [self.receive(raw, "credit.message") for raw in corpus]
        messages = self.messages.union(*found)
        self.assertEqual(len(messages), COUNT)
        self.assertEqual(self.messages.search_count([]), before + COUNT)
        self.assertEqual(messages.mapped("error"), [False] * COUNT)
        self.assertEqual(set(messages.mapped("is_parsed")), {True})
        self.assertEqual(set(messages.mapped("state")), {"new"})
        for message, raw in zip(messages, corpus, strict=True):
            self.assertEqual(message._get_original().raw or b"", raw)
        again = [self.receive(raw, "credit.message") for raw in corpus[::20]]
        self.assertLessEqual(self.messages.union(*again), messages)
        self._check_quiet(messages)

    def _check_quiet(self, messages):
        """Nothing of them acts, and all can be shown."""
        for message in messages:
            body = message.body_html or ""
            self.assertNotIn("<script", body)
            self.assertNotIn("http://", (body or "").replace('href="http://', ""))
        active = ("text/html", "image/svg+xml", "text/xml", "application/xml")
        self.assertFalse(
            messages.attachment_ids.filtered(lambda one: one.mimetype in active)
        )
        messages.web_read({name: {} for name in ("subject", "body_text", "email_from")})
