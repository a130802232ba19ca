import Testing

@testable import CompanionCLI

struct InterruptPolicyTests {
    @Test("The second Ctrl-C within two seconds ends the program, a later one stops again")
    func window() {
        let start = ContinuousClock.now
        var policy = InterruptPolicy()
        #expect(policy.interrupt(at: start) == .stop)
        #expect(policy.interrupt(at: start + .seconds(2)) == .stop)
        #expect(policy.interrupt(at: start + .milliseconds(3999)) == .end)
    }
}
