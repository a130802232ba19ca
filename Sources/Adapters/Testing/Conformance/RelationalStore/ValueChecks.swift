internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension RelationalStoreConformance {
    static let valueChecks: [Check] = [
        check("Texts are kept scalar by scalar") { probe in
            for text in texts {
                let scene = try await probe.scene(text)
                let alternative = Alternative(
                    id: probe.id(), text: text, model: text, createdAt: probe.start, updatedAt: probe.start)
                let message = probe.message(1, in: scene.chat, alternative)
                let change = ChatChange(
                    id: probe.id(), chat: scene.chat.id,
                    kind: .edit(message: message.id, alternative: alternative.id, previousText: text),
                    createdAt: probe.start)
                let lease = Lease(
                    name: "lease", token: probe.id(), holder: String(text.prefix(32)), expiresAt: probe.time(9))
                var person = scene.user
                person.persona = text
                try await probe.write { [person] transaction in
                    try transaction.users.update(person)
                    try transaction.chats.rename(scene.chat.id, of: person.id, to: text, at: probe.start)
                    try transaction.messages.append([message], to: scene.chat.id, of: person.id, at: probe.start)
                    try transaction.changes.insert(change, of: person.id)
                    _ = try transaction.leases.acquire(lease, now: probe.time(99), replacing: nil)
                }
                let user = try await probe.read { try $0.users.user(scene.user.id) }
                try expect(user?.name, isExactly: text, "a user's name")
                try expect(user?.persona, isExactly: text, "a persona")
                try await expect(probe.chat(scene).title, isExactly: text, "a title")
                let seen = try await probe.message(message.id, of: scene).alternative
                try expect(seen.text, isExactly: text, "a message's text")
                try expect(seen.model, isExactly: text, "a model's name")
                let latest = try await probe.read { try $0.changes.latest(in: scene.chat.id, of: scene.user.id) }
                guard case .edit(_, _, let previous)? = latest?.kind else {
                    throw Disappointment(expectation: "the change to be an edit", seen: "\(String(describing: latest))")
                }
                try expect(previous, isExactly: text, "the text before an edit")
                try await expect(probe.lease(named: "lease")?.holder, isExactly: lease.holder, "a lease's holder")
            }
        },
        check("Texts of memories, summaries and jobs are kept scalar by scalar") { probe in
            let scene = try await probe.scene()
            for text in texts {
                let memory = probe.memory(of: scene.user.id, text)
                let summary = probe.summary(of: scene, text)
                let job = probe.job("learn", String(text.prefix(32)), payload: text)
                let token: Job.Token = probe.id()
                try await probe.write { transaction in
                    try transaction.memories.insert(memory)
                    try transaction.summaries.put(summary)
                    _ = try transaction.jobs.enqueue(job)
                    _ = try transaction.jobs.claim(kinds: nil, token: token, until: probe.time(9), now: probe.start)
                    _ = try transaction.jobs.fail(job.id, token: token, error: text, retryAt: nil, now: probe.start)
                }
                try await expect(
                    probe.memory(memory.id, of: scene.user.id)?.text, isExactly: text, "a memory's text")
                let seen = try await probe.read { try $0.summaries.summary(of: scene.chat.id, of: scene.user.id) }
                try expect(seen?.text, isExactly: text, "a summary's text")
                let kept = try await probe.job(job.id)
                try expect(kept?.key, isExactly: job.key, "a job's key")
                try expect(kept?.payload, isExactly: text, "a job's payload")
                try expect(kept?.lastError, isExactly: text, "a job's error")
            }
            // Not the same key: an accent of its own, and one that is part of its letter.
            let keys = ["e\u{301}", "é"]
            for key in keys { try await probe.enqueue(probe.job("index", key)) }
            try await expect(probe.jobs(.waiting).count, equals: keys.count, "how many jobs of different keys wait")
        },
        check("Times of memories, summaries and jobs are kept in whole milliseconds") { probe in
            let scene = try await probe.scene()
            for time in times + (0..<20).map({ _ in probe.time(probe.random.nextFraction() * 1e9) }) {
                let kept = time.wholeMilliseconds
                let sources: [MemorySource] = [
                    .message(.init(chat: scene.chat.id, message: probe.id(), sequence: 1, saidAt: time)),
                    .person(at: time),
                ]
                let memory = Memory(
                    id: probe.id(), user: scene.user.id, scope: .everyCharacter, kind: .event, text: "It happened.",
                    sources: sources, validAt: time, invalidAt: time, createdAt: time)
                let forgotten = ForgottenMemory(
                    id: memory.id, user: memory.user, messages: sources.compactMap(\.message), fingerprint: [],
                    forgottenAt: time)
                let summary = ChatSummary(
                    chat: scene.chat.id, user: scene.user.id, text: "", throughSequence: 1, updatedAt: time)
                let job = Job(id: probe.id(), kind: .init("learn"), key: "", user: nil, runAt: time, createdAt: time)
                let token: Job.Token = probe.id()
                let seen = try await probe.write { transaction in
                    try transaction.memories.insert(memory)
                    try transaction.memories.update(memory)
                    try transaction.memories.insert(forgotten)
                    try transaction.summaries.put(summary)
                    _ = try transaction.jobs.enqueue(job)
                    let due = try transaction.jobs.nextDue(kinds: nil)
                    let claimed = try transaction.jobs.claim(kinds: nil, token: token, until: time, now: time)
                    _ = try transaction.jobs.renew(job.id, token: token, until: time)
                    let renewed = try transaction.jobs.job(job.id)
                    _ = try transaction.jobs.fail(job.id, token: token, error: "", retryAt: time, now: time)
                    let failed = try transaction.jobs.job(job.id)
                    _ = try transaction.jobs.delete(job.id)
                    return try [
                        transaction.memories.memory(memory.id, of: memory.user).map {
                            [$0.validAt, $0.invalidAt, $0.createdAt, $0.updatedAt] + $0.sources.map(\.time)
                        },
                        transaction.memories.forgotten(of: memory.user, after: nil, limit: 99).last.map {
                            [$0.forgottenAt] + $0.messages.map(\.saidAt)
                        },
                        transaction.summaries.summary(of: scene.chat.id, of: scene.user.id).map { [$0.updatedAt] },
                        [due],
                        claimed.map { [$0.runAt, $0.leaseExpiresAt, $0.createdAt, $0.updatedAt] },
                        renewed.map { [$0.leaseExpiresAt] },
                        failed.map { [$0.runAt, $0.updatedAt] },
                    ] as [[Date?]?]
                }
                let expected: [[Date?]?] = [6, 2, 1, 1, 4, 1, 2].map { Array(repeating: kept, count: $0) }
                try expect(seen, equals: expected, "the times kept of \(time.timeIntervalSince1970)")
            }
        },
        check("Times are kept in whole milliseconds, rounded to the nearest") { probe in
            for time in times + (0..<20).map({ _ in probe.time(probe.random.nextFraction() * 1e9) }) {
                let (scene, kept) = (try await probe.scene(), time.wholeMilliseconds)
                let user = User(id: probe.id(), name: "Old", createdAt: time, updatedAt: time)
                let character = CompanionCharacter(
                    id: probe.id(), owner: user.id, card: scene.character.card, createdAt: time, updatedAt: time)
                let chat = Chat(
                    id: probe.id(), user: user.id, character: character.id, createdAt: time, updatedAt: time)
                let alternative = Alternative(id: probe.id(), text: "", createdAt: time, updatedAt: time)
                let message = Message(
                    id: probe.id(), chat: chat.id, sequence: 1, author: .user, alternatives: [alternative],
                    createdAt: time)
                let change = ChatChange(id: probe.id(), chat: chat.id, kind: .deletion, createdAt: time)
                let lease = Lease(name: "\(user.id)", token: probe.id(), holder: "h", expiresAt: time)
                let seen = try await probe.write { transaction in
                    try transaction.users.insert(user)
                    try transaction.characters.insert(character)
                    try transaction.chats.insert(chat)
                    let inserted = try transaction.chats.chat(chat.id, of: user.id)
                    try transaction.messages.append([message], to: chat.id, of: user.id, at: time)
                    try transaction.changes.insert(change, of: user.id)
                    _ = try transaction.leases.acquire(lease, now: time, replacing: nil)
                    return try [
                        transaction.users.user(user.id).map { [$0.createdAt, $0.updatedAt] },
                        transaction.characters.character(character.id, of: user.id).map {
                            [$0.createdAt, $0.updatedAt]
                        },
                        inserted.map { [$0.createdAt, $0.updatedAt] },
                        transaction.chats.chat(chat.id, of: user.id).map { [$0.createdAt, $0.updatedAt] },
                        transaction.messages.message(message.id, of: user.id).map {
                            [$0.createdAt, $0.alternative.createdAt, $0.alternative.updatedAt]
                        },
                        transaction.changes.latest(in: chat.id, of: user.id).map { [$0.createdAt] },
                        transaction.leases.lease(named: lease.name).map { [$0.expiresAt] },
                    ]
                }
                let expected = [2, 2, 2, 2, 3, 1, 1].map { Array(repeating: kept, count: $0) }
                try expect(seen, equals: expected, "the times kept of \(time.timeIntervalSince1970)")
            }
        },
    ]

    private static let texts: [String] = [
        "", "\0", "before\0after", "\u{301}", "e\u{301}", "é", "\u{212B}", "\u{FEFF}mark", "\u{FFFD}", "\u{FFFF}",
        "\u{10FFFF}", "\u{200D}", "\u{202E}right to left", "🧑‍🚀🏳️‍🌈👨‍👩‍👧‍👦", "नमस्ते", "한국어", "漢字",
        "\r\n\n\r", "  blank  ", "'; DROP TABLE users; --", "\"quoted\" \\ back\\slash", "%_*?", "{\"json\": [1]}",
        "12", "1e3", "0x41", "NULL", String(repeating: "ä🙂\n", count: 150_000),
    ]

    private static let times: [Date] = [
        0, 0.000_5, 0.001_5, -0.000_5, -0.001, -1.234_567, 1_750_000_000.123_456, 1_750_000_000.999_9, -2_208_988_800,
        253_402_300_799.999,
    ].map { Date(timeIntervalSince1970: $0) }
}

extension MemorySource {
    fileprivate var time: Date {
        switch self {
        case .message(let source): source.saidAt
        case .person(let time): time
        }
    }
}
