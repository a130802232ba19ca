/// Knowledge that enters the prompt when it is spoken of.
public struct Lorebook: Sendable, Hashable {
    /// For people, not for the prompt.
    public var name: String?
    /// For people, not for the prompt.
    public var description: String?
    /// How many of the latest messages are searched for keys; nil leaves it to the host.
    public var scanDepth: Int?
    /// The most tokens that the entries may take together; nil leaves it to the host.
    public var tokenBudget: Int?
    /// Whether an entry's content can trigger other entries; nil leaves it to the host.
    public var recursiveScanning: Bool?
    /// What applications keep in the book. Never drop what you do not know.
    public var extensions: JSONObject
    public var entries: [LorebookEntry]
    /// Members that the other properties do not hold: unknown ones, and those whose value is null or could not be
    /// read. Exported again unless the property has been set.
    public var unknownFields: JSONObject

    public init(
        name: String? = nil, description: String? = nil, scanDepth: Int? = nil, tokenBudget: Int? = nil,
        recursiveScanning: Bool? = nil, extensions: JSONObject = [:], entries: [LorebookEntry] = [],
        unknownFields: JSONObject = [:]
    ) {
        self.name = name
        self.description = description
        self.scanDepth = scanDepth
        self.tokenBudget = tokenBudget
        self.recursiveScanning = recursiveScanning
        self.extensions = extensions
        self.entries = entries
        self.unknownFields = unknownFields
    }
}
