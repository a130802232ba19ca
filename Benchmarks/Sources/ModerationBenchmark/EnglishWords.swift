/// Text of words that are as long, and drawn as often, as those of English: a few hundred common ones make half of it, syllables
/// the rest.
struct EnglishWords {
    private static let common = """
        the of and a to in he have it that for they with as not on she at by this we you do but from or which one would all \
        will there say who make when can more if no man out other so what time up go about than into could state only new \
        year some take come these know see use get like then first any work now may such give over think most even find \
        day also after way many must look before great back through long where much should well people down own just \
        because good each those feel seem how high too place little world very still nation hand old life tell write \
        become here show house both between need mean call develop under last right move thing general school never same \
        another begin while number part turn real leave might want point form off child few small since against ask late \
        home interest large person end open public follow during present without again hold govern around possible head \
        consider word program problem however lead system set order eye plan run keep face fact group play stand increase \
        early course change help line
        """.split(separator: " ").map(String.init)
    private static let syllables = """
        ba be bi bo ca ce co cu da de di do fa fe fi fo ga ge go ha he hi ho ja jo ka ke ki la le li lo lu ma me mi mo mu na \
        ne ni no nu pa pe pi po qua ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi ya ter con per ing est \
        man ber ous tion ment ness ful ly ed er al en on an in is
        """.split(separator: " ").map(String.init)
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func number(below bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 11) % bound
    }

    private mutating func word() -> String {
        guard number(below: 100) >= 55 else {
            // The first are drawn most.
            let bound = number(below: Self.common.count) + 1
            return Self.common[number(below: bound)]
        }
        return (0..<(1 + number(below: 4))).map { _ in Self.syllables[number(below: Self.syllables.count)] }.joined()
    }

    mutating func text(bytes: Int) -> String {
        var text = ""
        text.reserveCapacity(bytes + 32)
        var isStart = true
        while text.utf8.count < bytes {
            let word = word()
            text += isStart ? word.prefix(1).uppercased() + word.dropFirst() : word
            let mark = number(below: 100)
            isStart = mark < 8
            text += mark < 8 ? ". " : mark < 14 ? ", " : mark == 14 ? "\n" : " "
        }
        return text
    }

    /// Different words of 5 to 14 letters.
    mutating func patterns(_ count: Int) -> [String] {
        var patterns: Set<String> = []
        while patterns.count < count {
            let word = (0..<(2 + number(below: 4))).map { _ in Self.syllables[number(below: Self.syllables.count)] }
                .joined()
            if (5...14).contains(word.count) { patterns.insert(word) }
        }
        return patterns.sorted()
    }
}
