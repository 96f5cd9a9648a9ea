from . import credit_pdf_report, ir_actions_report, report_letter, report_statement
