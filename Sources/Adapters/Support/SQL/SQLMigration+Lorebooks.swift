extension SQLMigration {
    /// Books that people keep beside their characters, and what chats remember of the entries that were used.
    static let lorebooks = SQLMigration(
        version: 10, name: "lorebooks",
        template: """
            CREATE TABLE lorebooks (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                id {uuid} NOT NULL UNIQUE,
                name {text} NOT NULL,
                book {json} NOT NULL,
                entry_count {integer} NOT NULL,
                is_everywhere {boolean} NOT NULL,
                revision {integer} NOT NULL,
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, id)
            ) {table};
            CREATE INDEX lorebooks_everywhere ON lorebooks (user_id, id) WHERE is_everywhere;

            CREATE TABLE chat_lorebooks (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                lorebook_id {uuid} NOT NULL,
                PRIMARY KEY (user_id, chat_id, lorebook_id),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE,
                FOREIGN KEY (user_id, lorebook_id) REFERENCES lorebooks (user_id, id) ON DELETE CASCADE
            ) {clustered};
            CREATE INDEX chat_lorebooks_of_book ON chat_lorebooks (user_id, lorebook_id, chat_id);

            CREATE TABLE lorebook_states (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                state {json} NOT NULL,
                PRIMARY KEY (user_id, chat_id),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE
            ) {table};
            """)
}
