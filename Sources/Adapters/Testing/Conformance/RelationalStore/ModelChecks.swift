internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let modelChecks: [Check] = [
        check("After any sequence of operations the store shows what a simple model of it shows") { probe in
            let scene = try await probe.scene()
            let second = probe.chat(of: scene.user, with: scene.character)
            try await probe.write { try $0.chats.insert(second) }
            var chats = [ChatModel(scene.chat), ChatModel(second)]
            for step in 1...150 {
                let index = probe.below(chats.count)
                let operation = try await perform(on: &chats[index], at: probe.time(Double(probe.below(500))), probe)
                try await compare(chats[index], after: "\(operation), step \(step)", probe)
                let order = chats.map(\.chat).sorted { ($0.updatedAt, $0.id) > ($1.updatedAt, $1.id) }
                let list = try await probe.read { try $0.chats.chats(of: scene.user.id, after: nil, limit: 9) }
                try expect(list, equals: order, "the list of chats after \(operation), step \(step)")
            }
        }
    ]

    /// Does one random operation on the store and on the model, compares what they return, and names it.
    static func perform(on model: inout ChatModel, at now: Date, _ probe: StoreProbe) async throws -> String {
        let (chat, user) = (model.chat.id, model.chat.user)
        let known = model.messages.map(\.message)
        let message = known.isEmpty ? nil : known[probe.below(known.count)]
        switch (probe.below(9), message) {
        case (0...2, _), (_, nil):
            let first = model.chat.lastSequence + 1
            let messages = (0...probe.below(3)).map { offset in
                probe.message(
                    first + offset, in: model.chat, probe.alternative("\(first + offset)"),
                    author: probe.below(2) == 0 ? .user : .character)
            }
            try await probe.write { try $0.messages.append(messages, to: chat, of: user, at: now) }
            model.append(messages, at: now)
            return "appending \(messages.count)"
        case (3...4, _):
            let lower = probe.below(model.chat.lastSequence + 2)
            let range = lower...(lower + probe.below(5))
            let change = model.deletions.isEmpty || probe.below(4) > 0 ? probe.id() : model.deletions[0]
            let count = try await probe.write {
                try $0.messages.delete(sequences: range, in: chat, of: user, as: change, at: now)
            }
            try expect(count, equals: model.delete(range, as: change, at: now), "how many of \(range) were deleted")
            return "deleting \(range)"
        case (5, _):
            let change = model.deletions.isEmpty ? probe.id() : model.deletions[probe.below(model.deletions.count)]
            let count = try await probe.write { try $0.messages.restore(change, in: chat, of: user, at: now) }
            try expect(count, equals: model.restore(change, at: now), "how many were restored")
            return "restoring"
        case (6, let message?):
            let more = probe.alternative("more", probe.below(2) == 0 ? .generating : .complete, turn: probe.id())
            let isThere = model.isLive(message.id)
            do {
                try await probe.write { try $0.messages.append(more, to: message.id, of: user, at: now) }
                try expect(isThere, "an alternative of a deleted message to be refused")
                model.change(message.id, at: now) {
                    $0.alternatives.append(more)
                    $0.selected = $0.alternatives.count - 1
                }
            } catch let error as CompanionError where error.code == .notFound && !isThere {}
            return "appending an alternative"
        case (7, let message?):
            let index = probe.below(message.alternatives.count)
            var update = message.alternatives[index]
            let turn = probe.below(2) == 0 ? nil : probe.below(2) == 0 ? update.turn : probe.id()
            let isExpected = turn == nil || (update.turn == turn && update.status == .generating)
            update.text += "!"
            update.status = .complete
            update.updatedAt = now
            let isUpdated = try await probe.write { [update] in
                try $0.messages.update(update, of: message.id, of: user, ifGeneratedBy: turn, at: now)
            }
            try expect(isUpdated, equals: isExpected, "whether the alternative was updated")
            if isExpected { model.change(message.id, at: now) { $0.alternatives[index] = update } }
            return "updating an alternative"
        case (_, let message?):
            let index = probe.below(message.alternatives.count)
            let isThere = model.isLive(message.id)
            do {
                try await probe.write {
                    try $0.messages.select(alternativeAt: index, of: message.id, of: user, at: now)
                }
                try expect(isThere, "selecting in a deleted message to be refused")
                model.change(message.id, at: now) { $0.selected = index }
            } catch let error as CompanionError where error.code == .notFound && !isThere {}
            return "selecting"
        }
    }

    private static func compare(_ model: ChatModel, after operation: String, _ probe: StoreProbe) async throws {
        let (chat, user) = (model.chat.id, model.chat.user)
        let place = probe.below(model.chat.lastSequence + 3)
        let limit = probe.below(8)
        let seen = try await probe.read { transaction in
            try (
                transaction.chats.chat(chat, of: user),
                transaction.messages.messages(in: chat, of: user, after: 0, limit: 10_000),
                transaction.messages.messages(in: chat, of: user, before: place, limit: limit),
                transaction.messages.messages(in: chat, of: user, after: place, limit: limit)
            )
        }
        let live = model.live
        try expect(seen.0, equals: model.chat, "the chat after \(operation)")
        try expect(seen.1, equals: live, "the messages after \(operation)")
        try expect(
            seen.2, equals: Array(live.filter { $0.sequence < place }.suffix(limit)),
            "\(limit) messages before \(place) after \(operation)")
        try expect(
            seen.3, equals: Array(live.filter { $0.sequence > place }.prefix(limit)),
            "\(limit) messages after \(place) after \(operation)")
    }
}
