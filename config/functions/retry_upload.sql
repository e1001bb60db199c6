-- retry_upload(upload_id uuid) returns boolean
-- Asks the device to upload again; true when the upload had failed or was stopped.
-- roles: operator, admin, owner of upload_queue(upload_id)
-- audit: retry
-- leaves: upload_queue
UPDATE upload_queue
   SET status = 'pending', retry_requested_at = now(), finished_at = NULL, error_message = NULL, stopped_at = NULL,
       stop_requested_by = NULL, stop_reason = NULL, stop_acknowledged_at = NULL, late_writes = 0
 WHERE id = :upload_id AND status IN ('failed', 'stopped');
SELECT changes() > 0;
