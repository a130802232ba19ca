/// Who holds the leases of this process, and whether another holder is still alive.
public struct LeaseHolder: Sendable {
    /// The name under which leases are held; at most 256 bytes.
    public var name: String
    /// True only where it is certain that the holder of that name is dead, so that its lease need not expire first.
    /// Called within a transaction: quick, and without effect.
    public var isGone: @Sendable (_ name: String) -> Bool

    public init(name: String, isGone: @escaping @Sendable (_ name: String) -> Bool = { _ in false }) {
        self.name = name
        self.isGone = isGone
    }
}
