/// The characters that people keep.
public protocol CharacterRepository {
    /// Throws `conflict` where the identifier exists, `notFound` where its owner does not.
    func insert(_ character: CompanionCharacter) throws

    /// The character, where it is the person's own; else nil.
    func character(_ id: CompanionCharacter.ID, of user: User.ID) throws -> CompanionCharacter?

    /// A version of the character, where it is the person's own and still kept; else nil. `updatedAt` is when it was made.
    func character(_ id: CompanionCharacter.ID, revision: Int, of user: User.ID) throws -> CompanionCharacter?

    /// At most `limit` versions of the character before `revision` (nil: from the newest on), the newest first.
    ///
    /// Kept are at least the newest 20, and those that a chat has.
    func versions(
        of id: CompanionCharacter.ID, by user: User.ID, before revision: Int?, limit: Int
    ) throws -> [CharacterVersion]

    /// The person's copy of a catalog's entry; nil where they have none. Of several, the first that was made.
    func character(adoptedFrom entry: CatalogEntry.ID, by user: User.ID) throws -> CompanionCharacter?

    /// Replaces the card, the origin and `updatedAt`, and counts the revision up by one; what was there stays as a version.
    ///
    /// Throws `notFound` where the character is not the person's, `conflict` where the stored revision is another than
    /// the given one.
    func update(_ character: CompanionCharacter, of user: User.ID) throws

    /// Deletes the character; false where there was none. Throws `conflict` while a chat with it exists.
    func delete(_ id: CompanionCharacter.ID, of user: User.ID) throws -> Bool

    /// How many characters the person has.
    func count(of user: User.ID) throws -> Int

    /// At most `limit` of the person's characters with identifiers after `id`, in the order of identifiers, which is
    /// that of their making.
    func characters(
        of user: User.ID, after id: CompanionCharacter.ID?, limit: Int
    ) throws -> [CompanionCharacter]
}
