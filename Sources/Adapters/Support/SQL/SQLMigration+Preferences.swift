extension SQLMigration {
    /// The defaults are for those who were there before; they are those of `UserPreferences`.
    static let preferences = SQLMigration(
        version: 5, name: "preferences",
        template: """
            ALTER TABLE users ADD COLUMN locale {text};
            ALTER TABLE users ADD COLUMN time_zone {text};
            ALTER TABLE users ADD COLUMN is_memory_enabled {boolean} NOT NULL DEFAULT TRUE;
            ALTER TABLE users ADD COLUMN age_band {text} NOT NULL DEFAULT 'unknown';
            ALTER TABLE users ADD COLUMN country {text};
            ALTER TABLE users ADD COLUMN highest_rating {text} NOT NULL DEFAULT 'general';
            ALTER TABLE users ADD COLUMN role {text} NOT NULL DEFAULT 'user';
            """)
}
