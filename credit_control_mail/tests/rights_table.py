"""Who may do what in the inbox: the tables that the tests of rights compare with.

A new model, or a new public method, needs a line here: say who may, then run the tests.
"""

from odoo.addons.credit_control.tests.rpc_table import AUDIT, COLLECT, MANAGE, READ

# the people of Odoo's own settings alone, of whom there is none among the roles
NOBODY = ()

# model: who may call its public methods
METHODS = {
    "credit.event": {AUDIT: "action_open_cause"},
    "credit.message": {
        AUDIT: "action_open inbox_html inbox_list inbox_open inbox_setup",
        COLLECT: (
            "action_accept_all action_add_intent action_answer "
            "action_archive_message action_assign action_assign_customer "
            "action_choose_customer action_done action_not_a_customer "
            "action_read_again action_reopen action_snooze "
            "action_spam action_undo_assign action_wake"
        ),
        MANAGE: "action_legal_hold action_legal_release",
    },
    "credit.message.candidate": {COLLECT: "action_choose"},
    "credit.message.intent": {
        AUDIT: "action_open_result",
        COLLECT: (
            "action_accept action_add_deputy action_answer action_edit action_reject "
            "action_search_payments action_undo"
        ),
    },
    "credit.message.learning": {
        MANAGE: "action_learn action_undo",
    },
    "credit.profile": {
        READ: "open_entry",
        AUDIT: "action_open_messages",
        COLLECT: "action_act",
    },
    "credit.remittance": {
        AUDIT: "action_open_message",
        COLLECT: (
            "action_cancel action_confirm action_draft action_match "
            "action_search_payments"
        ),
    },
    "credit.remittance.line": {COLLECT: "action_dispute"},
    "dunning.notice": {AUDIT: "action_open_answers"},
    "fetchmail.server": {COLLECT: "check_credit_mailboxes"},
    "res.company": {NOBODY: "action_open_credit_mailbox"},
}

# model: what each role may do with its records: read, write, create, delete
RIGHTS = {
    "credit.message": "collector:rw auditor:r",
    "credit.message.automation": "collector:r manager:rwcd auditor:r",
    "credit.message.candidate": "collector:r auditor:r",
    "credit.message.intent": "collector:rwc auditor:r",
    "credit.message.learning": "manager:r auditor:r",
    "credit.message.phrase": "manager:rwd auditor:r",
    "credit.message.quality": "collector:r auditor:r",
    "credit.message.sender": "collector:r manager:rwcd auditor:r",
    "credit.remittance": "collector:rw auditor:r",
    "credit.remittance.line": "collector:rwcd auditor:r",
}
