internal import CompanionCore

extension ChatSession {
    /// Does what a line asks for.
    func perform(_ line: ChatLine) async throws -> Outcome {
        switch line {
        case .nothing: break
        case .message(let text): try await say(text)
        case .command(let command): return try await perform(command)
        case .unknown(let name, let nearest):
            let meant = nearest.map { "Did you mean /\($0)?" } ?? "/help lists the commands."
            throw CompanionError(.invalidInput, "There is no command /\(name). \(meant)")
        case .misused(let word):
            throw CompanionError(
                .invalidInput, "/\(word.rawValue) is used like this: /\(word.rawValue) \(word.arguments)".trimmed)
        }
        return .done
    }

    private func perform(_ command: ChatCommand) async throws -> Outcome {
        switch command {
        case .help: show(.help)
        case .regenerate: try await regenerate()
        case .goOn: try await goOn()
        case .swipe(let swipe): try await self.swipe(swipe)
        case .edit(let target, let text):
            guard let text else { return .rewrite(target, text: try await editable(target).text) }
            try await edit(target, to: text)
        case .delete: try await deleteExchange()
        case .undo: show(.undone(try await chats.undo(in: chat.id, by: user.id)?.kind))
        case .fork(let title): try await fork(title: title)
        case .prompt: show(.prompt(try await chats.prompt(in: chat.id, by: user.id).report))
        case .persona(let text):
            if let text { try await describePerson(as: text) }
            show(.persona(user.persona))
        case .character(let newest):
            if newest { try await takeNewestVersion() }
            show(.card(character))
        case .title(let text):
            if let text { try await rename(to: text) }
            show(.title(chat.title))
        case .chats(nil):
            let catalog = ChatCatalog(companion: companion, user: user.id)
            show(.chats(try await catalog.summaries(current: chat.id)))
        case .chats(let id?):
            let catalog = ChatCatalog(companion: companion, user: user.id)
            try await move(to: try await catalog.chat(meantBy: id), as: .continued)
        case .new: try await move(to: try await chats.start(with: character.id, by: user.id), as: .new)
        case .history(let count):
            for message in try await chats.messages(in: chat.id, by: user.id, limit: count) {
                show(.message(message))
            }
        case .memories(let text): try await showMemories(text)
        case .why: showRecollection()
        case .remember(let text): try await remember(text)
        case .forget(let text): try await forget(text)
        case .quit: return .quit
        }
        return .done
    }

    /// Replaces the text of the last message of the person's, or of the last reply.
    func edit(_ target: ChatCommand.EditTarget, to text: String) async throws {
        show(.edited(try await chats.edit(try await editable(target).id, to: text, by: user.id)))
    }

    private func editable(_ target: ChatCommand.EditTarget) async throws -> Message {
        let author: Message.Author = target == .message ? .user : .character
        guard let message = try await newest(by: author) else {
            let what = target == .message ? "You have said nothing yet" : "There is no reply yet"
            throw CompanionError(.invalidInput, "\(what): there is nothing to edit.")
        }
        return message
    }

    private func swipe(_ swipe: ChatCommand.Swipe) async throws {
        guard let newest = try await newest() else {
            throw CompanionError(.invalidInput, "There is no reply yet, and so no other alternative of it.")
        }
        guard newest.author == .character else { return try await regenerate() }
        let count = newest.alternatives.count
        let index =
            switch swipe {
            case .next: newest.selected + 1
            case .previous: newest.selected - 1
            case .number(let number): number - 1
            }
        if newest.alternatives.indices.contains(index) {
            show(.swiped(try await chats.select(alternativeAt: index, of: newest.id, by: user.id)))
        } else if swipe == .next, try await !isGreeting(newest) {
            try await regenerate()
        } else {
            let range = count == 1 ? "There is only this one." : "There are 1 to \(count)."
            throw CompanionError(.invalidInput, "There is no such alternative. \(range)")
        }
    }

    /// Whether a message of the character's answers nothing.
    private func isGreeting(_ message: Message) async throws -> Bool {
        try await chats.messages(in: chat.id, by: user.id, before: message.sequence, limit: 1).isEmpty
    }

    /// Deletes the person's last message and all that follows it.
    private func deleteExchange() async throws {
        guard let message = try await newest(by: .user) else {
            throw CompanionError(.invalidInput, "You have said nothing yet: there is nothing to delete.")
        }
        show(.deleted(count: try await chats.delete(message.id, andFollowing: true, by: user.id)))
    }

    private func fork(title: String?) async throws {
        guard let newest = try await newest() else {
            throw CompanionError(.invalidInput, "The chat is empty: there is nothing to fork.")
        }
        var fork = try await chats.fork(chat.id, at: newest.id, by: user.id)
        if let title { fork = try await chats.rename(fork.id, to: title, by: user.id) }
        try await move(to: fork, as: .forked)
    }
}
