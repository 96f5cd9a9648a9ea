"""One database with a small ledger and the story, for all tests of this folder."""

import pytest


@pytest.fixture(scope="session")
def ledger(environment, installed):
    """Return a function that calls another in a database with a small ledger."""
    name = environment.database_name("case_ledger")
    environment.databases.clone(installed, name)

    def call(function, **values):
        return environment.databases.call(name, function, **values)

    call.query = lambda sql: environment.databases.query(sql, database=name)
    call.figures = call("ledger:generate", customers=40, orm_invoices=12)
    call.told = call("ledger.story:tell")
    yield call
    environment.databases.drop(name)
