from . import (
    credit_message,
    credit_message_candidate,
    credit_message_intent,
    credit_message_sender,
)
