-- get_active_uploads() returns table(
--   id uuid, user_id uuid, video_title text, filename text, file_path text, file_size bigint, bytes_sent bigint, status text,
--   progress integer, upload_speed numeric, retry_count integer, error_message text, last_error_at timestamptz, metadata jsonb,
--   device text, app_version text, started_at timestamptz, retry_requested_at timestamptz, updated_at timestamptz, email text)
-- Uploads under way with their users' addresses, newest first.
-- roles: viewer, operator, admin
SELECT u.id, u.user_id, u.video_title, u.filename, u.file_path, u.file_size, u.bytes_sent, u.status, u.progress, u.upload_speed,
       u.retry_count, u.error_message, u.last_error_at, u.metadata, u.device, u.app_version, u.started_at, u.retry_requested_at,
       u.updated_at, p.email
  FROM upload_queue AS u LEFT JOIN profiles AS p ON p.id = u.user_id
 WHERE u.status IN ('uploading', 'retrying')
 ORDER BY u.started_at DESC, u.id;
