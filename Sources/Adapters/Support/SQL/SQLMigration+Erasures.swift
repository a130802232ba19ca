extension SQLMigration {
    /// `user_id` is null once the person has gone; it refers to nobody, so that the record outlives them.
    static let erasures = SQLMigration(
        version: 4, name: "erasures",
        template: """
            CREATE TABLE erasures (
                id {uuid} NOT NULL PRIMARY KEY,
                user_id {uuid},
                requested_at {timestamp} NOT NULL,
                settles_at {timestamp} NOT NULL,
                finished_at {timestamp},
                erased {json} NOT NULL,
                CHECK ((user_id IS NULL) = (finished_at IS NOT NULL))
            ) {table};
            CREATE UNIQUE INDEX erasures_of_user ON erasures (user_id) WHERE user_id IS NOT NULL;
            """)
}
