extension RegexNode {
    /// The most alternatives that a text is searched for in place of an expression.
    private static let mostAlternatives = 32

    /// Texts of which each match holds one at least; nil where nothing of two characters or more is sure.
    ///
    /// A text without any of them needs no search for the expression. Under a flag that ignores case the texts are
    /// found folded, as the program compares its own characters.
    var requiredLiterals: [String]? {
        guard let literals = literals, literals.allSatisfy({ $0.unicodeScalars.count > 1 }) else { return nil }
        return literals
    }

    private var literals: [String]? {
        switch self {
        case .empty, .assertion: nil
        case .set(let set): set.single.map { [String($0)] }
        case .sequence(let nodes): Self.best(of: nodes)
        case .choice(let branches): Self.all(of: branches)
        case .repetition(let node, let minimum, _): minimum > 0 ? node.literals : nil
        }
    }

    /// One of each branch.
    private static func all(of branches: [RegexNode]) -> [String]? {
        var texts: [String] = []
        for branch in branches {
            guard let literals = branch.literals else { return nil }
            texts += literals
            if texts.count > mostAlternatives { return nil }
        }
        return texts.isEmpty ? nil : texts
    }

    /// Of what stands one behind the other, the part whose shortest text is the longest.
    private static func best(of nodes: [RegexNode]) -> [String]? {
        var best: [String]?
        var run = String.UnicodeScalarView()
        func shortest(_ texts: [String]?) -> Int { texts?.map(\.unicodeScalars.count).min() ?? 0 }
        func consider(_ texts: [String]?) {
            if shortest(texts) > shortest(best) { best = texts }
        }
        func endRun() {
            if !run.isEmpty { consider([String(run)]) }
            run = .init()
        }
        for node in nodes {
            switch node {
            case .empty, .assertion: continue
            case .set(let set):
                if let scalar = set.single { run.append(scalar) } else { endRun() }
            default:
                endRun()
                consider(node.literals)
            }
        }
        endRun()
        return best
    }
}
