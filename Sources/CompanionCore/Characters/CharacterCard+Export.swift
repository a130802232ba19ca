#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension CharacterCard {
    /// The card as JSON of a version of the specification.
    ///
    /// What that version requires is always there, and what is unknown here is written back. V1 holds its six fields
    /// only. V2 keeps V3's fields beside its own, for those who read them, but drops decorators, because a V2 reader
    /// would show them to the model.
    public func json(as version: Version) -> JSONValue {
        var top: JSONObject = [:]
        switch version {
        case .v1: for (key, property) in Self.fieldsOfV1 { top[key] = .string(self[keyPath: property]) }
        case .v2: top = ["spec": "chara_card_v2", "spec_version": "2.0", "data": .object(data(as: .v2))]
        case .v3: top = ["spec": "chara_card_v3", "spec_version": "3.0", "data": .object(data(as: .v3))]
        }
        top.fill(from: currentTopLevelFields)
        return .object(top)
    }

    typealias TextField = (key: String, property: any WritableKeyPath<CharacterCard, String> & Sendable)

    static let fieldsOfV1: [TextField] = [
        ("name", \.name), ("description", \.description), ("personality", \.personality), ("scenario", \.scenario),
        ("first_mes", \.firstMessage), ("mes_example", \.exampleDialogue),
    ]

    static let textsOfV2: [TextField] = [
        ("creator_notes", \.creatorNotes), ("system_prompt", \.systemPrompt),
        ("post_history_instructions", \.postHistoryInstructions), ("creator", \.creator),
        ("character_version", \.characterVersion),
    ]

    private func data(as version: Version) -> JSONObject {
        var data: JSONObject = [:]
        for (key, property) in Self.fieldsOfV1 + Self.textsOfV2 { data[key] = .string(self[keyPath: property]) }
        data["alternate_greetings"] = JSONValue(texts: alternateGreetings)
        if version == .v3 || !groupOnlyGreetings.isEmpty {
            data["group_only_greetings"] = JSONValue(texts: groupOnlyGreetings)
        }
        data["tags"] = JSONValue(texts: tags)
        data["nickname"] = nickname.map(JSONValue.string)
        data["source"] = source.map(JSONValue.init(texts:))
        data["creation_date"] = creationDate.map(Self.seconds)
        data["modification_date"] = modificationDate.map(Self.seconds)
        if let creatorNotesMultilingual {
            var notes: JSONObject = [:]
            for (language, text) in creatorNotesMultilingual.sorted(by: { $0.key < $1.key }) {
                notes[language] = .string(text)
            }
            data["creator_notes_multilingual"] = .object(notes)
        }
        data["assets"] = assets.map { .array($0.map(\.json)) }
        data["character_book"] = book.map { $0.json(as: version) }
        data["extensions"] = .object(extensions)
        data.fill(from: unknownFields)
        return data
    }

    /// Many programs repeat fields beside `data`; those repetitions follow the card's values.
    private var currentTopLevelFields: JSONObject {
        var fields = unknownTopLevelFields
        func update(_ key: String, to value: JSONValue) { if fields[key] != nil { fields[key] = value } }
        for (key, property) in Self.fieldsOfV1 { update(key, to: .string(self[keyPath: property])) }
        update("creatorcomment", to: .string(creatorNotes))
        update("tags", to: JSONValue(texts: tags))
        return fields
    }

    private static func seconds(_ date: Date) -> JSONValue {
        let seconds = date.timeIntervalSince1970.rounded(.down)
        return .number(Int(exactly: seconds).map(JSONNumber.init) ?? JSONNumber(seconds))
    }
}

extension JSONValue {
    init(texts: [String]) { self = .array(texts.map(JSONValue.string)) }
}
