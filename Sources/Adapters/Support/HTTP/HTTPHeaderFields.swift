/// Header fields in their order; names are compared without regard to case.
package struct HTTPHeaderFields: Sendable, Hashable {
    private struct Field: Sendable, Hashable {
        var name: String
        var value: String
    }
    private var fields: [Field] = []

    package init() {}

    package init(_ fields: some Sequence<(String, String)>) {
        self.fields = fields.map { Field(name: $0, value: $1) }
    }

    /// The first field of that name. Setting replaces all of that name; nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { Self.matches($0.name, name) }?.value }
        set {
            fields.removeAll { Self.matches($0.name, name) }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    package var all: [(name: String, value: String)] { fields.map { ($0.name, $0.value) } }

    /// The request's name as a vendor has it under a header of its own: `x-pinecone-request-id`.
    var vendorRequestID: String? { fields.first { $0.name.lowercased().hasSuffix("-request-id") }?.value }

    /// The values that nobody else may see.
    var secrets: [String] {
        let names = ["authorization", "proxy-authorization", "api-key", "x-api-key", "xi-api-key", "cookie"]
        let values = names.compactMap { self[$0] }
        // Of "Bearer abc", "abc" is the secret.
        return values.map { value in value.firstIndex(of: " ").map { String(value[$0...].dropFirst()) } ?? value }
            .filter { $0.count >= 4 }
    }

    private static func matches(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { $0 == $1 || (lower($0) == lower($1)) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

/// Names only: a value may be a key or a password.
extension HTTPHeaderFields: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[" + fields.map(\.name).joined(separator: ", ") + "]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: fields.map { (label: $0.name, value: "…") }) }
}
