internal import CompanionCore

/// What a client of the WebSocket asks for.
struct SocketCommand: Sendable {
    enum Kind: Sendable {
        case hello(token: String, chat: Chat.ID?, character: CompanionCharacter.ID?)
        case reply(ReplyRequest.Kind, chat: Chat.ID?)
        case resume(Message.ID, after: Int, turn: Turn.ID?)
        case leave(Message.ID)
        case cancel(Message.ID)
        case ping
    }

    var kind: Kind
    /// Comes back with what it led to.
    var ref: String?

    /// - Throws: `invalidInput` where it is no command. ``Malformed`` where it is no JSON object, or says no type.
    init(parsing text: String) throws {
        let limits = JSONLimits(depth: 16, bytes: text.utf8.count, values: 1_000)
        guard let object = (try? JSONValue(parsing: text, limits: limits))?.object, let type = object["type"]?.string
        else {
            throw Malformed()
        }
        let members = JSONMembers(object)
        ref = try members.optionalString("ref")
        guard ref?.utf8.count ?? 0 <= 64 else { throw CompanionError(.invalidInput, "`ref` has at most 64 bytes.") }
        switch type {
        case "hello":
            kind = .hello(
                token: try members.string("token"), chat: try members.optionalID("chat"),
                character: try members.optionalID("character"))
        case "send":
            var id: ClientMessageID?
            if let text = try members.optionalString("id") {
                id = ClientMessageID(rawValue: text)
                guard id != nil else { throw CompanionError(.invalidInput, "`id` is not well-formed: take a UUID.") }
            }
            kind = .reply(.message(try members.string("text"), id), chat: try members.optionalID("chat"))
        case "regenerate": kind = .reply(.regeneration, chat: try members.optionalID("chat"))
        case "continue": kind = .reply(.continuation, chat: try members.optionalID("chat"))
        case "resume":
            let after = try members.optionalInt("after") ?? 0
            guard (0...ReplyLogBounds.maximumSequence).contains(after) else {
                throw CompanionError(.invalidInput, "`after` is the number of a frame.")
            }
            kind = .resume(try members.id("reply"), after: after, turn: try members.optionalID("turn"))
        case "leave": kind = .leave(try members.id("reply"))
        case "cancel": kind = .cancel(try members.id("reply"))
        case "ping": kind = .ping
        default: throw CompanionError(.invalidInput, "There is no message of that type.")
        }
    }

    struct Malformed: Error {}
}

/// What a command led to.
enum SocketOutcome: Sendable {
    case ready(AccessClaims, chat: Chat.ID?)
    case follow(LiveReply, after: Int)
    case done
    case failed(Problem)
}

extension CompanionGateway {
    /// Does what a client asks for, as far as it takes time.
    ///
    /// - Parameter executor: Where the replies that are started are read.
    func perform(
        _ kind: SocketCommand.Kind, by user: User.ID?, in chat: Chat.ID?, on executor: LoopExecutor
    ) async -> SocketOutcome {
        do {
            switch kind {
            case .hello(let token, let chat, let character):
                let claims = try await companion.accounts.authenticate(token)
                guard user == nil || user == claims.user else {
                    throw CompanionError(.forbidden, "A connection is one person's: open another one.")
                }
                if let chat { _ = try await companion.chats.chat(chat, by: claims.user) }
                if let character {
                    return .ready(claims, chat: try await companion.chats.start(with: character, by: claims.user).id)
                }
                return .ready(claims, chat: chat)
            case .reply(let kind, let named):
                guard let user, let chat = named ?? chat else {
                    throw CompanionError(.invalidInput, "`chat` is missing: which one is meant.")
                }
                return .follow(
                    try await replies.start(ReplyRequest(kind: kind, chat: chat, user: user, executor: executor)),
                    after: 0)
            case .resume(let id, let after, let turn):
                guard let user else { return .done }
                return .follow(try await replies.follow(id, after: after, turn: turn, by: user), after: after)
            case .cancel(let id):
                guard let user else { return .done }
                try await replies.cancel(id, by: user)
                return .done
            case .leave, .ping: return .done
            }
        } catch {
            return .failed(Problem(error))
        }
    }
}
