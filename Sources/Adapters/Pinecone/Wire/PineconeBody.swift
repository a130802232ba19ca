internal import CompanionCore

/// Writes the JSON of requests. Numbers are the shortest that are read as the same.
struct PineconeBody: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
    mutating func append(_ other: PineconeBody) { bytes += other.bytes }
    mutating func append(raw other: [UInt8]) { bytes += other }

    mutating func append(_ values: [Float]) {
        bytes.append(UInt8(ascii: "["))
        let text = [UInt8](unsafeUninitializedCapacity: values.count * (ShortestFloat.maximumLength + 1)) {
            buffer, count in
            guard let start = buffer.baseAddress else { return }
            count = values.withUnsafeBufferPointer { ShortestFloat.write($0, to: start) }
        }
        bytes += text
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func append(_ value: Double) {
        var text = value.description
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ value: Int) { bytes += Array(String(value).utf8) }
    mutating func append(_ value: Bool) { append(value ? "true" : "false") }

    mutating func append(_ strings: [String]) {
        append("[")
        for (place, string) in strings.enumerated() {
            if place > 0 { append(",") }
            append(string: string)
        }
        append("]")
    }

    mutating func append(string: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func append(_ value: VectorMetadata) {
        switch value {
        case .string(let text): append(string: text)
        case .number(let number): append(number)
        case .boolean(let flag): append(flag)
        }
    }

    mutating func append(_ metadata: [String: VectorMetadata]) {
        append("{")
        for (place, entry) in metadata.sorted(by: { $0.key < $1.key }).enumerated() {
            if place > 0 { append(",") }
            append(string: entry.key)
            append(":")
            append(entry.value)
        }
        append("}")
    }
}
