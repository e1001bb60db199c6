-- stop_upload(upload_id uuid, reason text = null) returns boolean
-- Stops one upload; true when it was active.
-- roles: operator, admin, owner of upload_queue(upload_id)
-- audit: stop
UPDATE upload_queue
   SET status = 'stopped', stopped_at = now(), finished_at = now(), stop_requested_by = auth_uid(), stop_reason = :reason,
       stop_acknowledged_at = NULL, late_writes = 0
 WHERE id = :upload_id AND status IN ('pending', 'uploading', 'retrying');
SELECT changes() > 0;
