#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension CharacterCard {
    /// A card that was read, and what there is to say about it.
    public struct Import: Sendable, Hashable {
        public var card: CharacterCard
        public var version: Version
        /// What was read otherwise than it was written. At most ``Limits/warnings`` and one.
        public var warnings: [Warning]

        /// Reads a card of any version from its JSON.
        ///
        /// Lenient: missing members get their defaults, null counts as missing, a number is taken as a text where a
        /// text is expected, a text where a list is, and so on, with a warning. A newer V3 is read as V3. A
        /// `data` that lacks one of V1's fields takes it from beside `data`, where many programs repeat them.
        ///
        /// - Throws: ``CompanionError`` with `invalidInput` where this is no card, `limitExceeded` where one of
        ///   ``Limits`` is exceeded.
        public init(json: JSONValue) throws {
            var warnings = CardWarnings()
            try self.init(CardDocument(json, warnings: &warnings), entries: nil, warnings: &warnings)
        }

        /// - Parameter entries: Those of the book, where an empty array stands for them in the document.
        private init(_ document: CardDocument, entries: [LorebookEntry]?, warnings: inout CardWarnings) throws {
            card = try CharacterCard(reading: document, entries: entries, warnings: &warnings)
            version = document.version
            if card.name.trimmingSpace.isEmpty { warnings.append(path: "name", "is missing") }
            self.warnings = warnings.list
        }

        /// Reads a card from JSON text in UTF-8; within `limits`, whose defaults suit cards.
        ///
        /// Text that is no valid JSON is put right, with a warning, where it is plain what was meant: UTF-16, Latin-1,
        /// UTF-8 encoded twice, `NaN`, commas before closing brackets, bare line breaks within texts.
        public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .init()) throws {
            var json = try LenientJSON(parsing: bytes, limits: limits, isCard: true)
            var warnings = CardWarnings()
            var document = try CardDocument(json.value, warnings: &warnings)
            if json.bookEntries != nil, document.path != "data" {
                // What was taken for a card's book is another thing that somebody keeps.
                json = try LenientJSON(parsing: bytes, limits: limits)
                warnings = CardWarnings()
                document = try CardDocument(json.value, warnings: &warnings)
            }
            try self.init(document, entries: json.bookEntries, warnings: &warnings)
            self.warnings = json.remarks.map { Warning(path: "", message: $0) } + self.warnings
        }
    }

    /// Reads a card of any version from its JSON; ``Import`` also tells the version and the warnings.
    public init(json: JSONValue) throws { self = try Import(json: json).card }

    /// Reads a card of any version from JSON text in UTF-8.
    public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .init()) throws {
        self = try Import(parsing: bytes, limits: limits).card
    }
}

/// A card's JSON taken apart, with the version that it seems to follow.
private struct CardDocument {
    let version: CharacterCard.Version
    /// The object that holds the character's fields, and where it stands.
    var data: JSONObject
    let path: String
    /// What stands beside `data`.
    var rest: JSONObject = [:]

    private static let newFieldsOfV2 = [
        "alternate_greetings", "character_book", "system_prompt", "post_history_instructions", "creator_notes",
        "character_version", "extensions",
    ]
    private static let newFieldsOfV3 = ["group_only_greetings", "nickname", "assets", "creator_notes_multilingual"]

    init(_ json: JSONValue, warnings: inout CardWarnings) throws {
        guard var top = json.object else { throw Self.noCard("expected an object") }
        let spec = top["spec"]?.string
        if spec?.hasPrefix("lorebook") == true { throw Self.noCard("it is a lorebook, to be imported as one") }

        let isNamed = spec?.hasPrefix("chara_card") == true
        if let wrapped = top["data"]?.object, isNamed || Self.looksLikeCard(wrapped) {
            version = Self.version(of: spec, top["spec_version"], holding: wrapped, warnings: &warnings)
            data = wrapped
            path = "data"
            for (key, _) in CharacterCard.fieldsOfV1 where data[key]?.isNull != false { data[key] = top[key] }
            top["data"] = nil
        } else {
            Self.translateOldNames(in: &top, warnings: &warnings)
            guard Self.looksLikeCard(top) || isNamed && top["name"] != nil else {
                throw Self.noCard("expected 'spec' and 'data', or the fields of a V1 card")
            }
            if spec != nil || Self.newFieldsOfV2.contains(where: { top[$0] != nil }) {
                version = Self.version(of: spec, top["spec_version"], holding: top, warnings: &warnings)
                warnings.append(path: "data", "is missing; its fields were found in the outer object")
                data = top
                path = ""
                for key in ["spec", "spec_version"] { data[key] = nil }
                top = [:]
            } else {
                version = .v1
                data = [:]
                path = ""
                for (key, _) in CharacterCard.fieldsOfV1 {
                    data[key] = top[key]
                    top[key] = nil
                }
            }
        }
        for key in ["spec", "spec_version"] where version != .v1 { top[key] = nil }
        rest = top
    }

