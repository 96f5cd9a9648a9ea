from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from ..tools.header_rules import classify_headers, facts_of


def mail(subject="", sender="", bounce=None, attachments=(), **headers):
    """Return a mail as far as its headers are looked at; ``_`` stands for ``-``."""
    return SimpleNamespace(
        subject=subject,
        from_address=sender,
        from_name="",
        bounce=bounce,
        attachments=[
            SimpleNamespace(name=name, is_inline=False) for name in attachments
        ],
        headers={
            name.replace("_", "-").lower(): [value] for name, value in headers.items()
        },
    )


@tagged("credit_control", "credit_control_kernel")
class TestHeaderRules(BaseCase):
    """What headers alone prove, and what they do not."""

    def assertProven(self, intent, message):
        """Assert that the headers alone make it ``intent``, or nothing if None."""
        found = [finding.intent for finding in classify_headers(message)]
        self.assertEqual(found, [intent] if intent else [])

    def test_bounces(self):
        report = 'multipart/report; report-type="delivery-status"; boundary=x'
        failed = SimpleNamespace(action="failed")
        for message in (
            mail(Content_Type=report),
            mail(bounce=failed),
            mail(X_Failed_Recipients="a@b.example"),
            mail("Undeliverable: Reminder", "MAILER-DAEMON@mx.example"),
            mail("Warning: message 1x delayed 24 hours", "postmaster@mx.example"),
            mail("Non remis : relance", Return_Path="<>"),
            mail("Delivery Status Notification (Failure)", Return_Path="<>"),
        ):
            self.assertProven("bounce", message)

    def test_reports_of_success_are_no_bounces(self):
        self.assertProven(None, mail(bounce=SimpleNamespace(action="delivered")))

    def test_automatic_responses(self):
        receipt = "multipart/report; report-type=disposition-notification"
        for message in (
            mail("Re: x", Auto_Submitted="auto-replied"),
            mail("Re: x", Auto_Submitted="auto-replied (vacation)"),
            mail("Automatic reply: Overdue invoice"),
            mail("Réponse automatique : Relance"),
            mail("[EXTERN] Out of Office"),
            mail("Abwesenheitsnotiz"),
            mail("Re: x", X_Autoreply="yes"),
            mail("Re: x", Precedence="auto_reply"),
            mail("Lu : Relance", Content_Type=receipt),
            mail("Read: Reminder"),
        ):
            self.assertProven("auto_reply", message)

    def test_notices_of_machines_are_read(self):
        """An ERP, a bank, a portal, a group's list: only the text tells."""
        for message in (
            mail("Avis de virement", Auto_Submitted="auto-generated"),
            mail("Payment advice", Auto_Submitted="auto-generated", Precedence="bulk"),
            mail("Re: Reminder", List_Id="<accounts.example>", Precedence="list"),
            mail("Re: Reminder", X_Auto_Response_Suppress="All"),
            mail("Re: Reminder", Auto_Submitted="no"),
            mail("Re: read the attached", X_Autoreply="no"),
        ):
            self.assertProven(None, message)

    def test_nothing(self):
        self.assertEqual(classify_headers(None), [])
        self.assertEqual(facts_of(None), [])

    def test_facts(self):
        message = mail(Auto_Submitted="auto-generated", List_Unsubscribe="<x>")
        self.assertEqual(facts_of(message), ["fact_automatic", "fact_list"])
        message = mail(attachments=["Avis de virement.pdf"])
        self.assertIn("fact_attachment_proof", facts_of(message))
        self.assertIn("fact_attachment_list", facts_of(message))
        message = mail(attachments=["photo.jpg"])
        self.assertEqual(facts_of(message), ["fact_attachment"])
