extension SQLMigration {
    /// The whole schema. Add steps at the end; never change one that was released.
    package static let all = [chats]

    /// Every row of somebody's own begins with who they are, in the key too: a statement that forgets the person
    /// finds no index, and one that names another finds no row.
    ///
    /// `messages.position` is the sequence number, and its negative while the message is deleted: a page is one range
    /// of positions, however much lies deleted in between. Alternatives keep the sequence number, so that a deletion
    /// does not move them; they refer to the chat alone, and never go without it.
    ///
    /// `alternatives` is not clustered, because replies are long: SQLite keeps no more than a kilobyte of a clustered
    /// row in place.
    private static let chats = SQLMigration(
        version: 1, name: "chats",
        template: """
            CREATE TABLE users (
                id {uuid} NOT NULL PRIMARY KEY,
                name {text} NOT NULL,
                persona {text} NOT NULL,
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL
            ) {table};

            CREATE TABLE characters (
                id {uuid} NOT NULL PRIMARY KEY,
                owner_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                card {json} NOT NULL,
                revision {integer} NOT NULL,
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL
            ) {table};
            CREATE INDEX characters_of_owner ON characters (owner_id, id);

            CREATE TABLE chats (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                id {uuid} NOT NULL UNIQUE,
                character_id {uuid} NOT NULL REFERENCES characters (id),
                title {text} NOT NULL,
                origin_chat_id {uuid},
                origin_sequence {integer},
                last_sequence {integer} NOT NULL,
                revision {integer} NOT NULL,
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, id),
                CHECK ((origin_chat_id IS NULL) = (origin_sequence IS NULL))
            ) {clustered};
            CREATE INDEX chats_by_update ON chats (user_id, updated_at, id);
            CREATE INDEX chats_with_character ON chats (character_id);

            CREATE TABLE messages (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                position {integer} NOT NULL,
                id {uuid} NOT NULL UNIQUE,
                author {text} NOT NULL,
                selected {integer} NOT NULL,
                client_id {text},
                deleted_by {uuid},
                created_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, chat_id, position),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE,
                CHECK ((position < 0) = (deleted_by IS NOT NULL))
            ) {clustered};
            CREATE UNIQUE INDEX messages_by_client_id ON messages (user_id, chat_id, client_id)
                WHERE client_id IS NOT NULL;

            CREATE TABLE alternatives (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                sequence {integer} NOT NULL,
                ordinal {integer} NOT NULL,
                id {uuid} NOT NULL UNIQUE,
                text {text} NOT NULL,
                status {text} NOT NULL,
                finish_reason {text},
                model {text},
                prompt_tokens {integer},
                cached_prompt_tokens {integer},
                completion_tokens {integer},
                usage_is_estimate {boolean},
                turn_id {uuid},
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, chat_id, sequence, ordinal),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE
            ) {table};
            CREATE INDEX alternatives_generating ON alternatives (id) WHERE status = 'generating';

            CREATE TABLE chat_changes (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                id {uuid} NOT NULL UNIQUE,
                kind {text} NOT NULL,
                message_id {uuid},
                alternative_id {uuid},
                previous_text {text},
                created_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, chat_id, id),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE
            ) {table};

            CREATE TABLE leases (
                name {text} NOT NULL PRIMARY KEY,
                token {uuid} NOT NULL,
                holder {text} NOT NULL,
                expires_at {timestamp} NOT NULL
            ) {clustered};
            """)
}
