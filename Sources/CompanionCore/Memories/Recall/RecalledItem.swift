#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What a search of somebody's memory found.
public struct RecallResult: Sendable, Hashable {
    /// The best first.
    public var items: [RecalledItem]
    /// Parts of the search that were late or failed, in words for people; empty where all went well.
    public var omissions: [String]

    public init(items: [RecalledItem], omissions: [String] = []) {
        self.items = items
        self.omissions = omissions
    }
}

/// Something that was found, and why.
public struct RecalledItem: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        /// Something that is known about the person.
        case memory(Memory)
        /// Something that was said.
        case message(Message)
    }

    public var content: Content
    /// Why it was found.
    public var score: RecallScore

    public init(content: Content, score: RecallScore) {
        self.content = content
        self.score = score
    }

    /// The sentence, or what was said.
    public var text: String {
        switch content {
        case .memory(let memory): memory.text
        case .message(let message): message.text
        }
    }

    /// From when on it is true, or when it was said.
    public var date: Date {
        switch content {
        case .memory(let memory): memory.validAt
        case .message(let message): message.createdAt
        }
    }
}
