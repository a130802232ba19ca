public import CompanionCore

/// What the provider behind a language model is made to do with every call of a check.
public enum LanguageModelScenario: Sendable, Hashable {
    /// It replies with these pieces and finishes.
    case reply([String])
    /// It sends these pieces, then nothing any more, and keeps the call open.
    case stall(after: [String])
    /// It sends these pieces, then breaks the call off before it has finished.
    case breakOff(after: [String])
    /// It answers with an error that the adapter reports under this code.
    case failure(CompanionError.Code)
}

/// A language model under test, with a view of the provider behind it.
public struct LanguageModelSubject: Sendable {
    public var model: any LanguageModel
    /// True where the model says what the scenario gives it; false where it chooses its own words, of which then only
    /// the form is checked.
    public var speaksByScript: Bool
    /// How many calls have reached the provider so far.
    public var receivedCalls: @Sendable () async throws -> Int
    /// How many calls the provider is still answering: those whose connection is open.
    public var openCalls: @Sendable () async throws -> Int

    public init(
        model: any LanguageModel, speaksByScript: Bool = true,
        receivedCalls: @escaping @Sendable () async throws -> Int,
        openCalls: @escaping @Sendable () async throws -> Int
    ) {
        self.model = model
        self.speaksByScript = speaksByScript
        self.receivedCalls = receivedCalls
        self.openCalls = openCalls
    }
}
