public import CompanionCore
internal import Synchronization

/// A moderation model for tests: finds what it is told to find, fails when it is told to, and remembers what it was asked.
///
/// ```swift
/// let model = ScriptedModerationModel(finding: ["knife": [.violence: 0.9]])
/// ```
public final class ScriptedModerationModel: ModerationModel {
    public let name: String
    private let answer: @Sendable (_ call: Int, _ text: String) async throws -> ModerationJudgement
    private let asked = Mutex<[String]>([])

    /// A model that answers by a function of the call's number (from 0) and the text.
    public init(
        name: String = "scripted",
        answering answer: @escaping @Sendable (_ call: Int, _ text: String) async throws -> ModerationJudgement
    ) {
        self.name = name
        self.answer = answer
    }

    /// A model that finds these scores where a text contains these words, to the letter; 0 for the known categories.
    public convenience init(name: String = "scripted", finding words: [String: [ModerationCategory: Double]]) {
        self.init(name: name) { _, text in
            var scores = Dictionary(uniqueKeysWithValues: ModerationCategory.known.map { ($0, 0.0) })
            for (word, found) in words where text.contains(word) { scores.merge(found, uniquingKeysWith: max) }
            return ModerationJudgement(scores: scores)
        }
    }

    /// The texts so far, in the order in which they were asked about.
    public var texts: [String] { asked.withLock { $0 } }

    public func judge(_ text: String) async throws -> ModerationJudgement {
        try Task.checkCancellation()
        let call = asked.withLock { texts in
            texts.append(text)
            return texts.count - 1
        }
        return try await answer(call, text)
    }
}

/// A moderation model that goes wrong on purpose: passes calls on to another one, and injects faults among them.
public struct FaultyModerationModel: ModerationModel {
    private let base: any ModerationModel
    private let fault: @Sendable (_ call: Int) async throws -> Void
    private let calls = Counter()

    /// - Parameter fault: Throws, or waits, before the call of that number (from 0) is passed on.
    public init(_ base: any ModerationModel, fault: @escaping @Sendable (_ call: Int) async throws -> Void) {
        self.base = base
        self.fault = fault
    }

    public var name: String { base.name }

    public func judge(_ text: String) async throws -> ModerationJudgement {
        try await fault(calls.next())
        return try await base.judge(text)
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }
}
