internal import Synchronization

/// Whose rows a transaction has written, or may have.
final class ChangedPeople: Sendable {
    private let people = Mutex<Set<User.ID>>([])

    var all: Set<User.ID> { people.withLock { $0 } }
    func note(_ user: User.ID) { people.withLock { _ = $0.insert(user) } }
}
