internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Makes identifiers that sort by the time of their making: UUID version 7 with a 12-bit counter, so that those of
/// one generator are strictly increasing within a millisecond and when the clock steps back.
public final class IdentifierGenerator: Sendable {
    private struct State {
        var millisecond: UInt64 = 0
        var counter: UInt16 = 0
    }
    private let clock: any WallClock
    private let random: any RandomSource
    private let state = Mutex(State())

    public init(clock: any WallClock = SystemClock(), random: any RandomSource = SystemRandomSource()) {
        self.clock = clock
        self.random = random
    }

    public func next<Entity>(_: Entity.Type = Entity.self) -> Identifier<Entity> {
        let now = UInt64(clamping: clock.now.millisecondsSince1970)
        let low = random.next()
        let (millisecond, counter) = state.withLock { state in
            if now > state.millisecond {
                state.millisecond = now
                // Start low, so that there is room to count up within the millisecond.
                state.counter = UInt16(truncatingIfNeeded: low >> 56)
            } else if state.counter < 0xFFF {
                state.counter += 1
            } else {
                state.millisecond += 1
                state.counter = 0
            }
            return (state.millisecond, state.counter)
        }
        let high = (millisecond & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | UInt64(counter)
        let tail = (random.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - index * 8)) }
        return Identifier(
            UUID(
                uuid: (
                    byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                    byte(high, 6), byte(high, 7), byte(tail, 0), byte(tail, 1), byte(tail, 2), byte(tail, 3),
                    byte(tail, 4), byte(tail, 5), byte(tail, 6), byte(tail, 7)
                )))
    }
}
