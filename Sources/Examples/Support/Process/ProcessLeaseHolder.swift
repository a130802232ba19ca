package import CompanionCore

#if canImport(Glibc)
    package import Glibc
#elseif canImport(Musl)
    package import Musl
#else
    package import Darwin
#endif

/// Names processes so that others on the same machine can tell whether they still live: a chat that a killed process
/// held can go on at once, without waiting for the lease to expire.
///
/// A name is `machine:pid:start`. The machine is told by its name, the boot and the space of process identifiers, the
/// process by its start too, since identifiers are used again.
package enum ProcessLeaseHolder {
    /// This process.
    package static func current() -> LeaseHolder {
        let machine = machine()
        return LeaseHolder(name: name(of: getpid(), on: machine)) { isGone($0, from: machine) }
    }

    package static func name(of process: pid_t, on machine: String) -> String {
        "\(machine):\(process):\(ProcessStatus(of: process)?.start ?? 0)"
    }

    /// True only where it is certain that the process has ended.
    package static func isGone(_ name: String, from machine: String) -> Bool {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == machine, let process = pid_t(parts[1]), process > 0,
            let start = UInt64(parts[2])
        else { return false }
        if kill(process, 0) != 0, errno == ESRCH { return true }
        guard start > 0, let status = ProcessStatus(of: process) else { return false }
        return status.start != start || status.isDead
    }

    package static func machine() -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        gethostname(&buffer, buffer.count - 1)
        let host = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        #if os(Linux)
            let boot = (try? LocalFile(path: "/proc/sys/kernel/random/boot_id").contents(maximumBytes: 64)) ?? nil
            var link = [UInt8](repeating: 0, count: 64)
            let count = link.withUnsafeMutableBytes {
                readlink("/proc/self/ns/pid", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
            }
            let identity = (boot ?? []).prefix(8) + link.prefix(max(0, count)).filter { (0x30...0x39).contains($0) }
            return "\(host)/\(String(decoding: identity, as: UTF8.self))"
        #else
            return host
        #endif
    }
}

/// What the system says of a process; known on Linux only.
package struct ProcessStatus {
    /// When it was started, in ticks since the boot.
    package let start: UInt64
    /// Whether it has ended, and only waits for its parent to take notice.
    package let isDead: Bool

    package init?(of process: pid_t) {
        let file = LocalFile(path: "/proc/\(process)/stat")
        guard let bytes = try? file.contents(maximumBytes: 4_096) else { return nil }
        self.init(parsing: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads a line of `/proc/PID/stat`, proc(5).
    package init?(parsing line: String) {
        // The second field is the program's name in parentheses, which may hold anything.
        guard let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let start = UInt64(fields[19]) else { return nil }
        self.start = start
        isDead = fields[0] == "Z" || fields[0] == "X"
    }
}
