from . import (
    credit_contact_roles,
    credit_force_level,
    credit_profile_hold,
    credit_profile_set_policy,
    dunning_letter_batch,
    dunning_letter_posting,
    dunning_level_preview,
    dunning_notice_hold,
    dunning_notice_level,
    dunning_preview,
    dunning_start,
)
