/// One pass over a text. A macro is replaced when its closing braces are reached, so that inner ones come first.
struct MacrosExpansion {
    private static let nesting = 8
    private static let longestName = 64

    private let macros: Macros
    private let purpose: Macros.Purpose
    /// How many bytes longer than the text the output may still become.
    private var growth = Macros.growthLimit
    private var output: [UInt8] = []
    /// Where braces were opened in `output`, the innermost last.
    private var opened: [Int] = []
    private var picks: UInt64 = 0

    init(macros: Macros, purpose: Macros.Purpose) {
        self.macros = macros
        self.purpose = purpose
    }

    mutating func expand(_ text: String) -> String {
        var text = text
        text.withUTF8 { expand($0) }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func expand(_ text: UnsafeBufferPointer<UInt8>) {
        output.reserveCapacity(text.count)
        var index = 0
        func isPair(_ byte: UInt8, at index: Int) -> Bool {
            index + 1 < text.count && text[index] == byte && text[index + 1] == byte
        }
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "{"), isPair(byte, at: index), !isPair(byte, at: index + 1) {
                // Older braces than the innermost eight stay as they are, which bounds the work for each byte.
                if opened.count == Self.nesting { opened.removeFirst() }
                opened.append(output.count)
                output.append(contentsOf: [byte, byte])
                index += 2
            } else if byte == UInt8(ascii: "}"), isPair(byte, at: index), let start = opened.popLast() {
                close(from: start)
                index += 2
            } else if byte == UInt8(ascii: "<"), let (name, length) = angleMacro(in: text[index...]) {
                let start = output.count
                output.append(contentsOf: text[index..<index + length])
                replace(from: start, with: name)
                index += length
            } else {
                output.append(byte)
                index += 1
            }
        }
    }

    private func angleMacro(in text: Slice<UnsafeBufferPointer<UInt8>>) -> (value: String, length: Int)? {
        for (name, value) in [("<user>", macros.user), ("<char>", macros.character), ("<bot>", macros.character)] {
            let start = text.prefix(name.utf8.count)
            if start.elementsEqual(name.utf8, by: { $0 == $1 || $0 | 0x20 == $1 && $1 >= UInt8(ascii: "a") }) {
                return (value, name.utf8.count)
            }
        }
        return nil
    }

    private mutating func close(from start: Int) {
        let value = value(of: output[(start + 2)...])
        output.append(contentsOf: "}}".utf8)
        if let value { replace(from: start, with: value) }
    }

    private mutating func replace(from start: Int, with value: String) {
        let added = value.utf8.count - (output.count - start)
        guard added <= growth else { return }
        growth -= added
        output.removeSubrange(start...)
        output.append(contentsOf: value.utf8)
    }

    /// What stands for the macro between the braces; nil where it is not known.
    private mutating func value(of macro: ArraySlice<UInt8>) -> String? {
        let macro = macro.drop { $0 == UInt8(ascii: " ") }
        if macro.starts(with: "//".utf8) { return "" }
        let colon = macro.prefix(Self.longestName + 1).firstIndex(of: UInt8(ascii: ":"))
        guard colon != nil || macro.count <= Self.longestName else { return nil }
        let name = String(decoding: macro[..<(colon ?? macro.endIndex)], as: UTF8.self).lowercased().trimmingSpace
        guard let colon else { return plainValue(of: String(name)) }
        return value(of: name, String(decoding: macro[(colon + 1)...], as: UTF8.self))
    }

    private func plainValue(of name: String) -> String? {
        switch name {
        case "char", "bot": macros.character
        case "user": macros.user
        case "original": macros.original
        default: macros.values[name]
        }
    }

    private mutating func value(of name: Substring, _ argument: String) -> String? {
        switch name {
        case "comment": return purpose == .display ? String(argument.trimmingSpace) : ""
        case "hidden_key": return purpose == .loreMatching ? argument : ""
        case "reverse": return String(argument.reversed())
        case "random": return choice(in: argument, by: macros.random.next())
        case "pick":
            picks += 1
            return choice(in: argument, by: Self.mix(argument, macros.seed &+ picks))
        case "roll": return roll(argument)
        default: return nil
        }
    }

    private func choice(in list: String, by bits: UInt64) -> String {
        let values = Self.split(list)
        return values[Int(bits.multipliedFullWidth(by: UInt64(values.count)).high)]
    }

    /// The values of `a,b` or of `:a::b`; one at least.
    private static func split(_ list: String) -> [String] {
        if list.utf8.first == UInt8(ascii: ":") {
            let pairs = list.dropFirst()
            if pairs.contains("::") {
                return pairs.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
            }
            return split(String(pairs))
        }
        var values: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in list.utf8 {
            if byte == UInt8(ascii: ","), !isEscaped {
                values.append([])
                continue
            }
            if byte == UInt8(ascii: ",") { values[values.count - 1].removeLast() }
            values[values.count - 1].append(byte)
            isEscaped = byte == UInt8(ascii: "\\")
        }
        return values.map { String(String(decoding: $0, as: UTF8.self).trimmingSpace) }
    }

    private func roll(_ argument: String) -> String? {
        var sides = argument.lowercased().trimmingSpace
        if sides.first == "d" { sides = sides.dropFirst() }
        guard let sides = UInt64(sides), sides > 0 else { return nil }
        return String(macros.random.next().multipliedFullWidth(by: sides).high + 1)
    }

    /// FNV-1a over the text, then SplitMix64's finaliser, so that the high bits depend on every byte.
    private static func mix(_ text: String, _ seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
