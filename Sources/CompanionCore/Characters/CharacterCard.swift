/// Interim.
public struct CharacterCard: Sendable, Hashable {
    public var name: String
    public init(name: String) { self.name = name }
}
