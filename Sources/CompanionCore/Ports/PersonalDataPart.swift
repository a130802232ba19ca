/// Somewhere besides the relational store where something is kept about people, such as a host's own tables.
///
/// An erasure calls it until nothing is left, and a scan asks it; the vectors, blobs and caches of a ``Companion`` are parts
/// already. It is called before the relational store's records are erased, so that it can look there for what is the
/// person's.
public protocol PersonalDataPart: Sendable {
    /// What it is called in receipts and scans; the same whenever it is asked, and not a kind of the relational store.
    var name: String { get }

    /// Erases what is kept about a person, or at most about a thousand records of it. Called again until nothing is left,
    /// also after a crash, also where nothing is.
    ///
    /// - Returns: How many were erased; 0 where nothing was left.
    func eraseSome(of user: User.ID) async throws -> Int

    /// How many records there are about a person.
    func remains(of user: User.ID) async throws -> Int
}
