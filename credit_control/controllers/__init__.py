from . import aged_balance, invoice_pdf, link, statement
