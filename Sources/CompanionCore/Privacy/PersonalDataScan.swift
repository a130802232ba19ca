/// What was found about a person, in every part.
public struct PersonalDataScan: Sendable, Hashable {
    /// How many records of each kind; kinds without any are absent.
    public var found: [String: Int]

    public init(found: [String: Int]) { self.found = found }

    /// True where there is no trace.
    public var isEmpty: Bool { found.isEmpty }
}
