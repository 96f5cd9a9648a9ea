"""Plain Python: nothing here imports Odoo, so that it is fast and tested by itself."""
