internal import CompanionCore

/// The cards that come with the program, as files beside it.
///
/// Looked for by the program's own path rather than by `Bundle.module`, which ends the program where they are missing, and
/// knows no installed program's `share` folder.
package enum BundledCards {
    /// The largest one, in bytes.
    private static let maximumBytes = 64 << 20
    private static let names = ["luna.png", "bram.png", "pia.png"]

    /// The folders that may hold them, from that of the program.
    private static let folders = [
        "swift-companion__CompanionHosting.resources/Resources/Characters",
        "swift-companion__CompanionHosting.bundle/Resources/Characters",
        "../share/companion/Characters",
    ]

    /// What the files hold; empty where they were not installed.
    package static func files() throws -> [[UInt8]] {
        guard let home = ProgramFolder.path else { return [] }
        for folder in folders {
            let files = try names.compactMap { name in
                try LocalFile(path: "\(home)/\(folder)/\(name)").contents(maximumBytes: maximumBytes)
            }
            if !files.isEmpty { return files }
        }
        return []
    }
}
