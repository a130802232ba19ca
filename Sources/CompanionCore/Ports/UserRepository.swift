/// The people that a store knows.
public protocol UserRepository {
    /// Throws `conflict` where the identifier exists.
    func insert(_ user: User) throws

    /// Nil where there is none, or they are leaving (``ErasureRepository``): `update` and `users` do not find them either.
    func user(_ id: User.ID) throws -> User?

    /// Replaces all but `createdAt`. Throws `notFound`.
    func update(_ user: User) throws

    /// For those who run the system: at most `limit` users with identifiers after `id`, in the order of identifiers.
    func users(after id: User.ID?, limit: Int) throws -> [User]
}
