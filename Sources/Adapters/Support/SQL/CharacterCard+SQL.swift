internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension CharacterCard {
    /// The card as it is stored.
    var storedJSON: String {
        get throws { String(decoding: try JSONEncoder().encode(["name": name]), as: UTF8.self) }
    }

    init(storedJSON text: String) throws {
        do {
            let members = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
            self.init(name: members["name"] ?? "")
        } catch {
            throw SQLFailure(.corrupt, underlying: error)
        }
    }
}
