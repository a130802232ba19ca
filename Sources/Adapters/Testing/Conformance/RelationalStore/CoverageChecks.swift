internal import CompanionCore

extension RelationalStoreConformance {
    static let coverageChecks: [Check] = [
        check("The cursor begins at 0 and moves forward, only from where it stands") { probe in
            let scene = try await probe.scene()
            try await expect(probe.cursor(scene), equals: 0, "the cursor at first")
            try await expect(probe.advance(scene, from: 3, to: 5), equals: false, "moving it from elsewhere")
            try await expect(probe.cursor(scene), equals: 0, "the cursor that was not moved")
            try await expect(probe.advance(scene, from: 0, to: 5), equals: true, "moving it")
            try await expect(probe.cursor(scene), equals: 5, "the cursor")
            for old in [0, 4, 6] {
                try await expect(probe.advance(scene, from: old, to: 9), equals: false, "moving it from \(old)")
            }
            try await expect(probe.cursor(scene), equals: 5, "the cursor that was not moved")
            try await expect(probe.advance(scene, from: 5, to: 6), equals: true, "moving it on")
            try await expect(probe.cursor(scene), equals: 6, "the cursor at last")
            for new in [6, 5, 0] {
                try await expectError(.invalidInput, "moving it from 6 to \(new)") {
                    _ = try await probe.advance(scene, from: 6, to: new)
                }
            }
        },
        check("Of two who move the cursor from the same place one does") { probe in
            let scene = try await probe.scene()
            var cursor = 0
            for round in 1...20 {
                let winners = try await withThrowingTaskGroup(of: Int?.self) { [cursor] group in
                    for new in cursor + 1...cursor + 4 {
                        group.addTask { try await probe.advance(scene, from: cursor, to: new) ? new : nil }
                    }
                    return try await group.reduce(into: [Int]()) { if let new = $1 { $0.append(new) } }
                }
                try expect(winners.count, equals: 1, "how many of 4 moved the cursor in round \(round)")
                try await expect(probe.cursor(scene), equals: winners[0], "the cursor in round \(round)")
                cursor = winners[0]
            }
        },
        check("Covered messages are opened again, each once, and closed; what is past the cursor is not opened") {
            probe in
            let scene = try await probe.scene()
            let (chat, user) = (scene.chat.id, scene.user.id)
            try await probe.write { try $0.coverage.reopen([1, 2], in: chat, of: user) }
            try await expect(probe.reopened(scene), equals: [], "what is open before anything is covered")
            _ = try await probe.advance(scene, from: 0, to: 8)
            try await probe.write { transaction in
                try transaction.coverage.reopen([7, 3, 9, 0, -1], in: chat, of: user)
                try transaction.coverage.reopen([], in: chat, of: user)
                try transaction.coverage.reopen([8, 3, 3, 100], in: chat, of: user)
            }
            try await expect(probe.reopened(scene), equals: [3, 7, 8], "what is open")
            try await expect(probe.reopened(scene, limit: 2), equals: [3, 7], "the lowest two")
            try await expect(probe.reopened(scene, limit: 0), equals: [], "the lowest none")
            try await expect(probe.cursor(scene), equals: 8, "the cursor")
            _ = try await probe.advance(scene, from: 8, to: 12)
            try await expect(probe.reopened(scene), equals: [3, 7, 8], "what is open when the cursor has moved")
            let close: @Sendable (any StoreTransaction) throws -> Int = {
                try $0.coverage.close([7, 4, 3, 7, 12], in: chat, of: user)
            }
            try await expect(probe.write(close), equals: 2, "how many were closed")
            try await expect(probe.write(close), equals: 0, "how many were closed again")
            try await expect(probe.reopened(scene), equals: [8], "what is still open")
        },
        check("Covering a chat that there is not throws notFound; nothing of it is covered or open") { probe in
            let scene = try await probe.scene()
            var nowhere = scene
            nowhere.chat = probe.chat(of: scene.user, with: scene.character)
            let lost = nowhere
            try await expectError(.notFound, "moving the cursor") {
                _ = try await probe.advance(lost, from: 0, to: 1)
            }
            try await expectError(.notFound, "opening again") {
                try await probe.write { try $0.coverage.reopen([1], in: lost.chat.id, of: lost.user.id) }
            }
            try await expect(probe.cursor(lost), equals: 0, "the cursor")
            try await expect(probe.reopened(lost), equals: [], "what is open")
            let closed = try await probe.write { try $0.coverage.close([1], in: lost.chat.id, of: lost.user.id) }
            try expect(closed, equals: 0, "how many were closed")
        },
        check("A summary is kept, replaced and deleted; without its chat it throws notFound") { probe in
            let scene = try await probe.scene()
            let (chat, user) = (scene.chat.id, scene.user.id)
            let get: @Sendable (any StoreTransaction) throws -> ChatSummary? = {
                try $0.summaries.summary(of: chat, of: user)
            }
            let delete: @Sendable (any StoreTransaction) throws -> Bool = {
                try $0.summaries.delete(of: chat, of: user)
            }
            try await expect(probe.read(get), equals: nil, "the summary at first")
            try await expect(probe.write(delete), equals: false, "deleting none")
            for (through, text) in [(3, "Turin."), (7, ""), (5, String(repeating: "ä🙂", count: 1_300))] {
                var summary = probe.summary(of: scene, text, through: through)
                summary.updatedAt = probe.time(Double(through))
                try await probe.write { [summary] in try $0.summaries.put(summary) }
                try await expect(probe.read(get), equals: summary, "the summary")
            }
            try await expect(probe.write(delete), equals: true, "deleting it")
            try await expect(probe.write(delete), equals: false, "deleting it again")
            try await expect(probe.read(get), equals: nil, "the summary at last")
            var nowhere = scene
            nowhere.chat = probe.chat(of: scene.user, with: scene.character)
            let lost = probe.summary(of: nowhere)
            try await expectError(.notFound, "a summary of a chat that there is not") {
                try await probe.write { try $0.summaries.put(lost) }
            }
        },
        check("Deleting a chat deletes its coverage and its summary, and leaves what was learnt from it") { probe in
            let (doomed, kept) = try await (probe.scene("Ada"), probe.scene("Bob"))
            let memory = probe.memory(of: doomed.user.id, from: probe.source(in: doomed.chat.id))
            let forgotten = probe.forgotten(memory)
            for scene in [doomed, kept] {
                _ = try await probe.fill(scene, 4)
                _ = try await probe.advance(scene, from: 0, to: 4)
                try await probe.write { transaction in
                    try transaction.coverage.reopen([2, 3], in: scene.chat.id, of: scene.user.id)
                    try transaction.summaries.put(probe.summary(of: scene))
                }
            }
            try await probe.write { transaction in
                try transaction.memories.insert(memory)
                try transaction.memories.insert(forgotten)
            }
            let before = try await probe.dump(of: [kept.user.id])
            try await probe.write { transaction in
                _ = try transaction.chats.delete(doomed.chat.id, of: doomed.user.id)
                try transaction.chats.insert(doomed.chat)
            }
            try await expect(probe.cursor(doomed), equals: 0, "the cursor of the chat that came again")
            _ = try await probe.advance(doomed, from: 0, to: 4)
            try await expect(probe.reopened(doomed), equals: [], "what is open of it")
            let seen = try await probe.read { transaction in
                let (chat, user) = (doomed.chat.id, doomed.user.id)
                return try (
                    transaction.summaries.summary(of: chat, of: user),
                    transaction.messages.changes(in: chat, of: user, after: 0, limit: 9),
                    transaction.memories.memories(of: user, after: nil, limit: 9),
                    transaction.memories.forgotten(of: user, after: nil, limit: 9)
                )
            }
            try expect(seen.0, equals: nil, "its summary")
            try expect(seen.1, equals: [], "its changes")
            try expect(seen.2, equals: [memory], "what was learnt")
            try expect(seen.3, equals: [forgotten], "what was forgotten")
            try await expect(probe.dump(of: [kept.user.id]), equals: before, "the other chat")
        },
    ]
}

extension StoreProbe {
    func cursor(_ scene: Scene) async throws -> Int {
        try await read { try $0.coverage.cursor(of: scene.chat.id, of: scene.user.id) }
    }

    func advance(_ scene: Scene, from old: Int, to new: Int) async throws -> Bool {
        try await write { try $0.coverage.advance(scene.chat.id, of: scene.user.id, from: old, to: new) }
    }

    func reopened(_ scene: Scene, limit: Int = 1_000) async throws -> [Int] {
        try await read { try $0.coverage.reopened(in: scene.chat.id, of: scene.user.id, limit: limit) }
    }
}
