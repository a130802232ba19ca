internal import CompanionCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The cards that come with the program, as files beside it.
///
/// Looked for by the program's own path rather than by `Bundle.module`, which ends the program where they are missing, and
/// knows no installed program's `share` folder.
enum BundledCards {
    private static let names = ["luna.png", "bram.png", "pia.png"]

    /// The folders that may hold them, from that of the program.
    private static let folders = [
        "swift-companion_CompanionCLI.resources/Resources/Characters",
        "swift-companion_CompanionCLI.bundle/Resources/Characters",
        "../share/companion/Characters",
    ]

    /// What the files hold; empty where they were not installed.
    static func files() throws -> [[UInt8]] {
        guard let home = folderOfProgram() else { return [] }
        for folder in folders {
            let files = try names.compactMap { name in
                try LocalFile(path: "\(home)/\(folder)/\(name)").contents(maximumBytes: PortraitFolder.maximumBytes)
            }
            if !files.isEmpty { return files }
        }
        return []
    }

    private static func folderOfProgram() -> String? {
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
