"""What the set-up does inside Odoo: each function takes ``env`` and plain values.

Called by ``lib.database.Databases.call`` through Odoo's own shell, one transaction
each.
"""
