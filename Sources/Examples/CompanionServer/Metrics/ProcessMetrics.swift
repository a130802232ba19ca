internal import CompanionObservability
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What the system says of this process, under the names that Prometheus' own libraries give it. Known on Linux only.
enum ProcessMetrics {
    static func text() -> String {
        var text = ""
        func add(_ name: String, _ type: String, _ value: String) {
            text += "# TYPE \(name) \(type)\n\(name) \(value)\n"
        }
        if let sample = Sample.current() {
            add("process_cpu_seconds_total", "counter", "\(sample.cpuSeconds)")
            add("process_resident_memory_bytes", "gauge", "\(sample.residentBytes)")
            add("process_virtual_memory_bytes", "gauge", "\(sample.virtualBytes)")
            add("process_threads", "gauge", "\(sample.threads)")
            if let start = sample.startTime { add("process_start_time_seconds", "gauge", "\(start)") }
        }
        if let count = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            add("process_open_fds", "gauge", "\(max(0, count - 1))")
        }
        return text
    }

    struct Sample: Equatable {
        var cpuSeconds: Double
        var residentBytes: Int
        var virtualBytes: Int
        var threads: Int
        /// In seconds since 1970.
        var startTime: Double?

        static func current() -> Sample? {
            func read(_ path: String) -> String? {
                ((try? LocalFile(path: path).contents(maximumBytes: 1 << 20)) ?? nil).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            guard let stat = read("/proc/self/stat") else { return nil }
            let boot = read("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
                .flatMap { Double($0.dropFirst(6)) }
            return Sample(
                parsing: stat, ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))), pageBytes: Int(getpagesize()),
                bootTime: boot)
        }

        /// Reads a line of `/proc/self/stat`, proc(5).
        init?(parsing line: String, ticksPerSecond: Double, pageBytes: Int, bootTime: Double?) {
            // The second field is the program's name in parentheses, which may hold anything.
            guard let end = line.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
            let fields = line[line.index(after: end)...].split(separator: " ")
            guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
                let threads = Int(fields[17]), let start = Double(fields[19]), let virtual = Int(fields[20]),
                let pages = Int(fields[21])
            else { return nil }
            cpuSeconds = (user + system) / ticksPerSecond
            residentBytes = pages * pageBytes
            virtualBytes = virtual
            self.threads = threads
            startTime = bootTime.map { $0 + start / ticksPerSecond }
        }
    }
}
