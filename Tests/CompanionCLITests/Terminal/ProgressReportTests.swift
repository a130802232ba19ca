import Testing

@testable import CompanionCLI

struct ProgressReportTests {
    @Test("In a pipe there is a line for each step of percents", arguments: [1, 7, 30, 100, 1000])
    func logs(stride: Int) {
        var report = ProgressReport(label: "Importing", total: 1000)
        var lines: [String] = []
        for done in Swift.stride(from: 0, through: 1000, by: stride) {
            lines.append(report.advance(to: done, elapsed: .zero, medium: .log(everyPercent: 10)))
        }
        lines.removeAll { $0.isEmpty }
        let steps = Set(Swift.stride(from: 0, through: 1000, by: stride).map { $0 / 100 }).subtracting([0])
        #expect(lines.count == steps.count)
        #expect(lines.last?.hasPrefix("Importing: ") == true)
        #expect(lines.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\u{1B}") })
    }

    @Test("The bar is painted at most ten times a second, and always when all is done")
    func throttles() {
        var report = ProgressReport(label: "Importing", total: 10)
        let medium = ProgressReport.Medium.terminal(columns: 80)
        #expect(report.advance(to: 1, elapsed: .zero, medium: medium).contains(" 10 %  1 of 10"))
        #expect(report.advance(to: 2, elapsed: .milliseconds(99), medium: medium).isEmpty)
        #expect(!report.advance(to: 3, elapsed: .milliseconds(100), medium: medium).isEmpty)
        #expect(report.advance(to: 10, elapsed: .milliseconds(101), medium: medium).contains("100 %  10 of 10"))
    }

    @Test("The bar never fills the line, on no terminal", arguments: 1...120)
    func fits(columns: Int) {
        var report = ProgressReport(label: "Importing 文字", total: 7)
        let painted = report.advance(to: 3, elapsed: .zero, medium: .terminal(columns: columns))
        #expect(painted.hasPrefix("\r\u{1B}[K"))
        #expect(DisplayWidth.of(painted.dropFirst(4)) < columns || columns == 1)
    }

    @Test("Nothing to do prints nothing, and figures out of range count as the nearest")
    func ranges() {
        var empty = ProgressReport(label: "x", total: 0)
        #expect(empty.advance(to: 0, elapsed: .zero, medium: .terminal(columns: 80)).isEmpty)
        var report = ProgressReport(label: "x", total: 4)
        #expect(report.advance(to: 9, elapsed: .zero, medium: .log(everyPercent: 10)) == "x: 100 % (4 of 4)\n")
        #expect(report.advance(to: -1, elapsed: .zero, medium: .log(everyPercent: 10)).isEmpty)
    }
}
