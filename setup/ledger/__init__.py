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

from importlib import import_module

_ORIGIN = {"generate": "main", "verify": "check", "twins": "remake"}
__all__ = ["generate", "twins", "verify"]


def __getattr__(name):
    """Import what needs Odoo only when it is used: the planning does without."""
    if name not in _ORIGIN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_ORIGIN[name]}", __name__), name)
