import Foundation

/// Prints figures beside their limits, and knows at the end whether all were kept.
public struct Report {
    private let isChecking = CommandLine.arguments.contains("--check")
    private var missed: [String] = []

    public var isKept: Bool { missed.isEmpty }

    public init(_ title: String) {
        print(title)
        print("On \(Self.machine).")
    }

    public func section(_ title: String) { print("\n\(title)") }

    public func row(_ name: String, _ figures: String...) {
        print(Self.padded("  \(name)", to: 44) + figures.map { Self.padded($0, to: 22) }.joined())
    }

    /// A figure that has a limit; `show` words both.
    public mutating func limit(
        _ name: String, _ value: Double, atMost limit: Double, as show: (Double) -> String
    ) {
        let isKept = value <= limit
        row(name, show(value), "limit \(show(limit))", isKept ? "kept" : "MISSED")
        if !isKept { missed.append(name.trimmingCharacters(in: .whitespaces)) }
    }

    /// A figure that must not be smaller than its limit; `show` words both.
    public mutating func limit(
        _ name: String, _ value: Double, atLeast limit: Double, as show: (Double) -> String
    ) {
        let isKept = value >= limit
        row(name, show(value), "at least \(show(limit))", isKept ? "kept" : "MISSED")
        if !isKept { missed.append(name.trimmingCharacters(in: .whitespaces)) }
    }

    /// With `--check` among the arguments, ends the program with status 1 where a limit was missed.
    public func finish() {
        print(missed.isEmpty ? "\nAll limits are kept." : "\nMissed: \(missed.joined(separator: "; ")).")
        if isChecking, !missed.isEmpty { exit(1) }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static var machine: String {
        let information = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let model = information?.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
        let process = ProcessInfo.processInfo
        return "\(process.activeProcessorCount) × \(model ?? "processors"), \(process.operatingSystemVersionString)"
    }
}

extension Double {
    public var asMilliseconds: String { String(format: "%.3f ms", self * 1e3) }
    public var asMicroseconds: String { String(format: "%.2f µs", self * 1e6) }
    public var asMegabytes: String { String(format: "%.0f MB/s", self / 1e6) }
    public var asPercent: String { String(format: "%.2f %%", self * 100) }
    public var asCount: String { String(format: "%.0f", self) }
    public var asFactor: String { String(format: "× %.2f", self) }
}
