import CompanionInMemory
import Synchronization
import TestRandomness
import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct SillyTavernChatTests {
    private let header =
        #"{"user_name":"Ada","character_name":"Luna","create_date":"2024-6-1 @15h 5m 12s 123ms","chat_metadata":{"note_prompt":""}}"#

    private func read(_ lines: String...) throws -> ImportedChat {
        try ImportedChat(sillyTavern: lines.joined(separator: "\n").utf8)
    }

    @Test("A chat is read with its names, times and swipes")
    func reads() throws {
        let chat = try read(
            header,
            #"{"name":"Luna","is_user":false,"is_system":false,"send_date":"June 1, 2024 3:05pm","mes":"B","swipes":["A","B"],"swipe_id":1,"extra":{"api":"openai"}}"#,
            #"{"name":"Ada","is_user":true,"send_date":1717254400000,"mes":"Hello\nthere"}"#, "")
        #expect(chat.userName == "Ada" && chat.characterName == "Luna")
        #expect(chat.createdAt?.millisecondsSince1970 == 1_717_254_312_123)
        #expect(
            chat.messages == [
                ImportedMessage(
                    author: .character, alternatives: ["A", "B"], selected: 1,
                    date: Date(millisecondsSince1970: 1_717_254_300_000)),
                ImportedMessage(.user, "Hello\nthere", date: Date(millisecondsSince1970: 1_717_254_400_000)),
            ])
        #expect(chat.remarks.isEmpty)
    }

    @Test("A bad line is left out with a remark, the rest is kept")
    func badLines() throws {
        let chat = try read(
            "\u{FEFF}" + header, #"{"name":"Ada","is_user":true,"mes":"one"#, "[1]", #"{"name":"Ada","is_user":true}"#,
            "  \r", #"{"name":"Ada","is_user":true,"mes":"  "}"#,
            #"{"is_user":"true","mes":"kept","send_date":"soon"}"# + "\r",
            #"{"name":"SillyTavern System","is_system":true,"mes":"Welcome!"}"#,
            #"{"name":"Luna","is_system":true,"mes":"hidden from the model"}"#)
        #expect(chat.messages.map(\.text) == ["kept", "hidden from the model"])
        #expect(chat.messages.map(\.author) == [.user, .character])
        #expect(chat.remarks.map(\.line) == [2, 3, 4, 6, 7, 8])
        #expect(chat.remarks[0].message.contains("no valid JSON"))
        #expect(chat.remarkCount == 6)
    }

    @Test("What a message shows counts, whatever its swipes say")
    func swipes() throws {
        let chat = try read(
            #"{"mes":"edited","swipes":["a","b"],"swipe_id":0}"#, #"{"mes":"b","swipes":["a","b"],"swipe_id":0}"#,
            #"{"mes":"","swipes":["a","b",""],"swipe_id":0}"#, #"{"mes":"","swipes":["a","b",""],"swipe_id":2}"#,
            #"{"mes":"a","swipes":[1,null,"a"],"swipe_id":99}"#)
        #expect(
            chat.messages.map(\.alternatives) == [
                ["a", "b", "edited"], ["a", "b"], ["a", "b", ""], ["a", "b", ""], ["a"],
            ])
        #expect(chat.messages.map(\.selected) == [2, 1, 0, 1, 0])
        let many = JSONValue(texts: (0..<400).map(String.init)).serialized()
        let cut = try read(#"{"mes":"399","swipes":\#(many),"swipe_id":399}"#)
        #expect(cut.messages[0].alternatives.count == 256 && cut.messages[0].text == "399")
        #expect(cut.remarkCount == 1)
    }

    @Test("Others than the character keep their names; the character may be unnamed in the file's first line")
    func group() throws {
        let chat = try read(
            #"{"user_name":"unused","character_name":"unused","chat_metadata":{}}"#,
            #"{"name":"Luna","is_user":false,"mes":"1"}"#, #"{"name":"Sol","is_user":false,"mes":"2"}"#,
            #"{"name":"Ada","is_user":true,"mes":"3"}"#, #"{"name":"Luna","is_user":false,"mes":"4"}"#)
        #expect(chat.userName == "Ada" && chat.characterName == "Luna")
        #expect(chat.messages.map(\.name) == [nil, "Sol", nil, nil])
    }

    @Test("What holds no message is refused, and sizes are bounded")
    func refuses() throws {
        func code(_ text: String, _ limits: ImportedChat.Limits = .init()) -> CompanionError.Code? {
            do {
                _ = try ImportedChat(sillyTavern: text.utf8, limits: limits)
                return nil
            } catch {
                return (error as? CompanionError)?.code
            }
        }
        for text in ["", "\n\n", header, "{}", "no JSON", "[]"] { #expect(code(text) == .invalidInput, "\(text)") }
        let two = #"{"mes":"a"}"# + "\n" + #"{"mes":"b"}"#
        #expect(code(two) == nil)
        #expect(code(two, .init(messages: 1)) == .limitExceeded)
        #expect(code(two, .init(fileBytes: 22)) == .limitExceeded)
        #expect(code(two, .init(line: JSONLimits(bytes: 3))) == .invalidInput)
        let deep = String(repeating: "[", count: 100_000)
        #expect(try read(two, #"{"mes":"c","extra":\#(deep)"#).remarks.map(\.line) == [3])
    }

    @Test("A chat comes back from its file: authors, times, swipes; in files of many pages too")
    func roundTrip() async throws {
        var random = SeededGenerator.announced()
        let fixture = try await TurnFixture("x")
        var messages: [ImportedMessage] = []
        for index in 0..<450 {
            var texts: [String] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                texts.append(random.text(upTo: 12).replacing("\0", with: ""))
            }
            let selected = Int.random(in: texts.indices, using: &random)
            texts[selected] += "#\(index)"
            messages.append(
                ImportedMessage(
                    author: random.chance(1, in: 2) ? .user : .character, alternatives: texts, selected: selected,
                    date: Date(millisecondsSince1970: Int64.random(in: 0..<4_000_000_000_000, using: &random))))
        }
        try await fixture.companion.chats.importMessages(messages, into: fixture.chat, by: fixture.user)
        var file: [UInt8] = []
        try await fixture.companion.chats.exportSillyTavern(fixture.chat, by: fixture.user) { file += $0 }
        let again = try ImportedChat(sillyTavern: file)
        #expect(again.messages == messages)
        #expect(again.userName == "Ada" && again.characterName == "Luna")
        #expect(again.remarks.isEmpty)
    }

    @Test("Damaged files are read or refused, whatever the damage")
    func fuzz() throws {
        var random = SeededGenerator.announced()
        let whole = Array(
            ([header]
                + (0..<6).map {
                    #"{"name":"Luna","is_user":\#($0 % 2 == 0),"send_date":"June \#($0 + 1), 2024 3:05pm","mes":"é \#($0)","swipes":["a","é \#($0)"],"swipe_id":1}"#
                }).joined(separator: "\n").utf8)
        for round in 0..<500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 30))
                case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
                default: bytes.insert(contentsOf: repeatElement(UInt8(ascii: "["), count: 300), at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            do {
                let chat = try ImportedChat(sillyTavern: bytes)
                for (index, message) in chat.messages.enumerated() {
                    _ = try message.checkedTexts(at: index, maximumBytes: 1 << 20)
                }
            } catch let error as CompanionError {
                #expect(error.code == .invalidInput, "seed \(random.seed), round \(round): \(error)")
            }
        }
    }
}

extension ImportedMessage {
    fileprivate var text: String { alternatives[selected] }
}
