"""The outcome of a call, once a fixed selection, becomes a record of its own.

The column keeps the code, under the name of the field that carries it now. What Odoo
remembers of the selection goes first: its values belong to no field any more.
"""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, rename_column

FORMER = SQL(
    "SELECT id FROM ir_model_fields "
    "WHERE model = 'credit.call' AND name = 'outcome' AND ttype = 'selection'"
)


def migrate(cr, version):
    """Keep the codes of the calls; forget the former selection field."""
    if column_exists(cr, "credit_call", "outcome"):
        keep_codes(cr)
    values = SQL(
        "SELECT id FROM ir_model_fields_selection WHERE field_id IN (%s)", FORMER
    )
    for model, ids in (
        ("ir.model.fields.selection", values),
        ("ir.model.fields", FORMER),
    ):
        cr.execute(
            SQL(
                "DELETE FROM ir_model_data WHERE model = %s AND res_id IN (%s)",
                model,
                ids,
            )
        )
    # with its values, by the foreign key
    cr.execute(SQL("DELETE FROM ir_model_fields WHERE id IN (%s)", FORMER))


def keep_codes(cr):
    """Move the codes to ``outcome_code``, also where Odoo made that column already."""
    if column_exists(cr, "credit_call", "outcome_code"):
        cr.execute(
            "UPDATE credit_call SET outcome_code = outcome WHERE outcome_code IS NULL"
        )
        cr.execute("ALTER TABLE credit_call DROP COLUMN outcome")
    else:
        rename_column(cr, "credit_call", "outcome", "outcome_code")
        cr.execute("ALTER TABLE credit_call ALTER COLUMN outcome_code DROP NOT NULL")