    private static func looksLikeCard(_ object: JSONObject) -> Bool {
        object["name"] != nil && CharacterCard.fieldsOfV1.count { object[$0.key] != nil } > 1
    }

    private static func version(
        of spec: String?, _ specVersion: JSONValue?, holding data: JSONObject, warnings: inout CardWarnings
    ) -> CharacterCard.Version {
        switch spec {
        case "chara_card_v2": return .v2
        case "chara_card_v3":
            let number = specVersion?.double ?? specVersion?.string.flatMap(Double.init) ?? 3
            if number > 3 { warnings.append(path: "spec_version", "is newer than 3.0; what is new in it is only kept") }
            return .v3
        case nil: warnings.append(path: "spec", "is missing; guessed from the fields")
        default: warnings.append(path: "spec", "is unknown; guessed from the fields")
        }
        return newFieldsOfV3.contains { data[$0] != nil } ? .v3 : .v2
    }

    /// The names that the fields had before V1 was written down.
    private static func translateOldNames(in top: inout JSONObject, warnings: inout CardWarnings) {
        let names = [
            ("char_name", "name"), ("char_persona", "description"), ("world_scenario", "scenario"),
            ("char_greeting", "first_mes"), ("example_dialogue", "mes_example"),
        ]
        guard top["name"] == nil || top["char_name"] != nil else { return }
        for (old, new) in names where top[new]?.isNull != false {
            guard let value = top[old] else { continue }
            top[new] = value
            top[old] = nil
            warnings.append(path: old, "is an old name; read as '\(new)'")
        }
    }

    private static func noCard(_ reason: String) -> CompanionError {
        CompanionError(.invalidInput, "this JSON is no character card: \(reason)")
    }
}

extension CharacterCard {
    fileprivate init(
        reading document: CardDocument, entries: [LorebookEntry]?, warnings: inout CardWarnings
    ) throws {
        self.init(name: "")
        var reader = CharacterCardFieldReader(document.data, at: document.path, warnings: warnings)
        for (key, property) in Self.fieldsOfV1 { self[keyPath: property] = try reader.text(key) ?? "" }
        if document.version != .v1 {
            for (key, property) in Self.textsOfV2 { self[keyPath: property] = try reader.text(key) ?? "" }
            alternateGreetings = try reader.texts("alternate_greetings") ?? []
            groupOnlyGreetings = try reader.texts("group_only_greetings") ?? []
            tags = try reader.texts("tags", isSplit: true) ?? []
            extensions = reader.object("extensions") ?? [:]
            nickname = try reader.text("nickname")
            source = try reader.texts("source")
            creationDate = reader.date("creation_date")
            modificationDate = reader.date("modification_date")
            creatorNotesMultilingual = try reader.textsByKey("creator_notes_multilingual")
            if let list = try reader.objects("assets", limit: Limits.listElements) {
                assets = try list.map { item in
                    try reader.withWarnings { try Asset(reading: item.object, at: item.path, warnings: &$0) }
                }
            }
            if let object = reader.object("character_book") {
                let path = document.path.isEmpty ? "character_book" : "\(document.path).character_book"
                book = try reader.withWarnings {
                    try Lorebook(reading: object, at: path, entries: entries, warnings: &$0)
                }
            }
        }
        unknownFields = reader.rest
        unknownTopLevelFields = document.rest
        warnings = reader.warnings
    }
}

extension CharacterCardFieldReader {
    /// Seconds since 1970. 0 means unknown, and stays in `rest`.
    fileprivate mutating func date(_ key: String) -> Date? {
        if rest[key]?.integer == 0 { return nil }
        guard let seconds = number(key) else { return nil }
        // From here on it would be the year 5138: some programs write milliseconds.
        guard seconds < 1e11 else {
            warn(key, "is too large for seconds; taken as milliseconds")
            return Date(timeIntervalSince1970: (seconds / 1000).rounded())
        }
        return Date(timeIntervalSince1970: seconds)
    }
}
