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
