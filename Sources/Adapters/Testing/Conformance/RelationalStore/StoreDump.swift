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
                let chats = try transaction.chats.chats(of: user, after: nil, limit: 1_000)
                dump.chats.append(chats)
                for chat in chats.map(\.id) {
                    try dump.messages.append(
                        transaction.messages.messages(in: chat, of: user, after: 0, limit: 1_000))
                    try dump.changes.append(transaction.changes.latest(in: chat, of: user))
                }
            }
            dump.generating = Set(
                try transaction.messages.generating(limit: 1_000).filter { people?.contains($0.user) ?? true })
            dump.leases = try leases.map { try transaction.leases.lease(named: $0) }
            return dump
        }
    }
}
