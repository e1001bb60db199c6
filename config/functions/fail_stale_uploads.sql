-- fail_stale_uploads() returns integer
-- Fails uploads that have sent no news for 30 minutes; how many. A device that speaks again revives its upload.
-- roles: operator, admin
-- schedule: * * * * *
UPDATE upload_queue SET status = 'failed', error_message = 'stale', last_error_at = now(), finished_at = now()
 WHERE status IN ('uploading', 'retrying') AND updated_at < now('-30 minutes');
SELECT changes();
