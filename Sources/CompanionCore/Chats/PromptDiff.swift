/// What changed from one prompt to another, and how much of the beginning they share: what a provider that remembers
/// prompts need not read again.
///
/// A pure value; it takes time in proportion to the prompts, but for a sort.
public struct PromptDiff: Sendable, Hashable {
    /// One step on the way from the first prompt to the second, in the second one's order; what was removed stands where
    /// it was.
    public enum Step: Sendable, Hashable {
        /// In both, byte for byte; named and counted as in the second.
        case kept(PromptPiece)
        case removed(PromptPiece)
        case added(PromptPiece)
        /// The same part of the prompt with another text: an edited message, a newer summary, other memories.
        case changed(from: PromptPiece, to: PromptPiece)
    }

    /// Where two prompts part.
    public struct Parting: Sendable, Hashable {
        /// How many messages stand before it, the same in both.
        public var messages: Int
        /// What the first prompt has there; nil where it ends.
        public var from: PromptPiece?
        /// What the second has there; nil where it ends.
        public var to: PromptPiece?
        /// How many bytes of these two are the same from their beginning on; 0 where one is missing or another's words.
        public var bytes: Int
    }

    public let steps: [Step]
    /// Nil where the prompts are the same.
    public let parting: Parting?
    /// The tokens of the first prompt.
    public let fromTokens: Int
    /// The tokens of the second.
    public let toTokens: Int
    /// The tokens of the messages that both begin with. Whole messages only.
    public let prefixTokens: Int
    /// What the prefix could have been at most: its tokens, and those of what lasts (all but lore, memories and what stands
    /// behind the history) that the first prompt has too, at whatever place.
    public let lastingTokens: Int

    /// The share of what could have been kept that was; 1 where nothing could.
    public var keptShare: Double { lastingTokens > 0 ? Double(prefixTokens) / Double(lastingTokens) : 1 }
    /// Whether the second prompt is the first one.
    public var isEmpty: Bool { parting == nil }

    public init(from old: Prompt, to new: Prompt) { self.init(from: old.pieces, to: new.pieces) }

    public init(from old: [PromptPiece], to new: [PromptPiece]) {
        let prefix = zip(old, new).prefix { $0.message == $1.message }.count
        let rest = min(old.count, new.count) - prefix
        let suffix = zip(old.reversed(), new.reversed()).prefix(rest).prefix { $0.message == $1.message }.count
        var steps = new[..<prefix].map(Step.kept)
        steps += Self.steps(from: old[prefix..<(old.count - suffix)], to: new[prefix..<(new.count - suffix)])
        steps += new[(new.count - suffix)...].map(Step.kept)
        self.steps = steps

        func tokens(_ pieces: some Sequence<PromptPiece>) -> Int { pieces.reduce(0) { $0 + $1.tokens } }
        (fromTokens, toTokens) = (tokens(old), tokens(new))
        prefixTokens = tokens(new[..<prefix])
        let known = Set(old.map(\.message))
        let history = new.lastIndex { $0.message.part == .history }.map { $0 + 1 } ?? prefix
        let lasting = new[prefix...].prefix(max(0, history - prefix)).filter {
            known.contains($0.message) && $0.message.part != .lore && $0.message.part != .memory
        }
        lastingTokens = prefixTokens + tokens(lasting)

        guard prefix < max(old.count, new.count) else {
            parting = nil
            return
        }
        let (from, to) = (prefix < old.count ? old[prefix] : nil, prefix < new.count ? new[prefix] : nil)
        var bytes = 0
        if let from, let to, from.message.role == to.message.role {
            bytes = zip(from.message.text.utf8, to.message.text.utf8).prefix { $0 == $1 }.count
        }
        parting = Parting(messages: prefix, from: from, to: to, bytes: bytes)
    }

