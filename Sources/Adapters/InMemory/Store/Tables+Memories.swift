internal import CompanionCore

extension Tables {
    /// Something of a person's own, which may bear the name of another's.
    struct Owned<ID: Hashable>: Hashable {
        var user: User.ID
        var id: ID
    }

    /// Where a memory stands among the writes of its person. Each write has a number of its own.
    struct MemoryStamp: Comparable {
        var revision: Int
        var id: Memory.ID?

        static func < (left: Self, right: Self) -> Bool { left.revision < right.revision }
        static func == (left: Self, right: Self) -> Bool { left.revision == right.revision }
    }

    /// The memory, where it is the person's own.
    func memory(_ id: Memory.ID, of user: User.ID) -> Memory? {
        memories[id].flatMap { $0.user == user ? $0 : nil }
    }

    /// Replaces a memory, or nothing, with another, or nothing, and keeps its places in the indexes.
    func replace(_ old: Memory?, with new: Memory?) {
        if let old, new == nil {
            memories[old.id] = nil
            memoriesByUser.remove(old.id, from: old.user)
        }
        if let new {
            memories[new.id] = new
            if old == nil { memoriesByUser.insert(new.id, in: new.user) }
        }
        if let old {
            for message in old.sourceMessages {
                memoriesByMessage.remove(old.id, from: .init(user: old.user, id: message))
            }
            if let successor = old.supersededBy {
                memoriesBySuccessor.remove(old.id, from: .init(user: old.user, id: successor))
            }
        }
        if let new {
            for message in new.sourceMessages {
                memoriesByMessage.insert(new.id, in: .init(user: new.user, id: message))
            }
            if let successor = new.supersededBy {
                memoriesBySuccessor.insert(new.id, in: .init(user: new.user, id: successor))
            }
        }
    }

    /// Stamps a memory, which is or was, with a new write of its person.
    func stamp(_ id: Memory.ID, of user: User.ID) {
        if let old = memoryStamps[id] { memoriesByRevision.remove(old, from: user) }
        let stamp = MemoryStamp(revision: countMemoryRevision(of: user), id: id)
        memoryStamps[id] = stamp
        memoriesByRevision.insert(stamp, in: user)
    }

    @discardableResult
    func countMemoryRevision(of user: User.ID) -> Int {
        let revision = (memoryRevisions[user] ?? 0) + 1
        memoryRevisions[user] = revision
        return revision
    }
}

extension Memory {
    fileprivate var sourceMessages: [Message.ID] { sources.compactMap { $0.message?.message } }
}
