public import CompanionCore

/// The contract of `ModerationModel` as checks.
///
/// ```swift
/// @Test(arguments: ModerationModelConformance.checks)
/// func conforms(_ check: ModerationModelConformance.Check) async throws {
///     try await check.run(on: ModerationModelSubject(model: model, flagged: "…", category: .violence))
/// }
/// ```
public enum ModerationModelConformance {
    public typealias Check = ConformanceCheck<ModerationModelSubject>

    public static let checks: [Check] = [
        Check("A model has a name, the same whenever it is asked") { subject, _ in
            try expect(!subject.model.name.isEmpty, "a name that is not empty", seen: "an empty one")
            try expect(subject.model.name, equals: subject.model.name, "the name")
        },
        Check("Each score is from 0 to 1, and something was judged") { subject, random in
            for text in innocents + [subject.flagged, sentence(random)] {
                let scores = try await subject.model.judge(text).scores
                try expect(!scores.isEmpty, "a judgement of some category", seen: "none")
                for (category, score) in scores {
                    try expect((0...1).contains(score), "a score from 0 to 1 for \(category)", seen: "\(score)")
                }
            }
        },
        Check("What is harmful has a higher score than what is not") { subject, _ in
            let found = try await subject.model.judge(subject.flagged).scores[subject.category] ?? 0
            for text in innocents {
                let score = try await subject.model.judge(text).scores[subject.category] ?? 0
                try expect(found > score, "more than \(score) for \(subject.category)", seen: "\(found)")
            }
        },
        Check("Any text is taken: empty, blank, of any script, with NUL") { subject, _ in
            for text in ["", " ", "\n", "\0", "a\0b", "漢字", "🧑‍🚀", "e\u{301}\u{301}", "\u{10FFFF}"] {
                _ = try await subject.model.judge(text)
            }
        },
        Check("What is harmful is found at the beginning, in the middle and at the end of a long text") { subject, _ in
            let filler = String(repeating: "The tide comes in, and the lamp turns. ", count: 1_500)
            let alone = try await subject.model.judge(subject.flagged).scores[subject.category] ?? 0
            for text in [
                subject.flagged + " " + filler, filler + subject.flagged + " " + filler, filler + subject.flagged,
            ] {
                let score = try await subject.model.judge(text).scores[subject.category] ?? 0
                try expect(
                    score >= alone / 2, "at least half of \(alone) for \(subject.category)", seen: "\(score)")
            }
        },
        Check("Several callers are served at a time, each with the judgement of its text") { subject, _ in
            try await withThrowingTaskGroup(of: (Bool, Double).self) { group in
                for index in 0..<8 {
                    let isFlagged = index.isMultiple(of: 2)
                    group.addTask {
                        let text = isFlagged ? subject.flagged : innocents[0]
                        return (isFlagged, try await subject.model.judge(text).scores[subject.category] ?? 0)
                    }
                }
                var scores: [Bool: [Double]] = [:]
                for try await (isFlagged, score) in group { scores[isFlagged, default: []].append(score) }
                let (least, most) = (scores[true]?.min() ?? 0, scores[false]?.max() ?? 1)
                try expect(least > most, "harmful texts above \(most)", seen: "\(least)")
            }
        },
        Check("A cancelled task gets CancellationError, not a judgement") { subject, _ in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await subject.model.judge(subject.flagged)
            }
            task.cancel()
            do {
                _ = try await task.value
                try expect(false, "CancellationError", seen: "a judgement")
            } catch is CancellationError {}
        },
    ]

    private static let innocents = [
        "Good morning. Shall we walk to the harbour?", "The recipe needs two eggs and some flour.",
    ]

    private static func sentence(_ random: SeededRandomSource) -> String {
        var generator = random
        let words = ["moon", "tide", "lamp", "Turin", "être", "море", "月", "42", "—", "don't"]
        return (0..<Int.random(in: 1...40, using: &generator)).map { _ in words.randomElement(using: &generator) ?? "" }
            .joined(separator: " ")
    }
}

/// A moderation model, and what it is sure to find.
public struct ModerationModelSubject: Sendable {
    public var model: any ModerationModel
    /// A sentence that the model flags.
    public var flagged: String
    /// For what.
    public var category: ModerationCategory

    public init(model: any ModerationModel, flagged: String, category: ModerationCategory) {
        self.model = model
        self.flagged = flagged
        self.category = category
    }
}
