from . import (
    credit_message_assign,
    credit_message_payment_search,
    credit_message_person,
    credit_remittance_read,
    credit_remittance_search,
)
