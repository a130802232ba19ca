internal import CompanionCore

extension CharacterCard {
    /// The card as it is stored: the JSON text of V3.
    var storedJSON: String { json(as: .v3).serialized() }

    init(storedJSON text: String) throws {
        // What we wrote ourselves was within bounds when it came in.
        let limits = JSONLimits(depth: JSONLimits.deepest, bytes: .max, values: .max, numberLength: .max)
        do {
            try self.init(json: JSONValue(parsing: text, limits: limits))
        } catch {
            throw SQLFailure(.corrupt, underlying: error)
        }
    }
}
