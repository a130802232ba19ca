internal import CPostgres
internal import CompanionCore
internal import _CompanionSQL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// One connection to a server, used by one thread at a time, which waits in it.
///
/// libpq is used without blocking calls, so that every wait has an end: a statement that takes longer than the configured
/// time is stopped at the server, and a server that does not answer even then loses the connection.
final class PostgresConnection: SQLConnection {
    let dialect = SQLDialect.postgres
    let cancellation: PostgresCancellation
    /// Whether it can't be used any more.
    private(set) var isBroken = false
    /// Whether the transaction lost against another one, or its connection, before the commit began: to be run again.
    private(set) var mayRunAgain = false
    private let handle: OpaquePointer
    private var statementTimeout: Duration
    private let preparesStatements: Bool
    private var prepared: [ObjectIdentifier: Prepared] = [:]
    /// While a transaction ends: it happens or it does not, and must say which.
    private var isEnding = false
    private var isGivenUp: Bool { !isEnding && cancellation.isRequested }

    /// How long a server may take to answer that it has stopped a statement.
    private static let cancellationGrace: Duration = .seconds(3)
    /// How often somebody who waits looks whether the task was cancelled: the server may be out of reach.
    private static let lookEvery: Duration = .milliseconds(100)

    private struct Prepared {
        /// Kept because its identity is the key.
        let statement: SQLStatement
        let name: String
    }

    /// Connects and blocks meanwhile, at most for `configuration.connectTimeout` or until `isCancelled`.
    static func open(
        _ configuration: PostgresStore.Configuration, isCancelled: () -> Bool = { false }
    ) throws -> PostgresConnection {
        let handle = try connect(configuration, isCancelled: isCancelled)
        let connection = PostgresConnection(handle: handle, configuration: configuration)
        try connection.setUp(schema: configuration.schema)
        return connection
    }

    private init(handle: OpaquePointer, configuration: PostgresStore.Configuration) {
        self.handle = handle
        statementTimeout = configuration.statementTimeout
        preparesStatements = configuration.preparesStatements
        cancellation = PostgresCancellation(connection: handle)
    }

    deinit { PQfinish(handle) }

    // MARK: Connecting

