from . import (
    credit_profile_set_policy,
    dunning_letter_batch,
    dunning_letter_posting,
    dunning_level_preview,
)
