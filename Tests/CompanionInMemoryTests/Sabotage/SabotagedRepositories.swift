import CompanionCore
import Foundation

struct SabotagedUsers: UserRepository {
    let base: any UserRepository
    let sabotage: Sabotage
    let memory: SabotageMemory

    func insert(_ user: User) throws {
        var user = user
        if sabotage == .dropsPersonas { user.persona = "" }
        if sabotage == .dropsPreferences { user.preferences = .init() }
        if sabotage == .overwritesUsers, try base.user(user.id) != nil { return try base.update(user) }
        try base.insert(user)
    }

    func user(_ id: User.ID) throws -> User? {
        guard var user = try base.user(id) else { return nil }
        if sabotage == .keepsSeconds {
            user.updatedAt = Date(timeIntervalSince1970: user.updatedAt.timeIntervalSince1970.rounded(.down))
        }
        return user
    }

    func update(_ user: User) throws {
        var user = user
        switch sabotage {
        case .appliesWritesLater, .tearsCommits, .commitsLate: return memory.note(user)
        case .insertsOnUpdate where try base.user(user.id) == nil: return try base.insert(user)
        case .dropsPreferences: user.preferences = .init()
        case .dropsUserUpdateTimes: user.updatedAt = user.createdAt
        default: break
        }
        try base.update(user)
    }

    func users(after id: User.ID?, limit: Int) throws -> [User] {
        if sabotage == .pagesInclusively, let id, let user = try base.user(id) {
            return try [user] + base.users(after: id, limit: limit - 1)
        }
        return try base.users(after: id, limit: limit)
    }
}

struct SabotagedCharacters: CharacterRepository {
    let base: any CharacterRepository
    let sabotage: Sabotage

    func insert(_ character: CompanionCharacter) throws {
        if sabotage == .swallowsErrors { try? base.insert(character) } else { try base.insert(character) }
    }

    func character(_ id: CompanionCharacter.ID, of user: User.ID) throws -> CompanionCharacter? {
        guard var character = try base.character(id, of: user) else { return nil }
        if sabotage == .dropsUnknownFields { character.card.unknownFields = [:] }
        if sabotage == .dropsCharacterTimes { character.updatedAt = character.createdAt }
        if sabotage == .forgetsRevisions { character.revision = 1 }
        return character
    }

    func character(_ id: CompanionCharacter.ID, revision: Int, of user: User.ID) throws -> CompanionCharacter? {
        sabotage == .keepsNoVersions
            ? try base.character(id, of: user) : try base.character(id, revision: revision, of: user)
    }

    func character(adoptedFrom entry: CatalogEntry.ID, by user: User.ID) throws -> CompanionCharacter? {
        var character = try base.character(adoptedFrom: entry, by: user)
        if sabotage == .forgetsCopies { character?.origin?.revision = 1 }
        return character
    }

    func versions(
        of id: CompanionCharacter.ID, by user: User.ID, before revision: Int?, limit: Int
    ) throws -> [CharacterVersion] {
        let versions = try base.versions(of: id, by: user, before: revision, limit: limit)
        guard sabotage == .keepsAllVersions, let newest = versions.first else { return versions }
        return (1...newest.revision).reversed().map { .init(revision: $0, name: newest.name, madeAt: newest.madeAt) }
    }

    func update(_ character: CompanionCharacter, of user: User.ID) throws {
        var character = character
        if sabotage == .ignoresRevisions, let stored = try base.character(character.id, of: user) {
            character.revision = stored.revision
        }
        try base.update(character, of: user)
    }

    func delete(_ id: CompanionCharacter.ID, of user: User.ID) throws -> Bool {
        if sabotage == .hidesConflicts {
            (try? base.delete(id, of: user)) ?? false
        } else {
            try base.delete(id, of: user)
        }
    }

    func count(of user: User.ID) throws -> Int { try base.count(of: user) }

    func characters(
        of user: User.ID, after id: CompanionCharacter.ID?, limit: Int
    ) throws -> [CompanionCharacter] {
        if sabotage == .pagesInclusively, let id, let character = try base.character(id, of: user) {
            return try [character] + base.characters(of: user, after: id, limit: limit - 1)
        }
        return try base.characters(of: user, after: id, limit: limit)
    }
}

struct SabotagedChats: ChatRepository {
    let base: any ChatRepository
    let users: any UserRepository
    let sabotage: Sabotage
    let memory: SabotageMemory

