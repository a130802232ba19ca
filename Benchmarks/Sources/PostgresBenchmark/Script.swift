/// What pgbench sends: the statements that the store sends, one after the other or in a pipeline.
enum Script {
    static let text = "It was a long day, and I'm tired. Tell me about the sea, will you?"

    static func read(isPipelined: Bool = false) -> String {
        script(
            "\\set number random(0, 999)", "REPEATABLE READ, READ ONLY",
            """
            SELECT id, name, persona, updated_at, locale, time_zone, is_memory_enabled, age_band, country, highest_rating, role,
                created_at
            FROM users WHERE id = \(id("'0'", ":number"))
                AND NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = users.id);
            """, isPipelined)
    }

    static func write(isPipelined: Bool = false) -> String {
        script(
            "", "SERIALIZABLE",
            """
            INSERT INTO users (id, name, persona, created_at, updated_at) VALUES (gen_random_uuid(), 'Somebody', '', now(), now());
            """, isPipelined)
    }

    /// To a chat of each client's own, whose group is `grp`, from behind `sequence` on.
    static func append(isPipelined: Bool = false) -> String {
        let chat = "user_id = \(id("'0'", "0")) AND id = \(id(":grp", ":client_id"))"
        return script(
            """
            \\set sequence :sequence + 1
            \\set number :client_id * 1000000 + :sequence
            """, "SERIALIZABLE",
            """
            UPDATE chats SET last_sequence = :sequence, revision = revision + 1, updated_at = now()
                WHERE \(chat) AND last_sequence = :sequence - 1;
            INSERT INTO messages (user_id, chat_id, position, id, author, selected, client_id, created_at, revision)
                VALUES (\(id("'0'", "0")), \(id(":grp", ":client_id")), :sequence, \(id(":grp", ":number")), 'user', 0, NULL,
                now(), (SELECT revision FROM chats WHERE \(chat)));
            INSERT INTO alternatives (user_id, chat_id, sequence, ordinal, id, created_at, text, status, updated_at)
                VALUES (\(id("'0'", "0")), \(id(":grp", ":client_id")), :sequence, 0, \(id(":grp", ":number")), now(),
                '\(text.replacing("'", with: "''"))', 'complete', now());
            """, isPipelined)
    }

    private static func id(_ group: String, _ number: String) -> String {
        "(\(group)::text || '0000000-0000-4000-8000-' || lpad(\(number)::text, 12, '0'))::uuid"
    }

    private static func script(
        _ variables: String, _ isolation: String, _ statements: String, _ isPipelined: Bool
    ) -> String {
        """
        \(variables)
        \(isPipelined ? "\\startpipeline" : "")
        BEGIN ISOLATION LEVEL \(isolation);
        \(statements)
        COMMIT;
        \(isPipelined ? "\\endpipeline" : "")

        """
    }
}
