#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Deletes what is kept no longer, a page at a time and a chat in a transaction, so that nobody waits long for it. Several
/// processes may do it at once: what one has deleted, the other does not find.
struct RetentionWork: Sendable {
    let context: CompanionContext

    private var rules: RetentionRules { context.configuration.retention }
    private static let page = 100

    func run() async throws {
        while true {
            // A store that is away for a moment must not end the work; the next round deletes what this one has not.
            do { _ = try await apply() } catch let error as CompanionError where error.retry != .never {}
            try await context.clock.sleep(for: rules.interval)
        }
    }

    func apply() async throws -> [String: Int] {
        let now = context.clock.stamp
        func limit(_ duration: Duration?) -> Date? { duration.map { now.advanced(by: .zero - $0) } }
        var counts: [String: Int] = [:]
        if rules.idleChats != nil || rules.forgottenMemories != nil {
            try await forEachUser { user in
                if let limit = limit(rules.idleChats) {
                    counts["chats", default: 0] += try await deleteChats(of: user, before: limit)
                }
                if let limit = limit(rules.forgottenMemories) {
                    counts["forgotten_memories", default: 0] += try await deleteForgotten(of: user, before: limit)
                }
            }
        }
        if let limit = limit(rules.deadJobs) { counts["jobs"] = try await deleteJobs(before: limit) }
        if let limit = limit(rules.receipts) { counts["erasures"] = try await deleteReceipts(before: limit) }
        if let limit = limit(rules.moderationRecords) {
            counts["moderation_records"] = try await deleteModerationRecords(before: limit)
        }
        return counts.filter { $0.value > 0 }
    }

    private func deleteModerationRecords(before limit: Date) async throws -> Int {
        var count = 0
        while true {
            let deleted = try await context.store.transaction {
                try $0.moderation.deleteRecords(before: limit, limit: Self.page)
            }
            count += deleted
            guard deleted == Self.page else { return count }
        }
    }

    private func forEachUser(_ body: (User.ID) async throws -> Void) async throws {
        var last: User.ID?
        while true {
            let page = try await context.store.read { [last] in try $0.users.users(after: last, limit: Self.page) }
            for user in page { try await body(user.id) }
            guard page.count == Self.page else { return }
            last = page.last?.id
        }
    }

    private func deleteChats(of user: User.ID, before limit: Date) async throws -> Int {
        let chats = ChatService(context: context)
        var count = 0
        // Before all chats that were used in that very moment.
        var cursor = ChatCursor(
            updatedAt: limit, id: Chat.ID(.init(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))))
        while true {
            let page = try await context.store.read { [cursor] in
                try $0.chats.chats(of: user, after: cursor, limit: Self.page)
            }
            for chat in page where try await chats.deleteIdle(chat.id, by: user, before: limit) { count += 1 }
            guard page.count == Self.page, let last = page.last else { return count }
            cursor = ChatCursor(last)
        }
    }

    private func deleteForgotten(of user: User.ID, before limit: Date) async throws -> Int {
        var (count, last): (Int, Memory.ID?) = (0, nil)
        while true {
            let (page, deleted) = try await context.store.transaction { [last] transaction in
                let page = try transaction.memories.forgotten(of: user, after: last, limit: Self.page)
                let old = page.filter { $0.forgottenAt < limit }
                return (page, try old.count { try transaction.memories.deleteForgotten($0.id, of: user) })
            }
            count += deleted
            guard page.count == Self.page else { return count }
            last = page.last?.id
        }
    }

    private func deleteJobs(before limit: Date) async throws -> Int {
        var (count, last): (Int, Job.ID?) = (0, nil)
        while true {
            let (page, deleted) = try await context.store.transaction { [last] transaction in
                let page = try transaction.jobs.jobs(.dead, after: last, limit: Self.page)
                let old = page.filter { $0.updatedAt < limit }
                return (page, try old.count { try transaction.jobs.delete($0.id) })
            }
            count += deleted
            guard page.count == Self.page else { return count }
            last = page.last?.id
        }
    }

    private func deleteReceipts(before limit: Date) async throws -> Int {
        var (count, last): (Int, Erasure.ID?) = (0, nil)
        while true {
            let (page, deleted) = try await context.store.transaction { [last] transaction in
                let page = try transaction.erasures.erasures(after: last, limit: Self.page)
                let old = page.filter { $0.finishedAt.map { $0 < limit } ?? false }
                return (page, try old.count { try transaction.erasures.delete($0.id) })
            }
            count += deleted
            guard page.count == Self.page else { return count }
            last = page.last?.id
        }
    }
}

extension ChatService {
    /// Deletes a chat that was not used since; false where it was, or is gone.
    fileprivate func deleteIdle(_ id: Chat.ID, by user: User.ID, before limit: Date) async throws -> Bool {
        let now = context.clock.stamp
        return try await context.store.transaction { transaction in
            guard let chat = try transaction.chats.chat(id, of: user), chat.updatedAt < limit else { return false }
            try delete(id, by: user, at: now, in: transaction)
            return true
        }
    }
}
