/// Books as other programs keep them in files of their own, put into the form of the specification.
///
/// SillyTavern's worlds (`entries` by number, each with `key` and `keysecondary`), Agnai's memory books (`keywords` and
/// `entry`), NovelAI's lorebooks (`lorebookVersion`) and Risu's (`type` "risu"). What has no place in the specification
/// goes into the entry's `extensions` under its own name.
struct ForeignLorebook {
    /// The book in the form of the specification.
    let book: JSONObject
    /// Whose form it was.
    let program: String

    /// Nil where it is none of these.
    init?(_ json: JSONValue) {
        guard let object = json.object else { return nil }
        let list = object["type"]?.string == "risu" ? object["data"] : object["entries"]
        guard let entries = list.map({ $0.array ?? $0.object?.map(\.value) ?? [] }), let first = entries.first?.object,
            let form = Form.all.first(where: { form in form.signs.allSatisfy { first[$0] != nil } })
        else { return nil }
        program = form.program
        var book = object
        for key in ["entries", "data", "type"] where key == "entries" || form.program == "Risu" { book[key] = nil }
        book["entries"] = .array(entries.map { $0.object.map { .object(form.translated($0)) } ?? $0 })
        self.book = book
    }

    private struct Form: Sendable {
        var program: String
        /// Members by which an entry is known.
        var signs: [String]
        /// Their names, and those of the specification.
        var names: [(theirs: String, ours: String)]

        static let all = [
            Form(
                program: "SillyTavern", signs: ["key", "content", "uid"],
                names: [
                    ("key", "keys"), ("keysecondary", "secondary_keys"), ("content", "content"), ("comment", "comment"),
                    ("order", "insertion_order"), ("constant", "constant"), ("selective", "selective"), ("uid", "id"),
                    ("disable", "enabled"), ("caseSensitive", "case_sensitive"),
                ]),
            Form(
                program: "Agnai", signs: ["keywords", "entry"],
                names: [
                    ("keywords", "keys"), ("entry", "content"), ("name", "name"), ("weight", "insertion_order"),
                    ("priority", "priority"), ("enabled", "enabled"),
                ]),
            Form(
                program: "NovelAI", signs: ["text", "keys", "displayName"],
                names: [("keys", "keys"), ("text", "content"), ("displayName", "name"), ("enabled", "enabled")]),
            Form(
                program: "Risu", signs: ["key", "content", "insertorder"],
                names: [
                    ("key", "keys"), ("secondkey", "secondary_keys"), ("content", "content"), ("comment", "comment"),
                    ("insertorder", "insertion_order"), ("alwaysActive", "constant"), ("selective", "selective"),
                    ("useRegex", "use_regex"),
                ]),
        ]

        func translated(_ entry: JSONObject) -> JSONObject {
            var rest = entry
            var result: JSONObject = [:]
            for (theirs, ours) in names {
                guard let value = rest[theirs] else { continue }
                rest[theirs] = nil
                // Off, rather than on.
                result[ours] = theirs == "disable" ? value.bool.map { .bool(!$0) } ?? value : value
            }
            if program == "SillyTavern", let position = rest["position"]?.integer {
                result["position"] = position == 0 ? "before_char" : "after_char"
                // Keys between slashes are expressions, others are not: marked as its cards are.
                if rest["selectiveLogic"] == nil { rest["selectiveLogic"] = 0 }
            }
            let extensions = rest["extensions"]?.object
            if extensions != nil { rest["extensions"] = nil }
            var all = extensions ?? [:]
            all.fill(from: rest)
            result["extensions"] = .object(all)
            return result
        }
    }
}
