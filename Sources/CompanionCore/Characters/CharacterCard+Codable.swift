/// Encoded as its V3 JSON, decoded from the JSON of any version. Coders know neither the order of keys nor the digits
/// of numbers among the unknown fields: where those matter, keep the text of ``CharacterCard/json(as:)``.
extension CharacterCard: Codable {
    public init(from decoder: any Decoder) throws { try self.init(json: JSONValue(from: decoder)) }
    public func encode(to encoder: any Encoder) throws { try json(as: .v3).encode(to: encoder) }
}
