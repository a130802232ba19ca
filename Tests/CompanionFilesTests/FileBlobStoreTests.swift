import CompanionCore
import CompanionTesting
import Foundation
import Testing

@testable import CompanionFiles

@Suite("The blob store in a folder")
struct FileBlobStoreTests {
    @Test("It keeps the port's contract", arguments: BlobStoreConformance.checks)
    func conforms(_ check: BlobStoreConformance.Check) async throws {
        try await withFolder { try await check.run(on: try FileBlobStore(path: $0)) }
    }

    @Test("Another opening of the folder finds what was kept")
    func lasts() async throws {
        try await withFolder { folder in
            let head = try await FileBlobStore(path: folder).put([1, 2, 3], at: key("a/b"), in: scope)
            let other = try FileBlobStore(path: folder + "/")
            #expect(try await other.head(key("a/b"), in: scope) == head)
            #expect(try await other.bytes(of: key("a/b"), in: scope, maximumBytes: 3) == [1, 2, 3])
        }
    }

    @Test("What a dead process had begun is removed, what a living one writes is not")
    func abandoned() async throws {
        try await withFolder { folder in
            let store = try FileBlobStore(path: folder)
            try Data([1]).write(to: URL(fileURLWithPath: "\(folder)/unfinished/dead"))
            let file = try store.folder.makeUnfinished(named: "alive")
            _ = try FileBlobStore(path: folder)
            #expect(try names(in: "\(folder)/unfinished") == ["alive"])
            try file.write([1])
        }
    }

    @Test("A changed byte is noticed by who reads the whole")
    func damage() async throws {
        try await withFolder { folder in
            let store = try FileBlobStore(path: folder)
            try await store.put([UInt8](repeating: 7, count: 600_000), at: key("note"), in: .shared)
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(folder)/shared/note"))
            try file.seek(toOffset: 300_000)
            try file.write(contentsOf: [8])
            try file.close()
            await #expect(throws: CompanionError.self) {
                _ = try await store.bytes(of: key("note"), in: .shared, maximumBytes: 1 << 20)
            }
            #expect(try await store.bytes(of: key("note"), in: .shared, range: 0..<5, maximumBytes: 5).count == 5)
        }
    }

    @Test("A link in the folder is not followed")
    func links() async throws {
        try await withFolder { folder in
            let store = try FileBlobStore(path: "\(folder)/blobs")
            let outside = try FileBlobStore(path: "\(folder)/other")
            try await store.put([1], at: key("a"), in: .shared)
            try await outside.put([2], at: key("b"), in: .shared)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/blobs/shared/b", withDestinationPath: "\(folder)/other/shared/b")
            await #expect(throws: CompanionError.self) { _ = try await store.get(key("b"), in: .shared, range: nil) }
        }
    }

    @Test("When a person's last blob is deleted, nothing in the folder names them")
    func noTrace() async throws {
        try await withFolder { folder in
            let store = try FileBlobStore(path: folder)
            try await store.put([1], at: key("a"), in: scope)
            #expect(try names(in: "\(folder)/users").count == 1)
            try await store.delete(key("a"), in: scope)
            #expect(try names(in: "\(folder)/users").isEmpty)
            #expect(try names(in: "\(folder)/unfinished").isEmpty)
        }
    }

    private let scope = BlobScope.user(IdentifierGenerator().next())

    private func key(_ text: String) throws -> BlobKey { try #require(BlobKey(text)) }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "blobs-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
