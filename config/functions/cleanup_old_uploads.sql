-- cleanup_old_uploads() returns integer
-- Deletes uploads that ended more than 7 days ago; how many.
-- roles: admin
-- audit: cleanup
DELETE FROM upload_queue WHERE status IN ('completed', 'failed', 'stopped') AND finished_at < now('-7 days');
SELECT changes();
