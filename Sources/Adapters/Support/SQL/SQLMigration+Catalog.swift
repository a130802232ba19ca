extension SQLMigration {
    /// Versions of characters, of which each chat has one (those that were there, the newest), and what is shown to others.
    static let catalog = SQLMigration(
        version: 9, name: "catalog",
        template: """
            CREATE TABLE character_versions (
                owner_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                character_id {uuid} NOT NULL REFERENCES characters (id) ON DELETE CASCADE,
                revision {integer} NOT NULL,
                card {json} NOT NULL,
                name {text} NOT NULL,
                created_at {timestamp} NOT NULL,
                made_at {timestamp} NOT NULL,
                PRIMARY KEY (character_id, revision)
            ) {table};
            CREATE INDEX character_versions_of_owner ON character_versions (owner_id, character_id, revision);
            INSERT INTO character_versions (owner_id, character_id, revision, card, name, created_at, made_at)
                SELECT owner_id, id, revision, card, '', created_at, updated_at FROM characters;

            ALTER TABLE chats ADD COLUMN character_revision {integer} NOT NULL DEFAULT 1;
            UPDATE chats SET character_revision =
                (SELECT revision FROM characters WHERE characters.id = chats.character_id);

            CREATE INDEX chats_of_version ON chats (character_id, character_revision);

            ALTER TABLE characters ADD COLUMN origin_entry_id {uuid};
            ALTER TABLE characters ADD COLUMN origin_revision {integer};
            CREATE INDEX characters_by_origin ON characters (owner_id, origin_entry_id, id)
                WHERE origin_entry_id IS NOT NULL;
            ALTER TABLE character_versions ADD COLUMN origin_entry_id {uuid};
            ALTER TABLE character_versions ADD COLUMN origin_revision {integer};

            CREATE TABLE catalog_entries (
                id {uuid} NOT NULL PRIMARY KEY,
                author_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                character_id {uuid} NOT NULL,
                visibility {text} NOT NULL,
                listing {text} NOT NULL,
                rating {integer} NOT NULL,
                published_card {json},
                published_revision {integer},
                published_at {timestamp},
                submitted_card {json},
                submitted_revision {integer},
                submitted_at {timestamp},
                submission_status {text},
                submission_reasons {json},
                stars {integer} NOT NULL,
                rating_count {integer} NOT NULL,
                newest_key {integer} NOT NULL,
                best_key {integer} NOT NULL,
                uses {integer} NOT NULL,
                created_at {timestamp} NOT NULL,
                updated_at {timestamp} NOT NULL,
                UNIQUE (author_id, character_id)
            ) {table};
            CREATE INDEX catalog_entries_of_author ON catalog_entries (author_id, id);
            CREATE INDEX catalog_entries_newest ON catalog_entries (newest_key, id) WHERE listing = 'listed';
            CREATE INDEX catalog_entries_best ON catalog_entries (best_key, id) WHERE listing = 'listed';
            CREATE INDEX catalog_entries_most_used ON catalog_entries (uses, id) WHERE listing = 'listed';
            CREATE INDEX catalog_entries_pending ON catalog_entries (id) WHERE submission_status = 'pending';

            CREATE TABLE catalog_terms (
                term {text} NOT NULL,
                entry_id {uuid} NOT NULL REFERENCES catalog_entries (id) ON DELETE CASCADE,
                PRIMARY KEY (term, entry_id)
            ) {clustered};
            CREATE INDEX catalog_terms_of_entry ON catalog_terms (entry_id);

            CREATE TABLE catalog_ratings (
                user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                entry_id {uuid} NOT NULL REFERENCES catalog_entries (id) ON DELETE CASCADE,
                stars {integer} NOT NULL,
                PRIMARY KEY (user_id, entry_id)
            ) {clustered};
            CREATE INDEX catalog_ratings_of_entry ON catalog_ratings (entry_id);
            """)
}
