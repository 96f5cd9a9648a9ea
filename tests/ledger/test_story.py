"""Each customer of the story shows what its name promises."""

import datetime
import json

from ledger import world

STORY = json.loads(world.HERE.joinpath("story.json").read_text("utf-8"))
COURTEOUS = "Courteous reminder"
# what a customer shows besides a hold of that name: {show: holds or levels}
LEVELS = {
    "broken_promise": ["Firm reminder"],
    "dispute": [COURTEOUS, COURTEOUS],
    "insolvency": ["insolvency", COURTEOUS],
    "spacing": ["not_yet", "spacing"],
    "formal": ["Formal notice"],
    "forced": ["Final reminder", "Final reminder"],
    "one_off": ["A word from the director"],
    "step": [COURTEOUS],
    "direct": ["Final reminder"],
    "risky": ["Before the due date"],
    "currencies": [COURTEOUS] * 3,
    "instalments": [COURTEOUS, "not_yet", "not_yet"],
    "copies": ["Second reminder"],
    "key_account": ["Word with the salesperson"],
    "public_sector": [COURTEOUS],
    "small": [COURTEOUS, COURTEOUS],
    "branch": [COURTEOUS],
    "shared": [COURTEOUS, COURTEOUS],
    "british": [COURTEOUS],
    "german": [COURTEOUS],
    "spanish": [COURTEOUS],
    "italian": [COURTEOUS],
    "dutch": [COURTEOUS],
    "partial_payment": [COURTEOUS],
    "unallocated": [COURTEOUS],
    "grace": ["not_yet"],
    "opening_balance": ["no_followup", COURTEOUS],
    "portal": [COURTEOUS, "not_yet"],
    "prompt": ["not_yet"],
    "consumer": [COURTEOUS],
    "consumer_second": ["Second reminder"],
    "consumer_final": ["Final reminder"],
    "consumer_formal": ["Formal notice"],
    "received": ["last_level"],
    "unclaimed": ["not_yet"],
    "returned": ["last_level"],
    "fallback": [COURTEOUS],
    "bounced": [COURTEOUS],
    "sms_sent": ["not_yet"],
    "sms_wrong": ["not_yet"],
    "sms_unknown": ["not_yet"],
    "sms_stop": [COURTEOUS],
    "sms_due": ["Second reminder"],
    "broken_plan": [COURTEOUS],
    "proposed_plan": [COURTEOUS],
    "proposed_promise": [COURTEOUS],
    "conceded": [COURTEOUS],
}


def test_every_customer_shows_what_it_is_there_for(ledger):
    shown = ledger("ledger.story:shown")
    wanted = {
        spec["name"]: list(LEVELS.get(spec["show"], [spec["show"]]))
        for spec in STORY["customers"]
    }
    wanted["Charpentes Échelon"] *= 2  # two invoices in one plan
    wanted["Yasmine Haddad"] *= 2  # she bought twice
    wanted["Collège des Bons Comptes"] = ["Second reminder"]
    if datetime.date.today().weekday() > 4:  # noqa: DTZ011 - as the demo
        people = [spec["name"] for spec in STORY["customers"] if spec.get("person")]
        wanted |= {name: ["closed_day"] * len(wanted[name]) for name in people}
    assert shown == wanted


def test_the_comment_says_what_a_customer_shows(ledger):
    rows = dict(
        ledger.query("SELECT name, comment FROM res_partner WHERE ref LIKE 'S%'")
    )
    assert set(rows) == set(ledger.told)
    assert all(about in rows[name] for name, about in ledger.told.items())


def test_a_second_time_nothing_is_made(ledger):
    count = "SELECT count(*) FROM res_partner"
    before = ledger.query(count)
    assert ledger("ledger.story:tell") == ledger.told
    assert ledger.query(count) == before


def test_customers_have_collectors_and_contacts_have_roles(ledger):
    rows = ledger.query("""
        SELECT u.login, array_agg(DISTINCT p.company_id ORDER BY p.company_id)
          FROM credit_profile p LEFT JOIN res_users u ON u.id = p.user_id
         GROUP BY u.login ORDER BY u.login""")
    assert rows[0] == ["collector", [1, 2]]
    assert rows[1] == ["collector2", [3]]
    assert "manager" in [login for login, _companies in rows]
    roles = ledger.query("""
        SELECT count(DISTINCT r.role_id) FROM credit_role_partner_rel r""")
    assert roles == [[7]]
