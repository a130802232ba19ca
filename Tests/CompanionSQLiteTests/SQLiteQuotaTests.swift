import CompanionCore
import CompanionInMemory
import CompanionSQLite
import CompanionTesting
import Foundation
import Testing

/// Limits of one person whom two processes serve.
struct SQLiteQuotaTests {
    @Test("500 turns at once in two processes get no more than there is", .timeLimit(.minutes(3)))
    func twoProcesses() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path()
        let companion = Companion(
            languageModel: ScriptedLanguageModel(replies: []), relationalStore: try SQLiteStore(path: path),
            plan: try SubscriptionPlan(tiers: [Tier("free", title: "Free", limits: .init(messagesPerDay: 100))]),
            clock: ManualClock())
        let user = try await companion.accounts.register(name: "Ada").id
        let processes = try (0..<2).map { _ in try Contender(path, "\(user)", "100", "250") }
        let answered = try processes.map { try $0.answered() }
        #expect(answered.reduce(0, +) == 100, "\(answered)")
        let usage = try await companion.subscriptions.usage(of: user)
        #expect(usage.messagesToday.used == 100 && usage.messagesToday.held == 0)
    }
}

/// A process of `QuotaContender`, which stands beside the tests.
private struct Contender {
    private let process = Process()
    private let output = Pipe()

    init(_ arguments: String...) throws {
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("QuotaContender")
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
    }

    func answered() throws -> Int {
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}
