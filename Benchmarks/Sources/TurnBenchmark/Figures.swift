import Foundation

extension [Double] {
    func quantile(_ share: Double) -> Double {
        let sorted = sorted()
        return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

extension Double {
    var milliseconds: String { String(format: "%.3f ms", self * 1e3) }
    var microseconds: String { String(format: "%.2f µs", self * 1e6) }
}

func row(_ name: String, _ figures: String...) -> String {
    ([name.padding(toLength: 44, withPad: " ", startingAt: 0)]
        + figures.map {
            $0.padding(toLength: 24, withPad: " ", startingAt: 0)
        }).joined()
}

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// What all threads of this process have used.
func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(RUSAGE_SELF, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

func residentBytes() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
}
