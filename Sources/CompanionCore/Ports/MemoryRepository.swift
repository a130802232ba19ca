/// What is known about people.
///
/// Every write counts the person's memory revision up by one and stamps the memory with it, so that whoever keeps an index
/// reads only what has changed. What a memory names besides its person (a character, messages, another memory) need not
/// exist.
public protocol MemoryRepository {
    /// Throws `conflict` where the identifier exists, or existed; `notFound` where the person does not.
    func insert(_ memory: Memory) throws

    /// The memory, valid or not; nil where there is none, or it is somebody else's.
    func memory(_ id: Memory.ID, of user: User.ID) throws -> Memory?

    /// Replaces all but identifier, person and `createdAt`. Throws `notFound`.
    func update(_ memory: Memory) throws

    /// Deletes a memory with its words and sources; false where there was none. Its identifier stays known to
    /// `changes`.
    func delete(_ id: Memory.ID, of user: User.ID) throws -> Bool

    /// At most `limit` of the person's memories with identifiers after `id`, in the order of identifiers, which is that of
    /// their making; those that are true no more included.
    func memories(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [Memory]

    /// How many memories there are of the person that are not ended.
    func count(of user: User.ID) throws -> Int

    /// The memories that have this message among their sources, in the order of identifiers.
    func memories(from message: Message.ID, of user: User.ID) throws -> [Memory]

    /// The memories whose place this one took, in the order of identifiers.
    func memories(supersededBy id: Memory.ID, of user: User.ID) throws -> [Memory]

    /// The number of the person's last write; 0 before the first.
    func revision(of user: User.ID) throws -> Int

    /// At most `limit` memories whose last write has a number after `revision`, in the order of those numbers; each memory
    /// once, as it is now.
    func changes(of user: User.ID, after revision: Int, limit: Int) throws -> [MemoryChange]

    /// Keeps in mind what is not to be learnt again. Counts the revision up, and is no change of a memory. Throws
    /// `conflict` where something was forgotten under the identifier already, `notFound` where the person does not exist.
    func insert(_ forgotten: ForgottenMemory) throws

    /// Lets what was forgotten be learnt again; false where nothing was forgotten under the identifier. Counts the revision
    /// up, and is no change of a memory.
    func deleteForgotten(_ id: Memory.ID, of user: User.ID) throws -> Bool

    /// At most `limit` of what the person wanted forgotten, with identifiers after `id`, in their order.
    func forgotten(of user: User.ID, after id: Memory.ID?, limit: Int) throws -> [ForgottenMemory]
}

/// A memory that was written, as it is now.
public struct MemoryChange: Sendable, Hashable {
    public var id: Memory.ID
    /// Nil where it was deleted.
    public var memory: Memory?
    /// The number of the write.
    public var revision: Int

    public init(id: Memory.ID, memory: Memory?, revision: Int) {
        self.id = id
        self.memory = memory
        self.revision = revision
    }
}
