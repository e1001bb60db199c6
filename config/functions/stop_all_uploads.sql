-- stop_all_uploads(confirm integer = null) returns integer
-- Stops every active upload; how many there were. Whoever is no trusted server must say how many that will be.
-- roles: admin
-- audit: stop_all
SELECT raise_error('P0001', 'confirm required', active, 'call again with confirm set to the number in details')
  FROM (SELECT count(*) AS active FROM upload_queue WHERE status IN ('pending', 'uploading', 'retrying'))
 WHERE CASE WHEN :confirm IS NULL THEN auth_role() <> 'service_role' ELSE :confirm <> active END;
UPDATE upload_queue
   SET status = 'stopped', stopped_at = now(), finished_at = now(), stop_requested_by = auth_uid(), stop_reason = 'stop all',
       stop_acknowledged_at = NULL, late_writes = 0
 WHERE status IN ('pending', 'uploading', 'retrying');
SELECT changes();
