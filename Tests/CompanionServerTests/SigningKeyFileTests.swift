import CompanionCore
import CompanionJWT
import Foundation
import Testing

@testable import CompanionServer

struct SigningKeyFileTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/companion-key-\(UUID().uuidString)"

    @Test("A key is made once, for its owner alone, and kept")
    func made() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = SigningKeyFile(path: "\(folder)/key.pem")
        let first = try file.keys(makes: true)
        let again = try file.keys(makes: false)
        #expect(first.map(\.identifier) == again.map(\.identifier))
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["key.pem"])
    }

    @Test("A file that was named must be there, and hold keys")
    func named() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = SigningKeyFile(path: "\(folder)/key.pem")
        #expect(throws: CompanionError.self) { try file.keys(makes: false) }
        #expect(throws: CompanionError.self) { try SigningKeyFile.keys(in: "no key") }
    }

    @Test("Keys of earlier days stand behind the one that signs")
    func several() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let paths = ["\(folder)/a.pem", "\(folder)/b.pem"]
        let names = try paths.map { try SigningKeyFile(path: $0).keys(makes: true)[0].identifier }
        let text = try paths.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined(separator: "\n")
        #expect(try SigningKeyFile.keys(in: text).map(\.identifier) == names)
    }
}
