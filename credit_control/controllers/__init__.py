from . import (
    aged_balance,
    invoice_pdf,
    link,
    link_digest,
    link_dossier,
    portal,
    portal_guard,
    portal_payment,
    portal_request,
    portal_sms,
    profile_export,
    statement,
)
