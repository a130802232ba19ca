import CompanionCore
import Testing

@testable import CompanionServer

struct PlanFileTests {
    @Test("Tiers are read with their limits and rates")
    func tiers() throws {
        let plan = try PlanFile.parse(
            Array(
                """
                {"tiers": [{"name": "free", "title": "Free", "limits": {"messagesPerDay": 30, "models": ["a"],
                  "rates": [{"name": "turns", "count": 10, "seconds": 60, "burst": 5}]}}, {"name": "plus"}], "graceDays": 2}
                """.utf8))
        #expect(plan.grace == .seconds(172_800))
        #expect(plan.tiers.map(\.name) == ["free", "plus"])
        #expect(plan.tiers[0].limits.messagesPerDay == 30)
        #expect(plan.tiers[0].limits.models == ["a"])
        #expect(plan.tiers[0].limits.rates == [RateLimit("turns", count: 10, per: .seconds(60), burst: 5)])
        #expect(plan.tiers[1].title == "plus")
    }

    @Test(
        "What is misspelt or of another kind is refused, not ignored",
        arguments: [
            "[]", #"{"tiers": 1}"#, #"{"tiers": [{"title": "x"}]}"#, #"{"tiers": [], "x": 1}"#,
            #"{"tiers": [{"name": "a", "limits": {"messagesperday": 1}}]}"#,
            #"{"tiers": [{"name": "a", "limits": {"messagesPerDay": "1"}}]}"#,
            #"{"tiers": [{"name": "a", "limits": {"rates": [{"name": "t"}]}}]}"#,
            #"{"tiers": [{"name": "a", "limits": 3}]}"#, #"{"tiers": [], "graceDays": 1000}"#,
        ])
    func refused(_ text: String) {
        #expect(throws: CompanionError.self) { try PlanFile.parse(Array(text.utf8)) }
    }
}
