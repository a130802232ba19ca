internal import Synchronization

/// Random bits that a seed repeats: SplitMix64 (Steele, Lea and Flood, 2014). Not for secrets.
///
/// Also a `RandomNumberGenerator`: `var random = source; list.shuffle(using: &random)`.
public final class SeededRandomSource: RandomSource, RandomNumberGenerator, CustomStringConvertible {
    public let seed: UInt64
    private let state: Mutex<UInt64>

    /// - Parameter seed: Nil takes a random one; print the source, so that a failure can be repeated.
    public init(seed: UInt64? = nil) {
        let seed = seed ?? UInt64.random(in: 0...UInt64.max)
        self.seed = seed
        state = Mutex(seed)
    }

    public func next() -> UInt64 {
        var bits = state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            return state
        }
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    public var description: String { "seed \(seed)" }
}
