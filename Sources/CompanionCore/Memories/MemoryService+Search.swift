#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension MemoryService {
    /// What is known about a person, and was said between them and a character, that matters to a text: what a reply to it
    /// would recall, with the reasons.
    ///
    /// Finds what this character may know. What was forgotten, deleted or blocked is not found; nor is what tells only
    /// something that has been superseded at that instant.
    ///
    /// - Parameters:
    ///   - text: At most 4,096 bytes of it count, the last ones.
    ///   - instant: Finds what was said and true then; nil: now.
    ///   - limit: 1 to 500.
    /// - Returns: The best first. Parts of the search that were late or failed are named, not thrown.
    /// - Throws: `notFound`; the store's errors.
    public func search(
        _ text: String, with character: CompanionCharacter.ID, by user: User.ID, asOf instant: Date? = nil,
        limit: Int = 20
    ) async throws -> RecallResult {
        let recall = context.recallService
        let found = try await recall.find(
            .init(
                text: text, key: .init(user: user, character: character), asOf: instant,
                limit: try Checked.limit(limit)))
        return RecallResult(items: found.known.map(\.result), omissions: found.omissions)
    }
}
