extension ForeignChat {
    /// A chat among those of one file.
    static func caiTools(_ history: JSONValue, _ file: JSONObject) -> ImportedChat {
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
            let text = message["text"]?.string ?? ""
            // Behind the reply that counts stand those that were passed over.
            if message["is_alternative"]?.bool == true, !isHuman, !text.isBlank,
                chat.messages.last?.author == .character,
                let last = chat.messages.indices.last,
                chat.messages[last].alternatives.count < ChatService.maximumAlternatives
            {
                chat.messages[last].alternatives.append(text.replacing("\0", with: ""))
                continue
            }
            append(isHuman ? .user : .character, [text], date: message["created"], place: index + 1, to: &chat)
        }
        return chat
    }

    /// A chat of a page for reading offline, whose texts are escaped as in an address.
    static func caiToolsPage(_ messages: [JSONValue]) -> ImportedChat {
        var chat = ImportedChat()
        for (index, message) in messages.enumerated() {
            let isUser = message["isUser"]?.bool ?? false
            let name = message["name"]?.string
            if isUser { chat.userName = chat.userName ?? name } else { chat.characterName = chat.characterName ?? name }
            append(
                isUser ? .user : .character, [unescaped(message["message"]?.string ?? "")], date: nil,
                place: index + 1, to: &chat)
        }
        return chat
    }

    /// The JSON in a page for reading offline; nil where the bytes are no such page.
    static func offlinePage(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        guard bytes.first(where: { $0 > 0x20 && $0 < 0x80 }) == UInt8(ascii: "<") else { return nil }
        let mark = Array("JSON.parse(`".utf8)
        var start = bytes.startIndex
        while let found = bytes[start...].firstIndex(of: mark[0]) {
            if bytes[found...].starts(with: mark) {
                let text = bytes[(found + mark.count)...]
                return text.firstIndex(of: UInt8(ascii: "`")).map { text[..<$0] }
            }
            start = found + 1
        }
        return nil
    }

    /// The text with each `%` and two hexadecimal digits as the byte that they are; as it is where that is no text.
    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let escaped = Array(text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(escaped.count)
        var place = 0
        while place < escaped.count {
            if escaped[place] == UInt8(ascii: "%"), place + 2 < escaped.count,
                let byte = UInt8(String(decoding: escaped[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                place += 3
            } else {
                bytes.append(escaped[place])
                place += 1
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? text
    }
}
