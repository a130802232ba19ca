import CompanionCore
import Synchronization

@testable import CompanionInMemory

/// A store in memory that is wrong in one way, so that the checks can show that they see it.
struct SabotagedStore: RelationalStore {
    private struct RolledBack: Error {}

    let sabotage: Sabotage
    private let base = InMemoryStore()
    private let deaf = DeafStore()
    private let memory = SabotageMemory()

    init(_ sabotage: Sabotage) { self.sabotage = sabotage }

    func transaction<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        switch sabotage {
        case .losesCommits: return try await discarding(body)
        case .keepsFailedTransactions:
            return try await base.transaction { base in
                Swift.Result { try body(wrap(base)) }
            }.get()
        case .ignoresCancellation: return try deaf.transaction(body)
        case .appliesWritesLater, .tearsCommits: return try await deferring(body)
        case .commitsLate:
            return try await base.transaction { transaction in
                for user in memory.takeUpdates() { try transaction.users.update(user) }
                return try body(wrap(transaction))
            }
        default: return try await base.transaction { try body(wrap($0)) }
        }
    }

    func read<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        switch sabotage {
        case .writesInReads: try await base.transaction { try body(wrap($0)) }
        case .dropsWritesInReads: try await discarding(body)
        case .ignoresCancellation: try deaf.transaction(body)
        default: try await base.read { try body(wrap($0)) }
        }
    }

    private func wrap(_ transaction: any StoreTransaction) -> SabotagedTransaction {
        SabotagedTransaction(base: transaction, sabotage: sabotage, memory: memory)
    }

    /// Runs a transaction and rolls it back, as though it had been committed.
    private func discarding<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        let result = Mutex<Result?>(nil)
        do {
            try await base.transaction { transaction in
                let value = try body(wrap(transaction))
                result.withLock { $0 = value }
                throw RolledBack()
            }
        } catch is RolledBack {}
        guard let value = result.withLock({ $0 }) else { throw RolledBack() }
        return value
    }

    /// Applies the updates of users after the body has read: in one transaction, or each in its own.
    private func deferring<Result: Sendable>(
        _ body: @Sendable (any StoreTransaction) throws -> Result
    ) async throws -> Result {
        let (result, updates) = try await base.transaction { transaction in
            let later = SabotageMemory()
            let result = try body(SabotagedTransaction(base: transaction, sabotage: sabotage, memory: later))
            return (result, later.takeUpdates())
        }
        await Task.yield()
        if sabotage == .tearsCommits {
            for user in updates {
                try await base.transaction { try $0.users.update(user) }
                for _ in 0..<3 { await Task.yield() }
            }
        } else {
            try await base.transaction { for user in updates { try $0.users.update(user) } }
        }
        return result
    }
}

/// The same tables, with transactions that do not hear of cancellation.
private final class DeafStore: Sendable {
    private let tables = Mutex(Tables())

    func transaction<Result: Sendable>(_ body: @Sendable (any StoreTransaction) throws -> Result) throws -> Result {
        try tables.withLock { tables in
            let result = try body(InMemoryTransaction(tables: tables, isReadOnly: false))
            tables.journal.commit()
            return result
        }
    }
}

/// What a sabotage has to remember beyond a call.
final class SabotageMemory: Sendable {
    private struct State {
        var owners: [Chat.ID: User.ID] = [:]
        var updates: [User] = []
        var opened: [Chat.ID: [Int]] = [:]
        var summaries: [Chat.ID: ChatSummary] = [:]
    }

    private let state = Mutex(State())

    func takeUpdates() -> [User] {
        state.withLock { state in
            defer { state.updates = [] }
            return state.updates
        }
    }

    func note(_ update: User) { state.withLock { $0.updates.append(update) } }
    func note(_ chat: Chat) { state.withLock { $0.owners[chat.id] = chat.user } }
    func note(opened sequences: [Int], in chat: Chat.ID) {
        state.withLock { $0.opened[chat, default: []] += sequences }
    }
    func note(_ summary: ChatSummary) { state.withLock { $0.summaries[summary.chat] = summary } }
    func opened(in chat: Chat.ID) -> [Int] { state.withLock { $0.opened[chat] ?? [] } }
    func summary(of chat: Chat.ID) -> ChatSummary? { state.withLock { $0.summaries[chat] } }
    func owner(of chat: Chat.ID) -> User.ID? { state.withLock { $0.owners[chat] } }
}

struct SabotagedTransaction: StoreTransaction {
    let base: any StoreTransaction
    let sabotage: Sabotage
    let memory: SabotageMemory

    var users: any UserRepository { SabotagedUsers(base: base.users, sabotage: sabotage, memory: memory) }
    var characters: any CharacterRepository { SabotagedCharacters(base: base.characters, sabotage: sabotage) }
    var chats: any ChatRepository {
        SabotagedChats(base: base.chats, users: base.users, sabotage: sabotage, memory: memory)
    }
    var messages: any MessageRepository {
        SabotagedMessages(base: base.messages, chats: base.chats, sabotage: sabotage, memory: memory)
    }
    var changes: any ChatChangeRepository { SabotagedChanges(base: base.changes, sabotage: sabotage) }
    var leases: any LeaseRepository { SabotagedLeases(base: base.leases, sabotage: sabotage) }
    var memories: any MemoryRepository { SabotagedMemories(base: base.memories, sabotage: sabotage) }
    var coverage: any CoverageRepository {
        SabotagedCoverage(base: base.coverage, sabotage: sabotage, memory: memory)
    }
    var summaries: any SummaryRepository {
        SabotagedSummaries(base: base.summaries, sabotage: sabotage, memory: memory)
    }
    var jobs: any JobRepository { SabotagedJobs(base: base.jobs, sabotage: sabotage) }
    var erasures: any ErasureRepository { SabotagedErasures(base: base.erasures, sabotage: sabotage) }
    var accounts: any AccountRepository { SabotagedAccounts(base: base.accounts, sabotage: sabotage) }
    var moderation: any ModerationRepository { SabotagedModeration(base: base.moderation, sabotage: sabotage) }
    var catalog: any CatalogRepository { SabotagedCatalog(base: base.catalog, sabotage: sabotage) }
    var subscriptions: any SubscriptionRepository {
        SabotagedSubscriptions(base: base.subscriptions, sabotage: sabotage)
    }
    var lorebooks: any LorebookRepository { SabotagedLorebooks(base: base.lorebooks, sabotage: sabotage) }
}
