#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One search of an index: matches, what turns take from their neighbours, and the best of them.
struct RecallSearch {
    private let index: RecallIndex
    private let query: RecallQuery
    private let matches: RecallMatches
    /// By place of speaker: by what the relevance of what was said is multiplied.
    private let boosts: [Float]
    private let now: Double
    /// What was later doesn't exist.
    private let end: Double
    /// By place of turn: what its session adds; made only where facts take it up.
    private var contexts: [Float] = []
    private var best: RecallRanking

    init(_ query: RecallQuery, in index: RecallIndex) {
        self.index = index
        self.query = query
        let words = RecallQueryWords(query.text, in: index)
        now = (query.asOf ?? query.now).timeIntervalSince1970
        end = now
        matches = RecallMatches(of: words, meaning: query.meaning, in: index, until: end)
        boosts = Self.boosts(of: words, in: index)
        best = RecallRanking(limit: query.limit)
    }

    consuming func hits() -> [RecallHit] {
        if index.factCount > 0 { contexts = Array(repeating: 0, count: index.turns.count) }
        for chat in index.chats.indices { rankTurns(of: chat) }
        rankFacts()
        return best.ranked().map(hit)
    }

    private static func boosts(of words: RecallQueryWords, in index: RecallIndex) -> [Float] {
        let weights = index.weights
        let preferred = words.preference(in: index)
        func mean(ofPerson isPerson: Bool) -> Float? {
            let side = index.speakers.filter { $0.isPerson == isPerson }
            let count = side.reduce(0) { $0 + $1.count }
            return count > 0 ? Float(side.reduce(0) { $0 + $1.length }) / Float(count) : nil
        }
        var person: Float = 1
        if let own = mean(ofPerson: true), let other = mean(ofPerson: false), own > 0 {
            person = min(max(other / own / weights.verbosity, 1), weights.personAtMost)
        }
        return index.speakers.indices.map { place in
            max(preferred[place] ? 1 + weights.speaker : 1, index.speakers[place].isPerson ? person : 1)
        }
    }
}

// MARK: - Turns
extension RecallSearch {
    private mutating func rankTurns(of chat: Int) {
        let order = index.chats[chat].order
        let visible = query.visible[index.chats[chat].id] ?? .max
        var start = 0
        while start < order.count {
            var end = start + 1
            var isMatched = matches.turn(Int(order[start])) > 0
            var time = index.turns[Int(order[start])].time
            while end < order.count {
                let turn = Int(order[end])
                let next = index.turns[turn].time
                guard abs(next - time) <= index.weights.sessionGap else { break }
                isMatched = isMatched || matches.turn(turn) > 0
                time = next
                end += 1
            }
            if isMatched { rankSession(order[start..<end], of: chat, visible: visible) }
            start = end
        }
    }

    private mutating func rankSession(_ session: ArraySlice<Int32>, of chat: Int, visible: Int) {
        let weights = index.weights
        var scores: [Float] = []
        scores.reserveCapacity(session.count)
        var top = TopThree()
        for position in session.indices {
            let score = matches.turn(Int(session[position])) + propagated(at: position, in: session)
            scores.append(score)
            top.add(score)
        }
        let context = weights.session * top.mean(of: session.count)
        for position in session.indices {
            let place = Int(session[position])
            let turn = index.turns[place]
            if !contexts.isEmpty { contexts[place] = context }
            guard turn.sequence < visible, turn.time <= end else { continue }
            let relevance = scores[position - session.startIndex] + context
            guard relevance > 0 else { continue }
            let total = relevance * factor(of: turn) + recency(of: turn.time)
            guard best.admits(total) else { continue }
            best.add(
                RecallRanking.Entry(
                    total: total, time: turn.time, document: .message(turn.id),
                    position: .turn(
                        place: place, chat: chat, start: session.startIndex, position: position, end: session.endIndex),
                    context: context))
        }
    }

