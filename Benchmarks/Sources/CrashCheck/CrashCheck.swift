import BenchmarkSupport
import CompanionCore
import CompanionSQLite
import Foundation

/// Kills a process with SIGKILL at random points of its turns, two hundred times, each time starts another on the same file
/// that goes on with the chat, and then looks whether anything that was recorded is missing or doubled.
@main
struct CrashCheck {
    private static let rounds = 200

    static func main() async throws {
        if let talker = Talker(arguments: CommandLine.arguments) {
            try await talker.talk()
            return
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("crash-check-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("store.sqlite").path
        let random = SeededRandomSource()
        var report = Report("Turns whose process is killed. \(random)")

        let store = try SQLiteStore(path: path)
        let companion = Companion(languageModel: SlowModel(), relationalStore: store, leaseHolder: nil)
        let user = try await companion.accounts.register(name: "Ada").id
        let character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user)
        let chat = try await companion.chats.start(with: character.id, by: user).id
        try await store.close()

        var log = Log()
        for _ in 0..<rounds {
            let place = [path, "\(user)", "\(chat)", "\(log.nextTurn)"]
            try log.read(killed(talking: place, with: random))
        }
        try log.read(ended(talking: [path, "\(user)", "\(chat)", "\(log.nextTurn)", "2"]))
        try await check(log, try SQLiteStore(path: path), user, chat, &report)
        report.finish()
        if !report.isKept { exit(1) }
    }

    // MARK: Processes

    /// What a process said that was killed at a random point, most often in the middle of a turn.
    private static func killed(talking place: [String], with random: SeededRandomSource) throws -> String {
        let (process, output) = try start(place)
        var said = ""
        // Now and then before it has said anything: while it starts, opens the file, repairs.
        if random.nextFraction() > 0.1 {
            while !said.contains("sending"), case let data = output.availableData, !data.isEmpty {
                said += String(decoding: data, as: UTF8.self)
            }
        }
        usleep(UInt32(random.nextFraction() * 40_000))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return said + String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
    }

    private static func ended(talking place: [String]) throws -> String {
        let (process, output) = try start(place)
        let said = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return said
    }

    private static func start(_ place: [String]) throws -> (Process, FileHandle) {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = [Talker.argument] + place
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        return (process, output.fileHandleForReading)
    }

    // MARK: What is left

    private static func check(
        _ log: Log, _ store: SQLiteStore, _ user: User.ID, _ chat: Chat.ID, _ report: inout Report
    ) async throws {
        let messages = try await store.read { try $0.messages.messages(in: chat, of: user, after: 0, limit: .max) }
        var copies: [String: Int] = [:]
        for message in messages where message.author == .user { copies[message.text, default: 0] += 1 }
        var replies: [String: Message] = [:]
        for (message, next) in zip(messages, messages.dropFirst()) where next.author == .character {
            replies[message.text] = next
        }
        let missing = log.recorded.filter { copies[Talker.text(of: $0)] == nil }
        let unkept = log.kept.filter { replies[Talker.text(of: $0)]?.text != SlowModel.reply }
        let statuses = Dictionary(grouping: messages.map(\.alternative.status), by: \.self).mapValues(\.count)
        let findings = try await store.check()

        report.section("\(rounds) processes killed, \(log.recorded.count) messages recorded:")
        report.row(
            "replies", "\(statuses[.interrupted] ?? 0) interrupted", "\(log.kept.count) kept whole")
        report.limit("recorded messages that are missing", Double(missing.count), atMost: 0, as: \.asCount)
        report.limit(
            "messages that are doubled", Double(copies.values.filter { $0 > 1 }.count), atMost: 0, as: \.asCount)
        report.limit("whole replies that are not whole", Double(unkept.count), atMost: 0, as: \.asCount)
        report.limit("turns that could not go on", Double(log.failures.count), atMost: 0, as: \.asCount)
        report.limit("replies still being written", Double(statuses[.generating] ?? 0), atMost: 0, as: \.asCount)
        report.limit("problems in the file", Double(findings.problems.count), atMost: 0, as: \.asCount)
        for failure in log.failures.prefix(5) { report.row(failure) }
    }
}

/// What the processes said of their turns before they died.
struct Log {
    private(set) var recorded: Set<Int> = []
    private(set) var kept: Set<Int> = []
    private(set) var failures: [String] = []
    /// The turn that the next process begins with: the last one that was begun, sent once more.
    private(set) var nextTurn = 1

    mutating func read(_ said: String) {
        // A line may have been cut by the death.
        for line in said.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ")
            guard words.count >= 2, let turn = Int(words[1]) else { continue }
            nextTurn = max(nextTurn, turn)
            switch words[0] {
            case "recorded": recorded.insert(turn)
            case "kept": kept.insert(turn)
            case "failed": failures.append(String(line))
            default: break
            }
        }
    }
}
