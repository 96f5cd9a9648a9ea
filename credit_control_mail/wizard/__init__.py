from . import credit_message_assign, credit_message_payment_search
