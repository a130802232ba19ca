import CProcessors
import Foundation

/// On which processors a program runs. Nothing is pinned where the system can't, or has only one.
struct Processors: Sendable {
    /// For what is measured.
    let server: Int?
    /// For all that measures it.
    let rest: Int?

    init() {
        let usable = Self.usable
        server = usable.count > 1 ? usable.last : nil
        rest = usable.count > 1 ? usable.first : nil
    }

    var description: String {
        guard let server, let rest else { return "nothing pinned" }
        return "server on processor \(server), upstream and generator on \(rest)"
    }

    /// This thread, and whatever it starts from now on, runs there only.
    static func pin(to processor: Int?) {
        guard let processor else { return }
        var mask = [UInt8](repeating: 0, count: Self.maskBytes)
        mask[processor / 8] |= 1 << UInt8(processor % 8)
        _ = set_processors(mask, mask.count)
    }

    private static let maskBytes = 128

    private static var usable: [Int] {
        var mask = [UInt8](repeating: 0, count: maskBytes)
        guard get_processors(&mask, mask.count) > 0 else { return [] }
        return (0..<maskBytes * 8).filter { mask[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
    }
}

/// The limit of open files.
enum OpenFiles {
    /// Raises it as far as it may be, for this process and those that it starts.
    static func raise() -> Int {
        #if os(Linux)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(resource, &limit)
        getrlimit(resource, &limit)
        return Int(limit.rlim_cur)
    }
}

/// What another process has used, from /proc.
struct ProcessUsage {
    let identifier: Int32

    /// Of all its threads, in seconds.
    var cpuSeconds: Double {
        let tasks = "/proc/\(identifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.reduce(0) { sum, thread in
            let text = try? String(contentsOfFile: "\(tasks)/\(thread)/schedstat", encoding: .utf8)
            return sum + (text?.split(separator: " ").first.flatMap { Double($0) } ?? 0) * 1e-9
        }
    }

    /// What of its memory is in the machine's, in bytes.
    var residentBytes: Double {
        let text = try? String(contentsOfFile: "/proc/\(identifier)/statm", encoding: .utf8)
        let pages = text?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        return pages * Double(getpagesize())
    }
}
