internal import CompanionCore
internal import _CompanionSQL

/// A filter as a condition on the column `metadata`, with its values as parameters.
struct PostgresVectorFilter {
    private(set) var parameters: [SQLValue]
    private(set) var condition = ""
    /// A statement has at most 65,535 parameters, and its text shall be parsed soon.
    private static let maximumParameters = 4_096

    /// - Parameter before: The parameters that stand before those of the filter.
    init(_ filter: VectorFilter?, after before: [SQLValue]) throws {
        parameters = before
        guard let filter else {
            condition = "true"
            return
        }
        condition = text(of: filter)
        guard parameters.count <= Self.maximumParameters else {
            throw CompanionError(
                .limitExceeded, "A filter of vectors compares with at most about \(Self.maximumParameters) values here."
            )
        }
    }

    private mutating func parameter(_ value: SQLValue) -> String {
        parameters.append(value)
        return "$\(parameters.count)"
    }

    private mutating func text(of filter: VectorFilter) -> String {
        switch filter {
        case .equal(let key, let value): comparison(key, "=", value)
        case .notEqual(let key, let value): comparison(key, "<>", value)
        case .isIn(let key, let values): joined(values.map { comparison(key, "=", $0) }, "OR", none: "false")
        case .less(let key, let bound): comparison(key, "<", bound)
        case .lessOrEqual(let key, let bound): comparison(key, "<=", bound)
        case .greater(let key, let bound): comparison(key, ">", bound)
        case .greaterOrEqual(let key, let bound): comparison(key, ">=", bound)
        case .all(let filters): joined(filters.map { text(of: $0) }, "AND", none: "true")
        case .any(let filters): joined(filters.map { text(of: $0) }, "OR", none: "false")
        }
    }

    private func joined(_ conditions: [String], _ word: String, none: String) -> String {
        conditions.isEmpty ? none : "(" + conditions.joined(separator: " \(word) ") + ")"
    }

    /// NULL, which counts as false, where the key is not there.
    private mutating func comparison(_ key: String, _ sign: String, _ value: VectorMetadata) -> String {
        let member = VectorMetadataJSON.text(["v": value])
        return "metadata -> \(parameter(.text(key))) \(sign) (\(parameter(.text(member)))::jsonb -> 'v')"
    }

    private mutating func comparison(_ key: String, _ sign: String, _ bound: Double) -> String {
        let member = "metadata -> \(parameter(.text(key)))"
        return """
            (CASE WHEN jsonb_typeof(\(member)) = 'number' THEN (\(member))::float8 \(sign) \(parameter(.real(bound))) END)
            """
    }
}
