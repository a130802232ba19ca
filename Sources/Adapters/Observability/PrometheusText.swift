/// The grammar of Prometheus' text format 0.0.4.
enum PrometheusText {
    /// A name of letters, digits and `_`, with the suffix once, at most 200 bytes.
    static func name(_ label: String, suffix: String) -> String {
        let name = word(label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// What of the labels can be told, by names in their order; the first of two that have the same name.
    static func labels(_ dimensions: [(String, String)], maximumBytes: Int) -> [(name: String, value: String)] {
        var names: Set<String> = ["le"]
        return dimensions.map { (name: word($0.0), value: cut($0.1, maximumBytes)) }
            .filter { names.insert($0.name).inserted }
            .sorted { $0.name < $1.name }
    }

    /// As they stand within braces.
    static func written(_ labels: [(name: String, value: String)]) -> String {
        labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func word(_ text: String) -> String {
        var bytes = text.utf8.prefix(192).map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: byte
            default: 0x5F
            }
        }
        if bytes.first.map({ (0x30...0x39).contains($0) }) ?? true { bytes.insert(0x5F, at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func cut(_ text: String, _ maximumBytes: Int) -> String {
        guard text.utf8.count > maximumBytes else { return text }
        var cut = ""
        for scalar in text.unicodeScalars {
            guard cut.utf8.count + UTF8.width(scalar) <= maximumBytes else { break }
            cut.unicodeScalars.append(scalar)
        }
        return cut
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
