/// Why the write gate refused a candidate. A closed set that may grow: compare with the static members.
public struct MemoryRejection: Sendable, Hashable, CustomStringConvertible, CaseIterable {
    private enum Name: String, CaseIterable {
        case uncited, foreignLines, empty, tooLong, filler, instruction, unsupported, duplicate, forgotten, tooMany
        case unreadable, limit
    }
    private let name: Name
    private init(name: Name) { self.name = name }

    /// It cites no line.
    public static let uncited = MemoryRejection(name: .uncited)
    /// It cites a line of the character, a line that is context only, or one that there is not.
    public static let foreignLines = MemoryRejection(name: .foreignLines)
    /// Its text says nothing.
    public static let empty = MemoryRejection(name: .empty)
    /// Its text is longer than a memory may be, or has several lines.
    public static let tooLong = MemoryRejection(name: .tooLong)
    /// A greeting, a question, small talk, or words about the conversation itself.
    public static let filler = MemoryRejection(name: .filler)
    /// It tells a model what to do, such as to ignore its instructions.
    public static let instruction = MemoryRejection(name: .instruction)
    /// It names somebody, counts something or speaks of something that stands in no cited line.
    public static let unsupported = MemoryRejection(name: .unsupported)
    /// It is known already from the same messages.
    public static let duplicate = MemoryRejection(name: .duplicate)
    /// The person wanted it forgotten.
    public static let forgotten = MemoryRejection(name: .forgotten)
    /// It came after more candidates than one batch may have.
    public static let tooMany = MemoryRejection(name: .tooMany)
    /// The lines themselves could not be read by the extractor, whatever was tried.
    public static let unreadable = MemoryRejection(name: .unreadable)

    /// The person's tier allows no more memories.
    public static let limit = MemoryRejection(name: .limit)

    public static var allCases: [MemoryRejection] { Name.allCases.map(MemoryRejection.init(name:)) }
    public var description: String { name.rawValue }
}
