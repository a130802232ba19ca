extension JSONSchema {
    /// Checks a value against the schema.
    ///
    /// Looks at `type` (a name or several), `properties`, `required`, `additionalProperties`, `items`, `enum`, `const`,
    /// `anyOf`, `minimum`, `maximum`, `minLength`, `maxLength` (in Unicode scalars), `minItems` and `maxItems`; other
    /// keywords say nothing about the value here. Time grows with the sizes of value and schema multiplied, at worst.
    ///
    /// - Throws: ``CompanionError`` with `malformedResponse`. The message names the place by its JSON pointer
    ///   (RFC 6901), with `*` for keys that the schema does not name, and the rule that does not hold; never a value.
    public func validate(_ value: JSONValue) throws {
        do {
            try Self.check(value, by: schema)
        } catch {
            throw CompanionError(
                .malformedResponse,
                "the value at '\(error.pointer)' does not follow the schema '\(name)': \(error.rule)")
        }
    }
}

/// A rule that does not hold, and where; the path is put together from the inside out.
private struct SchemaViolation: Error {
    let rule: String
    var reversedPath: [String] = []

    var pointer: String { reversedPath.reversed().map { "/" + Self.escaped($0) }.joined() }

    private static func escaped(_ key: String) -> String {
        String(key.flatMap { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) })
    }
}

extension JSONSchema {
    private static func check(_ value: JSONValue, by schema: JSONValue) throws(SchemaViolation) {
        if schema.bool == false { throw SchemaViolation(rule: "nothing is allowed here") }
        guard let rules = schema.object else { return }
        try checkType(of: value, by: rules)
        if let allowed = rules["enum"]?.array, !allowed.contains(where: { means($0, value) }) {
            throw SchemaViolation(rule: "expected one of the \(allowed.count) values of 'enum'")
        }
        if let wanted = rules["const"], !means(wanted, value) {
            throw SchemaViolation(rule: "expected the value of 'const'")
        }
        try checkAlternatives(of: value, by: rules)
        switch value {
        case .number(let number): try check(number.double, "the number", by: rules, "minimum", "maximum")
        case .string(let text):
            try check(Double(text.unicodeScalars.count), "the length", by: rules, "minLength", "maxLength")
        case .array(let elements): try check(elements, by: rules)
        case .object(let object): try check(object, by: rules)
        case .null, .bool: break
        }
    }

    private static func checkType(of value: JSONValue, by rules: JSONObject) throws(SchemaViolation) {
        guard let type = rules["type"] else { return }
        let names = type.string.map { [$0] } ?? type.array?.compactMap(\.string) ?? []
        if !names.contains(where: { has(value, type: $0) }) {
            throw SchemaViolation(rule: "expected the type \(names.joined(separator: " or "))")
        }
    }

    private static func has(_ value: JSONValue, type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
            (.object, "object"):
            true
        case (.number(let number), "integer"):
            number.integer != nil || number.double.rounded() == number.double && number.double.isFinite
        default: false
        }
    }

    private static func checkAlternatives(of value: JSONValue, by rules: JSONObject) throws(SchemaViolation) {
        guard let alternatives = rules["anyOf"]?.array else { return }
        var last: SchemaViolation?
        for alternative in alternatives {
            do {
                return try check(value, by: alternative)
            } catch {
                last = error
            }
        }
        // With one alternative its own complaint is the clearer one.
        if alternatives.count == 1, let last { throw last }
        throw SchemaViolation(rule: "expected one of the \(alternatives.count) forms of 'anyOf'")
    }

    private static func check(
        _ measure: Double, _ what: String, by rules: JSONObject, _ lower: String, _ upper: String
    ) throws(SchemaViolation) {
        if let bound = rules[lower]?.number, measure < bound.double {
            throw SchemaViolation(rule: "\(what) is below '\(lower)' \(bound.lexeme)")
        }
        if let bound = rules[upper]?.number, measure > bound.double {
            throw SchemaViolation(rule: "\(what) is above '\(upper)' \(bound.lexeme)")
        }
    }

    private static func check(_ elements: [JSONValue], by rules: JSONObject) throws(SchemaViolation) {
        try check(Double(elements.count), "the number of elements", by: rules, "minItems", "maxItems")
        guard let schema = rules["items"] else { return }
        for (index, element) in elements.enumerated() { try descend(to: "\(index)", element, by: schema) }
    }

    private static func check(_ object: JSONObject, by rules: JSONObject) throws(SchemaViolation) {
        for key in rules["required"]?.array?.compactMap(\.string) ?? [] where object[key] == nil {
            throw SchemaViolation(rule: "the required key '\(key)' is missing")
        }
        let properties = rules["properties"]?.object ?? [:]
        let others = rules["additionalProperties"]
        for (key, value) in object {
            if let schema = properties[key] {
                try descend(to: key, value, by: schema)
            } else if others?.bool == false {
                throw SchemaViolation(rule: "a key that the schema does not name")
            } else if let others {
                try descend(to: "*", value, by: others)
            }
        }
    }

    private static func descend(
        to step: String, _ value: JSONValue, by schema: JSONValue
    ) throws(SchemaViolation) {
        do {
            try check(value, by: schema)
        } catch {
            var violation = error
            violation.reversedPath.append(step)
            throw violation
        }
    }

    /// Equality as JSON Schema has it: numbers by value, strings by their scalars.
    private static func means(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            if let left = left.integer, let right = right.integer { left == right } else { left.double == right.double }
        case (.string(let left), .string(let right)): left.unicodeScalars.elementsEqual(right.unicodeScalars)
        case (.array(let left), .array(let right)): left.elementsEqual(right, by: means)
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { key, value in right[key].map { means($0, value) } ?? false }
        default: left == right
        }
    }
}
