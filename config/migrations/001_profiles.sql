-- Who uploads: one row per user of the app, made from the token before the user's first write.
CREATE TABLE profiles (
  id uuid text NOT NULL DEFAULT (gen_random_uuid()) PRIMARY KEY,
  email text,
  first_name text,
  last_name text,
  language text CONSTRAINT valid_language CHECK (language IN ('en', 'fr', 'es', 'de')),
  created_at timestamptz text NOT NULL DEFAULT (now()),
  updated_at timestamptz text NOT NULL DEFAULT (now())
);

CREATE INDEX idx_profiles_email ON profiles (email);
