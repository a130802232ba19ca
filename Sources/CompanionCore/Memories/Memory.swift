#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Something that is known about a person, in one sentence, with where it comes from and when it was true.
///
/// Nothing is overwritten: what stops being true gets `invalidAt`, and where something else took its place,
/// `supersededBy`. What loses its last source is deleted.
public struct Memory: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<Memory>

    /// With whom the memory is shared.
    public enum Scope: Sendable, Hashable {
        /// Every character that the person talks to knows it.
        case everyCharacter
        /// Only this character knows it.
        case character(CompanionCharacter.ID)
    }

    public let id: ID
    /// Whom it is about, and to whom alone it belongs.
    public let user: User.ID
    public var scope: Scope
    public var kind: Kind
    /// One statement in the third person, such as "Ada moved to Turin."; 1 to 1,024 bytes, one line.
    public var text: String
    /// How much it matters, 0 to 1.
    public var importance: Double
    /// How often it was said: 1, and one more for each repetition.
    public var strength: Int
    /// Pinned by the person: always recalled first, as far as there is room.
    public var isPinned: Bool
    /// Where it comes from, oldest first; never empty, at most 64.
    public var sources: [MemorySource]
    /// From when on it is true: a date that was told, or else when it was said.
    public var validAt: Date
    /// From when on it is true no more; nil while it is.
    public var invalidAt: Date?
    /// What took its place, where something did.
    public var supersededBy: Memory.ID?
    public let createdAt: Date
    public var updatedAt: Date

    public init(
        id: ID, user: User.ID, scope: Scope, kind: Kind, text: String, importance: Double = 0.5, strength: Int = 1,
        isPinned: Bool = false, sources: [MemorySource], validAt: Date, invalidAt: Date? = nil,
        supersededBy: Memory.ID? = nil, createdAt: Date, updatedAt: Date? = nil
    ) {
        precondition(!sources.isEmpty, "A memory without sources can't exist.")
        self.id = id
        self.user = user
        self.scope = scope
        self.kind = kind
        self.text = text
        self.importance = importance
        self.strength = strength
        self.isPinned = isPinned
        self.sources = sources
        self.validAt = validAt
        self.invalidAt = invalidAt
        self.supersededBy = supersededBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }

    /// Whether it was true at that instant.
    public func isValid(at instant: Date) -> Bool {
        validAt <= instant && invalidAt.map { instant < $0 } ?? true
    }

    /// Whether that character may know it.
    public func isKnown(to character: CompanionCharacter.ID) -> Bool {
        switch scope {
        case .everyCharacter: true
        case .character(let only): only == character
        }
    }
}

extension Memory {
    /// What a memory is about. A closed set that may grow: compare with the static members, and keep a `default`.
    public struct Kind: Sendable, Hashable, CustomStringConvertible, CaseIterable {
        private enum Name: String, CaseIterable { case fact, preference, event, relationship, plan }
        private let name: Name
        private init(name: Name) { self.name = name }

        /// What holds until it changes: a name, a home, work.
        public static let fact = Kind(name: .fact)
        /// What somebody likes or dislikes.
        public static let preference = Kind(name: .preference)
        /// What happened at a time.
        public static let event = Kind(name: .event)
        /// Who somebody is to the person.
        public static let relationship = Kind(name: .relationship)
        /// What the person means to do.
        public static let plan = Kind(name: .plan)

        public static var allCases: [Kind] { Name.allCases.map(Kind.init(name:)) }
        public var description: String { name.rawValue }

        /// The kind of that name; nil for a name that is not known.
        public init?(named name: String) {
            guard let name = Name(rawValue: name) else { return nil }
            self.name = name
        }
    }
}
