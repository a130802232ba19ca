import CompanionCore
import Testing

@testable import CompanionCLI

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

struct HistoryFileTests {
    /// Runs `body` with the path of a new directory, which goes away afterwards with all that is in it.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let files = FileManager.default
        let directory = files.temporaryDirectory.appending(path: "companion-\(UUID().uuidString)")
        try files.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? files.removeItem(at: directory) }
        try body(directory.path)
    }

    @Test("Lines come back in their order, those of other programs too, in a file for the owner only")
    func appends() throws {
        try withDirectory { directory in
            let file = HistoryFile(path: directory + "/history")
            let none = try file.load()
            #expect(none == History())
            try file.append(["one", "two\nlines"])
            try HistoryFile(path: file.path).append(["three"])
            let history = try file.load()
            #expect(history.entries == ["one", "two\nlines", "three"])
            var status = stat()
            #expect(stat(file.path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            let left = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(left == ["history"])
        }
    }

    @Test("Of a file that is too large the newest whole lines are read, and bytes that are no text do no harm")
    func damaged() throws {
        try withDirectory { directory in
            let file = HistoryFile(path: directory + "/history")
            let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
            let long = Array(repeating: UInt8(ascii: "x"), count: History.maximumBytes * 2 / 3) + [UInt8(ascii: "\n")]
            let bytes = long + long + Array("ok\n\u{FF}".utf8) + [0xFF]
            #expect(write(descriptor, bytes, bytes.count) == bytes.count)
            close(descriptor)
            let history = try file.load()
            #expect(history.entries.map(\.utf8.count) == [long.count - 1, 2, 5])
            #expect(history.entries.suffix(2) == ["ok", "\u{FF}\u{FFFD}"])
        }
    }

    @Test("What can't be read or written is an error that names the path")
    func errors() throws {
        try withDirectory { directory in
            #expect(throws: CompanionError.self) { _ = try HistoryFile(path: directory).load() }
            let file = HistoryFile(path: directory + "/none/history")
            let none = try file.load()
            #expect(none == History())
            let error = #expect(throws: CompanionError.self) { try file.append(["x"]) }
            #expect(error?.message.contains(file.path) == true)
        }
    }
}
