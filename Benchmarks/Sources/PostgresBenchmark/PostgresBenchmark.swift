import BenchmarkSupport
import CompanionCore
import CompanionPostgres
import Foundation

/// Transactions on eight connections, beside pgbench and asyncpg with the same statements, on a server of its own with TLS: in
/// rounds, so that all meet the same load. With `vectors` among the arguments: searches along graphs beside exact ones.
@main
enum PostgresBenchmark {
    private static let connections = 8
    private static let rounds = 5
    private static let schema = "benchmark"
    /// How many messages each of pgbench's clients appends in a round.
    private static let appends = 500

    static func main() async throws {
        if CommandLine.arguments.contains("vectors") { try await VectorSection.run() } else { try await run() }
    }

    nonisolated private static func run() async throws {
        guard let server = try PeerProcess("Scripts/peers/postgres.py") else { return }
        defer { server.stop() }
        guard let url = server.ready()?["COMPANION_POSTGRES_URL"] else { return }
        let store = try await PostgresStore.open(
            .init(url: url, schema: schema, connections: connections...connections))
        let identifiers = IdentifierGenerator()
        let start = Date(timeIntervalSince1970: 0)
        let people = (0..<1_000).map { User(id: id("0", $0), name: "Somebody", createdAt: start) }
        let character = CompanionCharacter(
            id: identifiers.next(), owner: people[0].id, card: CharacterCard(name: "Luna"), createdAt: start)
        // Ours, and pgbench's, for each connection, once for each way that pgbench goes.
        let chats = (0..<3).map { group in
            (0..<connections).map {
                Chat(
                    id: id("\(group + 1)", $0), user: people[0].id, character: character.id, title: "", createdAt: start
                )
            }
        }
        try await store.transaction { transaction in
            for user in people { try transaction.users.insert(user) }
            try transaction.characters.insert(character)
            for chat in chats.joined() { try transaction.chats.insert(chat) }
        }

        var report = Report("Transactions on \(connections) connections: medians of \(rounds) rounds, a second.")
        var rates: [String: [Double]] = [:]
        for round in 0..<rounds {
            func pgbench(_ name: String, _ script: String, group: Int = 0) {
                let rate = self.pgbench(url, script, ["sequence=\(round * appends)", "grp=\(group)"])
                if let rate { rates[name, default: []].append(rate) }
            }
            let read = try await rate(of: 16_000) { number in
                _ = try await store.read { try $0.users.user(people[number % people.count].id) }
            }
            rates["read", default: []].append(read)
            pgbench("read, pgbench", Script.read())
            pgbench("read, pgbench in a pipeline", Script.read(isPipelined: true))
            let peer = try PeerProcess(
                "Benchmarks/Peers/asyncpg-read.py", [url, schema, "8000"], environment: "Benchmarks/.build/peers-venv")
            if let rate = peer?.line()?.split(separator: " ").compactMap({ Double($0) }).first {
                rates["read, asyncpg", default: []].append(rate)
            }

            let write = try await rate(of: 8_000) { _ in
                let user = User(id: identifiers.next(), name: "Somebody", createdAt: start)
                try await store.transaction { try $0.users.insert(user) }
            }
            rates["write", default: []].append(write)
            pgbench("write, pgbench", Script.write())
            pgbench("write, pgbench in a pipeline", Script.write(isPipelined: true))

            let append = try await rate(of: appends * connections) { number in
                let chat = chats[0][number % connections]
                let message = Message(
                    id: identifiers.next(), chat: chat.id, sequence: round * appends + number / connections + 1,
                    author: .user,
                    alternatives: [Alternative(id: identifiers.next(), text: Script.text, createdAt: start)],
                    createdAt: start)
                try await store.transaction {
                    try $0.messages.append([message], to: chat.id, of: chat.user, at: start)
                }
            }
            rates["append", default: []].append(append)
            pgbench("append, pgbench", Script.append(), group: 2)
            pgbench("append, pgbench in a pipeline", Script.append(isPipelined: true), group: 3)
        }
        func median(_ name: String) -> Double? { rates[name].map { $0.sorted()[$0.count / 2] } }
        for (kind, title) in [
            ("read", "Reading a person by key"), ("write", "Adding a person"), ("append", "Appending a message"),
        ] {
            report.section(title)
            guard let ours = median(kind) else { continue }
            report.row("here", ours.asCount)
            for (peer, least) in [("pgbench", 0.8), ("pgbench in a pipeline", nil), ("asyncpg", 1.5)] {
                guard let rate = median("\(kind), \(peer)") else { continue }
                report.row(peer, rate.asCount, (ours / rate).asFactor)
                if let least { report.limit("\(kind): rate to \(peer)'s", ours / rate, atLeast: least) { $0.asFactor } }
            }
        }
        try await store.close()
        report.finish()
    }

    /// An identifier that pgbench can name by its number.
    nonisolated private static func id<Entity>(_ group: String, _ number: Int) -> Identifier<Entity> {
        let digits = String(number)
        let tail = String(repeating: "0", count: 12 - digits.count) + digits
        return Identifier("\(group)0000000-0000-4000-8000-\(tail)")!
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

    /// The rate of a script on as many connections; nil where pgbench is not installed.
    nonisolated private static func pgbench(_ url: String, _ script: String, _ variables: [String]) -> Double? {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        guard let version = folders.max() else { return nil }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pgbench-\(UUID()).sql")
        defer { try? FileManager.default.removeItem(at: file) }
        guard (try? Data(script.utf8).write(to: file)) != nil else { return nil }
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/lib/postgresql/\(version)/bin/pgbench")
        // By count: the alarm that ends it by time is blocked in what this process starts.
        process.arguments = [
            "-n", "-M", "prepared", "-c", "\(connections)", "-j", "2", "-t", "\(appends)", "-f", file.path,
        ]
        process.arguments! += variables.flatMap { ["-D", $0] } + [url + "&options=-csearch_path%3D\(schema)"]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
            .flatMap { $0.dropFirst(6).split(separator: " ").first }.flatMap { Double($0) }
    }
}
