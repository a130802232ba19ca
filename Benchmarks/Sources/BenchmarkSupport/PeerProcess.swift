import Foundation

/// A program of `Scripts/peers` or `Benchmarks/Peers`, run in a Python environment that has what it needs.
public final class PeerProcess {
    private let process = Process()
    private let output = Pipe()
    private var unread: [UInt8] = []

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Threads of a Swift program block signals, and what they start would be deaf to its end.
    private static let starter = """
        import runpy, signal, sys
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        del sys.argv[0]
        runpy.run_path(sys.argv[0], run_name="__main__")
        """

    /// Nil, after having said why, where it can't be run.
    ///
    /// - Parameters:
    ///   - script: Its path below the root of the repository.
    ///   - environment: The folder of the Python environment, below the root too.
    public init?(_ script: String, _ arguments: [String] = [], environment: String = ".build/peers-venv") throws {
        let python = Self.root.appendingPathComponent(environment + "/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            print("\(script) is LEFT OUT: there is no \(environment); make test and Benchmarks/Peers/setup.sh make it.")
            return nil
        }
        process.executableURL = python
        process.arguments = ["-c", Self.starter, Self.root.appendingPathComponent(script).path] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// The pairs of the line that says that it is ready; nil where it says something else.
    public func ready() -> [String: String]? {
        while let line = line() {
            let words = line.split(separator: " ").map(String.init)
            guard words.first == "READY" else {
                if words.first == "SKIP" {
                    print("A peer is LEFT OUT: \(line.dropFirst(5)).")
                    return nil
                }
                continue
            }
            return Dictionary(
                words.dropFirst().compactMap { word in
                    word.firstIndex(of: "=").map { (String(word[..<$0]), String(word[word.index(after: $0)...])) }
                }, uniquingKeysWith: { first, _ in first })
        }
        return nil
    }

    /// The next line of its output; nil at the end.
    public func line() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            unread += more
        }
    }

    public func stop() { process.terminate() }
}
