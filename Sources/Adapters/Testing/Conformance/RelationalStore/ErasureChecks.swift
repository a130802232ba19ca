internal import CompanionCore

extension RelationalStoreConformance {
    static let erasureChecks: [Check] = [
        check("Who is leaving is not found, keeps what they have until it is erased, and leaves once") { probe in
            let scene = try await probe.scene()
            let before = try await probe.dump()
            let erasure = probe.erasure(of: scene.user.id)
            let (first, second) = try await probe.write { transaction in
                try (
                    transaction.erasures.begin(erasure),
                    transaction.erasures.begin(probe.erasure(of: scene.user.id))
                )
            }
            try expect(first, equals: erasure, "the erasure")
            try expect(second, equals: erasure, "the erasure that goes on")
            try await expect(
                probe.read { try $0.erasures.erasure(of: scene.user.id) }, equals: erasure, "the person's erasure")
            try await expect(probe.read { try $0.users.user(scene.user.id) }, equals: nil, "who is leaving")
            let people = try await probe.read { try $0.users.users(after: nil, limit: 1_000) }
            try expect(!people.contains { $0.id == scene.user.id }, "nobody who is leaving in the list")
            try await expectError(.notFound, "to change who is leaving") {
                try await probe.write { try $0.users.update(scene.user) }
            }
            let chats = try await probe.read { try $0.chats.chats(of: scene.user.id, after: nil, limit: 10) }
            try expect(chats, equals: before.chats.first ?? [], "the chats")
            try await expectError(.notFound, "the erasure of nobody") {
                _ = try await probe.write { try $0.erasures.begin(probe.erasure(of: probe.id())) }
            }
            try await expectError(.notFound, "erasing who is not leaving") {
                _ = try await probe.write { try $0.erasures.eraseSome(of: probe.id(), limit: 10) }
            }
        },
        check("After an erasure nothing of the person is left in any repository, and all of the others is") { probe in
            let before = try await probe.people()
            let writes = try await probe.everyWrite()
            let everybody = try await probe.people()
            // Whoever the writes belong to, and those that they make.
            let leaving = everybody.filter { !before.contains($0) }
            for write in writes where !write.name.hasPrefix("erasures") && !write.name.contains("delete") {
                try await probe.write { try write.body($0) }
            }
            let other = try await probe.scene()
            _ = try await probe.fill(other, 3)
            let kept = try await probe.dump(of: [other.user.id])
            var erased: [String: Int] = [:]
            for user in leaving {
                let erasure = probe.erasure(of: user)
                _ = try await probe.write { try $0.erasures.begin(erasure) }
                let trace = try await probe.read { try $0.erasures.remains(of: user) }
                var counts: [String: Int] = [:]
                var steps = 0
                while true {
                    let step = try await probe.write { try $0.erasures.eraseSome(of: user, limit: 2) }
                    if step.isEmpty { break }
                    counts.merge(step, uniquingKeysWith: +)
                    steps += 1
                    try expect(steps < 1_000, "an end of the erasure")
                }
                var expected = trace
                expected[ErasedKind.person] = nil
                expected[ErasedKind.erasure] = nil
                try expect(counts, equals: expected, "what was erased")
                try await expect(
                    probe.read { try $0.erasures.remains(of: user) },
                    equals: [ErasedKind.person: 1, ErasedKind.erasure: 1], "what is left before the end")
                try await probe.write { try $0.erasures.finish(erasure.id, at: probe.time(50)) }
                try await expect(probe.read { try $0.erasures.remains(of: user) }, equals: [:], "what is left")
                erased.merge(counts, uniquingKeysWith: +)
            }
            for kind in [
                "chats", "messages", "memories", "characters", "jobs", "forgotten_memories", "summaries",
                "moderation_records", "moderation_states", "subscriptions", "quota_reservations", "usage_days",
                "catalog_entries",
                "catalog_ratings", "character_versions", "lorebooks", "chat_lorebooks", "lorebook_states",
            ] {
                try expect(erased[kind, default: 0] > 0, "some \(kind) among what was erased")
            }
            try await expect(probe.dump(of: [other.user.id]), equals: kept, "what others have")
            let jobs = try await probe.read { try $0.jobs.jobs(nil, after: nil, limit: 100) }
            try expect(jobs.allSatisfy { $0.user.map { !leaving.contains($0) } ?? true }, "no job of who has left")
        },
        check("What came in the last moment goes at the end, and the receipt names nobody") { probe in
            let scene = try await probe.scene()
            let erasure = probe.erasure(of: scene.user.id)
            let chat = probe.chat(of: scene.user, with: scene.character)
            try await probe.write { transaction in
                _ = try transaction.erasures.begin(erasure)
                try transaction.chats.insert(chat)
                try transaction.memories.insert(probe.memory(of: scene.user.id))
                try transaction.erasures.finish(erasure.id, at: probe.time(9))
            }
            let receipt = Erasure(
                id: erasure.id, user: nil, requestedAt: erasure.requestedAt, settlesAt: erasure.settlesAt,
                finishedAt: probe.time(9), erased: erasure.erased)
            try await expect(probe.read { try $0.erasures.erasure(erasure.id) }, equals: receipt, "the receipt")
            try await expect(probe.read { try $0.erasures.remains(of: scene.user.id) }, equals: [:], "what is left")
            try await expectError(.notFound, "a late memory") {
                try await probe.write { try $0.memories.insert(probe.memory(of: scene.user.id)) }
            }
            for late in ["update", "finish"] {
                try await expectError(.notFound, "\(late) of what has ended") {
                    try await probe.write { transaction in
                        if late == "update" { return try transaction.erasures.update(erasure) }
                        try transaction.erasures.finish(erasure.id, at: probe.time(10))
                    }
                }
            }
        },
        check("What was forgotten can be let go of, once, by whose it was, and counts the revision up") { probe in
            let (scene, stranger) = (try await probe.scene(), try await probe.scene().user.id)
            let user = scene.user.id
            let all = (0..<3).map { _ in probe.forgotten(probe.memory(of: user)) }.sorted { $0.id < $1.id }
            try await probe.write { transaction in for one in all { try transaction.memories.insert(one) } }
            let before = try await probe.read { try $0.memories.revision(of: user) }
            let results = try await probe.write { transaction in
                try [stranger, user, user].map { try transaction.memories.deleteForgotten(all[1].id, of: $0) }
            }
            try expect(results, equals: [false, true, false], "the deletions")
            try await expect(probe.read { try $0.memories.revision(of: user) }, equals: before + 1, "the revision")
            try await expect(
                probe.read { try $0.memories.forgotten(of: user, after: nil, limit: 9) }, equals: [all[0], all[2]],
                "what is left")
        },
        check("Erasures are listed in their order, counted on, and their receipts can be deleted") { probe in
            var all: [Erasure] = []
            for _ in 0..<5 {
                let user = try await probe.scene().user.id
                let erasure = probe.erasure(of: user)
                _ = try await probe.write { try $0.erasures.begin(erasure) }
                all.append(erasure)
            }
            all[2].settlesAt = probe.time(77)
            all[2].erased = ["messages": 7, "blobs": 1]
            try await probe.write { [all] in try $0.erasures.update(all[2]) }
            try await expect(probe.read { try $0.erasures.erasures(after: nil, limit: 9) }, equals: all, "all")
            try await expect(
                probe.read { [all] in try $0.erasures.erasures(after: all[1].id, limit: 2) },
                equals: Array(all[2...3]), "a page")
            let early = try await probe.write { [all] in try $0.erasures.delete(all[0].id) }
            try expect(early, equals: false, "the deletion of an erasure that goes on")
            try await probe.write { [all] in try $0.erasures.finish(all[0].id, at: probe.time(9)) }
            for isThere in [true, false] {
                let isDeleted = try await probe.write { [all] in try $0.erasures.delete(all[0].id) }
                try expect(isDeleted, equals: isThere, "the deletion of the receipt")
            }
        },
    ]
}

