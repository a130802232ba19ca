import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@Suite("The log of replies in memory")
struct InMemoryReplyLogTests {
    @Test("It keeps the port's contract", arguments: ReplyLogConformance.checks)
    func conforms(_ check: ReplyLogConformance.Check) async throws {
        let clock = ManualClock()
        try await check.run(on: ReplyLogSubject(log: InMemoryReplyLog(clock: clock), time: .manual(clock)))
    }

    @Test("Its bound holds, and the log that was used longest ago goes first")
    func bound() async throws {
        let logs = InMemoryReplyLog(maximumBytes: 20_000)
        let user = IdentifierGenerator().next() as User.ID
        for number in 0..<30 {
            let frames = [[UInt8](repeating: 1, count: 1_500)]
            try await logs.append(
                frames, at: 1, to: ReplyLogKey(user: user, name: "\(number)"), expiringAfter: .seconds(60))
        }
        let count = try await logs.count(of: user)
        #expect((8...13).contains(count))
        let last = try await logs.frames(
            of: ReplyLogKey(user: user, name: "29"), after: 0, limit: 1, waitingUpTo: .zero)
        #expect(last.count == 1)
    }
}
