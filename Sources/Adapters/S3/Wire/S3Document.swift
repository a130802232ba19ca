/// An element of an answer in XML, with no more of the language than S3 uses: elements, text and the predefined entities.
/// Attributes, comments and processing instructions are read over; a document type is refused.
struct S3Document: Sendable, Hashable {
    var name: String
    var text = ""
    var children: [S3Document] = []

    struct Fault: Error {}

    private static let maximumDepth = 16
    private static let maximumElements = 100_000

    init(name: String) { self.name = name }

    /// The root element.
    init(_ bytes: [UInt8]) throws(Fault) {
        guard let source = String(validating: bytes, as: UTF8.self) else { throw Fault() }
        var rest = source[...]
        var open: [S3Document] = []
        var count = 0
        while let mark = rest.firstIndex(of: "<") {
            if !open.isEmpty { open[open.count - 1].text += try Self.unescaped(rest[..<mark]) }
            rest = rest[rest.index(after: mark)...]
            if rest.hasPrefix("?") {
                rest = try Self.after("?>", in: rest)
            } else if rest.hasPrefix("!--") {
                rest = try Self.after("-->", in: rest)
            } else if rest.hasPrefix("!") {
                throw Fault()
            } else {
                guard let end = rest.firstIndex(of: ">") else { throw Fault() }
                let tag = rest[..<end]
                rest = rest[rest.index(after: end)...]
                if tag.hasPrefix("/") {
                    guard let closed = open.popLast(), closed.name == Self.name(tag.dropFirst()) else { throw Fault() }
                    guard !open.isEmpty else {
                        self = closed
                        return
                    }
                    open[open.count - 1].children.append(closed)
                } else {
                    count += 1
                    guard count <= Self.maximumElements, open.count < Self.maximumDepth else { throw Fault() }
                    let isEmpty = tag.hasSuffix("/")
                    let element = S3Document(name: Self.name(isEmpty ? tag.dropLast() : tag))
                    if !isEmpty {
                        open.append(element)
                    } else if open.isEmpty {
                        self = element
                        return
                    } else {
                        open[open.count - 1].children.append(element)
                    }
                }
            }
        }
        throw Fault()
    }

    /// The text of the first child of that name.
    subscript(name: String) -> String? { children.first { $0.name == name }?.text }

    /// Without attributes and the namespace's prefix.
    private static func name(_ tag: Substring) -> String {
        let name = tag.prefix { !$0.isWhitespace }
        return String(name.split(separator: ":").last ?? name)
    }

    private static func after(_ end: String, in text: Substring) throws(Fault) -> Substring {
        guard let range = text.firstRange(of: end) else { throw Fault() }
        return text[range.upperBound...]
    }

    private static func unescaped(_ text: Substring) throws(Fault) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return String(text) }
        var result = ""
        var rest = text
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[rest.index(after: mark)...]
            guard let end = rest.firstIndex(of: ";"), rest[..<end].utf8.count <= 10 else { throw Fault() }
            result.unicodeScalars.append(try scalar(rest[..<end]))
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func scalar(_ entity: Substring) throws(Fault) -> Unicode.Scalar {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let digits = entity.dropFirst(entity.hasPrefix("#x") ? 2 : 1)
            guard entity.hasPrefix("#"), let number = UInt32(digits, radix: entity.hasPrefix("#x") ? 16 : 10),
                let scalar = Unicode.Scalar(number)
            else { throw Fault() }
            return scalar
        }
    }
}
