/// A regular expression as instructions for a machine that is in many states at once.
struct RegexProgram: Sendable {
    struct Look: Sendable {
        var program: RegexProgram
        /// Ahead ones are programs of the reversed expression.
        var isAhead: Bool
        var isNegated: Bool
    }

    enum Instruction: Sendable {
        case scalar(Unicode.Scalar)
        case set(Int)
        /// Goes on at both.
        case split(Int, Int)
        case jump(Int)
        case assertion(RegexAssertion)
        case match
    }

    private(set) var instructions: [Instruction] = []
    private var sets: [RegexSet] = []
    private let flags: BoundedRegex.Flags
    /// The ASCII scalars that a match can begin with; all where it can be empty. Others always can.
    private var firsts: (low: UInt64, high: UInt64) = (.max, .max)

    /// - Parameter room: How many instructions may still be written.
    init(
        _ node: RegexNode, isReversed: Bool, flags: BoundedRegex.Flags, room: inout Int
    ) throws(BoundedRegex.Failure) {
        self.flags = flags
        try write(node, isReversed, &room)
        try append(.match, &room)
        firsts = possibleFirsts()
    }

    private mutating func append(_ instruction: Instruction, _ room: inout Int) throws(BoundedRegex.Failure) {
        guard room > 0 else { throw .tooLarge }
        room -= 1
        instructions.append(instruction)
    }

    private mutating func write(
        _ node: RegexNode, _ isReversed: Bool, _ room: inout Int
    ) throws(BoundedRegex.Failure) {
        switch node {
        case .empty: break
        case .set(let set):
            if let scalar = set.single {
                try append(.scalar(flags.ignoresCase ? RegexText.fold(scalar) : scalar), &room)
            } else {
                sets.append(set)
                try append(.set(sets.count - 1), &room)
            }
        case .assertion(let assertion): try append(.assertion(assertion), &room)
        case .sequence(let nodes):
            if isReversed {
                for node in nodes.reversed() { try write(node, isReversed, &room) }
            } else {
                for node in nodes { try write(node, isReversed, &room) }
            }
        case .choice(let branches):
            var ends: [Int] = []
            for (index, branch) in branches.enumerated() {
                guard index < branches.count - 1 else {
                    try write(branch, isReversed, &room)
                    break
                }
                let split = instructions.count
                try append(.split(split + 1, 0), &room)
                try write(branch, isReversed, &room)
                ends.append(instructions.count)
                try append(.jump(0), &room)
                instructions[split] = .split(split + 1, instructions.count)
            }
            for end in ends { instructions[end] = .jump(instructions.count) }
        case .repetition(let node, let minimum, let maximum):
            // Each round takes an instruction at least, or, of nothing, none: then one round is as good as many.
            let before = instructions.count
            for round in 0..<minimum {
                try write(node, isReversed, &room)
                if round == 0, instructions.count == before { return }
            }
            guard let maximum else {
                let split = instructions.count
                try append(.split(split + 1, 0), &room)
                try write(node, isReversed, &room)
                try append(.jump(split), &room)
                instructions[split] = .split(split + 1, instructions.count)
                return
            }
            var splits: [Int] = []
            for _ in minimum..<maximum {
                splits.append(instructions.count)
                try append(.split(instructions.count + 1, 0), &room)
                try write(node, isReversed, &room)
            }
            for split in splits { instructions[split] = .split(split + 1, instructions.count) }
        }
    }

    // MARK: Running

    /// Whether there is a match anywhere; nil where the steps ran out.
    func isMatch(in text: RegexText, looks: [[Bool]], steps: inout Int) -> Bool? {
        var threads = RegexThreads(count: instructions.count)
        let scalars = flags.ignoresCase ? text.folded : text.scalars
        for place in 0...scalars.count {
            if threads.isEmpty {
                // Nothing is under way: only a place where a match can begin is worth a look.
                guard place == scalars.count || canBegin(with: scalars[place]) || canBegin(with: text.scalars[place])
                else {
                    threads.begin()
                    continue
                }
            }
            if follow(0, at: place, of: text, looks, &threads, &steps) { return true }
            if steps < 0 { return nil }
            guard place < scalars.count else { break }
            if advance(over: place, at: place + 1, of: text, scalars, looks, &threads, &steps) { return true }
            if steps < 0 { return nil }
        }
        return false
    }

