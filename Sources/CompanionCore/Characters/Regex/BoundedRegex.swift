/// A regular expression whose search takes bounded time: no more than steps in proportion to the text's length times
/// the expression's, and never more than the caller allows.
///
/// The syntax is JavaScript's, as lorebooks use it: `.`, classes, `\d \w \s \b` and their opposites, groups, `|`,
/// quantifiers (greedy or lazy makes no difference here), `^ $`, lookahead and lookbehind, `\p{L}` and the other
/// general categories; flags `i m s u v` (`g d y` change nothing here). Characters are Unicode scalars, also without
/// `u`. Not supported, because no bounded way is known: back references. Scripts (`\p{Script=…}`) are not either.
///
/// It is Thompson's construction, simulated as Pike does, without captures: only whether there is a match is asked.
/// A look-around is a set of places, found in a pass of its own before: backwards for one that looks ahead.
struct BoundedRegex: Sendable {
    /// Why an expression can't be used; it matches nothing then.
    enum Failure: Error, Hashable {
        case invalid(String)
        case unsupported(String)
        case tooLarge
    }

    struct Flags: Sendable, Hashable {
        var ignoresCase = false
        var isMultiline = false
        var dotMatchesAll = false

        init(ignoresCase: Bool = false) { self.ignoresCase = ignoresCase }

        init(_ letters: some StringProtocol) throws(Failure) {
            for letter in letters {
                switch letter {
                case "i": ignoresCase = true
                case "m": isMultiline = true
                case "s": dotMatchesAll = true
                case "u", "v", "g", "d", "y": break
                default: throw .invalid("unknown flag")
                }
            }
        }
    }

    /// Bytes of an expression.
    static let maximumLength = 2_000
    /// Instructions of all its programs, after counted repetitions were written out.
    static let maximumInstructions = 4_000
    /// Groups within groups.
    static let maximumDepth = 50

    private let program: RegexProgram
    /// The inner ones first.
    private let looks: [RegexProgram.Look]
    let flags: Flags
    /// Texts of which each match holds one, whatever their case; nil where none are known.
    let requiredLiterals: [String]?

    init(_ pattern: String, flags: Flags = Flags()) throws(Failure) {
        guard pattern.utf8.count <= Self.maximumLength else { throw .tooLarge }
        var parser = RegexParser(pattern)
        let node = try parser.parse()
        var room = Self.maximumInstructions
        var looks: [RegexProgram.Look] = []
        for look in parser.looks {
            looks.append(
                .init(
                    program: try RegexProgram(look.node, isReversed: look.isAhead, flags: flags, room: &room),
                    isAhead: look.isAhead, isNegated: look.isNegated))
        }
        program = try RegexProgram(node, isReversed: false, flags: flags, room: &room)
        self.looks = looks
        self.flags = flags
        requiredLiterals = node.requiredLiterals
    }

    /// `/pattern/flags`, as SillyTavern and others write expressions among ordinary keys; nil where it is not so written.
    static func delimited(_ key: String) -> (pattern: String, flags: String)? {
        guard key.first == "/", let end = key.lastIndex(of: "/"), end > key.startIndex else { return nil }
        let pattern = key[key.index(after: key.startIndex)..<end]
        let flags = key[key.index(after: end)...]
        guard !pattern.isEmpty, flags.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
        return (String(pattern), String(flags))
    }

    /// Whether the text holds a match; nil where `steps` ran out before that was known.
    func isMatch(in text: RegexText, steps: inout Int) -> Bool? {
        var places: [[Bool]] = []
        for look in looks {
            guard let found = look.program.places(in: text, backwards: look.isAhead, looks: places, steps: &steps)
            else { return nil }
            places.append(look.isNegated ? found.map { !$0 } : found)
        }
        return program.isMatch(in: text, looks: places, steps: &steps)
    }

    /// Whether the text holds a match; nil where `steps` ran out.
    func isMatch(in text: String, steps: inout Int) -> Bool? { isMatch(in: RegexText(text), steps: &steps) }
}

/// A text made ready for any number of searches.
struct RegexText: Sendable {
    let scalars: [Unicode.Scalar]
    let folded: [Unicode.Scalar]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        folded = scalars.map(Self.fold)
    }

    /// A letter's lower case, where that is one scalar.
    static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.value < 0x80 {
            return scalar.value &- 0x41 < 26 ? Unicode.Scalar(UInt8(scalar.value | 0x20)) : scalar
        }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first ?? scalar : scalar
    }
}
