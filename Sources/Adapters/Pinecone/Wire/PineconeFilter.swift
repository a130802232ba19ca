internal import CompanionCore

/// A filter as Pinecone has it. Pure.
enum PineconeFilter: Hashable {
    /// What can't match anything, so that nobody need be asked.
    case nothing
    case everything
    case json([UInt8])

    /// Pinecone's `$ne` matches a record without the key, and its `$in` knows no booleans; ours are otherwise.
    init(_ filter: VectorFilter) {
        switch filter {
        case .equal(let key, let value): self = Self.compare(key, "$eq", value)
        case .notEqual(let key, let value):
            self = Self.join("$and", [Self.compare(key, "$exists", .boolean(true)), Self.compare(key, "$ne", value)])
        case .isIn(let key, let values):
            self = values.isEmpty ? .nothing : Self.join("$or", values.map { Self.compare(key, "$eq", $0) })
        case .less(let key, let bound): self = Self.compare(key, "$lt", .number(bound))
        case .lessOrEqual(let key, let bound): self = Self.compare(key, "$lte", .number(bound))
        case .greater(let key, let bound): self = Self.compare(key, "$gt", .number(bound))
        case .greaterOrEqual(let key, let bound): self = Self.compare(key, "$gte", .number(bound))
        case .all(let filters):
            let parts = filters.map(Self.init).filter { $0 != .everything }
            self = parts.contains(.nothing) ? .nothing : parts.isEmpty ? .everything : Self.join("$and", parts)
        case .any(let filters):
            let parts = filters.map(Self.init).filter { $0 != .nothing }
            self = parts.contains(.everything) ? .everything : parts.isEmpty ? .nothing : Self.join("$or", parts)
        }
    }

    private static func compare(_ key: String, _ comparison: StaticString, _ value: VectorMetadata) -> Self {
        var body = PineconeBody()
        body.append("{")
        body.append(string: key)
        body.append(":{\"")
        body.append(comparison)
        body.append("\":")
        body.append(value)
        body.append("}}")
        return .json(body.bytes)
    }

    private static func join(_ name: StaticString, _ parts: [Self]) -> Self {
        guard parts.count > 1 else { return parts[0] }
        var body = PineconeBody()
        body.append("{\"")
        body.append(name)
        body.append("\":[")
        for (place, part) in parts.enumerated() {
            guard case .json(let bytes) = part else { continue }
            if place > 0 { body.append(",") }
            body.append(raw: bytes)
        }
        body.append("]}")
        return .json(body.bytes)
    }
}
