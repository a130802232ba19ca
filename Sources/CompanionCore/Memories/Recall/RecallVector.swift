#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How memories and messages are named in the vector store, and what they can be filtered by.
enum RecallVector {
    /// The character that alone may know it; none where every character may.
    private static let character = "character"
    /// True where every character may know it.
    private static let isShared = "shared"

    static func name(of document: RecallDocument) -> String {
        switch document {
        case .memory(let id): "memory/\(id)"
        case .message(let id): "message/\(id)"
        }
    }

    /// Nil for a name that is none of ours.
    static func document(named name: String) -> RecallDocument? {
        let parts = name.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "memory": return Memory.ID(String(parts[1])).map(RecallDocument.memory)
        case "message": return Message.ID(String(parts[1])).map(RecallDocument.message)
        default: return nil
        }
    }

    /// - Parameter character: Who alone may know it; nil: every character.
    static func metadata(for character: CompanionCharacter.ID?) -> [String: VectorMetadata] {
        character.map { [Self.character: .string($0.description)] } ?? [isShared: .boolean(true)]
    }

    /// What that character may know.
    static func filter(for character: CompanionCharacter.ID) -> VectorFilter {
        .any([.equal(Self.character, .string(character.description)), .equal(isShared, .boolean(true))])
    }
}
