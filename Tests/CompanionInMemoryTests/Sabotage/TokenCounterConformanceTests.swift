import CompanionCore
import CompanionTesting
import Foundation
import Testing

@Suite struct TokenCounterConformanceTests {
    private struct Counter: TokenCounter {
        var identifier = "bytes"
        var body: @Sendable (String) -> Int = { ($0.utf8.count + 3) / 4 }

        func count(_ text: String) -> Int { body(text) }
    }

    @Test("Every rule is kept by an honest counter", arguments: TokenCounterConformance.checks)
    func honest(_ check: TokenCounterConformance.Check) async throws { try await check.run(on: Counter()) }

    @Test("Every rule is broken by a counter that breaks it", arguments: TokenCounterConformance.checks)
    func everyCheckCanFail(_ check: TokenCounterConformance.Check) async throws {
        let counters = Self.breakers[check.name, default: []]
        #expect(!counters.isEmpty, "No broken counter is known for this rule.")
        for counter in counters {
            await #expect(throws: ConformanceFailure.self) { try await check.run(on: counter) }
        }
    }

    private static let breakers: [String: [Counter]] = [
        "A counter has an identifier, the same whenever it is asked": [Counter(identifier: "")],
        "The empty text has no tokens": [Counter { $0.utf8.count + 1 }],
        "A count is never negative, and above 0 where there is a word": [
            Counter { $0.utf8.count / 4 - 1 }, Counter { $0.utf8.count / 4 },
        ],
        "The same text has the same count, whoever asks and how many at a time": [
            Counter { $0.utf8.count + Int.random(in: 0...9) }
        ],
        "Two texts together have about as many tokens as apart": [
            Counter { $0.utf8.count * $0.utf8.count }, Counter { $0.isEmpty ? 0 : 100 - min(99, $0.utf8.count) },
        ],
        "The time for a text grows with its length, not with its square": [
            Counter { text in
                let share = min(Double(text.utf8.count) / Double(1 << 18), 1)
                Thread.sleep(forTimeInterval: share * share * share * share * 1.1)
                return text.utf8.count
            }
        ],
    ]
}
