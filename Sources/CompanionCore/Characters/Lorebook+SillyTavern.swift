extension Lorebook {
    /// The book as a file of SillyTavern's "World Info": what ``Import`` reads again as the same entries.
    ///
    /// What it keeps in an entry's `extensions` stands beside the other members, under the names that its files have.
    /// Keys of entries with ``LorebookEntry/useRegex`` stand between slashes, as it marks expressions.
    public var sillyTavernJSON: JSONValue {
        var object = unknownFields
        object["entries"] = nil
        object["name"] = name.map(JSONValue.string)
        object["description"] = description.map(JSONValue.string)
        object["scan_depth"] = scanDepth.map { .number(JSONNumber($0)) }
        object["token_budget"] = tokenBudget.map { .number(JSONNumber($0)) }
        object["recursive_scanning"] = recursiveScanning.map(JSONValue.bool)
        if !extensions.isEmpty { object["extensions"] = .object(extensions) }
        var list = JSONObject()
        for (index, entry) in entries.enumerated() { list["\(index)"] = entry.sillyTavernJSON(at: index) }
        object["entries"] = .object(list)
        return .object(object)
    }
}

extension LorebookEntry {
    /// Its cards write words apart, its files together.
    private static let fileNames = [
        "exclude_recursion": "excludeRecursion", "prevent_recursion": "preventRecursion",
        "delay_until_recursion": "delayUntilRecursion", "display_index": "displayIndex",
        "group_override": "groupOverride", "group_weight": "groupWeight", "scan_depth": "scanDepth",
        "case_sensitive": "caseSensitive", "match_whole_words": "matchWholeWords",
        "use_group_scoring": "useGroupScoring", "automation_id": "automationId", "ignore_budget": "ignoreBudget",
    ]

    fileprivate func sillyTavernJSON(at index: Int) -> JSONValue {
        var object = JSONObject()
        if case .number(let number) = id {
            object["uid"] = .number(number)
        } else {
            object["uid"] = .number(JSONNumber(index))
        }
        let isExpression = useRegex && !LorebookExtras(extensions).isSillyTavern
        object["key"] = JSONValue(texts: isExpression ? keys.map(Self.delimited) : keys)
        object["keysecondary"] = JSONValue(texts: secondaryKeys ?? [])
        object["comment"] = .string(comment ?? name ?? "")
        object["content"] = .string(content)
        object["constant"] = .bool(constant == true && !isExpression)
        object["selective"] = .bool(selective ?? false)
        object["order"] = .number(JSONNumber(insertionOrder))
        object["position"] = .number(JSONNumber(position == .beforeCharacter ? 0 : 1))
        object["disable"] = .bool(!enabled)
        object["selectiveLogic"] = 0
        object["caseSensitive"] = caseSensitive.map(JSONValue.bool)
        for (key, value) in extensions where !value.isNull { object[Self.fileNames[key] ?? key] = value }
        return .object(object)
    }

    private static func delimited(_ key: String) -> String {
        if BoundedRegex.delimited(key) != nil { return key }
        // A slash that is not escaped would end the expression.
        var text = ""
        var isEscaped = false
        for character in key {
            if character == "/", !isEscaped { text += "\\" }
            isEscaped = character == "\\" && !isEscaped
            text.append(character)
        }
        return "/\(text)/i"
    }
}
