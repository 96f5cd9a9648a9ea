from . import (
    credit_message,
    credit_message_candidate,
    credit_message_intent,
    credit_message_match,
    credit_message_receive,
    credit_message_sender,
    credit_message_understand,
    mail_thread,
)
