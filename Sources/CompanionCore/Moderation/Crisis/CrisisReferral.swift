/// Where somebody in a crisis finds help: shown to the person as it stands, by the host and not by the character.
public struct CrisisReferral: Sendable, Hashable {
    /// A place to turn to.
    public struct Resource: Sendable, Hashable, Codable {
        public var name: String
        /// How to reach it, as it is to be read: "Call or text 988".
        public var contact: String
        public var url: String?

        public init(name: String, contact: String, url: String? = nil) {
            self.name = name
            self.contact = contact
            self.url = url
        }
    }

    /// Where the signs of the crisis were.
    public enum Origin: String, Sendable, Hashable, Codable {
        case message
        case reply
    }

    /// Words for the person.
    public var message: String
    /// The resources of the person's country, or the international ones.
    public var resources: [Resource]
    public var origin: Origin
    /// Whether the character falls silent for this turn.
    public var endsTurn: Bool

    public init(message: String, resources: [Resource], origin: Origin, endsTurn: Bool = false) {
        self.message = message
        self.resources = resources
        self.origin = origin
        self.endsTurn = endsTurn
    }
}