extension StoreProbe {
    func erasure(of user: User.ID) -> Erasure {
        Erasure(id: id(), user: user, requestedAt: start, settlesAt: time(3), erased: ["blobs": 2])
    }

    /// Makes people who are leaving, and returns one call of each method that writes of them.
    func erasureWrites() async throws -> [StoreWrite] {
        let (staying, leaving, gone) = (user("Grace"), user("Hedy"), user("Ida"))
        let (new, running, receipt) = (erasure(of: staying.id), erasure(of: leaving.id), erasure(of: gone.id))
        try await write { transaction in
            for user in [staying, leaving, gone] { try transaction.users.insert(user) }
            _ = try transaction.erasures.begin(running)
            _ = try transaction.memories.insert(memory(of: leaving.id))
            _ = try transaction.erasures.begin(receipt)
            try transaction.erasures.finish(receipt.id, at: time(4))
        }
        var counted = running
        counted.erased["chats"] = 3
        return [
            StoreWrite("erasures.begin") { _ = try $0.erasures.begin(new) },
            StoreWrite("erasures.update") { [counted] in try $0.erasures.update(counted) },
            StoreWrite("erasures.eraseSome") { _ = try $0.erasures.eraseSome(of: leaving.id, limit: 10) },
            StoreWrite("erasures.finish") { try $0.erasures.finish(running.id, at: time(5)) },
            StoreWrite("erasures.delete") { _ = try $0.erasures.delete(receipt.id) },
        ]
    }

    func people() async throws -> [User.ID] {
        try await read { try $0.users.users(after: nil, limit: 1_000).map(\.id) }
    }
}