    private static func connect(
        _ configuration: PostgresStore.Configuration, isCancelled: () -> Bool
    ) throws -> OpaquePointer {
        let settings = configuration.connectionSettings
        let names = settings.map { strdup($0.0) } + [nil]
        let values = settings.map { strdup($0.1) } + [nil]
        defer { for text in names + values { free(text) } }
        let handle = names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
            values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                PQconnectStartParams(names.baseAddress, values.baseAddress, 1)
            }
        }
        guard let handle else { throw SQLFailure(.unavailable) }
        do {
            try finishConnecting(handle, until: .now + configuration.connectTimeout, isCancelled: isCancelled)
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private static func finishConnecting(
        _ handle: OpaquePointer, until deadline: ContinuousClock.Instant, isCancelled: () -> Bool
    ) throws {
        var state = PGRES_POLLING_WRITING
        while PQstatus(handle) != CONNECTION_BAD, state != PGRES_POLLING_OK, state != PGRES_POLLING_FAILED {
            guard !isCancelled() else { throw CancellationError() }
            guard ContinuousClock.now < deadline else {
                throw CompanionError(
                    .unavailable, "The Postgres server does not answer in time: check host and port.")
            }
            guard wait(for: PQsocket(handle), writing: state == PGRES_POLLING_WRITING, until: deadline) else {
                continue
            }
            state = PQconnectPoll(handle)
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            let error = PostgresError(connection: handle)
            guard PQconnectionNeedsPassword(handle) == 0, !error.message.contains("authentication failed") else {
                throw CompanionError(
                    .unauthenticated, "The Postgres server refuses the user's name or password.", underlying: error)
            }
            throw CompanionError(
                .unavailable,
                "The Postgres server can't be reached, or refuses the connection: check address, database and TLS.",
                underlying: error)
        }
    }

    private func setUp(schema: String?) throws {
        PQsetnonblocking(handle, 1)
        // The default prints notices to standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard PQparameterStatus(handle, "server_encoding").map({ String(cString: $0) }) == "UTF8" else {
            throw CompanionError(
                .invalidInput, "The database's encoding is not UTF8: create one with ENCODING 'UTF8'.")
        }
        if let schema {
            try run(script: "SET search_path TO \(PostgresName.quoted(schema))")
        }
    }

    // MARK: Statements

    func run(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        try run(statement, PostgresParameters(parameters))
    }

    func query(_ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void) throws {
        try query(statement, PostgresParameters(parameters), row)
    }

    func run(_ statement: SQLStatement, _ parameters: PostgresParameters) throws -> Int {
        let result = try execute(statement, parameters)
        defer { PQclear(result) }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    func query(_ statement: SQLStatement, _ parameters: PostgresParameters, _ row: (any SQLRow) throws -> Void) throws {
        try rows(of: execute(statement, parameters), row)
    }

    func run(script: String) throws {
        try checkUse()
        guard PQsendQuery(handle, script) == 1 else { throw failure() }
        try finish()
    }

    /// As ``run(_:_:)``, for a statement that was made for this call: it is not kept.
    func runOnce(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        let result = try execute(statement, PostgresParameters(parameters), isKept: false)
        defer { PQclear(result) }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// As ``query(_:_:_:)``, for a statement that was made for this call: it is not kept.
    func queryOnce(
        _ statement: SQLStatement, _ parameters: PostgresParameters, _ row: (any SQLRow) throws -> Void
    ) throws {
        try rows(of: execute(statement, parameters, isKept: false), row)
    }

    private func rows(of result: OpaquePointer, _ row: (any SQLRow) throws -> Void) throws {
        defer { PQclear(result) }
        for index in 0..<PQntuples(result) { try row(PostgresRow(result: result, row: index)) }
    }

    private func execute(
        _ statement: SQLStatement, _ parameters: PostgresParameters, isKept: Bool = true
    ) throws -> OpaquePointer {
        try checkUse()
        let name = try preparesStatements && isKept ? prepare(statement, types: parameters.types) : nil
        let sent = parameters.withPointers { values, lengths, formats in
            if let name {
                PQsendQueryPrepared(handle, name, CInt(values.count), values, lengths, formats, 1)
            } else {
                PQsendQueryParams(
                    handle, dialect.text(of: statement), CInt(values.count), parameters.types, values, lengths, formats,
                    1)
            }
        }
        guard sent == 1 else { throw failure() }
        return try result()
    }

    private func prepare(_ statement: SQLStatement, types: [UInt32]) throws -> String {
        let key = ObjectIdentifier(statement)
        if let known = prepared[key] { return known.name }
        let name = "companion_\(prepared.count)"
        guard PQsendPrepare(handle, name, dialect.text(of: statement), CInt(types.count), types) == 1 else {
            throw failure()
        }
        try finish()
        prepared[key] = Prepared(statement: statement, name: name)
        return name
    }

    /// How long a statement is waited for; once the server was asked to stop it, how long its answer is.
    private struct Patience {
        var end: ContinuousClock.Instant
        var isOver = false
    }

    /// Throws where nothing may be sent any more.
    private func checkUse() throws {
        guard !isBroken else { throw SQLFailure(.unavailable) }
        guard !isGivenUp else { throw SQLFailure(.interrupted) }
    }

    private func finish() throws { PQclear(try result()) }

    /// The last result of what was sent; the caller clears it.
    private func result() throws -> OpaquePointer {
        var last: OpaquePointer?
        var failure: SQLFailure?
        var patience = Patience(end: .now + statementTimeout)
        while true {
            do { try waitForResult(&patience) } catch {
                PQclear(last)
                throw error
            }
            guard let result = PQgetResult(handle) else { break }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                PQclear(last)
                last = result
            default:
                failure = failure ?? self.failure(of: result)
                PQclear(result)
            }
        }
        if PQstatus(handle) == CONNECTION_BAD { isBroken = true }
        if let failure {
            PQclear(last)
            throw failure
        }
        guard let last else { throw self.failure() }
        return last
    }

    /// Sends what is to be sent, and waits until a result, or the end of them, can be taken without waiting.
    private func waitForResult(_ patience: inout Patience) throws {
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw failure() }
            if unsent == 0, PQisBusy(handle) == 0 { return }
            if !patience.isOver, isGivenUp || ContinuousClock.now >= patience.end {
                // A task that is cancelled has asked the server already.
                if !isGivenUp { cancellation.interrupt() }
                patience = Patience(end: .now + Self.cancellationGrace, isOver: true)
            }
            guard ContinuousClock.now < patience.end else {
                isBroken = true
                throw SQLFailure(isGivenUp ? .interrupted : .timedOut)
            }
            let next = min(patience.end, .now + Self.lookEvery)
            guard Self.wait(for: PQsocket(handle), writing: unsent == 1, until: next) else { continue }
            guard PQconsumeInput(handle) == 1 else { throw failure() }
        }
    }

    /// Waits until the socket can be read or, where asked, written; false where the time was over first.
    private static func wait(for socket: CInt, writing: Bool, until deadline: ContinuousClock.Instant) -> Bool {
        guard socket >= 0 else { return true }
        var request = pollfd(fd: socket, events: Int16(POLLIN) | (writing ? Int16(POLLOUT) : 0), revents: 0)
        let milliseconds = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
        return poll(&request, 1, CInt(max(0, min(60_000, milliseconds.rounded(.up))))) > 0
    }

    // MARK: Failures

    private func failure(of result: OpaquePointer) -> SQLFailure {
        let error = PostgresError(result: result)
        if error.isConflict || error.sqlState == nil { mayRunAgain = true }
        // A statement that took too long was stopped by us: the task goes on, and learns why.
        if error.kind == .interrupted, !cancellation.isRequested {
            return SQLFailure(.timedOut, underlying: error)
        }
        if ["57P01", "57P02", "57P03"].contains(error.sqlState) {
            isBroken = true
            mayRunAgain = true
        }
        return SQLFailure(error.kind, underlying: error)
    }

    private func failure() -> SQLFailure {
        let error = PostgresError(connection: handle)
        isBroken = true
        mayRunAgain = true
        return SQLFailure(.unavailable, underlying: error)
    }

    // MARK: Transactions

    /// Serialisable: of two that would see each other half done, one fails with a conflict and is run again.
    func withWriteTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        try inTransaction("BEGIN ISOLATION LEVEL SERIALIZABLE", commits: true, body)
    }

    /// One snapshot, taken by the first statement.
    func withReadTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        try inTransaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", commits: false, body)
    }

    /// Each statement sees what was committed before it: for changes of the schema, behind a lock that others wait for.
    func withSchemaTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        let usual = statementTimeout
        statementTimeout = .seconds(600)
        defer { statementTimeout = usual }
        return try inTransaction("BEGIN ISOLATION LEVEL READ COMMITTED", commits: true) {
            try query(.lockSchema, []) { _ in }
            return try body()
        }
    }

    private func inTransaction<Result>(
        _ begin: String, commits: Bool, _ body: () throws -> Result
    ) throws -> Result {
        mayRunAgain = false
        do {
            try run(script: begin)
            let result = try body()
            try checkUse()
            if commits {
                try commit()
            } else {
                rollBack()
            }
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    private func commit() throws {
        isEnding = true
        defer { isEnding = false }
        // Nobody speaks now but a server that takes its leave: a connection that is known to be gone has not committed.
        for _ in 0..<8 where Self.wait(for: PQsocket(handle), writing: false, until: .now) {
            guard PQconsumeInput(handle) == 1 else { throw failure() }
        }
        do {
            try run(script: "COMMIT")
        } catch let failure as SQLFailure {
            // A server that says why did not commit. Where the connection was lost it is not known: it must not happen twice.
            if (failure.underlying as? PostgresError)?.sqlState == nil { mayRunAgain = false }
            throw failure
        }
    }

    /// Makes the connection as good as new for the next who has it, or gives it up.
    private func rollBack() {
        guard !isBroken else { return }
        isEnding = true
        defer { isEnding = false }
        let deadline = ContinuousClock.now + Self.cancellationGrace
        // A request to stop that is on its way would stop the next one's statement.
        while cancellation.isPending, ContinuousClock.now < deadline { usleep(1_000) }
        if cancellation.isPending { isBroken = true }
        for _ in 0..<3 where !isBroken && PQtransactionStatus(handle) != PQTRANS_IDLE {
            try? run(script: "ROLLBACK")
        }
        if PQtransactionStatus(handle) != PQTRANS_IDLE { isBroken = true }
    }
}

extension SQLStatement {
    /// "CompanionMigrate": any number that nobody else is likely to lock.
    fileprivate static let lockSchema = SQLStatement("SELECT pg_advisory_xact_lock(4860983256176124259)")
}

/// A connection while it changes the schema: its transactions wait for each other.
final class PostgresSchemaConnection: SQLConnection {
    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    var dialect: SQLDialect { connection.dialect }
    func run(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        try connection.run(statement, parameters)
    }
    func query(_ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void) throws {
        try connection.query(statement, parameters, row)
    }
    func run(script: String) throws { try connection.run(script: script) }
    func withWriteTransaction<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.withSchemaTransaction(body)
    }
}
