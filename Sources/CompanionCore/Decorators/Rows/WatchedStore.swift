#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A store whose writers tell the marks whose rows they have changed, before their change counts as done.
struct WatchedStore: RelationalStore {
    let base: any RelationalStore
    let marks: RowMarks

    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        let changes = ChangedPeople()
        do {
            let result = try await base.transaction { try body(WatchedTransaction(base: $0, people: changes)) }
            await marks.renew(changes.all)
            return result
        } catch {
            // Whether it was committed is not always known.
            await marks.renew(changes.all)
            throw error
        }
    }

    func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result { try await base.read(body) }
}

/// Notes the writes to what ``StoredRows`` keeps. Each is noted before it is tried, because one that fails may have been done.
private struct WatchedTransaction: StoreTransaction {
    let base: any StoreTransaction
    let people: ChangedPeople

    var users: any UserRepository { WatchedUsers(base: base.users, changes: people) }
    var characters: any CharacterRepository { WatchedCharacters(base: base.characters, changes: people) }
    var subscriptions: any SubscriptionRepository { WatchedSubscriptions(base: base.subscriptions, changes: people) }
    var erasures: any ErasureRepository { WatchedErasures(base: base.erasures, changes: people) }

    var chats: any ChatRepository { base.chats }
    var messages: any MessageRepository { base.messages }
    var changes: any ChatChangeRepository { base.changes }
    var leases: any LeaseRepository { base.leases }
    var memories: any MemoryRepository { base.memories }
    var coverage: any CoverageRepository { base.coverage }
    var summaries: any SummaryRepository { base.summaries }
    var jobs: any JobRepository { base.jobs }
    var accounts: any AccountRepository { base.accounts }
    var moderation: any ModerationRepository { base.moderation }
    var catalog: any CatalogRepository { base.catalog }
    var lorebooks: any LorebookRepository { base.lorebooks }
}

private struct WatchedUsers: UserRepository {
    let base: any UserRepository
    let changes: ChangedPeople

    func insert(_ user: User) throws {
        changes.note(user.id)
        try base.insert(user)
    }

    func update(_ user: User) throws {
        changes.note(user.id)
        try base.update(user)
    }

    func user(_ id: User.ID) throws -> User? { try base.user(id) }
    func users(after id: User.ID?, limit: Int) throws -> [User] { try base.users(after: id, limit: limit) }
}

private struct WatchedCharacters: CharacterRepository {
    let base: any CharacterRepository
    let changes: ChangedPeople

    func insert(_ character: CompanionCharacter) throws {
        changes.note(character.owner)
        try base.insert(character)
    }

    func update(_ character: CompanionCharacter, of user: User.ID) throws {
        changes.note(user)
        try base.update(character, of: user)
    }

    func delete(_ id: CompanionCharacter.ID, of user: User.ID) throws -> Bool {
        changes.note(user)
        return try base.delete(id, of: user)
    }

    func character(_ id: CompanionCharacter.ID, of user: User.ID) throws -> CompanionCharacter? {
        try base.character(id, of: user)
    }

    func character(_ id: CompanionCharacter.ID, revision: Int, of user: User.ID) throws -> CompanionCharacter? {
        try base.character(id, revision: revision, of: user)
    }

    func versions(
        of id: CompanionCharacter.ID, by user: User.ID, before revision: Int?, limit: Int
    ) throws -> [CharacterVersion] { try base.versions(of: id, by: user, before: revision, limit: limit) }

    func character(adoptedFrom entry: CatalogEntry.ID, by user: User.ID) throws -> CompanionCharacter? {
        try base.character(adoptedFrom: entry, by: user)
    }

    func count(of user: User.ID) throws -> Int { try base.count(of: user) }

    func characters(
        of user: User.ID, after id: CompanionCharacter.ID?, limit: Int
    ) throws -> [CompanionCharacter] { try base.characters(of: user, after: id, limit: limit) }
}

private struct WatchedSubscriptions: SubscriptionRepository {
    let base: any SubscriptionRepository
    let changes: ChangedPeople

    func put(_ subscription: Subscription) throws {
        changes.note(subscription.user)
        try base.put(subscription)
    }

    // What is used changes with every turn, and is not kept.
    func subscription(of user: User.ID) throws -> Subscription? { try base.subscription(of: user) }
    func insert(_ reservation: QuotaReservation) throws { try base.insert(reservation) }
    func update(_ reservation: QuotaReservation) throws -> Bool { try base.update(reservation) }

    func reservation(_ turn: Turn.ID, of user: User.ID) throws -> QuotaReservation? {
        try base.reservation(turn, of: user)
    }

    func held(of user: User.ID, on days: ClosedRange<CalendarDay>, at now: Date) throws -> UsageAmount {
        try base.held(of: user, on: days, at: now)
    }

    func deleteReservations(expiredBefore instant: Date, limit: Int) throws -> Int {
        try base.deleteReservations(expiredBefore: instant, limit: limit)
    }

    func add(_ amount: UsageAmount, on day: CalendarDay, model: String, of user: User.ID) throws {
        try base.add(amount, on: day, model: model, of: user)
    }

    func usage(of user: User.ID, on days: ClosedRange<CalendarDay>) throws -> [DailyUsage] {
        try base.usage(of: user, on: days)
    }
}

private struct WatchedErasures: ErasureRepository {
    let base: any ErasureRepository
    let changes: ChangedPeople

    func begin(_ erasure: Erasure) throws -> Erasure {
        if let user = erasure.user { changes.note(user) }
        return try base.begin(erasure)
    }

    func eraseSome(of user: User.ID, limit: Int) throws -> [String: Int] {
        changes.note(user)
        return try base.eraseSome(of: user, limit: limit)
    }

    func finish(_ id: Erasure.ID, at now: Date) throws {
        if let user = try base.erasure(id)?.user { changes.note(user) }
        try base.finish(id, at: now)
    }

    func erasure(_ id: Erasure.ID) throws -> Erasure? { try base.erasure(id) }
    func erasure(of user: User.ID) throws -> Erasure? { try base.erasure(of: user) }
    func erasures(after id: Erasure.ID?, limit: Int) throws -> [Erasure] { try base.erasures(after: id, limit: limit) }
    func update(_ erasure: Erasure) throws { try base.update(erasure) }
    func remains(of user: User.ID) throws -> [String: Int] { try base.remains(of: user) }
    func delete(_ id: Erasure.ID) throws -> Bool { try base.delete(id) }
}
