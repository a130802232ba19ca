extension SQLMigration {
    static let subscriptions = SQLMigration(
        version: 8, name: "subscriptions",
        template: """
            CREATE TABLE subscriptions (
                user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                tier {text} NOT NULL,
                started_at {timestamp} NOT NULL,
                ends_at {timestamp},
                next_tier {text},
                next_at {timestamp},
                overrides {json} NOT NULL,
                reference {text} NOT NULL,
                updated_at {timestamp} NOT NULL,
                CHECK ((next_tier IS NULL) = (next_at IS NULL))
            ) {clustered};

            CREATE TABLE quota_reservations (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                turn_id {uuid} NOT NULL,
                day {integer} NOT NULL,
                model {text} NOT NULL,
                state {text} NOT NULL,
                messages {integer} NOT NULL,
                prompt_tokens {integer} NOT NULL,
                completion_tokens {integer} NOT NULL,
                expires_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, turn_id)
            ) {clustered};
            CREATE INDEX quota_reservations_held ON quota_reservations (user_id, day) WHERE state = 'held';
            CREATE INDEX quota_reservations_by_expiry ON quota_reservations (expires_at, user_id, turn_id);

            CREATE TABLE usage_days (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                day {integer} NOT NULL,
                model {text} NOT NULL,
                messages {integer} NOT NULL,
                prompt_tokens {integer} NOT NULL,
                completion_tokens {integer} NOT NULL,
                PRIMARY KEY (user_id, day, model)
            ) {clustered};
            """)
}
