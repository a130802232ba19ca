import CAllocator
import Foundation

/// What this process has used so far.
public enum Usage {
    /// The time on processors of all threads, in seconds: steadier than the time on the wall where the machine is shared.
    public static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Allocated and not freed.
    public static var allocatedBytes: Int { Int(allocated_bytes()) }

    /// What of its memory is in the machine's, in bytes; 0 where the system does not tell.
    public static var residentBytes: Double {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return fields.count > 1 ? (Double(fields[1]) ?? 0) * Double(getpagesize()) : 0
    }
}
