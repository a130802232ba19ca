/// Where random bits come from, so that tests can seed them. Safe to call from any thread.
public protocol RandomSource: Sendable {
    func next() -> UInt64
}

/// The system's generator.
public struct SystemRandomSource: RandomSource {
    public init() {}
    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

extension RandomSource {
    /// A number in 0 ..< 1.
    public func nextFraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
