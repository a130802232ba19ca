extension VectorFilter {
    /// Whether a record with this metadata counts.
    package func matches(_ metadata: [String: VectorMetadata]) -> Bool {
        switch self {
        case .equal(let key, let value): metadata[key].map { $0.isSame(as: value) } ?? false
        case .notEqual(let key, let value): metadata[key].map { !$0.isSame(as: value) } ?? false
        case .isIn(let key, let values):
            metadata[key].map { found in values.contains { found.isSame(as: $0) } } ?? false
        case .less(let key, let bound): metadata[key]?.number.map { $0 < bound } ?? false
        case .lessOrEqual(let key, let bound): metadata[key]?.number.map { $0 <= bound } ?? false
        case .greater(let key, let bound): metadata[key]?.number.map { $0 > bound } ?? false
        case .greaterOrEqual(let key, let bound): metadata[key]?.number.map { $0 >= bound } ?? false
        case .all(let filters): filters.allSatisfy { $0.matches(metadata) }
        case .any(let filters): filters.contains { $0.matches(metadata) }
        }
    }
}

extension VectorMetadata {
    fileprivate var number: Double? { if case .number(let value) = self { value } else { nil } }

    /// As `==`, but scalar by scalar, where that takes canonically equivalent strings for equal.
    fileprivate func isSame(as other: VectorMetadata) -> Bool {
        if case .string(let left) = self, case .string(let right) = other {
            return left.utf8.elementsEqual(right.utf8)
        }
        return self == other
    }
}
