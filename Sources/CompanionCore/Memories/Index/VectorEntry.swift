/// What a vector of the index stands for.
///
/// The name of a message's vector holds a hash of its text, so that one look at the names tells what the index lacks and
/// what it has too much of.
enum VectorEntry: Sendable, Hashable {
    case memory(Memory.ID)
    case message(Message.ID, hash: UInt64)

    /// The key of a record's metadata that names its message.
    static let messageKey = "message"
    /// The key of a record's metadata that names its chat.
    static let chatKey = "chat"
    /// The key of a record's metadata that names the only character who may know it.
    static let characterKey = "character"
    /// The key of a record's metadata that is true where every character may know it.
    static let sharedKey = "shared"

    init(_ message: Message) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in message.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self = .message(message.id, hash: hash)
    }

    /// The name of its record.
    var name: String {
        switch self {
        case .memory(let id): "memory/\(id)"
        case .message(let id, let hash): "message/\(id)/\(String(hash, radix: 16))"
        }
    }

    /// Nil for a name that is none of ours.
    init?(_ name: String) {
        let parts = name.split(separator: "/")
        switch parts.first {
        case "memory" where parts.count == 2:
            guard let id = Memory.ID(String(parts[1])) else { return nil }
            self = .memory(id)
        case "message" where parts.count == 3:
            guard let id = Message.ID(String(parts[1])), let hash = UInt64(parts[2], radix: 16) else { return nil }
            self = .message(id, hash: hash)
        default: return nil
        }
    }

    /// What recall finds by it.
    var document: RecallDocument {
        switch self {
        case .memory(let id): .memory(id)
        case .message(let id, _): .message(id)
        }
    }

    /// What that character may know.
    static func filter(for character: CompanionCharacter.ID) -> VectorFilter {
        .any([.equal(characterKey, .string("\(character)")), .equal(sharedKey, .boolean(true))])
    }
}
