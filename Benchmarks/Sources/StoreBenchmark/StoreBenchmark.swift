import CompanionCore
import CompanionSQLite
import FoundationEssentials

/// Appends and pages messages through `SQLiteStore` and through SQLite's C interface, in turns, and prints the medians.
@main
enum StoreBenchmark {
    static let rounds = 40
    static let appendsPerRound = 500
    static let pagesPerRound = 250

    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-benchmark-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let workload = Workload()
        let peerPath = folder.appendingPathComponent("peer.sqlite").path
        let peerFile = try SQLiteStore(path: peerPath)
        try await workload.insert(into: peerFile)
        try await peerFile.close()
        let peer = Peer(path: peerPath, workload: workload)
        let store = try SQLiteStore(path: folder.appendingPathComponent("store.sqlite").path)
        try await workload.insert(into: store)

        var storeAppends = Samples()
        var peerAppends = Samples()
        var emptyTransactions = Samples()
        var sequence = 0
        for _ in 0..<rounds {
            let messages = (1...appendsPerRound).map { workload.message(sequence + $0) }
            sequence += appendsPerRound
            for message in messages {
                try await storeAppends.measure {
                    try await store.transaction { transaction in
                        try transaction.messages.append(
                            [message], to: workload.chat.id, of: workload.user.id, at: message.createdAt)
                    }
                }
            }
            for message in messages { peerAppends.measureBlocking { peer.append(message) } }
            for _ in 0..<50 { try await emptyTransactions.measure { try await store.transaction { _ in } } }
        }

        var storePages = Samples()
        var peerPages = Samples()
        var emptyReads = Samples()
        var generator = SystemRandomNumberGenerator()
        var sum = 0
        for _ in 0..<rounds {
            let bounds = (0..<pagesPerRound).map { _ in Int.random(in: 51...sequence, using: &generator) }
            for bound in bounds {
                let count = try await storePages.measure {
                    try await store.read { transaction in
                        try transaction.messages.messages(
                            in: workload.chat.id, of: workload.user.id, before: bound, limit: 50
                        ).count
                    }
                }
                precondition(count == 50)
            }
            for bound in bounds { sum &+= peerPages.measureBlocking { peer.page(before: bound, limit: 50) } }
            for _ in 0..<50 { try await emptyReads.measure { try await store.read { _ in } } }
        }
        try await store.close()

        print("Medians in microseconds; \(sequence) messages, write-ahead log, synchronous NORMAL. (\(sum & 1))")
        print("                                   store   C API   ratio   empty (the way there and back)")
        report("append one message, a transaction", storeAppends, peerAppends, emptyTransactions)
        report("page of 50 in the middle         ", storePages, peerPages, emptyReads)
    }

    static func report(_ name: String, _ store: Samples, _ peer: Samples, _ empty: Samples) {
        let columns = [store.median, peer.median, store.median / peer.median, empty.median].map { value in
            let text = String((value * 10).rounded() / 10)
            return String(repeating: " ", count: max(0, 8 - text.count)) + text
        }
        print(name + columns.joined())
    }
}

struct Samples {
    private var microseconds: [Double] = []

    var median: Double { microseconds.sorted()[microseconds.count / 2] }

    mutating func measure<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        let start = ContinuousClock.now
        let result = try await body()
        record(ContinuousClock.now - start)
        return result
    }

    mutating func measureBlocking<Result>(_ body: () -> Result) -> Result {
        let start = ContinuousClock.now
        let result = body()
        record(ContinuousClock.now - start)
        return result
    }

    private mutating func record(_ duration: Duration) {
        microseconds.append(Double(duration.components.attoseconds) / 1e12)
    }
}
