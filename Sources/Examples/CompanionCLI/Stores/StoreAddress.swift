internal import CompanionCore
internal import CompanionPostgres
internal import CompanionSQLite
internal import _CompanionSQL

/// Where everything is kept: a file, or a server.
enum StoreAddress: Sendable, Hashable {
    case sqlite(path: String)
    case postgres(url: String)

    /// A path, `sqlite:path`, or `postgres://…`. Throws `invalidInput` for the address of something else.
    init(_ text: String) throws(CompanionError) {
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
    var description: String {
        switch self {
        case .sqlite(let path): path
        case .postgres(let url): SettingsCheck.withoutSecrets(url)
        }
    }

    private static func shown(_ text: String) -> String { text.prefix { $0 != ":" } + ":…" }

    /// Opens it, and brings its schema up to date. Throws `unavailable` where a file belongs to somebody else: `forbidden` is for
    /// models and their keys.
    func open() async throws -> OpenStore {
        do {
            switch self {
            case .sqlite(let path): return OpenStore(try SQLiteStore(path: path))
            case .postgres(let url): return OpenStore(try await PostgresStore.open(.init(url: url, connections: 0...4)))
            }
        } catch let error as CompanionError where error.code == .forbidden {
            throw CompanionError(.unavailable, error.message, underlying: error, retry: .never)
        }
    }
}

/// A store that is open.
struct OpenStore: Sendable {
    private enum Kind {
        case sqlite(SQLiteStore)
        case postgres(PostgresStore)
    }
    private let kind: Kind

    init(_ store: SQLiteStore) { kind = .sqlite(store) }
    init(_ store: PostgresStore) { kind = .postgres(store) }

    var relational: any RelationalStore {
        switch kind {
        case .sqlite(let store): store
        case .postgres(let store): store
        }
    }

    var tables: any SQLTableStore {
        switch kind {
        case .sqlite(let store): store
        case .postgres(let store): store
        }
    }

    /// The vectors that it can keep itself. Throws `unsupported` for a server without pgvector.
    func vectors() async throws -> any VectorStore {
        switch kind {
        case .sqlite(let store): store.vectors
        case .postgres(let store): try await store.vectors()
        }
    }

    /// Waits for what runs. Of a file it moves the log into it, so that a copy of it is whole; else the next start does that.
    func close() async {
        switch kind {
        case .sqlite(let store): try? await store.close()
        case .postgres(let store): try? await store.close(within: .seconds(5))
        }
    }
}
