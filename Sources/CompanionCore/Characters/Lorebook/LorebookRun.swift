/// One activation on its way.
struct LorebookRun {
    private let books: LorebookActivator
    private let scene: LorebookScene
    private let random: any RandomSource
    private var state: LorebookState
    private var causes: [LorebookCause]
    /// The nearest message that holds each key (0: the newest), and whether an entry's text does.
    private var nearest: [Int32]
    private var isInLore: [Bool]
    private var nearestRegex: [Int32]
    private var isRegexInLore: [Bool]
    /// Entries that were let in, in the order of that.
    private var active: [Int] = []
    /// Those of them whose words were not searched yet.
    private var unsearched: [Int] = []
    private var groupWinners: [String: Int] = [:]
    private var steps: Int
    private var warnings: [CharacterCard.Warning] = []

    init(_ books: LorebookActivator, scene: LorebookScene, state: LorebookState, random: any RandomSource) {
        self.books = books
        self.scene = scene
        self.random = random
        self.state = state
        causes = books.initialCauses
        nearest = Array(repeating: .max, count: books.matcher.keys.count)
        isInLore = Array(repeating: false, count: nearest.count)
        nearestRegex = Array(repeating: .max, count: books.regexes.count)
        isRegexInLore = Array(repeating: false, count: nearestRegex.count)
        steps = books.options.regexSteps
        // What began now or later is of a turn that is made again.
        self.state.records = state.records.compactMapValues { record in
            guard record.start >= scene.messageCount else { return record }
            guard record.first < scene.messageCount else { return nil }
            return .init(first: record.first, start: record.first, stickyUntil: 0, coolingUntil: 0)
        }
    }

    /// - Parameter budget: What the entries may take that are not stable.
    mutating func finish(budget: Int?) -> LorebookActivation {
        searchMessages()
        admit(candidatesFromMessages(), round: 0)
        var round = 0
        while round < books.options.maximumRecursion, !unsearched.isEmpty || round < books.deepestLevel {
            round += 1
            admit(searchLore(), round: round)
        }

        var activation = LorebookActivation()
        var room = LorebookRoom(books: books.tokenBudgets, all: budget)
        for piece in books.stablePieces { room.takeFromBook(piece) }
        for (index, cause) in books.stableCauses { causes[index] = cause }
        let pieces = active.filter { !books.entries[$0].isStable }.map { index in
            books.entries[index].piece(
                causes[index], macros: books.macros, counter: books.counter, messageCount: scene.messageCount)
        }
        var dropped: [Int: LorebookCause] = [:]
        activation.pieces = room.keep(pieces, of: books.entries, exempt: books.options.constantsIgnoreBudgets) {
            dropped[$0] = $1
        }
        for (index, cause) in dropped { causes[index] = cause }
        for index in active where causes[index].isIncluded { remember(index) }
        activation.state = state
        activation.warnings = warnings
        var start = 0
        for size in books.bookSizes {
            activation.causes.append(Array(causes[start..<start + size]))
            start += size
        }
        return activation
    }

    // MARK: Searching

    private mutating func searchMessages() {
        var depths: [Int32: Set<Int>] = [:]
        let texts = scene.texts.prefix(books.deepestScan)
        for (depth, text) in texts.enumerated() {
            books.matcher.scan(text) { key in
                nearest[key] = min(nearest[key], Int32(depth))
                for regex in books.regexesOfKey[key] ?? [] where depth < books.regexDepths[Int(regex)] {
                    depths[regex, default: []].insert(depth)
                }
            }
        }
        for regex in books.unfilteredRegexes {
            depths[regex] = Set(0..<min(texts.count, books.regexDepths[Int(regex)]))
        }
        var ready: [Int: RegexText] = [:]
        for (regex, depths) in depths.sorted(by: { $0.key < $1.key }) {
            for depth in depths.sorted() {
                let text = ready[depth] ?? RegexText(texts[depth])
                ready[depth] = text
                guard let isMatch = match(books.regexes[Int(regex)], in: text) else { return }
                if isMatch {
                    nearestRegex[Int(regex)] = Int32(depth)
                    break
                }
            }
        }
    }

    /// Nil where the steps have run out.
    private mutating func match(_ regex: BoundedRegex, in text: RegexText) -> Bool? {
        guard steps > 0, let isMatch = regex.isMatch(in: text, steps: &steps) else {
            if warnings.isEmpty {
                warnings.append(
                    .init(path: "", message: "the regular expressions took too long; those not done match nothing"))
            }
            return nil
        }
        return isMatch
    }

