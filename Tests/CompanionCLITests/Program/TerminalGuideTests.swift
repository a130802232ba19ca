import CompanionCore
import Foundation
import Testing
import _CompanionHosting

@testable import CompanionCLI

/// `Documentation/Guides/Terminal.md` against the program that it describes.
struct TerminalGuideTests {
    private let guide: String

    init() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let file = root.appendingPathComponent("Documentation/Guides/Terminal.md")
        guide = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    }

    @Test("Every command of a chat stands there as /help shows it", arguments: ChatCommandWord.allCases)
    func commands(_ word: ChatCommandWord) {
        let usage = "/\(word.rawValue) \(word.arguments)".trimmed.replacingOccurrences(of: "|", with: "\\|")
        #expect(guide.contains("| `\(usage)` |"))
    }

    @Test("Every setting stands there with its variable and its flag", arguments: Setting.allCases)
    func settings(_ setting: Setting) {
        let flag = setting.flag.map { "`\($0)` " } ?? ""
        #expect(guide.contains("| `\(setting.key)` | `\(setting.variable)` | \(flag)|"))
    }

    @Test("Every exit status stands there", arguments: CompanionCLI.ExitStatus.allCases.map(\.rawValue))
    func statuses(_ status: Int32) { #expect(guide.contains("\n| \(status) | ")) }

    @Test("Every event stands there with an example of its form, and no other does")
    func events() throws {
        let examples = try guide.split(separator: "\n").filter { $0.hasPrefix(#"{"type":"#) }
            .map { try JSONValue(parsing: String($0)) }
        var documented: [String: JSONObject] = [:]
        for example in examples {
            let type = try #require(example["type"]?.string)
            let members = try #require(example.object)
            #expect(documented.updateValue(members, forKey: type) == nil, "\(type) stands there twice")
        }
        let real = try Samples().events.compactMap(\.json)
        #expect(Set(documented.keys) == Set(real.compactMap { $0["type"]?.string }))
        for event in real {
            let type = try #require(event["type"]?.string)
            #expect(documented[type]?.map(\.key) == event.object?.map(\.key), "\(type)")
        }
    }

    /// One event of each kind.
    private struct Samples {
        var events: [ChatEvent]

        init() throws {
            let ids = IdentifierGenerator()
            let now = Date(millisecondsSince1970: 0)
            let user = User(id: ids.next(), name: "Ada", createdAt: now)
            let character = CompanionCharacter(
                id: ids.next(), owner: user.id, card: CharacterCard(name: "Luna"), createdAt: now)
            let chat = Chat(id: ids.next(), user: user.id, character: character.id, createdAt: now)
            let message = Message(
                id: ids.next(), chat: chat.id, sequence: 1, author: .character,
                alternatives: [Alternative(id: ids.next(), text: "Hello.", createdAt: now)], createdAt: now)
            let memory = Memory(
                id: ids.next(), user: user.id, scope: .everyCharacter, kind: .fact, text: "Ada sails.",
                sources: [.person(at: now)], validAt: now, createdAt: now)
            let opening = ChatOpening(
                kind: .new, chat: chat, character: character, user: user, model: "offline", isSimulated: true,
                messages: [])
            events = [
                .opened(opening), .message(message), .stopped(message), .waiting, .swiped(message), .edited(message),
                .deleted(count: 2), .undone(nil), .persona("I sail."), .title("Turin"), .card(character),
                .chats([ChatSummary(chat: chat, characterName: "Luna")]),
                .failed(CompanionError(.busy, "Busy.", retry: .after(.seconds(1)))), .reply(.text("Hello")),
                .reply(.notice("Recall was late.")), .reply(.blocked(reason: "By the rules.")),
                .reply(.disclosure(Disclosure(occasion: .start, message: "This is an AI."))),
                .reply(.crisis(CrisisReferral(message: "Help is near.", resources: [], origin: .message))),
                .reply(.started(TurnStart(turn: ids.next(), message: message, reply: message.id))),
                .reply(.recalled(Recollection(text: "", count: 2))), .memories([]), .found(RecallResult(items: [])),
                .why(nil), .remembered(memory), .forgotten(memory),
                .reply(.composed(PromptReport(segments: [], budget: 8_192, replyReserve: 1_024))),
                .prompt(PromptReport(segments: [], budget: 8_192, replyReserve: 1_024)),
            ]
        }
    }
}
