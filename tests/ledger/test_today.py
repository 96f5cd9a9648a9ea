"""The stages of the demo around its run: what was before it, and what came back."""

import pytest

pytestmark = pytest.mark.slow

COUNTS = """
    SELECT (SELECT count(*) FROM dunning_notice),
           (SELECT count(*) FROM dunning_delivery),
           (SELECT count(*) FROM dunning_simulation),
           (SELECT count(*) FROM credit_digest), (SELECT count(*) FROM credit_call),
           (SELECT count(*) FROM credit_event), (SELECT count(*) FROM mail_message)"""
# rendering them is a matter of other tests
NO_LETTERS = """
    UPDATE dunning_delivery SET date_next_try = now() + interval '1 year'
     WHERE channel IN ('letter', 'registered') AND state = 'ready'"""
CHAIN = """
    SELECT channel, delivery.state FROM dunning_delivery delivery
      JOIN credit_profile profile ON profile.id = delivery.profile_id
      JOIN res_partner partner ON partner.id = profile.partner_id
     WHERE partner.name = '{}' ORDER BY delivery.id"""


@pytest.fixture(scope="module")
def day(environment, ledger):
    """Return a function as ``ledger`` does, of a copy on which the day has gone by."""
    name = environment.database_name("case_day")
    environment.databases.clone(environment.database_name("case_ledger"), name)

    def call(function, **values):
        return environment.databases.call(name, function, **values)

    call.query = lambda sql: environment.databases.query(sql, database=name)
    call("inside.people:make")
    call("inside.past:make")
    call.runs = call("inside.day:plan_and_send")
    call.query(NO_LETTERS)
    call("inside.channels:follow")
    yield call
    environment.databases.drop(name)


def test_two_ways_are_compared(day):
    rows = day.query("""
        SELECT policy.variant_of_id IS NULL, count(*)
          FROM dunning_notice notice JOIN dunning_policy policy
            ON policy.id = notice.policy_id
           AND (policy.variant_of_id IS NOT NULL OR policy.variant_date IS NOT NULL)
         WHERE notice.run_id IS NULL GROUP BY 1""")
    assert len(rows) == 2
    assert all(count > 3 for _is_main, count in rows), rows


def test_yesterday_s_digest_was_sent(day):
    rows = day.query("""
        SELECT digest.state, count(line.hold_until) FROM credit_digest digest
          LEFT JOIN credit_digest_line line ON line.digest_id = digest.id
         WHERE digest.date_sent < digest.date GROUP BY digest.id ORDER BY 2 DESC""")
    assert rows
    assert {state for state, _held in rows} == {"sent"}
    assert rows[0][1] == 1


def test_no_claim_is_forgotten(day):
    assert [run["forgotten"] for run in day.runs] == [0, 0, 0]


def test_the_chain_of_what_came_back(day):
    chain = day.query(CHAIN.format("Impasse du Facteur"))
    assert chain[:3] == [
        ["email", "bounced"],
        ["email", "bounced"],
        ["sms", "failed"],
    ]
    assert [channel for channel, _state in chain[3:]] == ["letter"]
    assert day.query(CHAIN.format("Adresse Envolée"))[0] == ["registered", "bounced"]


def test_simulations_are_kept(day):
    rows = day.query("""
        SELECT name, (summary ->> 'other')::int > 0 FROM dunning_simulation
         WHERE date_done IS NOT NULL""")
    assert len(rows) == 2
    assert all(differs for _name, differs in rows), rows


def test_a_second_time_nothing_is_made(day):
    before = day.query(COUNTS)
    day("inside.past:make")
    day("inside.channels:follow")
    assert day.query(COUNTS) == before
