/// One exchange of a card's example dialogues.
struct Exchange: Sendable, Hashable {
    /// What the person said; empty where the character speaks first.
    var said: String
    var reply: String
    /// False where it goes on with the exchange before it.
    var isOpening = true
}

/// Reads example dialogues: lines such as `Ada: Hello!`, parted by lines `<START>`.
struct ExampleDialogue {
    /// How many exchanges are read.
    private static let maximumCount = 500

    private(set) var exchanges: [Exchange] = []

    private let character: String?
    private let user: String?
    private var said: [String] = []
    private var reply: [String] = []
    private var isReplying = false
    /// The first speaker, who counts as the person where no name is known.
    private var person: String?
    private var isOpening = true

    /// - Parameters:
    ///   - character: The character's name; nil takes the second speaker for the character.
    ///   - user: The person's name; nil takes everybody else for the person.
    init(_ text: String, character: String?, user: String?) {
        self.character = character
        self.user = user
        for line in text.split(whereSeparator: \.isNewline) {
            guard exchanges.count < Self.maximumCount else { return }
            read(line.trimmed)
        }
        endExchange()
    }

    private mutating func read(_ line: String) {
        if line.uppercased().hasPrefix("<START>") {
            endExchange()
            isOpening = true
        } else if let (speaker, text) = spoken(line) {
            person = person ?? speaker
            if isCharacter(speaker) {
                isReplying = true
                reply.append(text)
            } else {
                if isReplying { endExchange() }
                said.append(text)
            }
        } else if isReplying {
            reply.append(line)
        } else if !said.isEmpty {
            said.append(line)
        }
    }

    private mutating func endExchange() {
        let text = reply.joined(separator: "\n").trimmed
        if !text.isEmpty {
            exchanges.append(Exchange(said: said.joined(separator: "\n"), reply: text, isOpening: isOpening))
            isOpening = false
        }
        said = []
        reply = []
        isReplying = false
    }

    private func isCharacter(_ speaker: String) -> Bool {
        if speaker.lowercased() == "{{char}}" { return true }
        if let character { return speaker.lowercased() == character.lowercased() }
        if let user { return speaker.lowercased() != user.lowercased() }
        return speaker.lowercased() != person?.lowercased()
    }

    /// The speaker and the words of a line that has a speaker.
    private func spoken(_ line: String) -> (speaker: String, text: String)? {
        guard let colon = line.firstIndex(of: ":"), line[..<colon].count <= 40 else { return nil }
        let speaker = line[..<colon].trimmed
        let isKnown = [character, user, "{{user}}", "{{char}}"].contains { $0?.lowercased() == speaker.lowercased() }
        // Where both names are known, "Listen: …" is no speaker.
        guard isKnown || character == nil || user == nil, !speaker.isEmpty,
            !speaker.contains(where: { ".!?\"".contains($0) })
        else { return nil }
        return (speaker, line[line.index(after: colon)...].trimmed)
    }
}
