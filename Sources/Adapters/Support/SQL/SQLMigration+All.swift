extension SQLMigration {
    /// The whole schema. Add steps at the end; never change one that was released.
    package static let all = [
        chats, memories, vectors, erasures, preferences, accounts, moderation, subscriptions, catalog, lorebooks,
    ]

    /// Every row of somebody's own begins with who they are, in the key too: a statement that forgets the person
    /// finds no index, and one that names another finds no row.
    ///
    /// `messages.position` is the sequence number, and its negative while the message is deleted: a page is one range
    /// of positions, however much lies deleted in between. Alternatives keep the sequence number, so that a deletion
    /// does not move them; they refer to the chat alone, and never go without it. `messages.revision` is the chat's
    /// revision that the message's last change made.
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
            CREATE INDEX chats_with_character ON chats (character_id, user_id, id);

            CREATE TABLE messages (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                position {integer} NOT NULL,
                id {uuid} NOT NULL UNIQUE,
                author {text} NOT NULL,
                selected {integer} NOT NULL,
                client_id {text},
                deleted_by {uuid},
                revision {integer} NOT NULL,
                sequence {integer} NOT NULL GENERATED ALWAYS AS (abs(position)) STORED,
                created_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, chat_id, position),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE,
                CHECK ((position < 0) = (deleted_by IS NOT NULL))
            ) {clustered};
            CREATE UNIQUE INDEX messages_by_client_id ON messages (user_id, chat_id, client_id)
                WHERE client_id IS NOT NULL;
            CREATE INDEX messages_by_revision ON messages (user_id, chat_id, revision, sequence);

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

    /// `memory_writes` has a row for every memory that there is or was, with the number of its last write.
    ///
    /// `jobs.due_at` is when somebody may take the job: when it is to be run, or the end of the lease under which it
    /// runs.
    private static let memories = SQLMigration(
        version: 2, name: "memories",
        template: """
            CREATE TABLE memory_revisions (
                user_id {uuid} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                revision {integer} NOT NULL
            ) {clustered};

            CREATE TABLE memory_writes (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                memory_id {uuid} NOT NULL UNIQUE,
                revision {integer} NOT NULL,
                PRIMARY KEY (user_id, memory_id)
            ) {clustered};
            CREATE UNIQUE INDEX memory_writes_by_revision ON memory_writes (user_id, revision);

            CREATE TABLE memories (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                id {uuid} NOT NULL,
                character_id {uuid},
                kind {text} NOT NULL,
                text {text} NOT NULL,
                importance {real} NOT NULL,
                strength {integer} NOT NULL,
                is_pinned {boolean} NOT NULL,
                valid_at {timestamp} NOT NULL,
                invalid_at {timestamp},
                superseded_by {uuid},
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, id)
            ) {clustered};
            CREATE INDEX memories_superseded ON memories (user_id, superseded_by, id)
                WHERE superseded_by IS NOT NULL;

            CREATE TABLE memory_sources (
                user_id {uuid} NOT NULL,
                memory_id {uuid} NOT NULL,
                ordinal {integer} NOT NULL,
                chat_id {uuid},
                message_id {uuid},
                sequence {integer},
                said_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, memory_id, ordinal),
                FOREIGN KEY (user_id, memory_id) REFERENCES memories (user_id, id) ON DELETE CASCADE,
                CHECK ((message_id IS NULL) = (chat_id IS NULL) AND (message_id IS NULL) = (sequence IS NULL))
            ) {clustered};
            CREATE INDEX memory_sources_by_message ON memory_sources (user_id, message_id, memory_id)
                WHERE message_id IS NOT NULL;

            CREATE TABLE forgotten_memories (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                id {uuid} NOT NULL UNIQUE,
                fingerprint {bytes} NOT NULL,
                forgotten_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, id)
            ) {clustered};

            CREATE TABLE forgotten_sources (
                user_id {uuid} NOT NULL,
                memory_id {uuid} NOT NULL,
                ordinal {integer} NOT NULL,
                chat_id {uuid} NOT NULL,
                message_id {uuid} NOT NULL,
                sequence {integer} NOT NULL,
                said_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, memory_id, ordinal),
                FOREIGN KEY (user_id, memory_id) REFERENCES forgotten_memories (user_id, id) ON DELETE CASCADE
            ) {clustered};

            CREATE TABLE coverage (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                sequence {integer} NOT NULL,
                PRIMARY KEY (user_id, chat_id),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE
            ) {clustered};

            CREATE TABLE reopened (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                sequence {integer} NOT NULL,
                PRIMARY KEY (user_id, chat_id, sequence),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE
            ) {clustered};

            CREATE TABLE summaries (
                user_id {uuid} NOT NULL,
                chat_id {uuid} NOT NULL,
                text {text} NOT NULL,
                through_sequence {integer} NOT NULL,
                updated_at {timestamp} NOT NULL,
                PRIMARY KEY (user_id, chat_id),
                FOREIGN KEY (user_id, chat_id) REFERENCES chats (user_id, id) ON DELETE CASCADE
            ) {table};

            CREATE TABLE jobs (
                id {uuid} NOT NULL PRIMARY KEY,
                kind {text} NOT NULL,
                key {text} NOT NULL,
                user_id {uuid} REFERENCES users (id) ON DELETE CASCADE,
                payload {text} NOT NULL,
                status {text} NOT NULL,
                run_at {timestamp} NOT NULL,
                attempts {integer} NOT NULL,
                token {uuid},
                lease_expires_at {timestamp},
                last_error {text},
                due_at {timestamp} GENERATED ALWAYS AS
                    (CASE status WHEN 'waiting' THEN run_at WHEN 'running' THEN lease_expires_at END) STORED,
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL,
                CHECK ((status = 'running') = (token IS NOT NULL)),
                CHECK ((status = 'running') = (lease_expires_at IS NOT NULL))
            ) {table};
            CREATE UNIQUE INDEX jobs_waiting ON jobs (kind, key) WHERE status = 'waiting';
            CREATE INDEX jobs_due ON jobs (due_at, id) WHERE due_at IS NOT NULL;
            CREATE INDEX jobs_due_of_kind ON jobs (kind, due_at, id) WHERE due_at IS NOT NULL;
            CREATE INDEX jobs_by_status ON jobs (status, id);
            CREATE INDEX jobs_of_user ON jobs (user_id) WHERE user_id IS NOT NULL;
            """)
}
