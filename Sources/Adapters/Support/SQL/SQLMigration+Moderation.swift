extension SQLMigration {
    /// Records name a chat and a turn without referring to them: they outlive both, and go with the person.
    static let moderation = SQLMigration(
        version: 7, name: "moderation",
        template: """
            CREATE TABLE moderation_states (
                user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                last_activity {timestamp},
                last_told {timestamp},
                last_crisis_sign {timestamp}
            ) {clustered};

            CREATE TABLE moderation_records (
                id {uuid} NOT NULL PRIMARY KEY,
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                chat_id {uuid} NOT NULL,
                turn_id {uuid},
                origin {text} NOT NULL,
                action {text} NOT NULL,
                reasons {json} NOT NULL,
                is_without_model {boolean} NOT NULL,
                created_at {timestamp} NOT NULL
            ) {table};
            CREATE INDEX moderation_records_of_user ON moderation_records (user_id, id);
            CREATE INDEX moderation_records_by_action ON moderation_records (action, id);
            CREATE INDEX moderation_records_by_time ON moderation_records (created_at, id);

            CREATE TABLE moderation_counters (
                year {integer} NOT NULL PRIMARY KEY,
                crisis_referrals {integer} NOT NULL,
                disclosures {integer} NOT NULL,
                blocked_messages {integer} NOT NULL,
                blocked_replies {integer} NOT NULL
            ) {clustered};
            """)
}
