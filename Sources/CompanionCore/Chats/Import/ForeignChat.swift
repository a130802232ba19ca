extension ImportedChat {
    /// Reads the chats in a file of any program that is known here: SillyTavern (JSONL), Agnai, Ooba (the text generation
    /// web UI), CAI Tools, Risu. One file of CAI Tools holds several chats.
    ///
    /// What can't be read is left out with a remark; the rest is kept.
    ///
    /// - Throws: ``CompanionError`` with `invalidInput` where nothing in it is a chat, `limitExceeded` where one of `limits`
    ///   is exceeded.
    public static func read(_ bytes: some Collection<UInt8>, limits: Limits = .init()) throws -> [ImportedChat] {
        guard bytes.count <= limits.fileBytes else {
            throw CompanionError(.limitExceeded, "the file is larger than the limit of \(limits.fileBytes) bytes")
        }
        let bytes = Array(bytes)
        let whole = JSONLimits(depth: limits.line.depth, bytes: limits.fileBytes, values: 4_000_000)
        // Of several lines, the first is no whole text: this costs no more than reading that line.
        guard let object = try? JSONValue(parsing: bytes, limits: whole).object, object["mes"] == nil,
            let chats = ForeignChat.chats(in: object)
        else { return [try ImportedChat(sillyTavern: bytes, limits: limits)] }
        let found = chats.filter { !$0.messages.isEmpty }
        guard !found.isEmpty else { throw CompanionError(.invalidInput, "this file holds no chat messages") }
        guard found.allSatisfy({ $0.messages.count <= limits.messages }) else {
            throw CompanionError(.limitExceeded, "a chat has more than the limit of \(limits.messages) messages")
        }
        return found
    }
}

/// The shapes of chats that are one JSON text.
enum ForeignChat {
    /// Nil where it is none of them.
    static func chats(in object: JSONObject) -> [ImportedChat]? {
        if let histories = object["histories"]?["histories"]?.array {
            return histories.map { caiTools($0, object) }
        }
        if let messages = object["messages"]?.array { return [agnai(messages, object)] }
        if let pairs = (object["data_visible"] ?? object["visible"])?.array { return [ooba(pairs)] }
        if object["type"]?.string == "risuChat", let messages = object["data"]?["message"]?.array {
            return [risu(messages, object)]
        }
        return nil
    }

    private static func append(
        _ author: Message.Author, _ texts: [String], selected: Int = 0, date: JSONValue?, place: Int,
        to chat: inout ImportedChat
    ) {
        let texts = texts.prefix(ChatService.maximumAlternatives).map { $0.replacing("\0", with: "") }
        guard texts.indices.contains(selected), !texts[selected].isBlank else {
            chat.remark(place, "has no text; left out")
            return
        }
        chat.messages.append(
            ImportedMessage(
                author: author, alternatives: Array(texts), selected: selected, date: ForeignDate.date(date)))
    }

    private static func caiTools(_ history: JSONValue, _ file: JSONObject) -> ImportedChat {
        var chat = ImportedChat(
            characterName: file["info"]?["character"]?["name"]?.string, createdAt: ForeignDate.date(history["created"]))
        for (index, message) in (history["msgs"]?.array ?? []).enumerated() {
            let isHuman = message["src"]?["is_human"]?.bool ?? false
            let name = message["src"]?["name"]?.string
            if isHuman {
                chat.userName = chat.userName ?? name
            } else {
                chat.characterName = chat.characterName ?? name
            }
            append(
                isHuman ? .user : .character, [message["text"]?.string ?? ""], date: message["created"],
                place: index + 1, to: &chat)
        }
        return chat
    }

    private static func agnai(_ messages: [JSONValue], _ file: JSONObject) -> ImportedChat {
        var chat = ImportedChat(title: file["name"]?.string ?? "")
        for (index, message) in messages.enumerated() {
            let isUser = message["userId"]?.string?.isEmpty == false
            let retries = (message["retries"]?.array ?? []).compactMap(\.string)
            append(
                isUser ? .user : .character, [message["msg"]?.string ?? ""] + retries,
                date: message["createdAt"] ?? message["updatedAt"], place: index + 1, to: &chat)
            guard let name = message["handle"]?.string ?? message["name"]?.string else { continue }
            if isUser { chat.userName = chat.userName ?? name } else { chat.characterName = chat.characterName ?? name }
        }
        return chat
    }

    /// Pairs of what the person and the character said; the person's is empty, or a mark, before a greeting.
    private static func ooba(_ pairs: [JSONValue]) -> ImportedChat {
        var chat = ImportedChat()
        for (index, pair) in pairs.enumerated() {
            let texts = pair.array?.map(\.string) ?? []
            for (author, text) in zip([Message.Author.user, .character], texts) {
                guard let text, !text.isBlank, text != "<|BEGIN-VISIBLE-CHAT|>" else { continue }
                append(author, [text], date: nil, place: index + 1, to: &chat)
            }
            if texts.isEmpty { chat.remark(index + 1, "is no pair of texts; left out") }
        }
        return chat
    }

    private static func risu(_ messages: [JSONValue], _ file: JSONObject) -> ImportedChat {
        var chat = ImportedChat(title: file["data"]?["name"]?.string ?? "")
        for (index, message) in messages.enumerated() {
            append(
                message["role"]?.string == "user" ? .user : .character, [message["data"]?.string ?? ""],
                date: message["time"], place: index + 1, to: &chat)
        }
        return chat
    }
}
