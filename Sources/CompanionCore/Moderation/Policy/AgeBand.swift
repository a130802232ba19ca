/// How old a person is, as far as policies ask.
public struct AgeBand: Sendable, Hashable, Codable, CustomStringConvertible {
    private enum Kind: String, Codable { case unknown, child, teen, adult }
    private let kind: Kind

    /// Nothing is known; treated with the caution that a minor is owed.
    public static let unknown = AgeBand(kind: .unknown)
    /// Under 13.
    public static let child = AgeBand(kind: .child)
    /// From 13 to 17.
    public static let teen = AgeBand(kind: .teen)
    /// 18 or more.
    public static let adult = AgeBand(kind: .adult)

    public static let all = [unknown, child, teen, adult]

    /// The band of an age in whole years; nil is unknown.
    public init(age: Int?) {
        self = age.map { $0 < 13 ? .child : $0 < 18 ? .teen : .adult } ?? .unknown
    }

    private init(kind: Kind) { self.kind = kind }

    /// The band of that name: `unknown`, `child`, `teen` or `adult`.
    public init?(_ name: String) {
        guard let kind = Kind(rawValue: name) else { return nil }
        self.kind = kind
    }

    /// False for adults alone.
    public var isCautious: Bool { self != .adult }
    /// True where somebody is known to be under 18; some laws only speak of these.
    public var isKnownMinor: Bool { self == .child || self == .teen }

    public var description: String { kind.rawValue }
}

/// For whom a character is made.
public struct CharacterRating: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    private enum Kind: Int, Codable { case general, teen, mature }
    private let kind: Kind

    public static let general = CharacterRating(kind: .general)
    /// From 13 on.
    public static let teen = CharacterRating(kind: .teen)
    /// For adults. Somebody who is not known to be one gets what `general` gets.
    public static let mature = CharacterRating(kind: .mature)

    public static let all = [general, teen, mature]

    private init(kind: Kind) { self.kind = kind }

    /// The rating of that name: `general`, `teen` or `mature`.
    public init?(_ name: String) {
        guard let rating = Self.all.first(where: { $0.description == name }) else { return nil }
        self = rating
    }

    public static func < (left: Self, right: Self) -> Bool { left.kind.rawValue < right.kind.rawValue }
    public var description: String { "\(kind)" }
}
