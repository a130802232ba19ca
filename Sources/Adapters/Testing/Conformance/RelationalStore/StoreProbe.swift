internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A store under test, with what the checks need to fill and to question it.
struct StoreProbe: Sendable {
    let store: any RelationalStore
    let random: SeededRandomSource
    let ids: IdentifierGenerator
    /// In whole milliseconds.
    let start: Date

    init(store: any RelationalStore, random: SeededRandomSource) {
        self.store = store
        self.random = random
        let clock = ManualClock()
        start = clock.stamp
        ids = IdentifierGenerator(clock: clock, random: random)
    }

    /// A person with a character and a chat.
    struct Scene: Sendable {
        var user: User
        var character: CompanionCharacter
        var chat: Chat
    }

    func id<Entity>() -> Identifier<Entity> { ids.next() }

    func time(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    func write<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { try await store.transaction(body) }

    func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { try await store.read(body) }

    // MARK: Values

    func user(_ name: String = "Ada") -> User { User(id: id(), name: name, createdAt: start) }

    func character(of owner: User) -> CompanionCharacter {
        CompanionCharacter(id: id(), owner: owner.id, card: CharacterCard(name: "Luna"), createdAt: start)
    }

    func chat(of user: User, with character: CompanionCharacter) -> Chat {
        Chat(id: id(), user: user.id, character: character.id, createdAt: start)
    }

    func alternative(
        _ text: String = "Hello.", _ status: Alternative.Status = .complete, turn: Turn.ID? = nil
    ) -> Alternative {
        Alternative(id: id(), text: text, status: status, turn: turn, createdAt: start)
    }

    func message(
        _ sequence: Int, in chat: Chat, _ alternatives: Alternative..., author: Message.Author = .user,
        clientID: String? = nil
    ) -> Message {
        Message(
            id: id(), chat: chat.id, sequence: sequence, author: author,
            alternatives: alternatives.isEmpty ? [alternative()] : alternatives,
            clientID: clientID.flatMap(ClientMessageID.init(rawValue:)), createdAt: start)
    }

    func lease(_ name: String = "chat", until seconds: Double = 30, token: Lease.Token? = nil) -> Lease {
        Lease(name: name, token: token ?? id(), holder: "host/1", expiresAt: time(seconds))
    }

    // MARK: Filling

    func scene(_ name: String = "Ada") async throws -> Scene {
        let user = user(name)
        let character = character(of: user)
        let chat = chat(of: user, with: character)
        try await write { transaction in
            try transaction.users.insert(user)
            try transaction.characters.insert(character)
            try transaction.chats.insert(chat)
        }
        return Scene(user: user, character: character, chat: chat)
    }

    func append(_ messages: Message..., to scene: Scene) async throws {
        try await append(messages, to: scene)
    }

    func append(_ messages: [Message], to scene: Scene) async throws {
        try await write { try $0.messages.append(messages, to: scene.chat.id, of: scene.user.id, at: start) }
    }

    /// Appends `count` plain messages.
    func fill(_ scene: Scene, _ count: Int) async throws -> [Message] {
        let messages = (1...count).map { message($0, in: scene.chat, alternative("Message \($0)")) }
        try await append(messages, to: scene)
        return messages
    }

    // MARK: Asking

    func chat(_ scene: Scene) async throws -> Chat {
        let chat = try await read { try $0.chats.chat(scene.chat.id, of: scene.user.id) }
        guard let chat else { throw Disappointment(expectation: "the chat to be found", seen: "nil") }
        return chat
    }

    func message(_ id: Message.ID, of scene: Scene) async throws -> Message {
        let message = try await read { try $0.messages.message(id, of: scene.user.id) }
        guard let message else { throw Disappointment(expectation: "the message to be found", seen: "nil") }
        return message
    }

    func sequences(
        _ scene: Scene, before sequence: Int? = nil, limit: Int = 1_000
    ) async throws -> [Int] {
        try await read {
            try $0.messages.messages(in: scene.chat.id, of: scene.user.id, before: sequence, limit: limit)
                .map(\.sequence)
        }
    }

    func sequences(_ scene: Scene, after sequence: Int, limit: Int = 1_000) async throws -> [Int] {
        try await read {
            try $0.messages.messages(in: scene.chat.id, of: scene.user.id, after: sequence, limit: limit)
                .map(\.sequence)
        }
    }

    /// Runs the body again where it lost against another transaction, as a store may let the caller do.
    func insist(_ body: @Sendable (any StoreTransaction) throws -> Void) async throws {
        for _ in 1...100 {
            do {
                return try await write(body)
            } catch let error as CompanionError where error.code == .conflict {
                continue
            }
        }
        throw Disappointment(expectation: "a transaction to succeed in the end", seen: "100 conflicts")
    }
}
