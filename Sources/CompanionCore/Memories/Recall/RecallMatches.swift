/// How well each turn and fact matches a query by words, and by meaning where that is known.
struct RecallMatches {
    /// By place; 0 where nothing matches.
    private(set) var turnWords: [Float]
    private(set) var turnMeaning: [Float] = []
    private(set) var factWords: [Float]
    private(set) var factMeaning: [Float] = []
    /// By document, to find the best piece of a text.
    private var documentScores: [Float]

    func turn(_ place: Int) -> Float { turnWords[place] + (turnMeaning.isEmpty ? 0 : turnMeaning[place]) }
    func fact(_ place: Int) -> Float { factWords[place] + (factMeaning.isEmpty ? 0 : factMeaning[place]) }

    init(of words: RecallQueryWords, meaning: [RecallQuery.Meaning]?, in index: RecallIndex, until end: Double) {
        turnWords = Array(repeating: 0, count: index.turns.count)
        factWords = Array(repeating: 0, count: index.facts.count)
        let postings = index.postings
        let weights = index.weights
        // The score, and the weight of the words that are there.
        var scores = [SIMD2<Float>](repeating: .zero, count: postings.words.count)
        Self.score(words, in: postings, by: weights, into: &scores)

        var covered: Float = 0
        var best: Float = 0
        let mass = max(words.mass, .leastNormalMagnitude)
        documentScores = Array(repeating: 0, count: scores.count)
        for document in scores.indices {
            let found = scores[document]
            guard found.x > 0, let owner = postings.owners[document] else { continue }
            let score = found.x * (1 - weights.coverage + weights.coverage * min(found.y / mass, 1))
            switch owner {
            case .turn(let place):
                guard index.turns[place].time <= end else { continue }
                turnWords[place] = max(turnWords[place], score)
            case .fact(let place):
                guard index.facts[place].validAt <= end, index.facts[place].invalidAt > end else { continue }
                factWords[place] = max(factWords[place], score)
            }
            covered = max(covered, found.y)
            best = max(best, score)
            documentScores[document] = score
        }
        if let meaning, !meaning.isEmpty {
            fuse(meaning, coverage: covered / mass, in: index, until: end)
        } else if best > 0 {
            scale(&turnWords, from: 0, by: 1 / best)
            scale(&factWords, from: 0, by: 1 / best)
        }
        shareFacts(of: index)
    }

    /// The piece of a text that matches best; nil where the text is one piece or none matches.
    func bestPiece(from document: Int32, in postings: RecallPostings) -> Int? {
        guard document >= 0, postings.successors[Int(document)] >= 0 else { return nil }
        var best: (piece: Int, score: Float)?
        var piece = 0
        var next = document
        while next >= 0 {
            let score = documentScores[Int(next)]
            if score > best?.score ?? 0 { best = (piece, score) }
            next = postings.successors[Int(next)]
            piece += 1
        }
        return best?.piece
    }
}

extension RecallMatches {
    /// BM25.
    private static func score(
        _ words: RecallQueryWords, in postings: RecallPostings, by weights: RecallWeights,
        into scores: inout [SIMD2<Float>]
    ) {
        let constant = weights.k1 * (1 - weights.b)
        let slope = weights.k1 * weights.b / max(Float(postings.averageLength), 1)
        postings.lengths.withUnsafeBufferPointer { lengths in
            scores.withUnsafeMutableBufferPointer { scores in
                for word in words.known {
                    let weight = word.weight * word.emphasis * (weights.k1 + 1)
                    let covered = word.isName ? 0 : word.weight
                    for posting in postings.documents[Int(word.number)] {
                        let document = posting.number
                        let count = Float(posting.count)
                        let norm = constant + slope * Float(lengths[document])
                        scores[document] += SIMD2(weight * count / (count + norm), covered)
                    }
                }
            }
        }
    }

    /// The sum of both lists, each from 0 for its hundredth to 1 for its best; the less of the query's words any text
    /// has, the less words count.
    private mutating func fuse(
        _ meaning: [RecallQuery.Meaning], coverage: Float, in index: RecallIndex, until end: Double
    ) {
        let weights = index.weights
        let trust = (coverage - weights.badlyCovered) / (weights.wellCovered - weights.badlyCovered)
        let share = weights.wordsAtLeast + (weights.words - weights.wordsAtLeast) * min(max(trust, 0), 1)

        var best = TopScores(count: weights.fused + 1)
        for score in turnWords where score > 0 { best.add(score) }
        for score in factWords where score > 0 { best.add(score) }
        let floor = best.floor
        let scale = best.highest > floor ? share / (best.highest - floor) : 0
        self.scale(&turnWords, from: floor, by: scale)
        self.scale(&factWords, from: floor, by: scale)

        turnMeaning = Array(repeating: 0, count: turnWords.count)
        factMeaning = Array(repeating: 0, count: factWords.count)
        let similarities = meaning.map { Float($0.similarity) }
        var nearest = TopScores(count: weights.fused + 1)
        for similarity in similarities { nearest.add(similarity) }
        // Where less than all were given, the least similar one stands for what was left out.
        let least = nearest.floorOrLeast
        let span = nearest.highest - least
        for (near, similarity) in zip(meaning, similarities) {
            let part = span > 0 ? max(0, (similarity - least) / span) : 1
            switch near.document {
            case .message(let id):
                guard let place = index.place(of: id), index.turns[place].time <= end else { continue }
                turnMeaning[place] = max(turnMeaning[place], part * (1 - share))
            case .memory(let id):
                guard let place = index.place(of: id), index.facts[place].validAt <= end,
                    index.facts[place].invalidAt > end
                else { continue }
                factMeaning[place] = max(factMeaning[place], part * (1 - share))
            }
        }
    }

    private func scale(_ scores: inout [Float], from floor: Float, by factor: Float) {
        for index in scores.indices { scores[index] = max(0, scores[index] - floor) * factor }
    }

    /// A fact is one more key to the turns that it came from: they match as well as it does.
    private mutating func shareFacts(of index: RecallIndex) {
        for place in factWords.indices where fact(place) > 0 {
            for source in index.facts[place].sources {
                guard let turn = index.place(of: source), fact(place) > self.turn(turn) else { continue }
                turnWords[turn] = factWords[place]
                if !turnMeaning.isEmpty { turnMeaning[turn] = factMeaning[place] }
            }
        }
    }
}
