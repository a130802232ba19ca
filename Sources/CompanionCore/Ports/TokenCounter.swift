/// Counts the tokens that a language model makes of a text. Prompt composition lives within what it says.
///
/// Implementations are pure and fast (they are called for every segment of every prompt), take any text, and
/// never fail. ``EstimatingTokenCounter`` is the default; ``BytePairTokenCounter`` is exact.
/// Suite: `TokenCounterConformance` (CompanionTesting). Guide: Documentation/Guides/ImplementingATokenCounter.md.
public protocol TokenCounter: Sendable {
    /// Names the counter and its vocabulary, so that a stored count is used only with the counter that made it.
    var identifier: String { get }

    /// The number of tokens in `text`; 0 for the empty text.
    func count(_ text: String) -> Int
}
