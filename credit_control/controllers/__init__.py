from . import invoice_pdf, link
