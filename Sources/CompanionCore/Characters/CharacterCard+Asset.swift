extension CharacterCard {
    /// A file that belongs to a card (V3).
    public struct Asset: Sendable, Hashable {
        /// `icon`, `background`, `user_icon`, `emotion`, or an application's own type, which starts with `x_`.
        public var type: String
        /// `https:`, `data:`, `embeded://path` (spelled so) or `ccdefault:`.
        public var uri: String
        /// `main` for the icon or background to use; for emotions their name.
        public var name: String
        /// The file extension in lower case, without the dot.
        public var ext: String
        /// Members that are unknown here; exported again.
        public var unknownFields: JSONObject

        public init(type: String, uri: String, name: String, ext: String, unknownFields: JSONObject = [:]) {
            self.type = type
            self.uri = uri
            self.name = name
            self.ext = ext
            self.unknownFields = unknownFields
        }

        /// The picture of the card itself; what a card has that lists no assets.
        public static let defaultIcon = Asset(type: "icon", uri: "ccdefault:", name: "main", ext: "png")
    }
}

extension CharacterCard.Asset {
    init(reading object: JSONObject, at path: String, warnings: inout CardWarnings) throws {
        var reader = CharacterCardFieldReader(object, at: path, warnings: warnings)
        type = try reader.text("type") ?? ""
        uri = try reader.text("uri", isBounded: false) ?? ""
        name = try reader.text("name") ?? ""
        ext = try reader.text("ext") ?? ""
        unknownFields = reader.rest
        warnings = reader.warnings
    }

    var json: JSONValue {
        var object: JSONObject = [
            "type": .string(type), "uri": .string(uri), "name": .string(name), "ext": .string(ext),
        ]
        object.fill(from: unknownFields)
        return .object(object)
    }
}
