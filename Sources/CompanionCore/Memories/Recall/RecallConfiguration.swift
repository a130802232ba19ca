/// How much is recalled.
public struct RecallConfiguration: Sendable, Hashable {
    /// The most tokens of a prompt that what was recalled may take. Default 768.
    public var tokenBudget: Int
    /// The most memories and messages that are recalled for one reply. Default 32.
    public var maximumItems: Int
    /// What the indexes of those who talk may take in memory together, in bytes. Default 64 MiB: about 250,000 messages.
    public var indexCacheBytes: Int
    /// The longest text that is searched with, in bytes of UTF-8; of a longer one its end counts. Default 4,096.
    public var maximumQueryBytes: Int

    public init(
        tokenBudget: Int = 768, maximumItems: Int = 32, indexCacheBytes: Int = 64 << 20,
        maximumQueryBytes: Int = 4_096
    ) {
        self.tokenBudget = tokenBudget
        self.maximumItems = maximumItems
        self.indexCacheBytes = indexCacheBytes
        self.maximumQueryBytes = maximumQueryBytes
    }
}
