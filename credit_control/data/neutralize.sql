-- a copy of the database writes to nobody: what waits to be sent is cancelled
UPDATE dunning_delivery
   SET state = 'cancelled'
 WHERE state IN ('ready', 'queued', 'reserved');
-- and no link that the original has sent opens the copy
UPDATE credit_link SET is_revoked = TRUE;
UPDATE credit_profile
   SET portal_key = replace(gen_random_uuid()::text || gen_random_uuid(), '-', '');
-- nor does it announce anything to collectors
UPDATE credit_digest SET state = 'cancelled' WHERE state = 'draft';
