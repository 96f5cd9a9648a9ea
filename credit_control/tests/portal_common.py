import json
import logging
import re
from contextlib import contextmanager

from odoo.tests import HttpCase, new_test_user
from odoo.tools import SQL

from ..controllers.portal_guard import forget_tries
from .portal_payment_common import PortalPaymentCommon

TOKEN = "/credit/<string:token>"
LOGIN = "/my/credit/<int:profile_id>"
# every part of the customer's page with its methods: a new one has to be added here,
# and is tested with the others
PARTS = {
    "": {"GET"},
    "/seen": {"POST"},
    "/statement.<any(pdf,xlsx):kind>": {"GET"},
    "/invoice/<int:move_id>.pdf": {"GET"},
    "/invoices.zip": {"GET"},
    "/pay": {"GET"},
    "/payment/<int:transaction_id>": {"GET"},
    "/transaction": {"JSON"},
    "/request/<any(promise,plan,dispute,paid,contact):kind>": {"GET", "POST"},
    "/request/<int:request_id>/withdraw": {"POST"},
}
OTHER_ROUTES = {
    "/my/credit",
    "/my/credit/company/<int:company_id>",
    "/credit/link/<string:token>",
    "/credit/link/<string:token>/<string:part>",
    # short links of text messages, tested with them
    "/credit/s/<string:code>",
    "/credit/s/<string:code>/stop",
    # for colleagues, tested with their add-on's screens
    "/credit/aged_balance/<int:balance_id>/xlsx",
    "/credit/invoice/<int:move_id>/pdf",
    "/credit/statement/<int:statement_id>/<any(pdf,xlsx):kind>",
    "/credit/profiles/<int:export_id>/xlsx",
}
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "frame-ancestors 'none'",
}
# what the inside of the program would look like
INSIDE = ("Traceback", "Odoo Server Error", "Internal Server Error", "psycopg", ".py")


class PortalSafetyCommon(PortalPaymentCommon, HttpCase):
    """Two customers with a page each, and a stranger who tries everything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice(cls.customer, 100, -20)
        cls.second = cls.make_invoice(cls.customer, 50, -10)
        cls.other = cls.make_customer("Secret Ltd")
        cls.other_move = cls.make_invoice(cls.other, 777, -20)
        cls.other_profile = cls.make_profile(cls.other)
        cls.token = cls.profile._portal_token()
        cls.base = f"/credit/{cls.token}"
        cls.other_base = f"/credit/{cls.other_profile._portal_token()}"
        cls.env.flush_all()

    def login(self, partner=None, name="safety_login"):
        """Log a person of a customer in; return the user."""
        user = new_test_user(self.env, login=name, groups="base.group_portal")
        user.partner_id.parent_id = partner or self.customer
        self.env.flush_all()
        self.authenticate(name, name)
        return user

    def question_link(self):
        """Return a signed link to a question about a dispute."""
        dispute = self.env["credit.dispute"].create(
            {
                "profile_id": self.profile.id,
                "move_id": self.move.id,
                "amount": 5,
                "reason_id": self.env["credit.dispute.reason"].search([], limit=1).id,
            }
        )
        link = self.env["credit.link"]._issue(dispute, "dispute_question", 7)
        self.env.flush_all()
        return link

    def parts(self, *methods, number=None):
        """Yield the parts of the page with their method, ids filled in.

        :param methods: only these
        :param number: of every record; default: the customer's own, where there is one
        """
        for part, allowed in PARTS.items():
            mine = self.move.id if "move_id" in part else 0
            path = re.sub(r"<int:\w+>", str(mine if number is None else number), part)
            path = re.sub(r"<any\((\w+)[^>]*>", r"\1", path)
            for method in sorted(allowed):
                if not methods or method in methods:
                    yield path, method

    def ask(self, path, method="GET", data=None, **options):
        """Open an address as a browser without a session would, following nothing."""
        forget_tries()
        if method == "JSON":
            options["headers"] = {"Content-Type": "application/json"}
            data = data or json.dumps({"jsonrpc": "2.0", "id": 1, "params": {}})
        elif method == "POST":
            data = data or {"x": "1"}
        return self.url_open(path, data=data, allow_redirects=False, **options)

    def assertDecent(self, response, *statuses):
        """Check an answer: how it looks, what it tells, and its headers."""
        self.assertIn(response.status_code, statuses)
        for word in (*INSIDE, "Secret", self.other_move.name):
            self.assertNotIn(word, response.text)
        for name, value in HEADERS.items():
            self.assertIn(value, response.headers.get(name, ""), name)

    @contextmanager
    def assertNothingWritten(self):
        """Check that the database is told to write nothing."""
        before = self.written()
        yield
        self.assertEqual(self.written(), before)

    def written(self):
        """Return how many rows this transaction has written, by table."""
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del "
                    "FROM pg_stat_xact_user_tables "
                    "WHERE relname NOT IN ('res_device_log', 'ir_attachment')"
                )
            )
        )

    @contextmanager
    def log(self):
        """Collect what the server writes in its log, of every level."""
        lines = []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(record.getMessage())
        names = ("werkzeug", "odoo.http", "odoo.addons.credit_control", "odoo")
        loggers = [logging.getLogger(name) for name in names]
        levels = [logger.level for logger in loggers]
        root = logging.getLogger()
        root.addHandler(handler)
        for logger in loggers:
            logger.setLevel(logging.INFO)
        try:
            yield lines
        finally:
            root.removeHandler(handler)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