    private func candidatesFromMessages() -> [Int] {
        var candidates = Set(books.keyless.map(Int.init))
        for (key, depth) in nearest.enumerated() where depth < .max {
            candidates.formUnion(books.entriesOfKey[key].map(Int.init))
        }
        for (regex, depth) in nearestRegex.enumerated() where depth < .max {
            candidates.formUnion(books.entriesOfRegex[regex].map(Int.init))
        }
        return candidates.sorted()
    }

    /// Searches the words of what was let in last; whom they call may be let in next.
    private mutating func searchLore() -> [Int] {
        var found: Set<Int> = []
        for index in unsearched {
            let entry = books.entries[index]
            guard books.recursion[entry.book], !entry.extras.preventsRecursion else { continue }
            let text = books.macros.expand(entry.text, for: .loreMatching)
            var regexes = Set(books.unfilteredRegexes)
            books.matcher.scan(text) { key in
                regexes.formUnion(books.regexesOfKey[key] ?? [])
                guard !isInLore[key] else { return }
                isInLore[key] = true
                found.formUnion(books.entriesOfKey[key].map(Int.init))
            }
            regexes = regexes.filter { !isRegexInLore[Int($0)] }
            guard !regexes.isEmpty else { continue }
            let regexText = RegexText(text)
            for regex in regexes.sorted().map(Int.init) {
                guard let isMatch = match(books.regexes[regex], in: regexText) else { break }
                guard isMatch else { continue }
                isRegexInLore[regex] = true
                found.formUnion(books.entriesOfRegex[regex].map(Int.init))
            }
        }
        unsearched = []
        for index in books.keyless where books.entries[Int(index)].extras.recursionLevel != nil {
            found.insert(Int(index))
        }
        return found.filter { !causes[$0].isIncluded }.sorted()
    }

    private func isFound(_ key: CompiledLorebookEntry.Key, for entry: CompiledLorebookEntry, round: Int) -> Bool {
        let searchesLore = round > 0 && books.recursion[entry.book] && !entry.extras.excludesRecursion
        return switch key {
        case .text(let key): nearest[key] < entry.scanDepth || searchesLore && isInLore[key]
        case .regex(let key): nearestRegex[key] < entry.scanDepth || searchesLore && isRegexInLore[key]
        case .none: false
        }
    }

    // MARK: Letting in

    private mutating func admit(_ candidates: [Int], round: Int) {
        var admitted: [Int] = []
        for index in candidates where !causes[index].isIncluded && !isSettled(causes[index]) {
            let cause = cause(of: index, round: round)
            causes[index] = cause
            if cause.isIncluded { admitted.append(index) }
        }
        admitted = chooseInGroups(admitted)
        for index in admitted {
            if let probability = books.entries[index].extras.probability, isUncertain(causes[index]),
                random.nextFraction() * 100 >= probability
            {
                causes[index] = .chance
                continue
            }
            active.append(index)
            unsearched.append(index)
        }
    }

    /// Whether an entry that was refused is not asked again: chance is not tried twice.
    private func isSettled(_ cause: LorebookCause) -> Bool {
        switch cause {
        case .disabled, .empty, .chance, .group: true
        default: false
        }
    }

    private func isUncertain(_ cause: LorebookCause) -> Bool {
        switch cause {
        case .sticky, .forced, .kept: false
        default: true
        }
    }

    private func cause(of index: Int, round: Int) -> LorebookCause {
        let entry = books.entries[index]
        let (decorators, extras) = (entry.decorators, entry.extras)
        let record = state.records[entry.stateName]
        let wasUsed = record.map { $0.first < scene.messageCount } ?? false
        let isSticky = record.map { scene.messageCount < $0.stickyUntil } ?? false

        if decorators.activatesOnce, wasUsed { return .usedBefore }
        if decorators.isForced { return .forced }
        if decorators.isSuppressed { return .suppressed }
        if decorators.keepsActiveAfterMatch, wasUsed { return .kept }
        if scene.messageCount < extras.delay { return .delayed }
        if let record, scene.messageCount < record.coolingUntil, !isSticky { return .coolingDown }
        if let count = decorators.activateOnlyAfter, scene.characterMessageCount < count { return .tooEarly }
        if let every = decorators.activateOnlyEvery, scene.characterMessageCount % every != 0 { return .notThisTime }
        if let greeting = decorators.greeting, let own = scene.greeting, greeting != own { return .otherGreeting }
        if let icon = decorators.userIcon, let own = scene.userIcon, icon != own { return .otherIcon }
        if decorators.ignoresOnFullContext, scene.isContextFull { return .fullContext }
        if isSticky { return .sticky }
        if let level = extras.recursionLevel, round < level || !books.recursion[entry.book] { return .recursionOnly }
        return keyCause(of: entry, round: round)
    }

