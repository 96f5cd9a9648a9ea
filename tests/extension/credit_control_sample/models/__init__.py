from . import (
    credit_dispute,
    credit_profile,
    credit_promise,
    dunning_delivery,
    dunning_notice,
    dunning_pipeline,
    dunning_run,
)
