#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One version of a character, as a list shows it.
public struct CharacterVersion: Sendable, Hashable {
    public var revision: Int
    /// The card's name in it.
    public var name: String
    public var madeAt: Date

    public init(revision: Int, name: String, madeAt: Date) {
        self.revision = revision
        self.name = name
        self.madeAt = madeAt
    }

    /// How many versions are kept at least; more, where chats have them.
    public static let leastKept = 20
}