    private func propagated(at position: Int, in session: ArraySlice<Int32>) -> Float {
        let weights = index.weights
        var score: Float = 0
        if position > session.startIndex {
            let before = Int(session[position - 1])
            let match = matches.turn(before)
            if match > 0 {
                let isAnswer =
                    index.turns[before].isQuestion
                    && index.turns[before].speaker != index.turns[Int(session[position])].speaker
                score += match * (isAnswer ? weights.answer : weights.before)
            }
        }
        if position > session.startIndex + 1 { score += matches.turn(Int(session[position - 2])) * weights.twoBefore }
        if position < session.endIndex - 1 { score += matches.turn(Int(session[position + 1])) * weights.after }
        return score
    }

    /// By what its relevance is multiplied.
    private func factor(of turn: RecallIndex.Turn) -> Float {
        boosts[Int(turn.speaker)] * (turn.isQuestion ? index.weights.question : 1)
    }

    private func recency(of time: Double) -> Float {
        let age = max(0, now - time)
        return index.weights.recency / Float(1 + age / index.weights.recencyHalfLife)
    }
}

/// The mean of the three highest scores.
private struct TopThree {
    private var scores: SIMD3<Float> = .zero

    mutating func add(_ score: Float) {
        guard score > scores.z else { return }
        if score > scores.x {
            scores = SIMD3(score, scores.x, scores.y)
        } else if score > scores.y {
            scores = SIMD3(scores.x, score, scores.y)
        } else {
            scores.z = score
        }
    }

    func mean(of count: Int) -> Float { (scores.x + scores.y + scores.z) / Float(min(count, 3)) }
}

// MARK: - Facts
extension RecallSearch {
    private mutating func rankFacts() {
        for place in index.facts.indices {
            let fact = index.facts[place]
            guard fact.document >= 0, fact.validAt <= end, fact.invalidAt > end else { continue }
            let match = matches.fact(place)
            guard match > 0 || fact.isPinned, !isVisible(fact) else { continue }
            // As a session of one, where the session of its source isn't better.
            let own = index.weights.session * match
            let context = fact.sources.reduce(own) { context, source in
                max(context, index.place(of: source).map { contexts[$0] } ?? 0)
            }
            let total =
                match + context + recency(of: fact.validAt) + index.weights.importance * fact.importance
            best.add(
                RecallRanking.Entry(
                    isPinned: fact.isPinned, total: total, time: fact.validAt, document: .memory(fact.id),
                    position: .fact(place: place), context: context))
        }
    }

    private func isVisible(_ fact: RecallIndex.Fact) -> Bool {
        guard !query.visible.isEmpty, !fact.sources.isEmpty else { return false }
        return fact.sources.allSatisfy { source in
            guard let place = index.place(of: source) else { return false }
            let turn = index.turns[place]
            return query.visible[index.chats[Int(turn.chat)].id].map { turn.sequence >= $0 } ?? false
        }
    }
}

// MARK: - Explanation
extension RecallSearch {
    private func hit(_ entry: RecallRanking.Entry) -> RecallHit {
        switch entry.position {
        case .turn(let place, let chat, let start, let position, let end):
            let turn = index.turns[place]
            let session = index.chats[chat].order[start..<end]
            let propagated = propagated(at: position, in: session)
            let relevance = matches.turn(place) + propagated + entry.context
            let score = RecallScore(
                words: Double(matches.turnWords[place]),
                meaning: Double(matches.turn(place) - matches.turnWords[place]),
                propagated: Double(propagated), session: Double(entry.context),
                speaker: Double(relevance * (factor(of: turn) - 1)), recency: Double(recency(of: turn.time)))
            return RecallHit(
                document: entry.document, score: score, date: Date(timeIntervalSince1970: turn.time),
                place: RecallHit.Place(
                    chat: index.chats[chat].id, sequence: turn.sequence,
                    session: Date(timeIntervalSince1970: index.turns[Int(session[start])].time)),
                piece: matches.bestPiece(from: turn.document, in: index.postings))
        case .fact(let place):
            let fact = index.facts[place]
            let score = RecallScore(
                words: Double(matches.factWords[place]),
                meaning: Double(matches.fact(place) - matches.factWords[place]),
                session: Double(entry.context), recency: Double(recency(of: fact.validAt)),
                importance: Double(index.weights.importance * fact.importance))
            return RecallHit(
                document: entry.document, score: score, date: Date(timeIntervalSince1970: fact.validAt),
                isPinned: fact.isPinned)
        }
    }
}
