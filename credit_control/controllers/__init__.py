from . import invoice_pdf
