"""Each call gets the outcome that its code stands for."""


def migrate(cr, version):
    """Link the calls to their outcomes; an unknown code becomes “Other”."""
    cr.execute(
        """
        UPDATE credit_call call
           SET outcome_id = outcome.id, outcome_code = outcome.code
          FROM credit_call_outcome outcome
         WHERE call.outcome_id IS NULL
           AND outcome.code = CASE
               WHEN call.outcome_code IN (
                   SELECT known.code FROM credit_call_outcome known)
               THEN call.outcome_code ELSE 'other' END
        """
    )
