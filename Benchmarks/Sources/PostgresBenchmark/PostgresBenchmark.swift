import BenchmarkSupport
import CompanionCore
import CompanionPostgres
import Foundation

/// Transactions of one statement on eight connections, beside pgbench and asyncpg with the same statements, on a server of its own with
/// TLS: in rounds, so that all meet the same load.
@main
enum PostgresBenchmark {
    private static let connections = 8
    private static let rounds = 3
    private static let schema = "benchmark"

    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        guard let server = try PeerProcess("Scripts/peers/postgres.py") else { return }
        defer { server.stop() }
        guard let url = server.ready()?["COMPANION_POSTGRES_URL"] else { return }
        let store = try await PostgresStore.open(
            .init(url: url, schema: schema, connections: connections...connections))
        let identifiers = IdentifierGenerator()
        let people = (0..<1_000).map { _ in
            User(id: identifiers.next(), name: "Somebody", createdAt: Date(timeIntervalSince1970: 0))
        }
        try await store.transaction { for user in people { try $0.users.insert(user) } }

        var report = Report("Transactions on \(connections) connections: medians of \(rounds) rounds, a second.")
        var rates: [String: [Double]] = [:]
        for _ in 0..<rounds {
            let read = try await rate(of: 8_000) { number in
                _ = try await store.read { try $0.users.user(people[number % people.count].id) }
            }
            rates["read", default: []].append(read)
            let write = try await rate(of: 4_000) { _ in
                let user = User(id: identifiers.next(), name: "Somebody", createdAt: Date(timeIntervalSince1970: 0))
                try await store.transaction { try $0.users.insert(user) }
            }
            rates["write", default: []].append(write)
            if let rate = pgbench(url, Self.reading) { rates["pgbench read", default: []].append(rate) }
            if let rate = pgbench(url, Self.writing) { rates["pgbench write", default: []].append(rate) }
            if let peer = try PeerProcess(
                "Benchmarks/Peers/asyncpg-read.py", [url, schema, "8000"], environment: "Benchmarks/.build/peers-venv"),
                let rate = peer.line()?.split(separator: " ").compactMap({ Double($0) }).first
            {
                rates["asyncpg read", default: []].append(rate)
            }
        }
        func median(_ name: String) -> Double? { rates[name].map { $0.sorted()[$0.count / 2] } }
        for (kind, title) in [("read", "Reading a person by key"), ("write", "Adding a person")] {
            report.section(title)
            guard let ours = median(kind) else { continue }
            report.row("here", ours.asCount)
            if let peer = median("pgbench " + kind) {
                report.row("pgbench", peer.asCount)
                report.limit("\(kind): time beside pgbench's", peer / ours, atMost: 1 / 0.8) { $0.asFactor }
            }
            if let peer = median("asyncpg " + kind) {
                report.row("asyncpg", peer.asCount)
                report.limit("\(kind): time beside asyncpg's", peer / ours, atMost: 1 / 1.5) { $0.asFactor }
            }
        }
        try await store.close()
        report.finish()
    }

    nonisolated private static func rate(
        of count: Int, _ operation: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Double {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<connections {
                group.addTask {
                    for number in stride(from: caller, to: count, by: connections) { try await operation(number) }
                }
            }
            try await group.waitForAll()
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    // MARK: pgbench

    private static let reading = """
        \\set number random(0, 999)
        BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
        SELECT * FROM users WHERE id = md5('person' || :number)::uuid
            AND NOT EXISTS (SELECT 1 FROM erasures WHERE user_id = users.id);
        COMMIT;
        """

    private static let writing = """
        BEGIN ISOLATION LEVEL SERIALIZABLE;
        INSERT INTO users (id, name, persona, created_at, updated_at) VALUES (gen_random_uuid(), 'Somebody', '', now(), now())
            ON CONFLICT DO NOTHING;
        COMMIT;
        """

    /// The rate of a script on as many connections; nil where pgbench is not installed.
    private static func pgbench(_ url: String, _ script: String) -> Double? {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        guard let version = folders.max() else { return nil }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pgbench-\(UUID()).sql")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data(script.utf8).write(to: file)) != nil else { return nil }
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/lib/postgresql/\(version)/bin/pgbench")
        // By count: the alarm that ends it by time is blocked in what this process starts.
        process.arguments = [
            "-n", "-M", "prepared", "-c", "\(connections)", "-j", "2", "-t", "1000", "-f", file.path,
            url + "&options=-csearch_path%3D\(schema)",
        ]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
            .flatMap { $0.dropFirst(6).split(separator: " ").first }.flatMap { Double($0) }
    }
}
