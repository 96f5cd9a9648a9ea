from . import credit_message_payment_search
