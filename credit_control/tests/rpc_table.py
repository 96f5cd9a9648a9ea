"""Who may do what: the tables that the tests of rights compare with the code.

A new model, or a new public method, needs a line here: say who may, then run the tests.
"""

COLLECT = ("collector", "collector_all", "manager")
AUDIT = (*COLLECT, "auditor")
READ = (*AUDIT, "sales_reader")
# also whoever reads invoices anyway
LEDGER = (*READ, "accountant")
EVERY = ("collector_all", "manager")
MANAGE = ("manager",)
# the sample is the collector's own: a colleague has no right to it
OWN = ("collector", "manager")
COLLECTOR = ("collector",)
OWN_AUDIT = (*OWN, "auditor")

# model: who may call its public methods
METHODS = {
    "account.move": {
        LEDGER: "action_credit_pdf",
        READ: "action_credit_statement action_open_credit_profile",
        COLLECT: (
            "action_dunning_clear_level action_dunning_force_level "
            "action_dunning_qualify action_dunning_set_origin "
            "action_dunning_set_policy action_dunning_wizard"
        ),
    },
    "account.move.line": {
        LEDGER: "action_credit_open action_credit_pdf action_credit_preview",
        COLLECT: "action_credit_dispute action_credit_plan action_credit_promise",
    },
    "credit.absence": {
        OWN: "action_end",
    },
    "credit.aged.balance": {
        READ: "action_open",
        COLLECTOR: "action_open_items action_open_row action_pdf action_xlsx",
        (): "action_compare",  # of the collector's own alone, and he sees not all
    },
    "credit.aged.item": {
        READ: "action_open_document action_open_policy action_open_profile",
    },
    "credit.attention": {
        AUDIT: "action_open_profile",
        COLLECT: "action_act action_deed action_open_snooze",
    },
    "credit.automation.preset": {
        # what only administrators may do asks nothing of our groups
        (): "action_install action_open_rule",
        MANAGE: "action_set_up action_switch_off",
        (*MANAGE, "auditor"): "action_open_list",
    },
    "credit.cleanup": {
        AUDIT: "action_open_profile",
        COLLECT: "action_ask action_fix action_match",
    },
    "credit.dispute": {
        COLLECT: (
            "action_accept action_ask action_cancel action_credit_note "
            "action_reject action_reopen action_settle"
        ),
    },
    "credit.dossier": {
        AUDIT: "action_download",
        COLLECT: (
            "action_close action_hand_over action_make_zip action_open_share "
            "action_reopen"
        ),
    },
    "credit.event": {
        READ: "action_open_cause action_open_profile",
        COLLECT: "action_done action_reopen",
    },
    "credit.link": {
        COLLECT: "action_revoke",
    },
    "credit.mass.action": {
        OWN_AUDIT: "action_view_records",
        OWN: "action_stop action_undo",
    },
    "credit.plan": {
        READ: "action_open_calendar",
        COLLECT: "action_cancel action_confirm action_print action_send",
    },
    "credit.portal.request": {
        READ: "action_open_profile action_open_result",
        COLLECT: "action_accept action_refuse",
    },
    "credit.portfolio": {
        AUDIT: "action_view_profiles",
        EVERY: "action_reassign",
    },
    "credit.portfolio.rule": {
        MANAGE: "action_apply",
    },
    "credit.profile": {
        (): "action_export_figures",  # it takes Odoo's own right to export as well
        READ: (
            "action_open_calls action_open_disputes action_open_group "
            "action_open_items action_open_portal action_open_promises "
            "action_open_requests "
            "action_print_statements action_statement "
            "aged_balance explain open_age open_entry open_profile panel_group "
            "panel_timeline statement"
        ),
        AUDIT: (
            "action_open_dossiers action_open_notices panel_explanation today_summary"
        ),
        COLLECT: (
            "action_act action_add_dispute action_add_plan action_add_promise "
            "action_answered action_clear_forced_level action_force_level "
            "action_hand_over action_hold action_log_call action_open_decide "
            "action_open_force_level action_open_hand_over action_open_hold "
            "action_open_insolvency action_open_reassign action_open_snooze "
            "action_print_declaration action_release_hold "
            "action_renew_portal_key action_resend_notice "
            "action_snooze action_wake action_write action_write_invoices "
            "action_write_statement"
        ),
    },
    "credit.promise": {
        COLLECT: "action_cancel action_confirm action_renew",
    },
    "credit.role": {
        READ: "action_view_levels action_view_partners",
    },
    "credit.team": {
        READ: "action_view_profiles",
    },
    "dunning.delivery": {
        AUDIT: "action_as_sent action_yesterday",
        COLLECT: (
            "action_answer action_arrived action_confirm_posted action_not_arrived "
            "action_post_letters action_print_letters action_receipt action_resolve "
            "action_retry action_send_again"
        ),
    },
    "dunning.level": {
        AUDIT: "action_preview",
    },
    "dunning.notice": {
        AUDIT: "action_open_policy action_preview action_statement",
        COLLECT: (
            "action_answered action_approve action_approve_send action_cancel "
            "action_edit_text action_force_level action_not_now action_reset_text "
            "action_send"
        ),
    },
    "dunning.policy": {
        READ: "action_view_hold_out action_view_profiles",
        AUDIT: "action_preview",
        (*MANAGE, "auditor"): "action_compare_variants",
        MANAGE: (
            "action_discard_draft action_draft action_former action_make_default "
            "action_new_variant action_put_in_force action_reassign action_simulate"
        ),
    },
    "dunning.postal.batch": {
        AUDIT: "action_open_letters",
        COLLECT: "action_import action_post",
    },
    "dunning.run": {
        AUDIT: "action_open_notices",
        MANAGE: "action_approve action_cancel action_plan action_send",
    },
    "dunning.simulation": {
        (*MANAGE, "auditor"): "action_view_moved action_view_notices action_view_other",
        MANAGE: "action_apply action_simulate action_stop",
    },
    "dunning.simulation.customer": {
        (*MANAGE, "auditor"): "action_explain_notices action_open_profile",
        MANAGE: "action_follow action_keep",
    },
    "dunning.simulation.rule": {
        MANAGE: "action_draft",
    },
    "res.partner": {
        READ: "action_credit_statement action_open_credit_profile",
        COLLECT: "action_credit_sms_allow action_credit_sms_stop",
    },
}

