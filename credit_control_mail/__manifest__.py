{
    "name": "Credit Control: Inbox",
    "summary": "Replies of customers received, matched, understood and acted on",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Credit Control contributors",
    "website": "https://credit-control.example",
    "license": "LGPL-3",
    "depends": ["credit_control"],
    "data": [
        "security/ir.model.access.csv",
        "security/credit_message_security.xml",
        "data/credit_message_cron.xml",
        "views/credit_inbox_settings.xml",
        "views/credit_message_views.xml",
        "views/credit_message_menus.xml",
        "views/credit_profile_inbox.xml",
    ],
    "assets": {
        "web.assets_backend": ["credit_control_mail/static/src/inbox/*"],
        "web.assets_tests": ["credit_control_mail/static/tests/tours/*.js"],
    },
}
