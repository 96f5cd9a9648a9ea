from . import (
    aged_balance,
    invoice_pdf,
    link,
    link_dossier,
    portal,
    profile_export,
    statement,
)
