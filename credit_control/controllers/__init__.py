from . import aged_balance, invoice_pdf, link, link_dossier, profile_export, statement
