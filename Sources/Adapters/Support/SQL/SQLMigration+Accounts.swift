extension SQLMigration {
    /// Secrets are kept as digests only.
    static let accounts = SQLMigration(
        version: 6, name: "accounts",
        template: """
            CREATE TABLE credentials (
                user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                email {text} NOT NULL UNIQUE,
                verified_at {timestamp},
                password_hash {text}
            ) {table};

            CREATE TABLE identities (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                provider {text} NOT NULL,
                subject {text} NOT NULL,
                linked_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, provider),
                UNIQUE (provider, subject)
            ) {clustered};

            CREATE TABLE one_time_tokens (
                digest {text} NOT NULL PRIMARY KEY,
                kind {text} NOT NULL,
                user_id {uuid} REFERENCES users (id) ON DELETE CASCADE,
                payload {text} NOT NULL,
                expires_at {timestamp} NOT NULL
            ) {clustered};
            CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id, kind) WHERE user_id IS NOT NULL;
            CREATE INDEX one_time_tokens_by_end ON one_time_tokens (expires_at);

            CREATE TABLE sessions (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                id {uuid} NOT NULL UNIQUE,
                device {text} NOT NULL,
                digest {text} NOT NULL,
                previous_digest {text},
                rotated_at {timestamp},
                created_at {timestamp} NOT NULL,
                used_at {timestamp} NOT NULL,
                expires_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, id)
            ) {clustered};
            CREATE INDEX sessions_by_end ON sessions (expires_at);

            CREATE TABLE sign_in_throttles (
                key {text} NOT NULL PRIMARY KEY,
                instant {timestamp} NOT NULL
            ) {clustered};
            CREATE INDEX sign_in_throttles_by_instant ON sign_in_throttles (instant);
            """)
}
