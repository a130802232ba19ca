extension ImportedChat {
    /// Reads the chats in a file of any program that is known here: SillyTavern (JSONL), Agnai, Ooba (the text generation
    /// web UI, old and new), CAI Tools (JSON, and its pages for reading offline), Risu. One file of CAI Tools holds several
    /// chats.
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
        let text = ForeignChat.offlinePage(bytes) ?? bytes[...]
        guard let object = try? JSONValue(parsing: text, limits: whole).object, object["mes"] == nil,
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
        if let histories = (object["histories"]?["histories"] ?? object["histories"])?.array {
            return histories.map { caiTools($0, object) }
        }
        if let histories = object["history"]?.array, object["charPic"] != nil || histories.first?.array != nil {
            return histories.map { caiToolsPage($0.array ?? []) }
        }
        if let messages = object["messages"]?.array { return [agnai(messages, object)] }
        if let pairs = (object["data_visible"] ?? object["visible"])?.array { return [ooba(pairs, object)] }
        if object["type"]?.string == "risuChat", let messages = object["data"]?["message"]?.array {
            return [risu(messages, object)]
        }
        return nil
    }

    static func append(
        _ author: Message.Author, _ texts: [String], selected: Int = 0, date: JSONValue?, name: String? = nil,
        place: Int,
        to chat: inout ImportedChat
    ) {
        let texts = texts.prefix(ChatService.maximumAlternatives).map { $0.replacing("\0", with: "") }
        guard texts.indices.contains(selected), !texts[selected].isBlank else {
            chat.remark(place, "has no text; left out")
            return
        }
        chat.messages.append(
            ImportedMessage(
                author: author, alternatives: Array(texts), selected: selected, date: ForeignDate.date(date),
                name: name))
    }

    private static func agnai(_ messages: [JSONValue], _ file: JSONObject) -> ImportedChat {
        // Agnai calls every file that it writes "Exported".
        let title = file["name"]?.string ?? ""
        var chat = ImportedChat(title: title == "Exported" ? "" : title)
        // The chat's own character goes by this name there; in a group there are others with identifiers of their own.
        let own = messages.first { $0["characterId"]?.string == "imported" }
        chat.characterName = own.flatMap(agnaiName)
        for (index, message) in messages.enumerated() {
            let isUser = message["userId"]?.string?.isEmpty == false
            let name = agnaiName(message)
            if isUser { chat.userName = chat.userName ?? name } else { chat.characterName = chat.characterName ?? name }
            let isOther = !isUser && own != nil && message["characterId"]?.string != "imported"
            let retries = (message["retries"]?.array ?? []).compactMap(\.string)
            append(
                isUser ? .user : .character, [message["msg"]?.string ?? ""] + retries,
                date: message["createdAt"] ?? message["updatedAt"],
                name: isOther && name != chat.characterName ? name : nil, place: index + 1, to: &chat)
        }
        return chat
    }

    private static func agnaiName(_ message: JSONValue) -> String? {
        [message["handle"], message["name"]].lazy.compactMap { $0?.string }.first { !$0.isBlank }
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
