package import CompanionCore

/// The repositories over one connection within a transaction that the adapter began and will end.
package final class SQLStoreTransaction: StoreTransaction {
    private let connection: any SQLConnection
    private let isReadOnly: Bool
    private var hasEnded = false
    /// What left a call half done. The transaction must not be committed, even where its body ignores the error, and
    /// every later call throws it again.
    private var failure: (any Error)?

    package init(connection: any SQLConnection, isReadOnly: Bool) {
        self.connection = connection
        self.isReadOnly = isReadOnly
    }

    package var users: any UserRepository { SQLUsers(transaction: self) }
    package var characters: any CharacterRepository { SQLCharacters(transaction: self) }
    package var chats: any ChatRepository { SQLChats(transaction: self) }
    package var messages: any MessageRepository { SQLMessages(transaction: self) }
    package var changes: any ChatChangeRepository { SQLChatChanges(transaction: self) }
    package var leases: any LeaseRepository { SQLLeases(transaction: self) }
    package var memories: any MemoryRepository { SQLMemories(transaction: self) }
    package var coverage: any CoverageRepository { SQLCoverage(transaction: self) }
    package var summaries: any SummaryRepository { SQLSummaries(transaction: self) }
    package var jobs: any JobRepository { SQLJobs(transaction: self) }
    package var erasures: any ErasureRepository { SQLErasures(transaction: self) }
    package var accounts: any AccountRepository { SQLAccounts(transaction: self) }
    package var moderation: any ModerationRepository { SQLModeration(transaction: self) }
    package var catalog: any CatalogRepository { SQLCatalog(transaction: self) }
    package var subscriptions: any SubscriptionRepository { SQLSubscriptions(transaction: self) }
    package var lorebooks: any LorebookRepository { SQLLorebooks(transaction: self) }

    /// Runs the body of a transaction. When it has returned, it throws what left a call half done.
    package func whileValid<Result>(_ body: (any StoreTransaction) throws -> Result) throws -> Result {
        defer { hasEnded = true }
        let result = try body(self)
        if let failure { throw failure }
        return result
    }

    // MARK: Statements

    /// For calls that look before they write: they must not answer otherwise in a read.
    func requireWriting() throws {
        if isReadOnly { throw CompanionError(.unsupported, "A read can't write: use a transaction.") }
    }

    /// Runs a statement that writes, now or before the transaction's next answer.
    func write(_ statement: SQLStatement, _ parameters: [SQLValue]) throws {
        try requireWriting()
        try translatingFailure { try connection.write(statement, parameters) }
    }

    /// Runs a statement that writes and must change a row, now or before the transaction's next answer.
    ///
    /// - Parameter error: What is thrown where it changes none. Where the statement ran later this is found out too, and the
    ///   transaction's body runs again, to meet the error here.
    func write(
        _ statement: SQLStatement, _ parameters: [SQLValue], orElse error: () throws -> CompanionError
    ) throws {
        try requireWriting()
        let count = try translatingFailure { try connection.write(statement, parameters, mustChange: true) }
        guard let count, count != 1 else { return }
        throw try error()
    }

    /// Runs a statement that writes; how many rows it changed. Waits for it: prefer ``write(_:_:)`` where nobody asks.
    func run(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        try requireWriting()
        return try translatingFailure { try connection.run(statement, parameters) }
    }

    func first<Value>(
        _ statement: SQLStatement, _ parameters: [SQLValue], _ value: (any SQLRow) throws -> Value
    ) throws -> Value? {
        var result: Value?
        try query(statement, parameters) { row in
            if result == nil { result = try value(row) }
        }
        return result
    }

    func all<Value>(
        _ statement: SQLStatement, _ parameters: [SQLValue], _ value: (any SQLRow) throws -> Value
    ) throws -> [Value] {
        var result: [Value] = []
        try query(statement, parameters) { result.append(try value($0)) }
        return result
    }

    func query(
        _ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void
    ) throws {
        try translatingFailure { try connection.query(statement, parameters, row) }
    }

    /// The error to throw from a call that has written already: it can't be followed by a commit.
    func halfDone(_ error: CompanionError) -> CompanionError {
        failure = failure ?? error
        return error
    }

    private func translatingFailure<Result>(_ body: () throws -> Result) throws -> Result {
        precondition(!hasEnded, "A store's transaction is valid only until its body returns.")
        // The database may have ended the transaction: what came now would be kept by itself.
        if let failure { throw failure }
        do {
            return try body()
        } catch let error as SQLFailure {
            let translated = error.asPortError
            failure = failure ?? translated
            throw translated
        }
    }
}
