extension Lorebook {
    /// A book that was read, and what there is to say about it.
    public struct Import: Sendable, Hashable {
        public var book: Lorebook
        /// What was read otherwise than it was written.
        public var warnings: [CharacterCard.Warning]

        /// Reads a stand-alone book (`lorebook_v3`), or one as it stands in a card; as leniently as a card. Books as
        /// SillyTavern, Agnai, NovelAI and Risu keep them are read too, with a warning that says so.
        ///
        /// - Throws: ``CompanionError`` with `invalidInput` where this is no book, `limitExceeded` where one of
        ///   ``CharacterCard/Limits`` is exceeded.
        public init(json: JSONValue) throws {
            let wrapped = json["spec"]?.string?.hasPrefix("lorebook") == true ? json["data"]?.object : nil
            let foreign = wrapped == nil ? ForeignLorebook(json) : nil
            guard let object = wrapped ?? foreign?.book ?? json.object, object["entries"] != nil else {
                throw CompanionError(
                    .invalidInput, "this JSON is no lorebook: expected 'spec' \"lorebook_v3\" and 'data' with 'entries'"
                )
            }
            var warnings = CardWarnings()
            if let foreign { warnings.append(path: "", "is a book as \(foreign.program) keeps it; read as one of V3") }
            book = try Lorebook(reading: object, at: wrapped == nil ? "" : "data", warnings: &warnings)
            self.warnings = warnings.list
        }

        /// Reads a book from JSON text in UTF-8; text that is no valid JSON is put right as a card's is.
        public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .init()) throws {
            let json = try LenientJSON(parsing: bytes, limits: limits)
            try self.init(json: json.value)
            warnings = json.remarks.map { .init(path: "", message: $0) } + warnings
        }
    }

    /// The book as a file of its own: `lorebook_v3`.
    public var standaloneJSON: JSONValue { ["spec": "lorebook_v3", "data": json(as: .v3)] }

    /// - Parameter read: The entries, where they were read already and an empty array stands for them.
    init(
        reading object: JSONObject, at path: String, entries read: [LorebookEntry]? = nil,
        warnings: inout CardWarnings
    ) throws {
        self.init()
        var reader = CharacterCardFieldReader(object, at: path, warnings: warnings)
        name = try reader.text("name")
        description = try reader.text("description")
        scanDepth = reader.integer("scan_depth")
        tokenBudget = reader.integer("token_budget")
        recursiveScanning = reader.flag("recursive_scanning")
        extensions = reader.object("extensions") ?? [:]
        let list = try reader.objects("entries", limit: CharacterCard.Limits.entries) ?? []
        entries =
            try read
            ?? list.map { item in
                try reader.withWarnings { try LorebookEntry(reading: item.object, at: item.path, warnings: &$0) }
            }
        unknownFields = reader.rest
        warnings = reader.warnings
    }

    /// The book as it stands in a card of that version; V1 has none, and gets V2's form.
    func json(as version: CharacterCard.Version) -> JSONValue {
        var object: JSONObject = [:]
        object["name"] = name.map(JSONValue.string)
        object["description"] = description.map(JSONValue.string)
        object["scan_depth"] = scanDepth.map { .number(JSONNumber($0)) }
        object["token_budget"] = tokenBudget.map { .number(JSONNumber($0)) }
        object["recursive_scanning"] = recursiveScanning.map(JSONValue.bool)
        object["extensions"] = .object(extensions)
        object["entries"] = .array(entries.map { $0.json(as: version) })
        object.fill(from: unknownFields)
        return .object(object)
    }
}
