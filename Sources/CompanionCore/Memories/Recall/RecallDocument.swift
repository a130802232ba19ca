/// What recall can find: something that was said, or something that is known.
enum RecallDocument: Sendable, Hashable {
    case message(Message.ID)
    case memory(Memory.ID)
}

extension RecallDocument: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.message(let a), .message(let b)): a < b
        case (.memory(let a), .memory(let b)): a < b
        case (.message, .memory): true
        case (.memory, .message): false
        }
    }
}
