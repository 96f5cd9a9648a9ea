import base64
import io
import zipfile

from odoo.addons.mail.tests.common import MailCommon

from .common import CreditControlCommon

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)
MAIL = b"From: a@x.example\nDate: Mon, 15 Jun 2026 10:00:00 +0000\nSubject: x\n\nPaid."
SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def office_file(name):
    """Return a small file of Office that has a part ``name``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        if name.startswith("xl/"):
            archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr(name, "<x/>")
    return stream.getvalue()


class PortalRequestCommon(CreditControlCommon, MailCommon):
    """A customer with three claims in two currencies, and his collector."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_users()
        cls.customer = cls.make_customer(
            user_id=cls.sales_reader.id,
            contacts=[{"name": "Anne", "roles": ["accounts_payable"]}],
        )
        cls.policy = cls.make_policy()
        cls.profile = cls.make_profile(
            cls.customer, user_id=cls.collector.id, policy_id=cls.policy.id
        )
        cls.move = cls.make_invoice(cls.customer, 1000, -10)
        cls.second = cls.make_invoice(cls.customer, 500, -6)
        cls.foreign = cls.make_invoice(
            cls.customer, 200, -6, currency=cls.other_currency
        )
        cls.line = cls.receivables(cls.move)
        cls.lines = cls.line + cls.receivables(cls.second)
        cls.price = cls.env.ref("credit_control.dispute_reason_price")
        cls.form_number = 0

    def say(self, kind, lines=None, files=(), **values):
        """Send a form as the customer; return the requests."""
        type(self).form_number += 1
        lines = self.line if lines is None else lines
        profile = self.profile.sudo()
        return self.env["credit.portal.request"]._take(
            profile.with_context(lang="en_US"),
            kind,
            {
                "nonce": f"nonce-of-the-form-{self.form_number}",
                "items": [str(line.id) for line in lines],
                **values,
            },
            files,
        )

    def promise(self, day=5, **values):
        return self.say("promise", date=str(self.days(day)), **values)

    def dispute(self, **values):
        data = {"reason": str(self.price.id), "note": "Too dear", **values}
        return self.say("dispute", **data)

    def accept(self, request):
        return request.with_user(self.collector).action_accept()

    def refuse(self, request, answer="No."):
        own = request.with_user(self.collector)
        own.answer = answer
        return own.action_refuse()

    def result(self, request):
        return self.env[request.res_model].browse(request.res_id)

    def codes(self):
        """Return the code of each claim, in the order of the ledger."""
        self.env.flush_all()
        rows = self.profile.explain()
        return {row["move_line_id"]: row["code"] for row in rows}

    def speak(self, lang):
        """Install a language and let the customer's people speak it."""
        self.env["res.lang"]._activate_lang(lang)
        self.env["ir.module.module"]._load_module_terms(["credit_control"], [lang])
        (self.customer | self.customer.child_ids).lang = lang
