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
}
