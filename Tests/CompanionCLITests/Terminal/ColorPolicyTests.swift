import Testing

@testable import CompanionCLI

struct ColorPolicyTests {
    private func allows(
        _ environment: [String: String] = [:], choice: ColorChoice = .auto, isTerminal: Bool = true
    ) -> Bool {
        let all = ["TERM": "xterm"].merging(environment) { $1 }
        return ColorPolicy.allowsColor(choice: choice, environment: all, isTerminal: isTerminal)
    }

    @Test("By default there is colour on a terminal only")
    func terminals() {
        #expect(allows())
        #expect(!allows(isTerminal: false))
        #expect(!allows(["TERM": "dumb"]))
        #expect(!allows(["TERM": ""]))
        #expect(!allows(["CLICOLOR": "0"]))
    }

    @Test("NO_COLOR counts when it is not empty, and more than what forces colour")
    func noColor() {
        #expect(!allows(["NO_COLOR": "1"]))
        #expect(!allows(["NO_COLOR": "0"]))
        #expect(allows(["NO_COLOR": ""]))
        #expect(!allows(["NO_COLOR": "1", "FORCE_COLOR": "1"]))
    }

    @Test("Colour can be forced into a pipe", arguments: ["CLICOLOR_FORCE", "FORCE_COLOR"])
    func forced(name: String) {
        #expect(allows([name: "1"], isTerminal: false))
        #expect(allows([name: "1", "TERM": "dumb"], isTerminal: false))
        #expect(!allows([name: "0"], isTerminal: false))
        #expect(!allows([name: ""], isTerminal: false))
    }

    @Test("FORCE_COLOR=0 forbids colour, CLICOLOR_FORCE=0 says nothing")
    func forcedOff() {
        #expect(!allows(["FORCE_COLOR": "0"]))
        #expect(allows(["CLICOLOR_FORCE": "0"]))
    }

    @Test("The flag decides over everything")
    func flag() {
        #expect(allows(["NO_COLOR": "1"], choice: .always, isTerminal: false))
        #expect(!allows(["FORCE_COLOR": "1"], choice: .never))
    }
}
