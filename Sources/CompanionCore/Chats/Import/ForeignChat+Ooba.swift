extension ForeignChat {
    /// Pairs of what the person and the character said; the person's is empty, or a mark, before a greeting.
    ///
    /// What was shown is taken rather than what the model was given. Newer versions keep it as HTML, and beside it when each
    /// message was said and what else was said in its place.
    static func ooba(_ pairs: [JSONValue], _ file: JSONObject) -> ImportedChat {
        var chat = ImportedChat()
        let given = (file["data_visible"] != nil ? file["data"] : file["internal"])?.array ?? []
        for (index, pair) in pairs.enumerated() {
            let texts = pair.array ?? []
            if texts.isEmpty { chat.remark(index + 1, "is no pair of texts; left out") }
            let sources = index < given.count ? given[index].array ?? [] : []
            for (side, shown) in texts.prefix(2).enumerated() {
                let text = plainText(shown: shown, given: side < sources.count ? sources[side] : nil)
                guard let text, !text.isBlank else { continue }
                let about = file["metadata"]?["\(side == 0 ? "user" : "assistant")_\(index)"]
                var alternatives = (about?["versions"]?.array ?? []).compactMap { version in
                    plainText(shown: version["visible_content"], given: version["content"])
                }
                let current = about?["current_version_index"]?.integer ?? 0
                var selected = alternatives.indices.contains(current) && alternatives[current] == text ? current : nil
                selected = selected ?? alternatives.lastIndex(of: text)
                if selected == nil { alternatives.append(text) }
                let chosen = alternatives.window(
                    around: selected ?? alternatives.count - 1, of: ChatService.maximumAlternatives)
                append(
                    side == 0 ? .user : .character, chosen.texts, selected: chosen.selected,
                    date: about?["timestamp"], place: index + 1, to: &chat)
            }
        }
        return chat
    }

    /// A text of the web UI, without the HTML that newer versions put around characters; nil for what is no text.
    private static func plainText(shown: JSONValue?, given: JSONValue?) -> String? {
        guard let shown = shown?.string, shown != "<|BEGIN-VISIBLE-CHAT|>" else { return nil }
        // Where the model was given the same, older versions kept it as it was.
        guard shown.utf8.contains(UInt8(ascii: "&")), shown != given?.string else { return shown }
        return shown.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#x27;", with: "'").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }
}

extension [String] {
    /// At most `limit` of the texts that are not blank, the selected one among them.
    fileprivate func window(around selected: Int, of limit: Int) -> (texts: [String], selected: Int) {
        let start = Swift.max(0, Swift.min(selected - limit / 2, count - limit))
        var (texts, place): ([String], Int) = ([], 0)
        for index in start..<Swift.min(count, start + limit) where index == selected || !self[index].isBlank {
            if index == selected { place = texts.count }
            texts.append(self[index])
        }
        return (texts, place)
    }
}
