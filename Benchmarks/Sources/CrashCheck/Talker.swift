import CompanionCore
import CompanionSQLite
import Foundation

/// The process that is killed: takes turn after turn in a chat, and says on its output how far it is.
struct Talker {
    static let argument = "talk"

    private let path: String
    private let user: User.ID
    private let chat: Chat.ID
    private let turns: PartialRangeFrom<Int>
    /// Nil: until it is killed.
    private let count: Int?

    init?(arguments: [String]) {
        guard arguments.count >= 6, arguments[1] == Self.argument, let user = User.ID(arguments[3]),
            let chat = Chat.ID(arguments[4]), let turn = Int(arguments[5])
        else { return nil }
        (path, self.user, self.chat, turns) = (arguments[2], user, chat, turn...)
        count = arguments.count > 6 ? Int(arguments[6]) : nil
    }

    static func text(of turn: Int) -> String { "This is what I say in turn \(turn)." }

    func talk() async throws {
        let companion = Companion(
            languageModel: SlowModel(), relationalStore: try SQLiteStore(path: path), leaseHolder: .thisProcess)
        for turn in turns.prefix(count ?? .max) {
            Self.say("sending \(turn)")
            do {
                try await companion.chats.withReply(
                    to: Self.text(of: turn), in: chat, by: user, clientID: ClientMessageID(rawValue: "turn-\(turn)")
                ) { reply in
                    for try await event in reply {
                        switch event {
                        case .started: Self.say("recorded \(turn)")
                        case .finished(let message) where message.alternative.status == .complete:
                            Self.say("kept \(turn)")
                        default: break
                        }
                    }
                }
            } catch {
                Self.say("failed \(turn) \(error)")
            }
        }
    }

    /// At once, so that what was said counts.
    private static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}

extension Companion {
    /// With checkpoints so frequent that some of the deaths hit one.
    init(languageModel: SlowModel, relationalStore: SQLiteStore, leaseHolder: LeaseHolder?) {
        self.init(
            languageModel: languageModel, relationalStore: relationalStore,
            configuration: .init(leaseHolder: leaseHolder, checkpointInterval: .milliseconds(3)))
    }
}

extension LeaseHolder {
    /// Named by its number, by which others see that it is dead.
    static var thisProcess: LeaseHolder {
        LeaseHolder(name: "process \(getpid())") { name in
            guard let other = name.split(separator: " ").last.flatMap({ pid_t($0) }) else { return false }
            return kill(other, 0) != 0 && errno == ESRCH
        }
    }
}

/// Says a word each millisecond.
struct SlowModel: LanguageModel {
    static let reply = String(repeating: "word ", count: 20)

    let name = "slow"
    let capabilities = LanguageModelCapabilities(contextWindow: 2_048)

    func withResponse<Result>(
        to request: LanguageModelRequest, isolation: isolated (any Actor)?,
        _ body: (LanguageModelStream) async throws -> Result
    ) async throws -> Result { try await body(LanguageModelStream(Events())) }

    private struct Events: AsyncSequence, AsyncIteratorProtocol {
        typealias Element = LanguageModelEvent
        typealias Failure = any Error
        private var rest = [LanguageModelEvent.finish(.stop)] + Array(repeating: .text("word "), count: 20)

        func makeAsyncIterator() -> Self { self }
        mutating func next(isolation actor: isolated (any Actor)?) async throws -> LanguageModelEvent? {
            try await Task.sleep(for: .milliseconds(1))
            return rest.popLast()
        }
        mutating func next() async throws -> LanguageModelEvent? { try await next(isolation: nil) }
    }
}
