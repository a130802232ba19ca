/// Reads JavaScript's syntax of regular expressions, as far as ``BoundedRegex`` knows it.
struct RegexParser {
    private let pattern: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    /// The look-arounds; one within another comes before it.
    private(set) var looks: [(node: RegexNode, isAhead: Bool, isNegated: Bool)] = []

    init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

    mutating func parse() throws(BoundedRegex.Failure) -> RegexNode {
        let node = try choice()
        guard position == pattern.count else { throw .invalid("a ')' too many") }
        return node
    }

    private var next: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

    private mutating func skip(_ text: String) -> Bool {
        let end = position + text.unicodeScalars.count
        guard end <= pattern.count, pattern[position..<end].elementsEqual(text.unicodeScalars) else { return false }
        position = end
        return true
    }

    private mutating func choice() throws(BoundedRegex.Failure) -> RegexNode {
        var branches = [try sequence()]
        while skip("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(BoundedRegex.Failure) -> RegexNode {
        var nodes: [RegexNode] = []
        while let next, next != "|", next != ")" {
            let atom = try self.atom()
            nodes.append(try quantified(atom))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func quantified(_ atom: RegexNode) throws(BoundedRegex.Failure) -> RegexNode {
        let bounds: (Int, Int?)
        if skip("*") {
            bounds = (0, nil)
        } else if skip("+") {
            bounds = (1, nil)
        } else if skip("?") {
            bounds = (0, 1)
        } else if let counts = try counts() {
            bounds = counts
        } else {
            return atom
        }
        // Lazy: another match perhaps, but one all the same.
        _ = skip("?")
        if let next, ["*", "+", "?"].contains(next) { throw .invalid("nothing to repeat") }
        if case .assertion = atom {
            // At one place it holds as often as it is asked.
            return bounds.0 == 0 ? .empty : atom
        }
        return .repetition(atom, minimum: bounds.0, maximum: bounds.1)
    }

    /// `{2}`, `{2,}`, `{2,5}`; anything else in braces stands for itself.
    private mutating func counts() throws(BoundedRegex.Failure) -> (Int, Int?)? {
        let start = position
        guard skip("{"), let minimum = number() else {
            position = start
            return nil
        }
        var maximum: Int? = minimum
        if skip(",") { maximum = number() }
        guard skip("}") else {
            position = start
            return nil
        }
        if let maximum, maximum < minimum { throw .invalid("the counts of a repetition are out of order") }
        return (minimum, maximum)
    }

    private mutating func number() -> Int? {
        var number: Int?
        while let digit = next, (0x30...0x39).contains(digit.value) {
            number = min((number ?? 0) * 10 + Int(digit.value - 0x30), 1_000_000)
            position += 1
        }
        return number
    }

    private mutating func atom() throws(BoundedRegex.Failure) -> RegexNode {
        guard let scalar = next else { return .empty }
        position += 1
        switch scalar {
        case ".": return .set(RegexSet(isDot: true))
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "(": return try group()
        case "[": return .set(try characterClass())
        case "\\": return try escape()
        case "*", "+", "?": throw .invalid("nothing to repeat")
        case "{":
            position -= 1
            if try counts() != nil { throw .invalid("nothing to repeat") }
            position += 1
            return .set(.scalar(scalar))
        default: return .set(.scalar(scalar))
        }
    }

    // MARK: Groups

    private mutating func group() throws(BoundedRegex.Failure) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= BoundedRegex.maximumDepth else { throw .tooLarge }
        var look: (isAhead: Bool, isNegated: Bool)?
        if skip("?") {
            if skip("=") {
                look = (true, false)
            } else if skip("!") {
                look = (true, true)
            } else if skip("<=") {
                look = (false, false)
            } else if skip("<!") {
                look = (false, true)
            } else if skip("<") {
                while let letter = next, letter != ">", letter != ")" { position += 1 }
                guard skip(">") else { throw .invalid("a group's name is not closed") }
            } else if !skip(":") {
                throw .invalid("an unknown kind of group")
            }
        }
        let node = try choice()
        guard skip(")") else { throw .invalid("a ')' is missing") }
        guard let look else { return node }
        looks.append((node, look.isAhead, look.isNegated))
        return .assertion(.look(looks.count - 1))
    }

    // MARK: Escapes

    private mutating func escape() throws(BoundedRegex.Failure) -> RegexNode {
        if skip("b") { return .assertion(.wordBoundary) }
        if skip("B") { return .assertion(.noWordBoundary) }
        if let digit = next, (0x31...0x39).contains(digit.value) { throw .unsupported("back references") }
        if next == "k" { throw .unsupported("back references") }
        switch try escapedMember() {
        case .range(let low, _): return .set(RegexSet(members: [.range(low, low)]))
        case let member: return .set(RegexSet(members: [member]))
        }
    }

    /// What stands for itself, or for a set, after a backslash: the same within a class and outside.
    private mutating func escapedMember() throws(BoundedRegex.Failure) -> RegexSet.Member {
        guard let letter = next else { throw .invalid("a backslash at the end") }
        position += 1
        func one(_ value: UInt32) -> RegexSet.Member { .range(value, value) }
        switch letter {
        case "d": return .digit
        case "D": return .not(.digit)
        case "w": return .word
        case "W": return .not(.word)
        case "s": return .space
        case "S": return .not(.space)
        case "t": return one(0x09)
        case "n": return one(0x0A)
        case "v": return one(0x0B)
        case "f": return one(0x0C)
        case "r": return one(0x0D)
        case "0": return one(0)
        case "c":
            guard let control = next, control.isASCII, control.properties.isAlphabetic else { return one(letter.value) }
            position += 1
            return one(control.value % 32)
        case "x": return one(hexadecimal(2) ?? letter.value)
        case "u":
            if skip("{") {
                guard let value = hexadecimal(nil), Unicode.Scalar(value) != nil, skip("}") else {
                    throw .invalid("an invalid code point")
                }
                return one(value)
            }
            guard let high = hexadecimal(4) else { return one(letter.value) }
            // Two halves of a pair, as UTF-16 has it.
            if (0xD800...0xDBFF).contains(high), skip("\\u"), let low = hexadecimal(4),
                (0xDC00...0xDFFF).contains(low)
            {
                return one(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
            }
            return one(high)
        case "p", "P":
            guard skip("{") else { return one(letter.value) }
            var name = ""
            while let scalar = next, scalar != "}" {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard skip("}") else { throw .invalid("the name of a property is not closed") }
            guard let category = RegexSet.category(named: name) else {
                throw .unsupported("properties other than general categories")
            }
            return letter == "p" ? .category(category) : .not(.category(category))
        default: return one(letter.value)
        }
    }

    private mutating func hexadecimal(_ count: Int?) -> UInt32? {
        let start = position
        var value: UInt32 = 0
        while position - start < count ?? 6, let digit = next.flatMap({ Character($0).hexDigitValue }) {
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard position > start, count == nil || position - start == count else {
            position = start
            return nil
        }
        return value
    }

    // MARK: Classes

    private mutating func characterClass() throws(BoundedRegex.Failure) -> RegexSet {
        var set = RegexSet()
        set.isNegated = skip("^")
        while true {
            guard let scalar = next else { throw .invalid("a ']' is missing") }
            if skip("]") { return set }
            position += 1
            let member = scalar == "\\" ? try memberOfClass() : .range(scalar.value, scalar.value)
            guard next == "-", position + 1 < pattern.count, pattern[position + 1] != "]" else {
                set.members.append(member)
                continue
            }
            position += 1
            guard let end = next else { throw .invalid("a ']' is missing") }
            position += 1
            let last = end == "\\" ? try memberOfClass() : .range(end.value, end.value)
            if case .range(let low, _) = member, case .range(let high, _) = last {
                guard low <= high else { throw .invalid("a range of a class is out of order") }
                set.members.append(.range(low, high))
            } else {
                set.members += [member, .range(0x2D, 0x2D), last]
            }
        }
    }

    private mutating func memberOfClass() throws(BoundedRegex.Failure) -> RegexSet.Member {
        if skip("b") { return .range(8, 8) }
        return try escapedMember()
    }
}
