#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ImportedChat {
    /// Reads a chat as SillyTavern keeps it: JSON, one message a line (JSONL), after a line about the chat.
    ///
    /// A line that can't be read, and a message of the program itself, is left out with a remark; the rest is kept.
    /// So are messages that were hidden from the model, and all "swipes". Times without a zone are taken as UTC.
    ///
    /// - Throws: ``CompanionError`` with `invalidInput` where nothing in it is a message, `limitExceeded` where one of
    ///   `limits` is exceeded.
    public init(sillyTavern bytes: some Collection<UInt8>, limits: Limits = .init()) throws {
        guard bytes.count <= limits.fileBytes else {
            throw CompanionError(.limitExceeded, "the file is larger than the limit of \(limits.fileBytes) bytes")
        }
        let bytes = Array(bytes)
        var reader = SillyTavernReader()
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            line += 1
            try reader.read(bytes[start..<end], line: line, limits: limits)
            start = end + 1
        }
        self = try reader.finish()
    }
}

/// Puts a chat together line by line.
private struct SillyTavernReader {
    private var chat = ImportedChat()
    /// Whether a line about the chat, or a message, was read.
    private var isBegun = false
    /// The name that each message of a character has, until it is known who the character is.
    private var names: [String?] = []
    private var nameCounts: [String: Int] = [:]

    mutating func read(_ bytes: ArraySlice<UInt8>, line: Int, limits: ImportedChat.Limits) throws {
        guard bytes.contains(where: { $0 > UInt8(ascii: " ") }) else { return }
        let object: JSONObject
        do {
            guard let read = try JSONValue(parsing: bytes, limits: limits.line).object else {
                chat.remark(line, "is no object; left out")
                return
            }
            object = read
        } catch let error as CompanionError {
            chat.remark(line, "\(error.message); left out")
            return
        }
        if object["mes"] == nil, !isBegun || object["chat_metadata"] != nil {
            isBegun = true
            readHeader(object)
            return
        }
        guard let message = message(object, line: line) else { return }
        guard chat.messages.count < limits.messages else {
            throw CompanionError(.limitExceeded, "the chat has more than the limit of \(limits.messages) messages")
        }
        isBegun = true
        chat.messages.append(message)
        let name = message.author == .character ? message.name : nil
        names.append(name)
        if let name { nameCounts[name, default: 0] += 1 }
    }

    /// Newer versions write "unused" for the names.
    private mutating func readHeader(_ object: JSONObject) {
        func name(_ key: String) -> String? {
            object[key]?.string.flatMap { $0.isBlank || $0 == "unused" ? nil : $0 }
        }
        chat.userName = chat.userName ?? name("user_name")
        chat.characterName = chat.characterName ?? name("character_name")
        chat.createdAt = chat.createdAt ?? ForeignDate.date(object["create_date"])
    }

    private mutating func message(_ object: JSONObject, line: Int) -> ImportedMessage? {
        let extra = object["extra"]
        let isUser = Self.flag(object["is_user"])
        let name = object["name"]?.string.flatMap { $0.isBlank ? nil : $0.replacing("\0", with: "").trimmed }
        if Self.flag(object["is_system"]), name == "SillyTavern System" || extra?["type"]?.string != nil {
            chat.remark(line, "is a message of the program itself; left out")
            return nil
        }
        let text = object["mes"]?.string
        guard let (texts, selected) = alternatives(text, object, line: line) else {
            chat.remark(line, "has no text; left out")
            return nil
        }
        let date = ForeignDate.date(object["send_date"]) ?? ForeignDate.date(object["gen_finished"])
        if date == nil, object["send_date"] != nil { chat.remark(line, "has a date that can't be read; left open") }
        if isUser, chat.userName == nil { chat.userName = name }
        return ImportedMessage(
            author: isUser ? .user : .character, alternatives: texts, selected: selected, date: date,
            name: isUser ? nil : name)
    }

    /// The swipes, and which of them counts: the one that the message shows, added where it is none of them.
    private mutating func alternatives(
        _ shown: String?, _ object: JSONObject, line: Int
    ) -> (texts: [String], selected: Int)? {
        func clean(_ text: String) -> String { text.utf8.contains(0) ? text.replacing("\0", with: "") : text }
        let shown = shown.map(clean)
        var texts = (object["swipes"]?.array ?? []).compactMap { $0.string.map(clean) }
        let index = object["swipe_id"]?.integer ?? 0
        var selected: Int
        if let shown, !shown.isBlank {
            if texts.indices.contains(index), texts[index] == shown {
                selected = index
            } else if let place = texts.firstIndex(of: shown) {
                selected = place
            } else {
                selected = texts.count
                texts.append(shown)
            }
        } else if texts.indices.contains(index), !texts[index].isBlank {
            selected = index
        } else {
            guard let place = texts.lastIndex(where: { !$0.isBlank }) else { return nil }
            selected = place
        }
        let maximum = ChatService.maximumAlternatives
        if texts.count > maximum {
            chat.remark(line, "has \(texts.count) swipes; \(maximum) are kept, the selected one among them")
            let start = max(0, min(selected - maximum / 2, texts.count - maximum))
            texts = Array(texts[start..<start + maximum])
            selected -= start
        }
        return (texts, selected)
    }

    private static func flag(_ value: JSONValue?) -> Bool {
        value?.bool ?? value?.integer.map { $0 != 0 } ?? (value?.string?.lowercased() == "true")
    }

    /// A name is kept with a message only where others than the character speak.
    mutating func finish() throws -> ImportedChat {
        guard !chat.messages.isEmpty else {
            throw CompanionError(
                .invalidInput,
                chat.remarks.first.map { "no line of this file is a chat message; \($0)" }
                    ?? "this file holds no chat messages")
        }
        if chat.characterName.map({ nameCounts[$0] == nil }) ?? true {
            let most = nameCounts.max { ($0.value, $1.key) < ($1.value, $0.key) }
            chat.characterName = most?.key ?? chat.characterName
        }
        for index in chat.messages.indices {
            let isOther = names[index] != nil && names[index] != chat.characterName
            chat.messages[index].name = isOther ? names[index] : nil
        }
        return chat
    }
}
