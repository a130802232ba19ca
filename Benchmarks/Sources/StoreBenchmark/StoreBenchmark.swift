import BenchmarkSupport
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

        precondition(sum != 0, "The peer has read nothing.")
        var report = Report("Messages in SQLite, beside the same statements through SQLite's C interface.")
        report.section("\(sequence) messages, write-ahead log, synchronous NORMAL (medians):")
        compare("append one message, a transaction", storeAppends, peerAppends, emptyTransactions, &report)
        compare("page of 50 in the middle", storePages, peerPages, emptyReads, &report)
        report.finish()
    }

    /// `empty`: a transaction or a read that does nothing, the way to the store's thread and back.
    private static func compare(
        _ name: String, _ store: Samples, _ peer: Samples, _ empty: Samples, _ report: inout Report
    ) {
        report.row(
            name, "store \(store.median.asMicroseconds)", "C API \(peer.median.asMicroseconds)",
            "empty \(empty.median.asMicroseconds)")
        report.limit("  to the C API", store.median / peer.median, atMost: 2, as: \.asFactor)
    }
}
