import BenchmarkSupport
import Foundation

/// What the whole system costs behind its WebSockets: the program as people run it, with a scripted upstream and clients in
/// processes of their own.
@main
struct GatewayBenchmark {
    static func main() throws {
        // Who leaves closes its connection: that is no reason to die.
        signal(SIGPIPE, SIG_IGN)
        var arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case Upstream.argument: return try Upstream.serve()
        case Company.argument: return try Company.keep(Array(arguments.dropFirst()))
        default: break
        }
        arguments.removeAll { $0 == "--check" }
        var program = defaultProgram
        if let index = arguments.firstIndex(of: "--server"), index + 1 < arguments.count {
            program = arguments[index + 1]
            arguments.removeSubrange(index...index + 1)
        }
        let names = arguments.isEmpty ? Scenario.allCases.map(\.rawValue) : arguments
        let scenarios = names.compactMap { Scenario(rawValue: $0) }
        guard scenarios.count == names.count else {
            let all = Scenario.allCases.map(\.rawValue).joined(separator: " ")
            fail("Usage: gateway-benchmark [--check] [--server PATH] [\(all)]")
        }
        guard FileManager.default.isExecutableFile(atPath: program) else {
            fail("There is no \(program): `make bench` builds it, or name one by --server PATH.")
        }
        let signals = Children.endWithUs()
        defer { withExtendedLifetime(signals) { Children.endAll() } }
        do {
            var bench = try Bench(program)
            for scenario in scenarios {
                try bench.run(scenario)
                // A pipe gets it at once too.
                fflush(nil)
            }
            bench.finish()
        } catch {
            Children.endAll()
            fail("\(error)")
        }
    }

    private static let defaultProgram = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build/release/companion-server").path

    private static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data("gateway-benchmark: \(message)\n".utf8))
        exit(2)
    }
}

enum Scenario: String, CaseIterable {
    case full, paced, idle, crowd, company
}
