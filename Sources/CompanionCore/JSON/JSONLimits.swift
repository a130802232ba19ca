/// The bounds within which foreign JSON is read. What exceeds one is refused with `limitExceeded`.
public struct JSONLimits: Sendable, Hashable {
    /// The deepest nesting of arrays and objects that any limits allow; deeper ones could exhaust a thread's stack.
    public static let deepest = 512

    /// How deep arrays and objects may nest. Default 128; more than ``deepest`` counts as that.
    public var depth: Int
    /// The length of the text in bytes. Default 16 MiB.
    public var bytes: Int
    /// The number of values and keys, which bounds the memory that the result takes. Default 1,000,000.
    public var values: Int
    /// The characters of one number. Default 1,000.
    public var numberLength: Int

    public init(depth: Int = 128, bytes: Int = 16 << 20, values: Int = 1_000_000, numberLength: Int = 1_000) {
        self.depth = depth
        self.bytes = bytes
        self.values = values
        self.numberLength = numberLength
    }
}
