internal import Foundation

/// On how many processors this process may run, which can be fewer than the machine has.
package enum ProcessorCount {
    package static var usable: Int {
        // Linux: a mask in hexadecimal digits, with commas.
        let status = FileManager.default.contents(atPath: "/proc/self/status").map {
            String(decoding: $0, as: UTF8.self)
        }
        let mask = status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }?.dropFirst(13) ?? ""
        let count = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : max(1, ProcessInfo.processInfo.activeProcessorCount)
    }
}
