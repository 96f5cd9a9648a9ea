"""A realistic, seeded ledger for demonstrations, tests and benchmarks.

In an Odoo shell::

    from ledger import generate, verify
    from ledger.story import tell
    figures = generate(env, customers=400)   # companies, customers, 24 months
    assert not verify(env)                   # the ORM agrees with every figure
    tell(env)                                # named customers, one for each rule
    env.cr.commit()

The bulk goes straight into PostgreSQL: every kind of row is made once by the ORM
(the *shape*), read back, and repeated by ``COPY`` with the columns that vary.
"""

from .check import verify
from .main import generate

__all__ = ["generate", "verify"]