    func insert(_ chat: Chat) throws {
        memory.note(chat)
        if sabotage == .swallowsErrors { try? base.insert(chat) } else { try base.insert(chat) }
    }

    func chat(_ id: Chat.ID, of user: User.ID) throws -> Chat? {
        guard let chat = try base.chat(id, of: user) else { return nil }
        if sabotage == .forgetsOrigins {
            return Chat(
                id: id, user: user, character: chat.character, title: chat.title, lastSequence: chat.lastSequence,
                revision: chat.revision, createdAt: chat.createdAt, updatedAt: chat.updatedAt)
        }
        return chat
    }

    func rename(_ id: Chat.ID, of user: User.ID, to title: String, at now: Date) throws {
        try base.rename(id, of: user, to: sabotage == .forgetsTitles ? "" : title, at: now)
    }

    func move(_ id: Chat.ID, of user: User.ID, to characterRevision: Int, at now: Date) throws {
        do {
            try base.move(id, of: user, to: characterRevision, at: now)
        } catch  where sabotage == .movesAnywhere || sabotage == .swallowsErrors {}
    }

    func delete(_ id: Chat.ID, of user: User.ID) throws -> Bool {
        let isDeleted = try base.delete(id, of: user)
        return isDeleted || sabotage == .deletesAlways
    }

    func chats(of user: User.ID, after cursor: ChatCursor?, limit: Int) throws -> [Chat] {
        switch sabotage {
        case .listsBackwards: try base.chats(of: user, after: cursor, limit: limit).reversed()
        case .listsByCreation: try base.chats(of: user, after: cursor, limit: limit).sorted { $0.id < $1.id }
        case .listsEverybody:
            try users.users(after: nil, limit: 99).flatMap { try base.chats(of: $0.id, after: nil, limit: 99) }
        default: try base.chats(of: user, after: cursor, limit: limit)
        }
    }

    func chats(
        of user: User.ID, with character: CompanionCharacter.ID, after id: Chat.ID?, limit: Int
    ) throws -> [Chat] {
        if sabotage == .mixesCharacters {
            let chats = try base.chats(of: user, after: nil, limit: 999).filter { $0.id > id ?? $0.id }
            return chats.prefix(max(0, limit)).sorted { $0.id < $1.id }
        }
        return try base.chats(of: user, with: character, after: id, limit: limit)
    }
}

struct SabotagedChanges: ChatChangeRepository {
    let base: any ChatChangeRepository
    let sabotage: Sabotage

    func insert(_ change: ChatChange, of user: User.ID) throws {
        let isForgotten = sabotage == .forgetsEdits
        let kept = ChatChange(
            id: change.id, chat: change.chat, kind: isForgotten ? .deletion : change.kind, createdAt: change.createdAt)
        if sabotage == .swallowsErrors { try? base.insert(kept, of: user) } else { try base.insert(kept, of: user) }
    }

    func latest(in chat: Chat.ID, of user: User.ID) throws -> ChatChange? { try base.latest(in: chat, of: user) }

    func delete(_ id: ChatChange.ID, in chat: Chat.ID, of user: User.ID) throws -> Bool {
        try base.delete(id, in: chat, of: user)
    }
}

struct SabotagedLeases: LeaseRepository {
    let base: any LeaseRepository
    let sabotage: Sabotage

    func acquire(_ lease: Lease, now: Date, replacing gone: Lease.Token?) throws -> Lease? {
        let standing = try base.lease(named: lease.name)
        switch sabotage {
        case .sharesLeases:
            return try base.acquire(lease, now: now, replacing: standing?.token)
        case .expiresLate:
            return try base.acquire(lease, now: now.addingTimeInterval(-0.001), replacing: gone)
        case .refusesOwnLeases where standing?.token == lease.token: return standing
        case .ignoresReplacement: return try base.acquire(lease, now: now, replacing: nil)
        default: return try base.acquire(lease, now: now, replacing: gone)
        }
    }

    func renew(_ lease: Lease) throws -> Bool {
        var lease = lease
        if sabotage == .renewsForAnybody, let standing = try base.lease(named: lease.name) {
            lease.token = standing.token
        }
        return try base.renew(lease)
    }

    func release(_ lease: Lease) throws {
        var lease = lease
        if sabotage == .releasesForAnybody, let standing = try base.lease(named: lease.name) {
            lease.token = standing.token
        }
        try base.release(lease)
    }

    func lease(named name: String) throws -> Lease? { try base.lease(named: name) }
}
