internal import _CompanionSQL

/// Tells whether anybody has written to the file meanwhile, in some microseconds and without leaving the caller's thread: a
/// hop to a connection's thread takes longer than searching a thousand vectors.
final class SQLiteVersion: Sendable {
    /// Used for nothing else: its `data_version` counts what all the others write, those of this process too.
    private let queue: SQLiteQueue

    init(_ queue: SQLiteQueue) { self.queue = queue }

    /// Another number after each commit of anybody's; nil where it can't be read, or the store was closed.
    ///
    /// Reads only the memory that processes share about the file, and waits for nobody but another call of this.
    func current() -> Int? {
        try? queue.runBlocking { connection in
            guard !connection.isClosed else { return nil }
            return try connection.first(.dataVersion, []) { try $0.integer(0) }
        }
    }

    func close() async throws { try await queue.close() }
}

extension SQLStatement {
    fileprivate static let dataVersion = SQLStatement("PRAGMA data_version")
}
