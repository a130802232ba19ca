internal import CPostgres
internal import _CompanionSQL

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// libpq's pipeline mode: statements are sent one behind the other, and their answers come in the same order.
///
/// Where somebody needs an answer, all that was kept back goes with it, in one message each way. The server passes over what
/// stands behind a statement that failed.
extension PostgresConnection {
    /// How long a server may take to answer that it has stopped a statement.
    static var cancellationGrace: Duration { .seconds(3) }
    /// How often somebody who waits looks whether the task was cancelled: the server may be out of reach.
    private static var lookEvery: Duration { .milliseconds(100) }
    /// How many writes, and how many bytes of them, are kept back: then they are sent and waited for.
    private static var maximumKeptBack: (count: Int, bytes: Int) { (256, 1 << 18) }

    // MARK: Sending

    /// Sends a statement and waits for its answer, which the caller clears.
    func answer(
        to statement: SQLStatement, _ parameters: PostgresParameters, isKept: Bool = true
    ) throws -> OpaquePointer {
        try send(statement, parameters, as: .answer, isKept: isKept)
        guard let answer = try takeAnswers() else { throw failure() }
        return answer
    }

    /// Leaves a write to be sent with the next statement that is waited for.
    func keepBack(_ statement: SQLStatement, _ parameters: PostgresParameters, mustChange: Bool) throws {
        try send(statement, parameters, as: .write, mustChange: mustChange)
        keptBackBytes += parameters.byteCount
        let maximum = Self.maximumKeptBack
        if pending.count >= maximum.count || keptBackBytes >= maximum.bytes { PQclear(try takeAnswers()) }
    }

    /// Leaves a statement that was made for this call, and whose failure is the next answer's, to be sent with the next one.
    func keepBackOnce(_ statement: SQLStatement) throws { try send(statement, as: .begin, isKept: false) }

    /// Puts a statement into libpq's buffer, which goes to the server when it is full, or when somebody waits.
    func send(
        _ statement: SQLStatement, _ parameters: PostgresParameters = PostgresParameters([]),
        as purpose: PostgresPending,
        isKept: Bool = true, mustChange: Bool = false
    ) throws {
        try checkUse()
        try enterPipeline()
        let known = try isKept ? self.known(statement, mustChange: mustChange, types: parameters.types) : nil
        let sent = parameters.withPointers { count, values, lengths, formats in
            if let name = known?.name {
                PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
            } else {
                PQsendQueryParams(
                    handle, known?.text ?? dialect.text(of: statement), count, parameters.types, values, lengths,
                    formats, 1)
            }
        }
        guard sent == 1 else { throw failure() }
        pending.append(purpose)
    }

    private func known(_ statement: SQLStatement, mustChange: Bool, types: [UInt32]) throws -> KnownStatement {
        let key = KnownStatement.Key(statement, mustChange: mustChange)
        if let known = known[key] { return known }
        let name = preparesStatements ? "companion_\(nextName)" : nil
        let new = KnownStatement(statement, mustChange: mustChange, name: name)
        if let name {
            guard PQsendPrepare(handle, name, new.text, CInt(types.count), types) == 1 else { throw failure() }
            nextName += 1
            pending.append(.preparation(key))
        }
        known[key] = new
        return new
    }

    private func enterPipeline() throws {
        guard PQpipelineStatus(handle) == PQ_PIPELINE_OFF else { return }
        guard PQenterPipelineMode(handle) == 1 else { throw failure() }
    }

    /// Takes all answers, and leaves the mode, which has no scripts.
    func leavePipeline() throws {
        guard PQpipelineStatus(handle) != PQ_PIPELINE_OFF else { return }
        if !pending.isEmpty { PQclear(try takeAnswers()) }
        guard PQexitPipelineMode(handle) == 1 else { throw failure() }
    }

    // MARK: Answers

    /// Ends the batch, so that the server answers it.
    func sync() throws {
        guard PQpipelineSync(handle) == 1 else { throw failure() }
        pending.append(.sync)
    }

    /// Sends what was kept back and waits for all answers. Throws the first failure among them; a commit that was answered
    /// stands, whatever comes behind it.
    ///
    /// - Returns: The answer to what is waited for, which the caller clears; nil where nothing is.
    func takeAnswers() throws -> OpaquePointer? {
        try sync()
        roundTrips += 1
        defer {
            pending.removeAll(keepingCapacity: true)
            keptBackBytes = 0
        }
        var answers = Answers()
        var patience = Patience(end: .now + statementTimeout)
        do {
            for index in pending.indices { try take(pending[index], &answers, &patience) }
        } catch {
            isBroken = true
            PQclear(answers.last)
            guard !answers.isCommitted else { return nil }
            throw answers.failure ?? error
        }
        if let failure = answers.failure {
            PQclear(answers.last)
            throw failure
        }
        return answers.last
    }

