import TestRandomness
import TestSupport

/// Writes random JSON in random spelling: white space, escapes, order of keys. Keys within one object differ.
struct JSONMaker {
    var random: SeededGenerator

    private static let keys = [
        "choices", "delta", "content", "refusal", "finish_reason", "usage", "error", "detail", "prompt_tokens",
        "completion_tokens", "prompt_tokens_details", "cached_tokens", "index", "id", "message", "x y", "é", "a\"b", "",
    ]

    /// Often of a chunk's shape, with members of the same names where they do not belong.
    mutating func chunk() -> String {
        if chance(10) { return value(depth: 4) }
        var members = noise()
        if chance(90) {
            let choices = [choice()] + (chance(20) ? [choice()] : [])
            members.append(("choices", chance(90) ? list(choices) : value(depth: 2)))
        }
        if chance(40) { members.append(("usage", chance(80) ? usage() : value(depth: 2))) }
        for key in ["error", "detail"] where chance(10) { members.append((key, value(depth: 2))) }
        return object(members)
    }

    private mutating func choice() -> String {
        if chance(5) { return value(depth: 1) }
        var members = noise()
        if chance(90) { members.append(("delta", chance(95) ? delta() : value(depth: 1))) }
        if chance(50) { members.append(("finish_reason", chance(60) ? string("stop") : value(depth: 1))) }
        return object(members)
    }

    private mutating func delta() -> String {
        var members = noise()
        if chance(80) { members.append(("content", chance(80) ? string(text()) : value(depth: 2))) }
        if chance(20) { members.append(("refusal", chance(80) ? string(text()) : value(depth: 1))) }
        return object(members)
    }

    private mutating func usage() -> String {
        func count(_ maker: inout JSONMaker) -> String { String(Int.random(in: 0...9999, using: &maker.random)) }
        var members = [("prompt_tokens", count(&self))]
        if chance(80) { members.append(("completion_tokens", count(&self))) }
        if chance(50) { members.append(("prompt_tokens_details", object([("cached_tokens", count(&self))]))) }
        return object(members)
    }

    private mutating func noise() -> [(String, String)] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in ("n" + text(), value(depth: 2)) }
    }

    private mutating func value(depth: Int) -> String {
        switch random.next() % (depth > 0 ? 8 : 6) {
        case 0: return "null"
        case 1: return chance(50) ? "true" : "false"
        case 2: return ["0", "-1", "12", "1.5", "1e3", "-0.0", "2E-2", "123456789"].randomElement(using: &random)!
        case 3, 4, 5: return string(text())
        case 6: return list((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1) })
        default:
            return object(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    (Self.keys.randomElement(using: &random)!, value(depth: depth - 1))
                })
        }
    }

    mutating func text() -> String {
        let pieces = [
            "a", "choices", "{", "}", "[", "]", "\"", "\\", "\n", "\u{8}", "/", "é", "Ж", "🇮🇹", "\u{1F600}", ":", ",",
            " ",
        ]
        return (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
    }

    mutating func string(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            if chance(20) {
                for unit in String(scalar).utf16 { output += escape(unit) }
            } else {
                switch scalar {
                case "\"": output += "\\\""
                case "\\": output += "\\\\"
                case "\n": output += "\\n"
                case "\u{8}": output += "\\b"
                case "/": output += chance(50) ? "\\/" : "/"
                default: output.unicodeScalars.append(scalar)
                }
            }
        }
        return output + "\""
    }

    private mutating func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16, uppercase: chance(50))
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private mutating func object(_ members: [(String, String)]) -> String {
        var seen: Set<String> = []
        let unique = members.shuffled(using: &random).filter { seen.insert($0.0).inserted }
        let written = unique.map { space() + string($0.0) + space() + ":" + space() + $0.1 + space() }
        return "{" + (written.isEmpty ? space() : written.joined(separator: ",")) + "}"
    }

    private mutating func list(_ elements: [String]) -> String {
        let written = elements.map { space() + $0 + space() }
        return "[" + (written.isEmpty ? space() : written.joined(separator: ",")) + "]"
    }

    private mutating func space() -> String {
        chance(80) ? "" : [" ", "\n", "\t ", "\r\n"].randomElement(using: &random)!
    }

    private mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }
}
