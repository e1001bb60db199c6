-- cleanup_old_upload_queue() returns void
-- The nightly form of cleanup_old_uploads, under the name the dashboards' schema gave it.
-- roles: admin
-- audit: cleanup
-- schedule: 0 2 * * *
DELETE FROM upload_queue WHERE status IN ('completed', 'failed', 'stopped') AND finished_at < now('-7 days');
