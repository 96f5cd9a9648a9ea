"""What the same work costs at least, measured on the same ledger and taken back."""

import subprocess
import tempfile
import time
from pathlib import Path

from odoo.tools import find_in_path

OPEN = """
  SELECT l.id, l.partner_id, l.company_id, l.currency_id, l.move_id, l.account_id,
         coalesce(l.date_maturity, l.date) AS due,
         l.amount_residual_currency AS left_cur, l.amount_residual AS left_own,
         l.balance, l.move_name, l.invoice_date,
         current_date - coalesce(l.date_maturity, l.date) AS days
    FROM account_move_line l
    JOIN account_account a ON a.id = l.account_id
   WHERE a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE
     AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.company_id = %s
"""
BY_CUSTOMER = f"""
  SELECT partner_id, currency_id, sum(left_cur), min(due)
    FROM ({OPEN}) item GROUP BY 1, 2
"""  # noqa: S608
TABLE = """
CREATE TABLE floor_line (
    id serial PRIMARY KEY, move_line_id int, partner_id int, company_id int,
    currency_id int, move_id int, account_id int, date_due date, residual_cur numeric,
    residual numeric, total numeric, name varchar, date_invoice date, days int,
    level int, case_id int, state varchar);
CREATE INDEX ON floor_line (move_line_id);
CREATE INDEX ON floor_line (partner_id);
CREATE INDEX ON floor_line (company_id);
CREATE INDEX ON floor_line (case_id);
CREATE TABLE floor_case (
    id serial PRIMARY KEY, partner_id int, company_id int, currency_id int, level int,
    total numeric, oldest date, items int)
"""
LINES = f"""
INSERT INTO floor_line (move_line_id, partner_id, company_id, currency_id, move_id,
    account_id, date_due, residual_cur, residual, total, name, date_invoice, days,
    level, state)
SELECT *, CASE WHEN days > 45 THEN 3 WHEN days > 20 THEN 2 ELSE 1 END, 'draft'
  FROM ({OPEN}) item
"""  # noqa: S608
CASES = """
INSERT INTO floor_case (partner_id, company_id, currency_id, level, total, oldest,
    items)
SELECT partner_id, company_id, currency_id, max(level), sum(residual), min(date_due),
       count(*)
  FROM floor_line GROUP BY 1, 2, 3
"""
LINK = """
UPDATE floor_line line SET case_id = found.id FROM floor_case found
 WHERE found.partner_id = line.partner_id AND found.company_id = line.company_id
   AND found.currency_id = line.currency_id
"""


def timed(env, *statements):
    """Seconds of some SQL, the better of two times; nothing of it stays."""
    best = None
    for _turn in range(2):
        with env.cr.savepoint(flush=False) as savepoint:
            start = time.perf_counter()
            for statement, values in statements:
                env.cr.execute(statement, values)
            seconds = time.perf_counter() - start
            savepoint.rollback()
        best = min(best or seconds, seconds)
    return best


def plan(env):
    """Lines of all open items with a level, cases by customer, and their link."""
    company = [env.company.id]
    with env.cr.savepoint(flush=False) as savepoint:
        env.cr.execute(TABLE)
        seconds = timed(
            env, (OPEN, company), (LINES, company), (CASES, None), (LINK, None)
        )
        savepoint.rollback()
    return seconds


def select(env):
    """The open items by customer, read once."""
    return timed(env, (BY_CUSTOMER, [env.company.id]))


def approve(env):
    """One UPDATE of the notices."""
    statement = "UPDATE dunning_notice SET state = 'approved' WHERE state = 'draft'"
    return timed(env, (statement, None))


def emails(env, notices):
    """A table of the items rendered by QWeb, and one ``create`` of all mails."""
    view = env["ir.ui.view"].create(
        {
            "name": "floor",
            "type": "qweb",
            "arch": """<t t-name="floor"><p>Dear <t t-out="name"/>,</p><table>
                <tr t-foreach="rows" t-as="row"><td t-out="row[0]"/><td t-out="row[1]"/>
                <td t-out="row[2]"/></tr></table></t>""",
        }
    )
    env.flush_all()
    with env.cr.savepoint() as savepoint:
        start = time.perf_counter()
        env.cr.execute(
            "SELECT notice_id, name, date_due::text, amount_residual"
            "  FROM dunning_notice_line WHERE notice_id = ANY(%s)",
            [notices.ids],
        )
        rows = {}
        for notice_id, *row in env.cr.fetchall():
            rows.setdefault(notice_id, []).append(row)
        qweb = env["ir.qweb"]
        mails = [
            {
                "model": "dunning.notice",
                "res_id": notice.id,
                "subject": "Reminder",
                "body_html": qweb._render(
                    view.id, {"name": notice.partner_id.name, "rows": rows[notice.id]}
                ),
                "email_to": notice.partner_id.email,
            }
            for notice in notices
        ]
        env["mail.mail"].create(mails)
        env.flush_all()
        seconds = time.perf_counter() - start
        savepoint.rollback()
    env.invalidate_all(flush=False)
    view.unlink()
    env.cr.commit()
    return seconds


def letters(env, notices):
    """One page of ten rows for each, all by one call of wkhtmltopdf."""
    row = "<tr><td>INV/2026/00001</td><td>01/02/2026</td><td>1,234.50</td></tr>"
    page = (
        "<div style='page-break-after: always'><p>Dear customer,</p>"
        f"<table>{row * 10}</table></div>"
    )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.html"), Path(folder, "out.pdf")
        source.write_text(f"<html><body>{page * len(notices)}</body></html>")
        start = time.perf_counter()
        subprocess.run(
            [find_in_path("wkhtmltopdf"), "-q", str(source), str(target)], check=True
        )
        return time.perf_counter() - start