    /// What this makes of the messages of the first prompt: those of the second. Nil for those of another prompt.
    public func applied(to messages: [PromptMessage]) -> [PromptMessage]? {
        var result: [PromptMessage] = []
        var rest = messages[...]
        for step in steps {
            switch step {
            case .kept(let piece):
                guard let message = rest.popFirst(), message == piece.message else { return nil }
                result.append(message)
            case .removed(let piece):
                guard rest.popFirst() == piece.message else { return nil }
            case .added(let piece): result.append(piece.message)
            case .changed(let from, let to):
                guard rest.popFirst() == from.message else { return nil }
                result.append(to.message)
            }
        }
        return rest.isEmpty ? result : nil
    }
}

// MARK: Finding the steps

extension PromptDiff {
    /// What tells messages with the same text apart: which message of the chat it is, and how many like it stood before.
    private struct Identity: Hashable {
        var message: PromptMessage
        var sequence: Int?
        var number = 0
    }

    /// What stays the same where the text of a part changes.
    private struct Place: Hashable {
        var part: PromptMessage.Part
        var title: String
        var sequence: Int?

        init(_ piece: PromptPiece) {
            part = piece.message.part
            sequence = piece.sequence
            // There is one summary, and one list of memories; their titles tell of what is in them.
            title = part == .summary || part == .memory ? "" : piece.title
        }
    }

    private static func steps(from old: ArraySlice<PromptPiece>, to new: ArraySlice<PromptPiece>) -> [Step] {
        var steps: [Step] = []
        var (start, end) = (old.startIndex, new.startIndex)
        for (from, to) in anchors(old, new) {
            steps += changes(from: old[start..<from], to: new[end..<to])
            steps.append(.kept(new[to]))
            (start, end) = (from + 1, to + 1)
        }
        return steps + changes(from: old[start...], to: new[end...])
    }

    /// The places of messages that are in both, growing in both.
    private static func anchors(
        _ old: ArraySlice<PromptPiece>, _ new: ArraySlice<PromptPiece>
    ) -> [(from: Int, to: Int)] {
        func identities(_ pieces: ArraySlice<PromptPiece>) -> [(Identity, Int)] {
            var counts: [Identity: Int] = [:]
            return pieces.indices.map { index in
                var identity = Identity(message: pieces[index].message, sequence: pieces[index].sequence)
                let number = counts[identity, default: 0]
                counts[identity] = number + 1
                identity.number = number
                return (identity, index)
            }
        }
        let places = Dictionary(uniqueKeysWithValues: identities(new))
        let pairs = identities(old).compactMap { identity, from in places[identity].map { (from: from, to: $0) } }
        return longestGrowing(pairs)
    }

    /// The longest part of `pairs`, whose `from` grow, in which `to` grows too.
    private static func longestGrowing(_ pairs: [(from: Int, to: Int)]) -> [(from: Int, to: Int)] {
        // By length: the place of the pair with the least end; and for each pair, the one before it.
        var ends: [Int] = []
        var before: [Int] = []
        for (index, pair) in pairs.enumerated() {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[ends[middle]].to < pair.to { low = middle + 1 } else { high = middle }
            }
            before.append(low > 0 ? ends[low - 1] : -1)
            if low < ends.count { ends[low] = index } else { ends.append(index) }
        }
        var result: [(from: Int, to: Int)] = []
        var place = ends.last ?? -1
        while place >= 0 {
            result.append(pairs[place])
            place = before[place]
        }
        return result.reversed()
    }

    /// The steps where no message is in both: what is at the same place in the prompt has changed.
    private static func changes(from old: ArraySlice<PromptPiece>, to new: ArraySlice<PromptPiece>) -> [Step] {
        guard !old.isEmpty else { return new.map(Step.added) }
        guard !new.isEmpty else { return old.map(Step.removed) }
        var places = Dictionary(new.indices.map { (Place(new[$0]), $0) }, uniquingKeysWith: { first, _ in first })
        var steps: [Step] = []
        var next = new.startIndex
        for piece in old {
            guard let place = places.removeValue(forKey: Place(piece)), place >= next else {
                steps.append(.removed(piece))
                continue
            }
            steps += new[next..<place].map(Step.added)
            steps.append(.changed(from: piece, to: new[place]))
            next = place + 1
        }
        return steps + new[next...].map(Step.added)
    }
}
