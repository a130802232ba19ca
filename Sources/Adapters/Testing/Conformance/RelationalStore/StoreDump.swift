internal import CompanionCore

/// All that a store shows of some people: equal before and after whatever must change nothing.
struct StoreDump: Equatable, Sendable {
    var users: [User] = []
    var characters: [[CompanionCharacter]] = []
    var chats: [[Chat]] = []
    var messages: [[Message]] = []
    var changes: [ChatChange?] = []
    var generating: Set<GeneratingAlternative> = []
    var leases: [Lease?] = []
    var memories: [[Memory]] = []
    var memoryChanges: [[MemoryChange]] = []
    var revisions: [Int] = []
    var forgotten: [[ForgottenMemory]] = []
    /// Of each chat.
    var messageChanges: [[MessageChange]] = []
    var cursors: [Int] = []
    var reopened: [[Int]] = []
    var summaries: [ChatSummary?] = []
    var jobs: [Job] = []
    var erasures: [Erasure] = []
    var credentials: [Credential?] = []
    var identities: [[LinkedIdentity]] = []
    var sessions: [[Session]] = []
    /// Of those who are leaving.
    var remains: [[String: Int]] = []
    var moderationStates: [ModerationState?] = []
    var moderationRecords: [[ModerationRecord]] = []
    var moderationCounters = ModerationCounters()
    var subscriptions: [Subscription?] = []
    var usage: [[DailyUsage]] = []
    var held: [UsageAmount] = []
    var entries: [[CatalogEntry]] = []
    var ratings: [[CatalogRating]] = []
    var versions: [[CharacterVersion]] = []
    var lorebooks: [[LorebookSummary]] = []
    /// Of each chat.
    var stamps: [[LorebookStamp]] = []
    var loreStates: [LorebookState?] = []
    /// How many characters and memories each has.
    var counts: [Int] = []
}

extension StoreProbe {
    func dump(of people: [User.ID]? = nil, leases: [String] = ["chat"]) async throws -> StoreDump {
        try await read { transaction in
            var dump = StoreDump()
            dump.users = try transaction.users.users(after: nil, limit: 1_000).filter {
                people?.contains($0.id) ?? true
            }
            for user in dump.users.map(\.id) {
                try dump.characters.append(transaction.characters.characters(of: user, after: nil, limit: 1_000))
                try dump.lorebooks.append(transaction.lorebooks.lorebooks(of: user, after: nil, limit: 1_000))
                try dump.ratings.append(transaction.catalog.ratings(by: user, after: nil, limit: 1_000))
                try dump.entries.append(transaction.catalog.entries(of: user, after: nil, limit: 1_000))
                for character in dump.characters.last ?? [] {
                    try dump.versions.append(
                        transaction.characters.versions(of: character.id, by: user, before: nil, limit: 1_000))
                }
                try dump.credentials.append(transaction.accounts.credential(of: user))
                try dump.identities.append(transaction.accounts.identities(of: user))
                try dump.sessions.append(transaction.accounts.sessions(of: user))
                let chats = try transaction.chats.chats(of: user, after: nil, limit: 1_000)
                dump.chats.append(chats)
                for chat in chats.map(\.id) {
                    try dump.messages.append(
                        transaction.messages.messages(in: chat, of: user, after: 0, limit: 1_000))
                    try dump.changes.append(transaction.changes.latest(in: chat, of: user))
                    try dump.messageChanges.append(
                        transaction.messages.changes(in: chat, of: user, after: 0, limit: 1_000))
                    try dump.cursors.append(transaction.coverage.cursor(of: chat, of: user))
                    try dump.reopened.append(transaction.coverage.reopened(in: chat, of: user, limit: 1_000))
                    try dump.stamps.append(transaction.lorebooks.stamps(in: chat, of: user))
                    try dump.loreStates.append(transaction.lorebooks.state(of: chat, of: user))
                    try dump.summaries.append(transaction.summaries.summary(of: chat, of: user))
                }
                try dump.memories.append(transaction.memories.memories(of: user, after: nil, limit: 1_000))
                try dump.memoryChanges.append(transaction.memories.changes(of: user, after: 0, limit: 1_000))
                try dump.revisions.append(transaction.memories.revision(of: user))
                try dump.moderationStates.append(transaction.moderation.state(of: user))
                try dump.moderationRecords.append(
                    transaction.moderation.records(of: user, after: nil, limit: 1_000))
                try dump.subscriptions.append(transaction.subscriptions.subscription(of: user))
                try dump.usage.append(transaction.subscriptions.usage(of: user, on: StoreProbe.allDays))
                try dump.held.append(transaction.subscriptions.held(of: user, on: StoreProbe.allDays, at: start))
                try dump.counts.append(transaction.characters.count(of: user))
                try dump.counts.append(transaction.memories.count(of: user))
                try dump.forgotten.append(transaction.memories.forgotten(of: user, after: nil, limit: 1_000))
            }
            dump.moderationCounters = try transaction.moderation.counters()
            dump.generating = Set(
                try transaction.messages.generating(limit: 1_000).filter { people?.contains($0.user) ?? true })
            dump.jobs = try transaction.jobs.jobs(nil, after: nil, limit: 1_000).filter { job in
                people.map { people in job.user.map(people.contains) ?? false } ?? true
            }
            dump.erasures = try transaction.erasures.erasures(after: nil, limit: 1_000).filter { erasure in
                people.map { people in erasure.user.map(people.contains) ?? false } ?? true
            }
            dump.remains = try dump.erasures.compactMap(\.user).map { try transaction.erasures.remains(of: $0) }
            dump.leases = try leases.map { try transaction.leases.lease(named: $0) }
            return dump
        }
    }
}
