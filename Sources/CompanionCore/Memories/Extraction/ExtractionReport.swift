/// What came of reading messages for memories.
public struct ExtractionReport: Sendable, Hashable {
    /// How many messages were read, the character's included.
    public var messages = 0
    /// What was learnt, in the order of its making; those among it that were true only before included.
    public var learnt: [Memory] = []
    /// How often something was said again that is known.
    public var repetitions = 0
    /// How many memories are true no more because of what was said.
    public var ended = 0
    /// How many candidates were refused, by reason.
    public var refused: [MemoryRejection: Int] = [:]
    /// What the calls of a model have cost; nil where none was made, or the provider does not say.
    public var usage: TokenUsage?

    public init() {}

    static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.messages += right.messages
        sum.learnt += right.learnt
        sum.repetitions += right.repetitions
        sum.ended += right.ended
        sum.refused.merge(right.refused, uniquingKeysWith: +)
        sum.usage = left.usage.map { usage in right.usage.map { usage + $0 } ?? usage } ?? right.usage
        return sum
    }
}
