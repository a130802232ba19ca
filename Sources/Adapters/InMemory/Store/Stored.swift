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
            id: id, name: name, persona: persona, createdAt: createdAt.wholeMilliseconds,
            updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension CompanionCharacter {
    var asStored: CompanionCharacter {
        CompanionCharacter(
            id: id, owner: owner, card: card, revision: revision, createdAt: createdAt.wholeMilliseconds,
            updatedAt: updatedAt.wholeMilliseconds)
    }
}

extension Chat {
    var asStored: Chat {
        Chat(
            id: id, user: user, character: character, title: title, origin: origin, lastSequence: lastSequence,
            revision: revision, createdAt: createdAt.wholeMilliseconds, updatedAt: updatedAt.wholeMilliseconds)
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
