/// What one line of a chat asks for.
enum ChatLine: Sendable, Hashable {
    case nothing
    case message(String)
    case command(ChatCommand)
    /// A slash and a word that is no command, and the command that was meant perhaps.
    case unknown(String, nearest: String?)
    /// A command with something that it can't use.
    case misused(ChatCommandWord)

    init(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }) else {
            self = .nothing
            return
        }
        guard line.hasPrefix("/") else {
            self = .message(line)
            return
        }
        if line.hasPrefix("//") {
            self = .message(String(line.dropFirst()))
            return
        }
        let end = line.firstIndex(where: \.isWhitespace) ?? line.endIndex
        let name = String(line[..<end].dropFirst())
        let argument = line[end...].trimmed
        guard let word = Self.word(name) else {
            let nearest = NearestName.of(name, among: ChatCommandWord.allCases.map(\.rawValue))
            self = .unknown(name, nearest: nearest)
            return
        }
        self = Self.command(word, argument).map { .command($0) } ?? .misused(word)
    }

    private static func word(_ name: String) -> ChatCommandWord? {
        switch name.lowercased() {
        case "exit": .quit
        case "?": .help
        case let name: ChatCommandWord(rawValue: name)
        }
    }

    private static func command(_ word: ChatCommandWord, _ argument: String) -> ChatCommand? {
        let text = argument.isEmpty ? nil : argument
        if word.arguments.isEmpty, text != nil { return nil }
        switch word {
        case .help: return .help
        case .regenerate: return .regenerate
        case .goOn: return .goOn
        case .swipe: return swipe(argument).map { .swipe($0) }
        case .edit: return edit(argument)
        case .delete: return .delete
        case .undo: return .undo
        case .fork: return .fork(title: text)
        case .prompt: return .prompt
        case .persona: return .persona(text)
        case .character:
            guard text == nil || text?.lowercased() == "newest" else { return nil }
            return .character(newest: text != nil)
        case .title: return .title(text)
        case .chats: return .chats(text)
        case .new: return .new
        case .history:
            guard let text else { return .history(20) }
            return Int(text).flatMap { (1...500).contains($0) ? .history($0) : nil }
        case .memories: return .memories(text)
        case .why: return .why
        case .remember: return text.map { .remember($0) }
        case .forget: return text.map { .forget($0) }
        case .quit: return .quit
        }
    }

    private static func swipe(_ argument: String) -> ChatCommand.Swipe? {
        switch argument.lowercased() {
        case "", "next", "n": .next
        case "prev", "previous", "p": .previous
        case let text: Int(text).flatMap { $0 >= 1 ? .number($0) : nil }
        }
    }

    private static func edit(_ argument: String) -> ChatCommand {
        let end = argument.firstIndex(where: \.isWhitespace) ?? argument.endIndex
        let isReply = argument[..<end] == ChatCommand.EditTarget.reply.rawValue
        let text = isReply ? argument[end...].trimmed : argument
        return .edit(isReply ? .reply : .message, text.isEmpty ? nil : text)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }
}
