#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where the program itself lies, with links followed: what comes with it lies beside it.
package enum ProgramFolder {
    package static var path: String? {
        #if canImport(Darwin)
            var size = UInt32(PATH_MAX)
            var buffer = [CChar](repeating: 0, count: Int(size))
            let link = _NSGetExecutablePath(&buffer, &size) == 0 ? String(cString: buffer) : nil
        #else
            let link: String? = "/proc/self/exe"
        #endif
        guard let link, let path = realpath(link, nil) else { return nil }
        defer { free(path) }
        let program = String(cString: path)
        return program.lastIndex(of: "/").map { String(program[..<$0]) }
    }
}
