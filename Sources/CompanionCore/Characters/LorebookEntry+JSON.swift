extension LorebookEntry {
    init(reading object: JSONObject, at path: String, warnings: inout CardWarnings) throws {
        self.init(keys: [], content: "")
        var reader = CharacterCardFieldReader(object, at: path, warnings: warnings)
        useRegex = reader.flag("use_regex") ?? false
        keys = try reader.texts("keys", isSplit: !useRegex) ?? []
        content = try reader.text("content") ?? ""
        extensions = reader.object("extensions") ?? [:]
        enabled = reader.flag("enabled") ?? true
        insertionOrder = reader.integer("insertion_order") ?? insertionOrder
        caseSensitive = reader.flag("case_sensitive")
        constant = reader.flag("constant")
        name = try reader.text("name")
        priority = reader.integer("priority")
        id = reader.value("id") { value in value.number.map(ID.number) ?? value.string.map(ID.text) }
        comment = try reader.text("comment")
        selective = reader.flag("selective")
        secondaryKeys = try reader.texts("secondary_keys", isSplit: true)
        position = reader.value("position") { $0.string.map(Position.init(rawValue:)) }
        unknownFields = reader.rest
        warnings = reader.warnings
    }

    /// The entry as it stands in a card of that version.
    func json(as version: CharacterCard.Version) -> JSONValue {
        var object: JSONObject = [:]
        switch id {
        case .number(let number): object["id"] = .number(number)
        case .text(let text): object["id"] = .string(text)
        case nil: break
        }
        object["keys"] = JSONValue(texts: keys)
        object["secondary_keys"] = secondaryKeys.map(JSONValue.init(texts:))
        object["comment"] = comment.map(JSONValue.string)
        object["content"] = .string(version == .v3 ? content : text)
        object["constant"] = constant.map(JSONValue.bool)
        object["selective"] = selective.map(JSONValue.bool)
        object["insertion_order"] = .number(JSONNumber(insertionOrder))
        object["priority"] = priority.map { .number(JSONNumber($0)) }
        object["enabled"] = .bool(enabled)
        object["position"] = position.map { .string($0.rawValue) }
        object["case_sensitive"] = caseSensitive.map(JSONValue.bool)
        object["name"] = name.map(JSONValue.string)
        // Only V3 requires it; without it a V2 reader would look for the expression's own characters anyway.
        if version == .v3 || useRegex { object["use_regex"] = .bool(useRegex) }
        object["extensions"] = .object(extensions)
        object.fill(from: unknownFields)
        return .object(object)
    }
}
