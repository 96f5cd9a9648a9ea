from . import (
    credit_message,
    credit_message_automation,
    credit_message_candidate,
    credit_message_intent,
    credit_message_sender,
    credit_remittance,
    credit_remittance_line,
)

# isort: split
# what extends the models above
from . import (
    account_move_match,
    credit_attention,
    credit_message_answer,
    credit_message_assign,
    credit_message_customer,
    credit_message_files,
    credit_message_hold,
    credit_message_intent_accept,
    credit_message_intent_contact,
    credit_message_intent_payment,
    credit_message_intent_rule,
    credit_message_intent_undo,
    credit_message_match,
    credit_message_match_details,
    credit_message_match_moves,
    credit_message_match_reasons,
    credit_message_match_references,
    credit_message_match_senders,
    credit_message_open,
    credit_message_parse,
    credit_message_privacy,
    credit_message_receive,
    credit_message_retention,
    credit_message_screen,
    credit_message_state,
    credit_message_understand,
    credit_message_watch,
    credit_payment_finder,
    credit_profile_inbox,
    credit_profile_match,
    credit_remittance_bank,
    credit_remittance_hold,
    credit_remittance_message,
    credit_remittance_read,
    fetchmail_server,
    mail_thread,
    reply_address,
    res_company,
    res_company_match,
    res_company_privacy,
    res_config_settings,
    res_partner_match,
)

# isort: split
# what is learned and measured goes before what the others do
from . import (
    credit_message_learning,
    credit_message_phrase,
    credit_message_quality,
)
