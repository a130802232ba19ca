/// Makes entries ready, book by book.
struct LorebookCompiler {
    private(set) var entries: [CompiledLorebookEntry] = []
    var matcher = LorebookKeyMatcher()
    private(set) var regexes: [BoundedRegex] = []
    private(set) var entriesOfKey: [[Int32]] = []
    private(set) var entriesOfRegex: [[Int32]] = []
    private(set) var regexesOfKey: [Int: [Int32]] = [:]
    private(set) var unfilteredRegexes: [Int32] = []
    private(set) var regexDepths: [Int] = []
    private(set) var keyless: [Int32] = []
    private(set) var causes: [LorebookCause] = []
    private(set) var warnings = CardWarnings()

    private struct Expression: Hashable {
        var pattern: String
        var flags: BoundedRegex.Flags
    }
    private var knownRegexes: [Expression: Int] = [:]
    private let macros: Macros
    private let options: LorebookOptions

    init(macros: Macros, options: LorebookOptions) {
        self.macros = macros
        self.options = options
    }

    mutating func add(_ book: Lorebook, at place: Int) {
        var names: Set<String> = []
        for (index, entry) in book.entries.enumerated() {
            let number = Int32(entries.count)
            let compiled = compile(entry, of: book, at: place, index, &names)
            entries.append(compiled)
            noteDepths(of: compiled)
            let isExpression = !compiled.keys.isEmpty && compiled.keys.allSatisfy { $0 == .none }
            causes.append(
                !entry.enabled ? .disabled : compiled.text.isBlank ? .empty : isExpression ? .invalidExpression : .noKey
            )
            guard entry.enabled, !compiled.text.isBlank else { continue }
            for key in compiled.keys {
                switch key {
                case .text(let key): entriesOfKey[key].append(number)
                case .regex(let regex): entriesOfRegex[regex].append(number)
                case .none: break
                }
            }
            let decorators = compiled.decorators
            if compiled.isConstant || decorators.isForced || decorators.keepsActiveAfterMatch
                || compiled.extras.sticky > 0 || compiled.extras.recursionLevel != nil
            {
                keyless.append(number)
            }
        }
    }

    /// An expression is searched as deep as any of its entries wants.
    private mutating func noteDepths(of entry: CompiledLorebookEntry) {
        for key in entry.keys + entry.secondaryKeys + entry.additionalKeys + entry.excludedKeys {
            if case .regex(let regex) = key { regexDepths[regex] = max(regexDepths[regex], entry.scanDepth) }
        }
    }

    private mutating func compile(
        _ entry: LorebookEntry, of book: Lorebook, at place: Int, _ index: Int, _ knownNames: inout Set<String>
    ) -> CompiledLorebookEntry {
        let decorators = LorebookDecorators(parsing: entry.content)
        let extras = LorebookExtras(entry.extensions)
        let isExpression = entry.useRegex && !extras.isSillyTavern
        let scanDepth = decorators.scanDepth ?? extras.scanDepth ?? book.scanDepth ?? options.scanDepth
        let names = Self.names(of: entry, at: place, index, &knownNames)
        let order = entry.insertionOrder
        var compiled = CompiledLorebookEntry(
            number: entries.count, book: place, index: index, stateName: names.state, title: names.title,
            text: entry.text,
            decorators: decorators, extras: extras, isConstant: entry.constant == true && !isExpression,
            scanDepth: max(0, scanDepth), order: order, priority: entry.priority ?? order,
            place: Self.place(of: entry, decorators, extras))
        let isCaseSensitive = entry.caseSensitive ?? extras.caseSensitive ?? options.isCaseSensitive
        let isWholeWord = extras.matchesWholeWords ?? options.matchesWholeWords
        let path = "\(place == 0 ? "" : "books[\(place)].")entries[\(index)]"
        func ready(_ keys: [String], _ key: String, _ compiler: inout Self) -> [(CompiledLorebookEntry.Key, String)] {
            keys.compactMap { text in
                compiler.key(
                    text, isExpression: isExpression, isCaseSensitive: isCaseSensitive, isWholeWord: isWholeWord,
                    path: "\(path).\(key)"
                ).map { ($0, text) }
            }
        }
        // Where the keys are expressions, the additional ones are further keys, and the others are ignored.
        let keys = ready(
            entry.keys + (isExpression ? decorators.additionalKeys ?? [] : []), "keys", &self)
        (compiled.keys, compiled.keyNames) = (keys.map(\.0), keys.map(\.1))
        if !isExpression {
            if entry.selective ?? extras.isSillyTavern {
                compiled.secondaryKeys = ready(entry.secondaryKeys ?? [], "secondary_keys", &self).map(\.0)
            }
            compiled.additionalKeys = ready(decorators.additionalKeys ?? [], "@@additional_keys", &self).map(\.0)
            compiled.excludedKeys = ready(decorators.excludedKeys ?? [], "@@exclude_keys", &self).map(\.0)
        }
        return compiled
    }

