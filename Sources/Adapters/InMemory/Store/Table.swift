/// Rows by key; every change can be undone.
final class Table<Key: Hashable, Row> {
    private var rows: [Key: Row] = [:]
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    subscript(key: Key) -> Row? {
        get { rows[key] }
        set {
            let previous = rows[key]
            rows[key] = newValue
            journal.record { [unowned self] in rows[key] = previous }
        }
    }
}
