-- stop_user_uploads(user_id uuid, reason text = null) returns integer
-- Stops every active upload of one user; how many there were.
-- roles: operator, admin
-- audit: stop_user
UPDATE upload_queue
   SET status = 'stopped', stopped_at = now(), finished_at = now(), stop_requested_by = auth_uid(), stop_reason = :reason,
       stop_acknowledged_at = NULL, late_writes = 0
 WHERE user_id = :user_id AND status IN ('pending', 'uploading', 'retrying');
SELECT changes();
