-- One row per upload, from the first byte until a week after its end.
CREATE TABLE upload_queue (
  id uuid text NOT NULL DEFAULT (gen_random_uuid()) PRIMARY KEY,
  user_id uuid text CONSTRAINT upload_queue_user_id_fkey REFERENCES profiles (id) ON DELETE CASCADE,
  video_title text,
  filename text NOT NULL,
  file_path text,
  file_size bigint,
  bytes_sent bigint,
  status text NOT NULL DEFAULT 'pending'
    CONSTRAINT valid_status CHECK (status IN ('pending', 'uploading', 'retrying', 'completed', 'failed', 'stopped')),
  progress integer DEFAULT 0 CONSTRAINT upload_queue_progress_check CHECK (progress BETWEEN 0 AND 100),
  -- MB/s
  upload_speed numeric real,
  retry_count integer DEFAULT 0 CONSTRAINT upload_queue_retry_count_check CHECK (retry_count >= 0),
  error_message text,
  last_error_at timestamptz text,
  metadata jsonb text DEFAULT '{}',
  device text,
  app_version text,
  started_at timestamptz text DEFAULT (now()),
  completed_at timestamptz text,
  -- When it became completed, failed or stopped; what the cleanup goes by.
  finished_at timestamptz text,
  stopped_at timestamptz text,
  stop_requested_by text,
  stop_reason text,
  -- When the device confirmed; a stopped row without it is still stopping.
  stop_acknowledged_at timestamptz text,
  -- Writes that came after the stop and were held.
  late_writes integer NOT NULL DEFAULT 0,
  retry_requested_at timestamptz text,
  updated_at timestamptz text NOT NULL DEFAULT (now())
);

CREATE INDEX idx_upload_queue_user_id ON upload_queue (user_id);
CREATE INDEX idx_upload_queue_status ON upload_queue (status);
CREATE INDEX idx_upload_queue_started_at ON upload_queue (started_at DESC);
