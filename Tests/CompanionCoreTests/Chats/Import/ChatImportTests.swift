import CompanionCore
import CompanionInMemory
import CompanionTesting
import Synchronization
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct ChatImportTests {
    private func day(_ number: Int) -> Date { Date(millisecondsSince1970: Int64(number) * 86_400_000) }

    @Test("Messages are kept in order, with their times, texts and the one that counts")
    func keeps() async throws {
        let fixture = try await TurnFixture("Hm.")
        let count = try await fixture.companion.chats.importMessages(
            [
                ImportedMessage(.user, "Hello", date: day(1)),
                ImportedMessage(author: .character, alternatives: ["One", "", "Three"], selected: 2, date: day(2)),
                ImportedMessage(.user, "No date"),
                ImportedMessage(.character, "I am another.", date: day(3), name: "Sol"),
            ], into: fixture.chat, by: fixture.user)
        let messages = try await fixture.messages
        #expect(count == 4)
        #expect(messages.map(\.sequence) == [1, 2, 3, 4])
        #expect(messages.map(\.author) == [.user, .character, .user, .character])
        #expect(messages.map(\.text) == ["Hello", "Three", "No date", "Sol: I am another."])
        #expect(messages[1].alternatives.map(\.text) == ["One", "", "Three"])
        #expect(messages.map(\.createdAt) == [day(1), day(2), day(2), day(3)])
    }

    @Test("They stand behind what is there, and the next turn sees them")
    func appends() async throws {
        let fixture = try await TurnFixture("first", "second")
        try await fixture.say("Hi")
        try await fixture.companion.chats.importMessages(
            [ImportedMessage(.user, "My cat is Miso."), ImportedMessage(.character, "Noted.")],
            into: fixture.chat, by: fixture.user)
        try await fixture.say("What is my cat called?")
        let prompt = fixture.model.requests[1].messages.filter { $0.part == .history }.map(\.text)
        #expect(prompt == ["Hi", "first", "My cat is Miso.", "Noted.", "What is my cat called?"])
    }

    @Test("Many are written in several transactions, none twice", arguments: [499, 500, 501, 1_234])
    func pages(count: Int) async throws {
        let fixture = try await TurnFixture("x")
        let written = try await fixture.companion.chats.importMessages(
            (0..<count).map { ImportedMessage($0 % 2 == 0 ? .user : .character, "\($0)") },
            into: fixture.chat, by: fixture.user)
        #expect(written == count)
        var texts: [String] = []
        while let page = try? await fixture.companion.chats.messages(
            in: fixture.chat, by: fixture.user, after: texts.count, limit: 500), !page.isEmpty
        {
            texts += page.map(\.text)
        }
        #expect(texts == (0..<count).map(String.init))
    }

    @Test("A message that can't be kept refuses the import before anything is written")
    func refuses() async throws {
        let fixture = try await TurnFixture("x", configuration: .init(maximumReplyBytes: 10))
        for (bad, code) in [
            (ImportedMessage(.user, " "), .invalidInput), (ImportedMessage(.user, "a\0"), .invalidInput),
            (ImportedMessage(author: .user, alternatives: []), .invalidInput),
            (ImportedMessage(author: .user, alternatives: ["a"], selected: 1), .invalidInput),
            (ImportedMessage(author: .user, alternatives: Array(repeating: "a", count: 257)), .invalidInput),
            (ImportedMessage(.user, "12345678901"), .limitExceeded),
        ] as [(ImportedMessage, CompanionError.Code)] {
            let error = await #expect(throws: CompanionError.self) {
                try await fixture.companion.chats.importMessages(
                    [ImportedMessage(.user, "good"), bad], into: fixture.chat, by: fixture.user)
            }
            #expect(error?.code == code, "\(bad)")
        }
        #expect(try await fixture.texts.isEmpty)
        let stranger = try await fixture.companion.accounts.register(name: "Eve").id
        let error = await #expect(throws: CompanionError.self) {
            try await fixture.companion.chats.importMessages([], into: fixture.chat, by: stranger)
        }
        #expect(error?.code == .notFound)
    }

    @Test("Where a later transaction fails, the earlier ones are taken back")
    func takesBack() async throws {
        let fixture = try await TurnFixture("x", store: FailingStore(InMemoryStore(), failingAppend: 3))
        try await fixture.companion.chats.importMessages(
            [ImportedMessage(.user, "kept")], into: fixture.chat, by: fixture.user)
        let error = await #expect(throws: CompanionError.self) {
            try await fixture.companion.chats.importMessages(
                (0..<1_200).map { ImportedMessage(.user, "\($0)") }, into: fixture.chat, by: fixture.user)
        }
        #expect(error?.code == .unavailable)
        #expect(try await fixture.texts == ["kept"])
    }

    @Test("A cancelled import leaves nothing")
    func cancelled() async throws {
        let fixture = try await TurnFixture("x")
        let (companion, chat, user) = (fixture.companion, fixture.chat, fixture.user)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await companion.chats.importMessages([ImportedMessage(.user, "a")], into: chat, by: user)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await fixture.texts.isEmpty)
    }

    @Test("A chat that went on elsewhere becomes one here, without the character's greeting")
    func wholeChat() async throws {
        let fixture = try await TurnFixture("x", card: CharacterCard(name: "Luna", firstMessage: "Hello there."))
        let character = try await fixture.companion.chats.chat(fixture.chat, by: fixture.user).character
        var imported = ImportedChat(
            title: "Old\ndays",
            messages: [ImportedMessage(.character, "Hi"), ImportedMessage(.user, "Ho", date: day(9))])
        let chat = try await fixture.companion.chats.importChat(imported, with: character, by: fixture.user)
        #expect(chat.title == "Olddays" && chat.createdAt == day(9) && chat.lastSequence == 2)
        let messages = try await fixture.companion.chats.messages(in: chat.id, by: fixture.user)
        #expect(messages.map(\.text) == ["Hi", "Ho"])

        imported.messages.append(ImportedMessage(.user, ""))
        await #expect(throws: CompanionError.self) {
            try await fixture.companion.chats.importChat(imported, with: character, by: fixture.user)
        }
        #expect(try await fixture.companion.chats.chats(by: fixture.user).count == 2, "no half chat is left")
    }
}

/// A store whose n-th append of messages fails.
private final class FailingStore: RelationalStore {
    private let base: any RelationalStore
    private let failing: Int
    private let transactions = CallCounter()

    init(_ base: any RelationalStore, failingAppend: Int) {
        self.base = base
        failing = failingAppend
    }

    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        try await base.transaction { transaction in
            let result = try body(transaction)
            // Not `Void`: appending is what an import's transactions do that return nothing.
            if Result.self == Void.self, try self.holdsImported(transaction), self.transactions.next() == self.failing {
                throw CompanionError(.unavailable, "The disk is full.")
            }
            return result
        }
    }

    private func holdsImported(_ transaction: any StoreTransaction) throws -> Bool {
        try transaction.users.users(after: nil, limit: 1).first.map { user in
            try transaction.chats.chats(of: user.id, after: nil, limit: 1).first.map { $0.lastSequence > 0 } ?? false
        } ?? false
    }

    func read<Result: Sendable>(_ body: @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        try await base.read(body)
    }
}

private final class CallCounter: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
