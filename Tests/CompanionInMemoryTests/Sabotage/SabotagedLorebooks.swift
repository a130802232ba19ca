import CompanionCore

struct SabotagedLorebooks: LorebookRepository {
    let base: any LorebookRepository
    let sabotage: Sabotage

    func insert(_ lorebook: CompanionLorebook) throws {
        var lorebook = lorebook
        if sabotage == .dropsUnknownFields { lorebook.book.unknownFields = [:] }
        do { try base.insert(lorebook) } catch  where sabotage == .swallowsErrors {}
    }

    func lorebook(_ id: CompanionLorebook.ID, of user: User.ID) throws -> CompanionLorebook? {
        try base.lorebook(id, of: user)
    }

    func update(_ lorebook: CompanionLorebook, of user: User.ID) throws {
        var lorebook = lorebook
        if sabotage == .ignoresRevisions, let known = try base.lorebook(lorebook.id, of: user) {
            lorebook.revision = known.revision
        }
        try base.update(lorebook, of: user)
    }

    func delete(_ id: CompanionLorebook.ID, of user: User.ID) throws -> Bool {
        let deleted = try base.delete(id, of: user)
        return sabotage == .deletesAlways || deleted
    }

    func lorebooks(of user: User.ID, after id: CompanionLorebook.ID?, limit: Int) throws -> [LorebookSummary] {
        let page = try base.lorebooks(of: user, after: id, limit: limit)
        guard sabotage == .pagesInclusively, let id else { return page }
        return try base.lorebooks(of: user, after: nil, limit: .max).filter { $0.id == id } + page
    }

    func count(of user: User.ID) throws -> Int { try base.count(of: user) }

    func attach(_ id: CompanionLorebook.ID, to chat: Chat.ID, of user: User.ID) throws -> Bool {
        try base.attach(id, to: chat, of: user)
    }

    func detach(_ id: CompanionLorebook.ID, from chat: Chat.ID, of user: User.ID) throws -> Bool {
        try base.detach(id, from: chat, of: user)
    }

    func stamps(in chat: Chat.ID?, of user: User.ID) throws -> [LorebookStamp] {
        let stamps = try base.stamps(in: chat, of: user)
        return sabotage == .attachesNothing ? stamps.filter(\.isEverywhere) : stamps
    }

    func state(of chat: Chat.ID, of user: User.ID) throws -> LorebookState? { try base.state(of: chat, of: user) }

    func put(_ state: LorebookState, of chat: Chat.ID, of user: User.ID) throws {
        if sabotage == .forgetsLore, try base.state(of: chat, of: user) != nil { return }
        try base.put(state, of: chat, of: user)
    }
}
