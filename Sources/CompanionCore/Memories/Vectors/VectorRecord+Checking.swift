extension VectorStore {
    /// Throws `invalidInput` for records that the port's contract refuses. Each store calls this before it writes.
    package func check(_ records: [VectorRecord], in namespace: VectorNamespace) throws {
        try namespace.space.check()
        for record in records { try record.check(in: namespace.space) }
    }

    /// Throws `invalidInput` for a query that the port's contract refuses.
    package func check(query vector: [Float], in namespace: VectorNamespace, limit: Int) throws {
        guard (1...10_000).contains(limit) else {
            throw CompanionError(.invalidInput, "A query for vectors has a limit of 1 to 10,000, not \(limit).")
        }
        try namespace.space.check()
        try namespace.space.check(vector)
    }

    /// Throws `invalidInput` for a page of identifiers that the port's contract refuses.
    package func check(pageOf limit: Int) throws {
        guard (1...1_000).contains(limit) else {
            throw CompanionError(.invalidInput, "A page has 1 to 1,000 identifiers of vectors, not \(limit).")
        }
    }
}

extension EmbeddingSpace {
    fileprivate func check() throws {
        guard (1...128).contains(model.utf8.count), !model.utf8.contains(0) else {
            throw CompanionError(.invalidInput, "The name of a space's model has 1 to 128 bytes, and no NUL.")
        }
        guard (1...16_000).contains(dimensions) else {
            throw CompanionError(.invalidInput, "A space has 1 to 16,000 dimensions, not \(dimensions).")
        }
    }

    fileprivate func check(_ vector: [Float]) throws {
        guard vector.count == dimensions else {
            throw CompanionError(
                .invalidInput, "The vector has \(vector.count) dimensions, and its space \(dimensions).")
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw CompanionError(.invalidInput, "The vector holds something that is no finite number.")
        }
        guard vector.contains(where: { $0 != 0 }) else {
            throw CompanionError(.invalidInput, "The vector is zero, so it has no direction.")
        }
    }
}

extension VectorRecord {
    fileprivate func check(in space: EmbeddingSpace) throws {
        guard (1...512).contains(id.utf8.count), id.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw CompanionError(.invalidInput, "A vector's identifier has 1 to 512 characters of printable ASCII.")
        }
        try space.check(values)
        guard metadata.count <= 64 else {
            throw CompanionError(.invalidInput, "A vector's metadata has at most 64 keys, not \(metadata.count).")
        }
        var size = 0
        for (key, value) in metadata {
            guard (1...64).contains(key.utf8.count), key.utf8.allSatisfy(Self.isOfKeys) else {
                throw CompanionError(
                    .invalidInput, "A key of a vector's metadata has 1 to 64 ASCII letters, digits and `_`.")
            }
            size += key.utf8.count
            switch value {
            case .string(let text):
                guard !text.utf8.contains(0) else {
                    throw CompanionError(.invalidInput, "A vector's metadata must not contain the character NUL.")
                }
                size += text.utf8.count
            case .number(let number):
                guard number.isFinite else {
                    throw CompanionError(.invalidInput, "A number of a vector's metadata is not finite.")
                }
                size += 8
            case .boolean: size += 1
            }
        }
        guard size <= 16 << 10 else {
            throw CompanionError(.invalidInput, "A vector's metadata has \(size) bytes; at most 16,384 are taken.")
        }
    }

    private static func isOfKeys(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
