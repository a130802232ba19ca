extension SQLMigration {
    /// Vectors belong to people whom the store need not know: they are an index, kept beside the truth.
    ///
    /// `revision` is another random number after each change of a namespace, so that who has read its vectors can tell
    /// whether they are still the same, also where the namespace was deleted and made again.
    ///
    /// `vector` holds numbers of single precision, little-endian, scaled to length 1.
    static let vectors = SQLMigration(
        version: 3, name: "vectors",
        template: """
            CREATE TABLE vector_namespaces (
                user_id {uuid} NOT NULL,
                model {text} NOT NULL,
                dimensions {integer} NOT NULL,
                revision {integer} NOT NULL,
                PRIMARY KEY (user_id, model, dimensions)
            ) {clustered};

            CREATE TABLE vectors (
                user_id {uuid} NOT NULL,
                model {text} NOT NULL,
                dimensions {integer} NOT NULL,
                id {text} NOT NULL,
                vector {bytes} NOT NULL,
                metadata {json} NOT NULL,
                PRIMARY KEY (user_id, model, dimensions, id)
            ) {table};
            """)
}
