import Testing

@testable import CompanionCLI

struct ChatLineTests {
    @Test("What does not begin with a slash is a message, as it is")
    func messages() {
        #expect(ChatLine("hello /help") == .message("hello /help"))
        #expect(ChatLine("  two\nlines ") == .message("  two\nlines "))
        #expect(ChatLine(" \t") == .nothing)
        #expect(ChatLine("") == .nothing)
    }

    @Test("Two slashes send a text that begins with one")
    func doubleSlash() {
        #expect(ChatLine("//me waves") == .message("/me waves"))
        #expect(ChatLine("//") == .message("/"))
    }

    @Test("Every command is understood by its word", arguments: ChatCommandWord.allCases)
    func words(_ word: ChatCommandWord) {
        // What is not in brackets must be there.
        let needsArgument = word.arguments.first.map { $0 != "[" } ?? false
        let argument = needsArgument ? " 1" : ""
        guard case .command = ChatLine("/" + word.rawValue + argument) else {
            Issue.record("/\(word.rawValue) is no command")
            return
        }
        #expect(ChatLine("/" + word.rawValue.uppercased() + argument) == ChatLine("/" + word.rawValue + argument))
        if needsArgument { #expect(ChatLine("/" + word.rawValue) == .misused(word)) }
    }

    @Test("A command that takes nothing refuses what follows it", arguments: ChatCommandWord.allCases)
    func arguments(_ word: ChatCommandWord) {
        guard word.arguments.isEmpty else { return }
        #expect(ChatLine("/\(word.rawValue) now") == .misused(word))
    }

    @Test("Arguments are read")
    func argumentValues() {
        #expect(ChatLine("/swipe") == .command(.swipe(.next)))
        #expect(ChatLine("/swipe prev") == .command(.swipe(.previous)))
        #expect(ChatLine("/swipe 3") == .command(.swipe(.number(3))))
        #expect(ChatLine("/swipe 0") == .misused(.swipe))
        #expect(ChatLine("/swipe left") == .misused(.swipe))
        #expect(ChatLine("/edit") == .command(.edit(.message, nil)))
        #expect(ChatLine("/edit replying is hard") == .command(.edit(.message, "replying is hard")))
        #expect(ChatLine("/edit reply") == .command(.edit(.reply, nil)))
        #expect(ChatLine("/edit reply two\nlines") == .command(.edit(.reply, "two\nlines")))
        #expect(ChatLine("/fork  A title ") == .command(.fork(title: "A title")))
        #expect(ChatLine("/history 5") == .command(.history(5)))
        #expect(ChatLine("/history 501") == .misused(.history))
        #expect(ChatLine("/persona\nI sail.") == .command(.persona("I sail.")))
        #expect(ChatLine("/chats 1a2b3c4d") == .command(.chats("1a2b3c4d")))
        #expect(ChatLine("/memories") == .command(.memories(nil)))
        #expect(ChatLine("/memories the sea") == .command(.memories("the sea")))
        #expect(ChatLine("/remember Ada sails.") == .command(.remember("Ada sails.")))
        #expect(ChatLine("/forget 3") == .command(.forget("3")))
        #expect(ChatLine("/exit") == .command(.quit))
    }

    @Test("An unknown command is named with the nearest one, where one is near")
    func unknown() {
        #expect(ChatLine("/regenrate") == .unknown("regenrate", nearest: "regenerate"))
        #expect(ChatLine("/hlep") == .unknown("hlep", nearest: "help"))
        #expect(ChatLine("/frobnicate") == .unknown("frobnicate", nearest: nil))
    }
}
