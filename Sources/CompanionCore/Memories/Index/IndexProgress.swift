internal import Synchronization

/// How far this process has brought each person's index, so that it need not compare everything each time.
final class IndexProgress: Sendable {
    /// All that was written up to these revisions is in the index.
    struct Mark: Sendable {
        /// Of the person's memories.
        var revision: Int
        var memories: Set<Memory.ID> = []
        var forgotten: Set<Message.ID>
        var chats: [Chat.ID: Int] = [:]
    }

    /// Beyond so many people everybody's is dropped: the next upkeep of each compares everything.
    private static let maximumCount = 1_000

    private let marks = Mutex<[User.ID: Mark]>([:])

    func take(_ user: User.ID) -> Mark? { marks.withLock { $0.removeValue(forKey: user) } }

    func put(_ mark: Mark, of user: User.ID) {
        marks.withLock { marks in
            if marks.count >= Self.maximumCount { marks = [:] }
            marks[user] = mark
        }
    }
}
