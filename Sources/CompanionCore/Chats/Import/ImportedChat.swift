#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A conversation as another program kept it.
public struct ImportedChat: Sendable, Hashable {
    /// A part of the file that was left out, or read otherwise than it was written.
    public struct Remark: Sendable, Hashable, CustomStringConvertible {
        /// The line in the file, or the message's place in it, from 1.
        public var line: Int
        /// What was found and what became of it; never the content.
        public var message: String

        public init(line: Int, message: String) {
            self.line = line
            self.message = message
        }

        public var description: String { "line \(line): \(message)" }
    }

    /// Empty where the file names none.
    public var title: String
    /// What the person is called in it; nil where unknown.
    public var userName: String?
    /// What the character is called in it; nil where unknown.
    public var characterName: String?
    public var createdAt: Date?
    public var messages: [ImportedMessage]
    /// What was skipped or changed, at most 100; ``remarkCount`` counts them all.
    public var remarks: [Remark]
    public var remarkCount: Int

    public init(
        title: String = "", userName: String? = nil, characterName: String? = nil, createdAt: Date? = nil,
        messages: [ImportedMessage] = []
    ) {
        self.title = title
        self.userName = userName
        self.characterName = characterName
        self.createdAt = createdAt
        self.messages = messages
        remarks = []
        remarkCount = 0
    }

    mutating func remark(_ line: Int, _ message: String) {
        remarkCount += 1
        if remarks.count < 100 { remarks.append(Remark(line: line, message: message)) }
    }

    /// The bounds within which a chat's file is read. What exceeds one is refused with `limitExceeded`.
    public struct Limits: Sendable, Hashable {
        /// The size of the file in bytes. Default 64 MiB.
        public var fileBytes: Int
        /// The most messages. Default ``ChatService/maximumImportedMessages``.
        public var messages: Int
        /// The bounds of each line's JSON, where one line is one message; a line that exceeds one is skipped.
        /// Default 8 MiB, 100,000 values, 64 deep.
        public var line: JSONLimits

        public init(
            fileBytes: Int = 64 << 20, messages: Int = ChatService.maximumImportedMessages,
            line: JSONLimits = .init(depth: 64, bytes: 8 << 20, values: 100_000)
        ) {
            self.fileBytes = fileBytes
            self.messages = messages
            self.line = line
        }
    }
}