    /// Every place where a match ends, or begins where the program is of the reversed expression and runs backwards.
    func places(in text: RegexText, backwards: Bool, looks: [[Bool]], steps: inout Int) -> [Bool]? {
        let scalars = flags.ignoresCase ? text.folded : text.scalars
        var found = [Bool](repeating: false, count: scalars.count + 1)
        var threads = RegexThreads(count: instructions.count)
        var place = backwards ? scalars.count : 0
        while true {
            if follow(0, at: place, of: text, looks, &threads, &steps) { found[place] = true }
            if steps < 0 { return nil }
            let isLast = backwards ? place == 0 : place == scalars.count
            if isLast { return found }
            let (taken, next) = backwards ? (place - 1, place - 1) : (place, place + 1)
            if advance(over: taken, at: next, of: text, scalars, looks, &threads, &steps) { found[next] = true }
            if steps < 0 { return nil }
            place = next
        }
    }

    private func advance(
        over taken: Int, at next: Int, of text: RegexText, _ scalars: [Unicode.Scalar], _ looks: [[Bool]],
        _ threads: inout RegexThreads, _ steps: inout Int
    ) -> Bool {
        let current = threads.takeAll()
        var isMatch = false
        for index in current {
            steps -= 1
            let goesOn =
                switch instructions[index] {
                case .scalar(let scalar): scalar == scalars[taken]
                case .set(let set): sets[set].contains(text.scalars[taken], flags: flags)
                default: false
                }
            if goesOn, follow(index + 1, at: next, of: text, looks, &threads, &steps) { isMatch = true }
        }
        threads.giveBack(current)
        return isMatch
    }

    /// Adds a state and all that it leads to without taking any text; true where that is a match.
    private func follow(
        _ start: Int, at place: Int, of text: RegexText, _ looks: [[Bool]], _ threads: inout RegexThreads,
        _ steps: inout Int
    ) -> Bool {
        var isMatch = false
        threads.stack.append(start)
        while let index = threads.stack.popLast() {
            steps -= 1
            guard threads.visit(index) else { continue }
            switch instructions[index] {
            case .scalar, .set: threads.wait(index)
            case .split(let first, let second):
                threads.stack.append(second)
                threads.stack.append(first)
            case .jump(let target): threads.stack.append(target)
            case .assertion(let assertion):
                if holds(assertion, at: place, of: text.scalars, looks) { threads.stack.append(index + 1) }
            case .match: isMatch = true
            }
        }
        return isMatch
    }

    private func holds(
        _ assertion: RegexAssertion, at place: Int, of scalars: [Unicode.Scalar], _ looks: [[Bool]]
    ) -> Bool {
        func isWord(_ place: Int) -> Bool { scalars.indices.contains(place) && RegexSet.isWord(scalars[place]) }
        return switch assertion {
        case .start: place == 0 || flags.isMultiline && RegexSet.isLineBreak(scalars[place - 1])
        case .end: place == scalars.count || flags.isMultiline && RegexSet.isLineBreak(scalars[place])
        case .wordBoundary: isWord(place - 1) != isWord(place)
        case .noWordBoundary: isWord(place - 1) == isWord(place)
        case .look(let index): looks[index][place]
        }
    }

    // MARK: Where a match can begin

    private func canBegin(with scalar: Unicode.Scalar) -> Bool {
        guard scalar.value < 0x80 else { return true }
        return (scalar.value < 64 ? firsts.low >> scalar.value : firsts.high >> (scalar.value - 64)) & 1 == 1
    }

    private func possibleFirsts() -> (low: UInt64, high: UInt64) {
        var firsts: (low: UInt64, high: UInt64) = (0, 0)
        func insert(_ value: UInt32) {
            if value < 64 {
                firsts.low |= 1 << UInt64(value)
            } else if value < 128 {
                firsts.high |= 1 << UInt64(value - 64)
            }
        }
        var threads = RegexThreads(count: instructions.count)
        threads.stack.append(0)
        while let index = threads.stack.popLast() {
            guard threads.visit(index) else { continue }
            switch instructions[index] {
            case .match: return (.max, .max)
            case .assertion: threads.stack.append(index + 1)
            case .jump(let target): threads.stack.append(target)
            case .split(let first, let second): threads.stack += [first, second]
            case .scalar(let scalar): insert(scalar.value)
            case .set(let set):
                for value in 0..<UInt8(0x80) where sets[set].contains(Unicode.Scalar(value), flags: flags) {
                    insert(UInt32(value))
                }
            }
        }
        return firsts
    }
}
