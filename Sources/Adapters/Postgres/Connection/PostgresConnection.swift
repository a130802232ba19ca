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
///
/// What need not be waited for is not: `PostgresConnection+Pipeline.swift`. Transactions are in
/// `PostgresConnection+Transactions.swift`.
final class PostgresConnection: SQLConnection {
    let dialect = SQLDialect.postgres
    let cancellation: PostgresCancellation
    /// Whether it can't be used any more.
    var isBroken = false
    /// Whether the transaction lost against another one, or its connection, before the commit began: to be run again.
    var mayRunAgain = false
    /// How often an answer of the server's was waited for since the connection was opened.
    var roundTrips = 0
    let handle: OpaquePointer
    var statementTimeout: Duration
    let preparesStatements: Bool
    var known: [KnownStatement.Key: KnownStatement] = [:]
    /// Numbers the names of prepared statements.
    var nextName = 0
    /// What was sent, or lies in libpq's buffer to be sent, and was not answered yet: in its order.
    var pending: [PostgresPending] = []
    /// The bytes of the parameters of writes that are kept back.
    var keptBackBytes = 0
    /// Whether writes may be kept back until somebody waits for an answer.
    var keepsWritesBack = false
    /// Whether a write that was kept back was refused, of which its caller has not heard.
    var isRefusedLate = false
    /// While a transaction ends: it happens or it does not, and must say which.
    var isEnding = false
    var isGivenUp: Bool { !isEnding && cancellation.isRequested }

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

    func write(_ statement: SQLStatement, _ parameters: [SQLValue], mustChange: Bool) throws -> Int? {
        try write(statement, PostgresParameters(parameters), mustChange: mustChange)
    }

    func query(_ statement: SQLStatement, _ parameters: [SQLValue], _ row: (any SQLRow) throws -> Void) throws {
        try query(statement, PostgresParameters(parameters), row)
    }

    func run(_ statement: SQLStatement, _ parameters: PostgresParameters) throws -> Int {
        count(in: try answer(to: statement, parameters))
    }

    func write(_ statement: SQLStatement, _ parameters: PostgresParameters, mustChange: Bool = false) throws -> Int? {
        guard keepsWritesBack else { return try run(statement, parameters) }
        try keepBack(statement, parameters, mustChange: mustChange)
        return nil
    }

    func query(_ statement: SQLStatement, _ parameters: PostgresParameters, _ row: (any SQLRow) throws -> Void) throws {
        try rows(of: answer(to: statement, parameters), row)
    }

    func run(script: String) throws {
        try checkUse()
        try leavePipeline()
        guard PQsendQuery(handle, script) == 1 else { throw failure() }
        PQclear(try scriptResult())
    }

    /// As ``run(_:_:)``, for a statement that was made for this call: it is not kept.
    func runOnce(_ statement: SQLStatement, _ parameters: [SQLValue]) throws -> Int {
        count(in: try answer(to: statement, PostgresParameters(parameters), isKept: false))
    }

    /// As ``query(_:_:_:)``, for a statement that was made for this call: it is not kept.
    func queryOnce(
        _ statement: SQLStatement, _ parameters: PostgresParameters, _ row: (any SQLRow) throws -> Void
    ) throws {
        try rows(of: answer(to: statement, parameters, isKept: false), row)
    }

    private func count(in result: OpaquePointer) -> Int {
        defer { PQclear(result) }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    private func rows(of result: OpaquePointer, _ row: (any SQLRow) throws -> Void) throws {
        defer { PQclear(result) }
        for index in 0..<PQntuples(result) { try row(PostgresRow(result: result, row: index)) }
    }

    /// Throws where nothing may be sent any more.
    func checkUse() throws {
        guard !isBroken else { throw SQLFailure(.unavailable) }
        guard !isGivenUp else { throw SQLFailure(.interrupted) }
    }
}