    private static func names(
        of entry: LorebookEntry, at place: Int, _ index: Int, _ names: inout Set<String>
    ) -> (state: String, title: String) {
        var state =
            switch entry.id {
            case .number(let number): "\(place)/\(number.lexeme)"
            case .text(let text): "\(place)/'\(text.prefix(64))"
            case nil: "\(place)/#\(index)"
            }
        // Identifiers are the business of those who wrote them, and not always unique.
        if !names.insert(state).inserted { state = "\(place)/#\(index)" }
        let candidates = [entry.name, entry.comment, entry.keys.first].compactMap(\.self)
        let title = candidates.lazy.map { String($0.trimmed.prefix(60)) }.first { !$0.isEmpty } ?? "Entry \(index + 1)"
        return (state, title)
    }

    private static func place(
        of entry: LorebookEntry, _ decorators: LorebookDecorators, _ extras: LorebookExtras
    ) -> LorebookActivation.Place {
        switch decorators.position {
        case "before_desc": return .beforeCharacter
        case "after_desc": return .afterCharacter
        case "personality": return .personality
        case "scenario": return .scenario
        default: break
        }
        if let depth = decorators.depth { return .depth(depth, decorators.role ?? .system) }
        let role = decorators.role ?? extras.role ?? .system
        switch extras.position {
        case 0: return .beforeCharacter
        case 1: return .afterCharacter
        // Above and below the author's note, whose usual depth it is.
        case 2, 3: return .depth(4, role)
        case 4: return .depth(extras.depth ?? 4, role)
        case 5: return .beforeExamples
        case 6: return .afterExamples
        default: return entry.position == .beforeCharacter ? .beforeCharacter : .afterCharacter
        }
    }

    private mutating func key(
        _ text: String, isExpression: Bool, isCaseSensitive: Bool, isWholeWord: Bool, path: String
    ) -> CompiledLorebookEntry.Key? {
        let text = macros.expand(text, for: .loreMatching).trimmed
        guard !text.isEmpty else { return nil }
        let delimited = BoundedRegex.delimited(text)
        if isExpression || delimited != nil {
            let flags = delimited.map(\.flags) ?? (isCaseSensitive ? "" : "i")
            return regex(delimited?.pattern ?? text, flags, path: path).map { .regex($0) }
                ?? CompiledLorebookEntry.Key.none
        }
        let key = LorebookKeyMatcher.Key(text, isCaseSensitive: isCaseSensitive, isWholeWord: isWholeWord)
        guard let number = matcher.insert(key) else { return nil }
        while entriesOfKey.count <= number { entriesOfKey.append([]) }
        return .text(number)
    }

    /// Without one of its literals in a text, an expression is not searched for there.
    private mutating func note(_ literals: [String]?, of regex: Int32) {
        guard let literals else {
            unfilteredRegexes.append(regex)
            return
        }
        for literal in literals {
            let key = LorebookKeyMatcher.Key(literal, isCaseSensitive: false, isWholeWord: false)
            guard let number = matcher.insert(key) else { continue }
            while entriesOfKey.count <= number { entriesOfKey.append([]) }
            regexesOfKey[number, default: []].append(regex)
        }
    }

    private mutating func regex(_ pattern: String, _ flagLetters: String, path: String) -> Int? {
        do throws(BoundedRegex.Failure) {
            let flags = try BoundedRegex.Flags(flagLetters)
            let expression = Expression(pattern: pattern, flags: flags)
            if let known = knownRegexes[expression] { return known }
            let regex = try BoundedRegex(pattern, flags: flags)
            regexes.append(regex)
            entriesOfRegex.append([])
            regexDepths.append(0)
            knownRegexes[expression] = regexes.count - 1
            note(regex.requiredLiterals, of: Int32(regexes.count - 1))
            return regexes.count - 1
        } catch {
            let reason =
                switch error {
                case .invalid(let reason): "is no valid regular expression (\(reason))"
                case .unsupported(let what): "is a regular expression with \(what), which are not supported"
                case .tooLarge: "is too large a regular expression"
                }
            warnings.append(path: path, "\(reason): it matches nothing")
            return nil
        }
    }
}
