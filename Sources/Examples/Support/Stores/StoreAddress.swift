package import CompanionCore
package import CompanionPostgres
package import CompanionSQLite
package import _CompanionSQL

/// Where everything is kept: a file, or a server.
package enum StoreAddress: Sendable, Hashable, CustomStringConvertible {
    case sqlite(path: String)
    case postgres(url: String)

    /// A path, `sqlite:path`, or `postgres://…`. Throws `invalidInput` for the address of something else.
    package init(_ text: String) throws(CompanionError) {
        let lower = text.lowercased()
        if lower.hasPrefix("postgres://") || lower.hasPrefix("postgresql://") {
            self = .postgres(url: text)
            return
        }
        let path = lower.hasPrefix("sqlite:") ? String(text.dropFirst(7)) : text
        guard !path.isEmpty, !path.prefix(while: { $0 != "/" }).hasSuffix(":") else {
            throw CompanionError(
                .invalidInput, "A database is a path, sqlite:path, or postgres://…: correct \(Self.shown(text)).")
        }
        self = .sqlite(path: path)
    }

    /// For people: without a password.
    package var description: String {
        switch self {
        case .sqlite(let path): path
        case .postgres(let url): url.withoutSecrets
        }
    }

    private static func shown(_ text: String) -> String { text.prefix { $0 != ":" } + ":…" }

    /// Opens it, and brings its schema up to date. Throws `unavailable` where a file belongs to somebody else: `forbidden` is for
    /// models and their keys.
    ///
    /// - Parameter connections: How many there may be to a server.
    package func open(connections: ClosedRange<Int> = 0...4) async throws -> OpenStore {
        do {
            switch self {
            case .sqlite(let path):
                // More than can run at the same time only wait for each other.
                let readers = min(max(2, ProcessorCount.usable), 4)
                return OpenStore(try SQLiteStore(path: path, configuration: .init(readers: readers)))
            case .postgres(let url):
                return OpenStore(try await PostgresStore.open(.init(url: url, connections: connections)))
            }
        } catch let error as CompanionError where error.code == .forbidden {
            throw CompanionError(.unavailable, error.message, underlying: error, retry: .never)
        }
    }
}

/// A store that is open.
package struct OpenStore: Sendable {
    private enum Kind {
        case sqlite(SQLiteStore)
        case postgres(PostgresStore)
    }
    private let kind: Kind

    package init(_ store: SQLiteStore) { kind = .sqlite(store) }
    package init(_ store: PostgresStore) { kind = .postgres(store) }

    package var relational: any RelationalStore {
        switch kind {
        case .sqlite(let store): store
        case .postgres(let store): store
        }
    }

    package var tables: any SQLTableStore {
        switch kind {
        case .sqlite(let store): store
        case .postgres(let store): store
        }
    }

    /// The vectors that it can keep itself. Throws `unsupported` for a server without pgvector, and for a file that is to have an index.
    package func vectors(index: VectorIndexChoice = .exact) async throws -> any VectorStore {
        switch kind {
        case .sqlite(let store):
            guard index == .exact else {
                throw CompanionError(
                    .unsupported, "A file searches vectors exactly: leave the index away, or use a Postgres server.")
            }
            return store.vectors
        case .postgres(let store): return try await store.vectors(index: index == .hnsw ? .hnsw() : .exact)
        }
    }

    /// What a server searches vectors with, in words; nil for a file. Throws as ``vectors(index:)``.
    package func vectorsInWords(index: VectorIndexChoice) async throws -> String? {
        guard case .postgres = kind, let vectors = try await vectors(index: index) as? PostgresVectorStore else {
            return nil
        }
        let status = try await vectors.status()
        return "pgvector \(status.version), "
            + (index == .hnsw ? "HNSW for large namespaces: \(status.indexes) built" : "exact search")
    }

    /// Keeps the wanted connections to a server open until the task is cancelled; does nothing for a file.
    package func run() async throws {
        switch kind {
        case .sqlite: try? await Task.sleep(for: .seconds(1_000_000_000))
        case .postgres(let store): try await store.run()
        }
    }

    /// Waits for what runs. Of a file it moves the log into it, so that a copy of it is whole; else the next start does that.
    ///
    /// - Parameter limit: How long a server is waited for.
    package func close(within limit: Duration = .seconds(5)) async {
        switch kind {
        case .sqlite(let store): try? await store.close()
        case .postgres(let store): try? await store.close(within: limit)
        }
    }
}
