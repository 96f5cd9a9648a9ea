from . import (
    credit_message,
    credit_message_candidate,
    credit_message_customer,
    credit_message_intent,
    credit_message_match,
    credit_message_open,
    credit_message_receive,
    credit_message_screen,
    credit_message_sender,
    credit_message_understand,
    credit_profile_inbox,
    mail_thread,
)
