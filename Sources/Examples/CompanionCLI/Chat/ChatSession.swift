internal import CompanionCore

/// One person in one chat at a time: says things, performs commands, and tells the output what comes of it.
///
/// Replies are read in the caller's task; cancelling it stops the reply, which is kept as far as it has come.
@MainActor final class ChatSession {
    /// What the session was asked to do besides what it has done.
    enum Outcome: Sendable, Hashable {
        case done
        case quit
        /// The old text is to be changed, then given to ``edit(_:to:)``.
        case rewrite(ChatCommand.EditTarget, text: String)
    }

    let companion: Companion
    private let model: any LanguageModel
    private let output: any ChatOutput
    private(set) var user: User
    private(set) var chat: Chat
    private(set) var character: CompanionCharacter
    /// What is to be said of the model, once.
    private var notice: String?
    private let busyWait: BusyWait
    /// What was recalled for the last reply; nil before there is one.
    private(set) var recollection: Recollection?
    /// What the numbers of the last list mean, in its order; nil for what is no memory.
    var listed: [Memory?] = []

    init(
        companion: Companion, model: any LanguageModel, user: User, chat: Chat, character: CompanionCharacter,
        notice: String? = nil, busyWait: BusyWait = BusyWait(), output: any ChatOutput
    ) {
        self.companion = companion
        self.model = model
        self.user = user
        self.chat = chat
        self.character = character
        self.notice = notice
        self.busyWait = busyWait
        self.output = output
    }

    var chats: ChatService { companion.chats }

    /// Whether the model is a stand-in.
    var isSimulated: Bool { model.capabilities.isSimulated }

    /// Shows where the person is: the chat and its newest messages.
    func open(as kind: ChatOpening.Kind, messages limit: Int = 6) async throws {
        let messages = try await chats.messages(in: chat.id, by: user.id, limit: limit)
        show(
            .opened(
                ChatOpening(
                    kind: kind, chat: chat, character: character, user: user, model: model.name,
                    isSimulated: model.capabilities.isSimulated, notice: notice, messages: messages)))
        notice = nil
    }

    func show(_ event: ChatEvent) { output.show(event) }

    var isOutputGone: Bool { output.isGone }

    // MARK: Replies

    /// Says something, and shows the reply while it comes.
    func say(_ text: String, clientID: ClientMessageID? = nil) async throws {
        try await whileBusy { session in
            try await session.chats.withReply(
                to: text, in: session.chat.id, by: session.user.id, clientID: clientID
            ) { try await session.read($0) }
        }
    }

    func regenerate() async throws {
        try await whileBusy { session in
            try await session.chats.withRegeneratedReply(in: session.chat.id, by: session.user.id) {
                try await session.read($0)
            }
        }
    }

    func goOn() async throws {
        try await whileBusy { session in
            try await session.chats.withContinuedReply(in: session.chat.id, by: session.user.id) {
                try await session.read($0)
            }
        }
    }

    private func read(_ reply: Reply) async throws {
        for try await event in reply {
            if case .started = event { recollection = Recollection(text: "", count: 0) }
            if case .recalled(let found) = event { recollection = found }
            show(.reply(event))
            // Leaving stops the reply: nobody would see the rest.
            if output.isGone { return }
        }
    }

    /// Shows what was kept of a reply that was stopped; also when the task is cancelled.
    func showStopped() async throws {
        let newest = try await Task { try await self.newest() }.value
        show(.stopped(newest?.alternative.status == .interrupted ? newest : nil))
    }

    private func whileBusy(_ turn: (ChatSession) async throws -> Void) async throws {
        try await busyWait.retry({ try await turn(self) }, announce: { show(.waiting) })
    }

    // MARK: What is there

    /// The newest message; nil in an empty chat.
    func newest() async throws -> Message? {
        try await chats.messages(in: chat.id, by: user.id, limit: 1).last
    }

    /// The newest message of that author, among the newest 500.
    func newest(by author: Message.Author) async throws -> Message? {
        try await chats.messages(in: chat.id, by: user.id, limit: 500).last { $0.author == author }
    }

    // MARK: Elsewhere

    /// Goes on in another chat.
    func move(to chat: Chat, as kind: ChatOpening.Kind) async throws {
        character = try await companion.character(of: chat)
        self.chat = chat
        recollection = nil
        try await open(as: kind)
    }

    func takeNewestVersion() async throws {
        chat = try await chats.moveToNewestVersion(chat.id, by: user.id)
        character = try await companion.character(of: chat)
    }

    func rename(to title: String) async throws {
        chat = try await chats.rename(chat.id, to: title, by: user.id)
    }

    func describePerson(as persona: String) async throws {
        user = try await companion.accounts.update(user.id, persona: persona)
    }
}

extension Companion {
    /// The character of a chat, in the version that the chat has.
    func character(of chat: Chat) async throws -> CompanionCharacter {
        try await characters.character(chat.character, revision: chat.characterRevision, by: chat.user)
    }
}