    /// What came of a batch.
    private struct Answers {
        var last: OpaquePointer?
        var failure: SQLFailure?
        var isCommitted = false
    }

    /// Takes the answer to one statement. Throws where the connection is good for nothing any more.
    private func take(_ purpose: PostgresPending, _ answers: inout Answers, _ patience: inout Patience) throws {
        if case .sync = purpose {
            guard let result = try nextResult(&patience) else { throw failure() }
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw failure(of: result) }
            return
        }
        var isDone = false
        while let result = try nextResult(&patience) {
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                isDone = true
                if case .commit = purpose {
                    answers.isCommitted = String(cString: PQcmdStatus(result)) == "COMMIT"
                    // The transaction had failed before, and somebody has overlooked it.
                    if !answers.isCommitted { answers.failure = answers.failure ?? SQLFailure(.other) }
                }
                if case .answer = purpose {
                    PQclear(answers.last)
                    answers.last = result
                } else {
                    PQclear(result)
                }
            case PGRES_PIPELINE_ABORTED: PQclear(result)
            default:
                defer { PQclear(result) }
                note(failure(of: result), of: purpose, in: &answers)
            }
            guard PQstatus(handle) != CONNECTION_BAD else { throw answers.failure ?? failure() }
        }
        // What was not prepared is to be prepared the next time.
        if !isDone, case .preparation(let key) = purpose { known[key] = nil }
    }

    private func note(_ failure: SQLFailure, of purpose: PostgresPending, in answers: inout Answers) {
        guard answers.failure == nil else { return }
        answers.failure = failure
        switch purpose {
        case .write:
            if (failure.underlying as? PostgresError)?.isAboutData == true { isRefusedLate = true }
        case .end:
            // It was the one before us who was stopped in the last moment; nothing of ours has been done.
            mayRunAgain = true
        default: break
        }
    }

    /// The last result of a script; the caller clears it.
    func scriptResult() throws -> OpaquePointer {
        roundTrips += 1
        var last: OpaquePointer?
        var failure: SQLFailure?
        var patience = Patience(end: .now + statementTimeout)
        while true {
            let next: OpaquePointer?
            do { next = try nextResult(&patience) } catch {
                PQclear(last)
                throw failure ?? error
            }
            guard let result = next else { break }
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

    // MARK: Waiting

    /// How long a statement is waited for; once the server was asked to stop it, how long its answer is.
    struct Patience {
        var end: ContinuousClock.Instant
        var isOver = false
    }

    /// Sends what is to be sent, and waits for the next result, or the end of those of one statement.
    private func nextResult(_ patience: inout Patience) throws -> OpaquePointer? {
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw failure() }
            if unsent == 0, PQisBusy(handle) == 0 { return PQgetResult(handle) }
            let now = ContinuousClock.now
            if !patience.isOver, isGivenUp || now >= patience.end {
                // A task that is cancelled has asked the server already.
                if !isGivenUp { cancellation.interrupt() }
                patience = Patience(end: now + Self.cancellationGrace, isOver: true)
            }
            guard now < patience.end else {
                isBroken = true
                throw SQLFailure(isGivenUp ? .interrupted : .timedOut)
            }
            let next = min(patience.end, now + Self.lookEvery)
            // It reads while it writes: a server that can't get rid of its answers takes nothing more either.
            guard Self.wait(for: PQsocket(handle), writing: unsent == 1, until: next, from: now) else { continue }
            guard PQconsumeInput(handle) == 1 else { throw failure() }
        }
    }

    /// Waits until the socket can be read or, where asked, written; false where the time was over first.
    static func wait(
        for socket: CInt, writing: Bool, until deadline: ContinuousClock.Instant,
        from now: ContinuousClock.Instant = .now
    ) -> Bool {
        guard socket >= 0 else { return true }
        var request = pollfd(fd: socket, events: Int16(POLLIN) | (writing ? Int16(POLLOUT) : 0), revents: 0)
        let milliseconds = now.duration(to: deadline) / .milliseconds(1)
        return poll(&request, 1, CInt(max(0, min(60_000, milliseconds.rounded(.up))))) > 0
    }

    // MARK: Failures

    func failure(of result: OpaquePointer) -> SQLFailure {
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

    func failure() -> SQLFailure {
        let error = PostgresError(connection: handle)
        isBroken = true
        mayRunAgain = true
        return SQLFailure(.unavailable, underlying: error)
    }
}