    private func keyCause(of entry: CompiledLorebookEntry, round: Int) -> LorebookCause {
        func isFound(_ key: CompiledLorebookEntry.Key) -> Bool { self.isFound(key, for: entry, round: round) }
        if !entry.additionalKeys.isEmpty, !entry.additionalKeys.contains(where: isFound) { return .additionalKeys }
        if entry.excludedKeys.contains(where: isFound) { return .excludedKey }
        if entry.isConstant { return .constant }
        guard let place = entry.keys.firstIndex(where: isFound) else {
            return !entry.keys.isEmpty && entry.keys.allSatisfy { $0 == .none } ? .invalidExpression : .noKey
        }
        if !entry.secondaryKeys.isEmpty {
            let found = entry.secondaryKeys.count(where: isFound)
            let agrees =
                switch entry.extras.selectiveLogic {
                case .andAny: found > 0
                case .andAll: found == entry.secondaryKeys.count
                case .notAny: found == 0
                case .notAll: found < entry.secondaryKeys.count
                }
            guard agrees else { return .secondaryKeys }
        }
        let name = entry.keyNames[place]
        return round > 0 ? .recursion(name) : .key(name)
    }

    // MARK: Groups

    /// Of each group, one entry stays.
    private mutating func chooseInGroups(_ admitted: [Int]) -> [Int] {
        var groups: [String: [Int]] = [:]
        for index in admitted {
            for group in books.entries[index].extras.groups { groups[group, default: []].append(index) }
        }
        guard !groups.isEmpty else { return admitted }
        var lost: Set<Int> = []
        for (group, members) in groups.sorted(by: { $0.key < $1.key }) {
            let members = members.filter { !lost.contains($0) }
            guard !members.isEmpty else { continue }
            let winner = groupWinners[group] ?? choose(among: members)
            groupWinners[group] = winner
            for index in members where index != winner {
                lost.insert(index)
                causes[index] = .group(books.entries[winner].title)
            }
        }
        return admitted.filter { !lost.contains($0) }
    }

    private func choose(among members: [Int]) -> Int {
        let extras = { (index: Int) in books.entries[index].extras }
        if let sticky = members.first(where: { causes[$0] == .sticky }) { return sticky }
        var rest = members
        if rest.contains(where: { extras($0).scoresGroup }) {
            let scores = rest.map { index in
                let entry = books.entries[index]
                return (entry.keys + entry.secondaryKeys).count { isFound($0, for: entry, round: 1) }
            }
            let best = scores.max() ?? 0
            rest = zip(rest, scores).filter { !extras($0).scoresGroup || $1 == best }.map(\.0)
        }
        let winning = rest.filter { extras($0).winsGroup }
        if let first = winning.max(by: { books.entries[$0].order < books.entries[$1].order }) { return first }
        let total = rest.reduce(0) { $0 + extras($1).groupWeight }
        var draw = random.nextFraction() * Double(total)
        for index in rest {
            draw -= Double(extras(index).groupWeight)
            if draw < 0 { return index }
        }
        return rest[rest.count - 1]
    }

    // MARK: State

    private mutating func remember(_ index: Int) {
        let entry = books.entries[index]
        let (decorators, extras) = (entry.decorators, entry.extras)
        let isTimed = extras.sticky > 0 || extras.cooldown > 0
        guard isTimed || decorators.keepsActiveAfterMatch || decorators.activatesOnce else { return }
        let count = scene.messageCount
        let old = state.records[entry.stateName]
        // What stays, or was kept, goes on as it began.
        if let old, !isTimed || count < old.stickyUntil { return }
        let sticky = count + extras.sticky
        state.records[entry.stateName] = .init(
            first: old?.first ?? count, start: count, stickyUntil: extras.sticky > 0 ? sticky : 0,
            coolingUntil: extras.cooldown > 0 ? sticky + extras.cooldown : 0)
    }
}
