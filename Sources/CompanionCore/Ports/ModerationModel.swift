/// A model that judges texts.
///
/// Suite: `ModerationModelConformance` (CompanionTesting).
public protocol ModerationModel: Sendable {
    /// The model's own name, as it is recorded.
    var name: String { get }

    /// Judges a text; one result, whatever its length.
    ///
    /// - Any text is taken, also the empty one, which costs no call. One that is too long for the model is split by the
    ///   adapter; each category then has its highest score, so that nothing hides in length.
    /// - The model's own "flagged" is not passed on: it is somebody else's policy, and calls fiction harmful.
    /// - Throws ``CompanionError`` (`unauthenticated`, `rateLimited`, `unavailable`, `timedOut`, `unsupported`,
    ///   `malformedResponse`) or `CancellationError`. A category that was not judged is absent; an answer without any
    ///   is `malformedResponse`, because an empty result must never stand for a failed judgement.
    func judge(_ text: String) async throws -> ModerationJudgement
}

/// What a model thinks of a text.
public struct ModerationJudgement: Sendable, Hashable {
    /// How sure the model is, from 0 to 1, of each category that it judged. A score says nothing outside its model:
    /// thresholds are set for it.
    public var scores: [ModerationCategory: Double]

    public init(scores: [ModerationCategory: Double]) { self.scores = scores }
}
