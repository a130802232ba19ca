package import CompanionCore

/// The vectors of one namespace in a database, over a connection. What is more than one statement wants a transaction of the
/// adapter's.
///
/// Throws ``SQLFailure`` and nothing else of its own. What is written has been checked.
package struct SQLVectors {
    private let connection: any SQLConnection
    private let key: [SQLValue]
    private let dimensions: Int

    package init(connection: any SQLConnection, namespace: VectorNamespace) {
        self.connection = connection
        let space = namespace.space
        dimensions = space.dimensions
        key = [.id(namespace.user), .text(space.model), .integer(space.dimensions)]
    }

    /// The spaces in which there is something of a person.
    package static func spaces(of user: User.ID, over connection: any SQLConnection) throws -> [EmbeddingSpace] {
        try connection.all(.selectSpaces, [.id(user)]) {
            EmbeddingSpace(model: try $0.text(0), dimensions: try $0.integer(1))
        }
    }

    /// Another number after each change; nil where the namespace holds nothing.
    package func revision() throws -> Int? {
        try connection.first(.selectRevision, key) { try $0.integer(0) }
    }

    package func count() throws -> Int {
        try connection.first(.countVectors, key) { try $0.integer(0) } ?? 0
    }

    /// All vectors, of length 1, with their metadata.
    package func read(_ body: (String, [Float], [String: VectorMetadata]) throws -> Void) throws {
        try connection.query(.selectVectors, key) { row in
            let vector = try VectorBytes.vector(row.bytes(1))
            guard vector.count == dimensions else { throw SQLFailure(.corrupt) }
            try body(row.text(0), vector, VectorMetadataJSON.metadata(row.json(2)))
        }
    }

    /// A page of identifiers, as the port gives them.
    package func ids(after id: String?, limit: Int) throws -> [String] {
        // An identifier has at least one character.
        try connection.all(.selectVectorIDs, key + [.text(id ?? ""), .integer(limit)]) { try $0.text(0) }
    }

    // MARK: Writing

    /// - Returns: The namespace's new revision.
    package func upsert(_ records: [VectorRecord]) throws -> Int {
        for record in records {
            guard let unit = UnitVector.of(record.values) else { continue }
            let values: [SQLValue] = [
                .text(record.id), .bytes(VectorBytes.bytes(unit)), .json(VectorMetadataJSON.text(record.metadata)),
            ]
            try connection.write(.upsertVector, key + values)
        }
        return try change()
    }

    /// - Returns: The namespace's new revision; nil where nothing is left of it.
    package func delete(_ ids: [String]) throws -> Int? {
        var deleted = 0
        for id in ids { deleted += try connection.run(.deleteVector, key + [.text(id)]) }
        guard deleted > 0 else { return try revision() }
        if try connection.run(.deleteEmptyNamespace, key) > 0 { return nil }
        return try change()
    }

    /// The identifiers of those that match.
    package func ids(matching filter: VectorFilter) throws -> [String] {
        var ids: [String] = []
        try connection.query(.selectVectorMetadata, key) { row in
            if filter.matches(try VectorMetadataJSON.metadata(row.json(1))) { ids.append(try row.text(0)) }
        }
        return ids
    }

    package func deleteAll() throws {
        try connection.write(.deleteVectors, key)
        try connection.write(.deleteNamespace, key)
    }

    private func change() throws -> Int {
        let revision = Int.random(in: 1...Int.max)
        try connection.write(.setRevision, key + [.integer(revision)])
        return revision
    }
}

extension SQLStatement {
    private static let ofNamespace = "user_id = $1 AND model = $2 AND dimensions = $3"
    fileprivate static let selectRevision = SQLStatement(
        "SELECT revision FROM vector_namespaces WHERE \(ofNamespace)")
    fileprivate static let selectSpaces = SQLStatement(
        "SELECT model, dimensions FROM vector_namespaces WHERE user_id = $1")
    fileprivate static let setRevision = SQLStatement(
        """
        INSERT INTO vector_namespaces (user_id, model, dimensions, revision) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id, model, dimensions) DO UPDATE SET revision = excluded.revision
        """)
    fileprivate static let deleteNamespace = SQLStatement("DELETE FROM vector_namespaces WHERE \(ofNamespace)")
    fileprivate static let deleteEmptyNamespace = SQLStatement(
        """
        DELETE FROM vector_namespaces WHERE \(ofNamespace)
            AND NOT EXISTS (SELECT 1 FROM vectors WHERE \(ofNamespace))
        """)

    fileprivate static let countVectors = SQLStatement("SELECT count(*) FROM vectors WHERE \(ofNamespace)")
    fileprivate static let selectVectors = SQLStatement(
        "SELECT id, vector, metadata FROM vectors WHERE \(ofNamespace)")
    fileprivate static let selectVectorMetadata = SQLStatement("SELECT id, metadata FROM vectors WHERE \(ofNamespace)")
    fileprivate static let selectVectorIDs = SQLStatement(
        "SELECT id FROM vectors WHERE \(ofNamespace) AND id > $4 ORDER BY id LIMIT $5")
    fileprivate static let upsertVector = SQLStatement(
        """
        INSERT INTO vectors (user_id, model, dimensions, id, vector, metadata) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (user_id, model, dimensions, id) DO UPDATE
        SET vector = excluded.vector, metadata = excluded.metadata
        """)
    fileprivate static let deleteVector = SQLStatement("DELETE FROM vectors WHERE \(ofNamespace) AND id = $4")
    fileprivate static let deleteVectors = SQLStatement("DELETE FROM vectors WHERE \(ofNamespace)")
}
