"""Fill the demo database with a ledger and the customers of the story."""

from ledger import generate, verify
from ledger.story import tell


def fill(env, customers):
    """Make companies, customers and 24 months of entries, then the story."""
    generate(env, customers=customers)
    wrong = verify(env)
    if wrong:
        raise ValueError(f"the ledger does not agree with Odoo: {wrong[:3]}")
    tell(env)