# model: what each role may do with its records: read, write, create, delete
RIGHTS = {
    "credit.absence": "collector:rwcd auditor:r",
    "credit.aged.balance": "collector:rwc auditor:rwc sales_reader:rwc",
    "credit.aged.item": "collector:r auditor:r sales_reader:r",
    "credit.attention": "collector:r auditor:r",
    "credit.automation.preset": "manager:r auditor:r",
    "credit.call": "collector:rwc manager:rwcd auditor:r sales_reader:r",
    "credit.cleanup": "collector:r auditor:r",
    "credit.decision": "collector:r auditor:r",
    "credit.digest": "collector:r auditor:r",
    "credit.digest.line": "collector:r auditor:r",
    "credit.dispute": "collector:rwc manager:rwcd auditor:r sales_reader:r",
    "credit.dispute.reason": "collector:r manager:rwcd auditor:r sales_reader:r",
    "credit.dossier": "collector:rwc manager:rwcd auditor:r",
    "credit.call.outcome": "collector:r manager:rwcd auditor:r sales_reader:r",
    "credit.dossier.line": "collector:r auditor:r",
    "credit.event": "collector:rw auditor:r sales_reader:r",
    "credit.event.payment": "",
    "credit.event.rule": "collector:r manager:rwcd auditor:r",
    "credit.link": "collector:r auditor:r",
    "credit.mass.action": "collector:r auditor:r",
    "credit.plan": "collector:rwc manager:rwcd auditor:r sales_reader:r",
    "credit.portal.request": "collector:rw auditor:r sales_reader:r",
    "credit.portfolio": "collector:r auditor:r",
    "credit.portfolio.rule": "collector:r manager:rwcd auditor:r",
    "credit.profile": "collector:rwc auditor:r sales_reader:rw",
    "credit.profile.refresh": "",
    "credit.promise": "collector:rwc manager:rwcd auditor:r sales_reader:r",
    "credit.role": "collector:r manager:rwcd auditor:r sales_reader:r",
    "credit.team": "collector:r manager:rwcd auditor:r sales_reader:r",
    "dunning.delivery": "collector:rw auditor:r",
    "dunning.level": "collector:r manager:rwcd auditor:r sales_reader:r",
    "dunning.notice": "collector:rw auditor:r",
    "dunning.notice.line": "collector:r auditor:r",
    "dunning.policy": "collector:r manager:rwcd auditor:r sales_reader:r",
    "dunning.postal.batch": "collector:r auditor:r",
    "dunning.run": "collector:r manager:rwc auditor:r",
    "dunning.simulation": "manager:rwcd auditor:r",
    "dunning.simulation.customer": "manager:rwcd auditor:r",
    "dunning.simulation.notice": "manager:rwcd auditor:r",
    "dunning.simulation.rule": "manager:rwcd auditor:r",
}
