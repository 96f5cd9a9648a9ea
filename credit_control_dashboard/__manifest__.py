{
    "name": "Credit Control: Dashboards",
    "summary": "Indicators, cash forecast and sharing with the sales team",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Credit Control contributors",
    "website": "https://credit-control.example",
    "license": "LGPL-3",
    "depends": ["credit_control", "crm", "digest", "spreadsheet_dashboard"],
}
