-- acknowledge_stop(upload_id uuid) returns boolean
-- The device says that it has stopped; true when the upload is stopped, also when told again.
-- roles: operator, admin, owner of upload_queue(upload_id)
UPDATE upload_queue SET stop_acknowledged_at = now()
 WHERE id = :upload_id AND status = 'stopped' AND stop_acknowledged_at IS NULL;
SELECT EXISTS (SELECT 1 FROM upload_queue WHERE id = :upload_id AND status = 'stopped');
