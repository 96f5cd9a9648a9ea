from . import (
    aged_balance_xlsx,
    credit_pdf_report,
    ir_actions_report,
    profile_xlsx,
    report_aged_balance,
    report_declaration,
    report_dossier,
    report_letter,
    report_plan,
    report_statement,
    statement_xlsx,
)
