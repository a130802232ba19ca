import BenchmarkSupport
import CompanionCore
import CompanionInMemory
import CompanionPostgres
import CompanionRedis
import Foundation

/// Reading a character through two companions on one Postgres server: one that reads the store, and one that remembers rows while their
/// mark in Redis stands. In rounds, so that both meet the same load; both servers are their own.
@main
enum RowsBenchmark {
    private static let rounds = 5

    static func main() async throws { try await run() }

    nonisolated private static func run() async throws {
        guard let database = try PeerProcess("Scripts/peers/postgres.py") else { return }
        defer { database.stop() }
        guard let url = database.ready()?["COMPANION_POSTGRES_URL"] else { return }
        guard let server = try RedisServer() else {
            print("redis-server is not installed: nothing to measure.")
            return
        }
        defer { server.stop() }
        let redis = try Redis(configuration: .init(url: "redis://127.0.0.1:\(server.port)"))
        while (try? await redis.check()) == nil { try await Task.sleep(for: .milliseconds(20)) }
        let store = try await PostgresStore.open(.init(url: url, schema: "rows", connections: 8...8))
        let plain = Companion(languageModel: OfflineLanguageModel(), relationalStore: store)
        let caching = Companion(languageModel: OfflineLanguageModel(), relationalStore: store, cache: redis.cache)
        let person = try await plain.accounts.register(name: "Ada")

        var report = Report("A character read through a companion: medians of \(rounds) rounds.")
        for (title, entries) in [("a card of 4 KB", 0), ("the same with a book of 100 entries", 100)] {
            let card = Self.card(entries: entries)
            let character = try await plain.characters.add(card, by: person.id)
            var figures: [String: [Double]] = [:]
            for _ in 0..<rounds {
                for (name, companion) in [("without", plain), ("with", caching)] {
                    let read: @Sendable () async throws -> Void = {
                        _ = try await companion.characters.character(character.id, by: person.id)
                    }
                    try await read()
                    var samples = Samples()
                    for _ in 0..<1_000 { try await samples.measure(read) }
                    figures["p50 " + name, default: []].append(samples.median)
                    let (before, start, count) = (Usage.cpuSeconds, ContinuousClock.now, 8_000)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<50 { group.addTask { for _ in 0..<count / 50 { try await read() } } }
                        try await group.waitForAll()
                    }
                    figures["rate " + name, default: []].append(
                        Double(count) / ((ContinuousClock.now - start) / .seconds(1)))
                    figures["cpu " + name, default: []].append((Usage.cpuSeconds - before) / Double(count))
                }
            }
            func median(_ name: String) -> Double { figures[name].map { $0.sorted()[$0.count / 2] } ?? 0 }
            report.section("\(title), from Postgres, and with a cache in Redis")
            report.row(
                "one at a time, p50", median("p50 without").asMicroseconds, median("p50 with").asMicroseconds)
            report.row("50 at once, a second", median("rate without").asCount, median("rate with").asCount)
            report.row(
                "CPU of this process for each", median("cpu without").asMicroseconds, median("cpu with").asMicroseconds)
            report.limit(
                "time with the cache, 50 at once", median("rate without") / median("rate with"), atMost: 0.5
            ) { $0.asFactor }
        }
        await redis.close()
        try await store.close()
        report.finish()
    }

    private static func card(entries: Int) -> CharacterCard {
        let prose = String(
            repeating: "She keeps the lamp of the old lighthouse, and knows each ship by its horn. ", count: 40)
        var card = CharacterCard(name: "Luna", description: prose, firstMessage: "The lamp is lit.")
        if entries > 0 {
            card.book = Lorebook(
                entries: (0..<entries).map {
                    LorebookEntry(keys: ["ship \($0)", "horn \($0)"], content: String(prose.prefix(300)))
                })
        }
        return card
    }
}
