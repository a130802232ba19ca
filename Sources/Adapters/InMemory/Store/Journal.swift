/// What a transaction has to undo when it is rolled back: the inverse of every change, in the order of the changes.
///
/// A rollback therefore costs what the transaction touched, and a commit nothing.
final class Journal {
    private var inverses: [() -> Void] = []

    func record(_ inverse: @escaping () -> Void) { inverses.append(inverse) }

    func commit() { inverses.removeAll(keepingCapacity: inverses.count <= 1024) }

    func rollBack() {
        for inverse in inverses.reversed() { inverse() }
        commit()
    }
}
