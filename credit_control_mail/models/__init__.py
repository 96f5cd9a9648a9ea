from . import (
    credit_message,
    credit_message_automation,
    credit_message_candidate,
    credit_message_intent,
    credit_message_sender,
)

# isort: split
# what extends the models above
from . import (
    credit_message_answer,
    credit_message_customer,
    credit_message_hold,
    credit_message_intent_accept,
    credit_message_intent_contact,
    credit_message_intent_payment,
    credit_message_intent_rule,
    credit_message_intent_undo,
    credit_message_match,
    credit_message_open,
    credit_message_parse,
    credit_message_receive,
    credit_message_screen,
    credit_message_state,
    credit_message_understand,
    credit_profile_inbox,
    fetchmail_server,
    mail_thread,
    reply_address,
    res_company,
    res_config_settings,
)
