from . import credit_mass_wizard  # first: others inherit it
from . import (
    credit_call_log,
    credit_contact_roles,
    credit_force_level,
    credit_hand_over,
    credit_reassign,
    credit_profile_hold,
    credit_profile_set_policy,
    credit_statement,
    dunning_letter_batch,
    dunning_letter_posting,
    dunning_level_preview,
    dunning_notice_hold,
    dunning_notice_level,
    dunning_preview,
    dunning_start,
)
