internal import Synchronization

/// The connections for reading. A read goes to the one that has the least to do.
final class SQLiteReaders: Sendable {
    let queues: [SQLiteQueue]
    /// How many reads each has.
    private let loads: Mutex<[Int]>

    init(_ queues: [SQLiteQueue]) {
        self.queues = queues
        loads = Mutex(Array(repeating: 0, count: queues.count))
    }

    func run<Result: Sendable>(
        _ body: @Sendable (SQLiteConnection) throws -> Result
    ) async throws -> Result {
        let chosen = loads.withLock { loads in
            var chosen = 0
            for index in loads.indices where loads[index] < loads[chosen] { chosen = index }
            loads[chosen] += 1
            return chosen
        }
        defer { loads.withLock { $0[chosen] -= 1 } }
        return try await queues[chosen].run(body)
    }
}
