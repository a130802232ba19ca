internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// Values as stores keep them: their times in whole milliseconds.

extension User {
    var asStored: User {
        User(
            id: id, name: name, persona: persona, preferences: preferences, role: role,
            createdAt: createdAt.wholeMilliseconds, updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension CompanionCharacter {
    var asStored: CompanionCharacter {
        CompanionCharacter(
            id: id, owner: owner, card: card, origin: origin, revision: revision,
            createdAt: createdAt.wholeMilliseconds,
            updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension Chat {
    var asStored: Chat {
        Chat(
            id: id, user: user, character: character, characterRevision: characterRevision, title: title,
            origin: origin, lastSequence: lastSequence, revision: revision, createdAt: createdAt.wholeMilliseconds,
            updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension Message {
    var asStored: Message {
        Message(
            id: id, chat: chat, sequence: sequence, author: author, alternatives: alternatives.map(\.asStored),
            selected: selected, clientID: clientID, createdAt: createdAt.wholeMilliseconds)
    }
}

extension Alternative {
    var asStored: Alternative { asStored(createdAt: createdAt) }

    func asStored(createdAt: Date) -> Alternative {
        Alternative(
            id: id, text: text, status: status, finishReason: finishReason, model: model, usage: usage, turn: turn,
            createdAt: createdAt.wholeMilliseconds, updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension ChatChange {
    var asStored: ChatChange { ChatChange(id: id, chat: chat, kind: kind, createdAt: createdAt.wholeMilliseconds) }
}

extension Lease {
    var asStored: Lease {
        Lease(name: name, token: token, holder: holder, expiresAt: expiresAt.wholeMilliseconds)
    }
}

extension Memory {
    var asStored: Memory { asStored(createdAt: createdAt) }

    func asStored(createdAt: Date) -> Memory {
        Memory(
            id: id, user: user, scope: scope, kind: kind, text: text, importance: importance, strength: strength,
            isPinned: isPinned, sources: sources.map(\.asStored), validAt: validAt.wholeMilliseconds,
            invalidAt: invalidAt?.wholeMilliseconds, supersededBy: supersededBy,
            createdAt: createdAt.wholeMilliseconds, updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension MemorySource {
    fileprivate var asStored: MemorySource {
        switch self {
        case .message(let source): .message(source.asStored)
        case .person(let time): .person(at: time.wholeMilliseconds)
        }
    }
}

extension MemorySource.MessageSource {
    fileprivate var asStored: Self {
        Self(chat: chat, message: message, sequence: sequence, saidAt: saidAt.wholeMilliseconds)
    }
}

extension ForgottenMemory {
    var asStored: ForgottenMemory {
        ForgottenMemory(
            id: id, user: user, messages: messages.map(\.asStored), fingerprint: fingerprint,
            forgottenAt: forgottenAt.wholeMilliseconds)
    }
}

extension ChatSummary {
    var asStored: ChatSummary {
        ChatSummary(
            chat: chat, user: user, text: text, throughSequence: throughSequence,
            updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension Job {
    /// As it begins: waiting, with nothing behind it.
    var asEnqueued: Job {
        Job(
            id: id, kind: kind, key: key, user: user, payload: payload, runAt: runAt.wholeMilliseconds,
            createdAt: createdAt.wholeMilliseconds, updatedAt: updatedAt.wholeMilliseconds)
    }
}
