#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What one person and one character said to each other, and what is known of it, found by words: an inverted index in
/// memory that is kept up change by change.
///
/// It holds numbers, not texts: the words of what it finds are read from the store, which is the truth. Whatever was
/// inserted, replaced and removed before, it answers as one that was made afresh from what it has now.
struct RecallIndex: Sendable {
    var weights: RecallWeights
    /// Where the person is, in seconds east of Greenwich: in which words a date is told.
    let offset: Int

    private(set) var vocabulary = RecallVocabulary()
    private(set) var postings = RecallPostings()
    private(set) var chats: [RecallChat] = []
    private(set) var speakers: [RecallSpeaker] = []
    /// By place; the places of removed turns are used again.
    private(set) var turns: [Turn] = []
    private(set) var facts: [Fact] = []

    private var turnPlaces: [Message.ID: Int] = [:]
    private var factPlaces: [Memory.ID: Int] = [:]
    private var chatPlaces: [Chat.ID: Int] = [:]
    private var speakerPlaces: [SpeakerName: Int] = [:]
    private var freeTurns: [Int] = []
    private var freeFacts: [Int] = []
    private var day: (words: DateWords, numbers: [UInt32])?
    private var scratch: [UInt32] = []

    init(weights: RecallWeights = RecallWeights(), secondsFromGMT offset: Int = 0) {
        self.weights = weights
        self.offset = offset
    }

    private struct SpeakerName: Hashable {
        var name: String
        var isPerson: Bool
    }

    struct Turn: Sendable {
        var id: Message.ID
        var chat: Int32
        var speaker: Int32
        var sequence: Int
        /// Seconds since 1970.
        var time: Double
        var isQuestion: Bool
        /// Bytes of text.
        var length: Int32
        /// The first of its documents; -1 where it has none, and nothing is at this place.
        var document: Int32
    }

    struct Fact: Sendable {
        var id: Memory.ID
        var sources: [Message.ID]
        var validAt: Double
        var invalidAt: Double
        var importance: Float
        var isPinned: Bool
        var document: Int32
    }

    var turnCount: Int { turnPlaces.count }
    var factCount: Int { factPlaces.count }

    /// The bytes that it takes, about.
    var cost: Int {
        postings.cost + vocabulary.cost + turns.count * (MemoryLayout<Turn>.stride + 64)
            + facts.count * (MemoryLayout<Fact>.stride + 128) + 512
    }

    func place(of turn: Message.ID) -> Int? { turnPlaces[turn] }
    func place(of fact: Memory.ID) -> Int? { factPlaces[fact] }
    func place(of chat: Chat.ID) -> Int? { chatPlaces[chat] }
}

// MARK: - Turns
extension RecallIndex {
    /// Adds a turn, or puts it in the place of the one with its identifier.
    ///
    /// Sixteen million pieces of text are the most; what comes after them isn't indexed.
    mutating func insert(_ turn: RecallTurn) {
        remove(turn.id)
        let speaker = speakerPlace(turn.speaker, isPerson: turn.isPerson)
        let chat = chatPlace(turn.chat)
        let place = freeTurns.last ?? turns.count
        var text = turn.text
        let common = speakers[speaker].words + words(of: turn.date)
        let document = text.withUTF8 { index($0, with: common, of: .turn(place)) }
        guard document >= 0 else { return }
        let record = Turn(
            id: turn.id, chat: Int32(chat), speaker: Int32(speaker), sequence: turn.sequence,
            time: turn.date.timeIntervalSince1970, isQuestion: Self.isQuestion(&text),
            length: Int32(clamping: text.utf8.count), document: document)
        if place == turns.count {
            turns.append(record)
        } else {
            freeTurns.removeLast()
            turns[place] = record
        }
        turnPlaces[turn.id] = place
        speakers[speaker].count += 1
        speakers[speaker].length += Int(record.length)
        insert(place, intoChat: chat)
    }

    mutating func remove(_ turn: Message.ID) {
        guard let place = turnPlaces.removeValue(forKey: turn) else { return }
        let record = turns[place]
        postings.remove(from: record.document)
        speakers[Int(record.speaker)].count -= 1
        speakers[Int(record.speaker)].length -= Int(record.length)
        let order = chats[Int(record.chat)].order
        var index = firstIndex(in: order, from: record.sequence)
        while order[index] != place { index += 1 }
        chats[Int(record.chat)].order.remove(at: index)
        turns[place].document = -1
        freeTurns.append(place)
    }

    private mutating func insert(_ place: Int, intoChat chat: Int) {
        let sequence = turns[place].sequence
        if let last = chats[chat].order.last, turns[Int(last)].sequence > sequence {
            let index = firstIndex(in: chats[chat].order, from: sequence)
            chats[chat].order.insert(Int32(place), at: index)
        } else {
            chats[chat].order.append(Int32(place))
        }
    }

    /// The first index in a chat's order whose sequence number isn't below that one.
    func firstIndex(in order: [Int32], from sequence: Int) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if turns[Int(order[middle])].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func isQuestion(_ text: inout String) -> Bool {
        text.withUTF8 { bytes in
            for index in bytes.indices {
                switch bytes[index] {
                case UInt8(ascii: "?"): return true
                // ？ is EF BC 9F and ؟ is D8 9F.
                case 0x9F:
                    if index > 0, bytes[index - 1] == 0xD8 { return true }
                    if index > 1, bytes[index - 1] == 0xBC, bytes[index - 2] == 0xEF { return true }
                default: break
                }
            }
            return false
        }
    }

    private mutating func chatPlace(_ chat: Chat.ID) -> Int {
        if let place = chatPlaces[chat] { return place }
        chats.append(RecallChat(id: chat))
        chatPlaces[chat] = chats.count - 1
        return chats.count - 1
    }

    private mutating func speakerPlace(_ name: String, isPerson: Bool) -> Int {
        let key = SpeakerName(name: name, isPerson: isPerson)
        if let place = speakerPlaces[key] { return place }
        var speaker = RecallSpeaker(isPerson: isPerson)
        var name = name
        name.withUTF8 { bytes in
            WordScan.words(of: bytes) { word, buffer in
                guard let number = vocabulary.number(of: word, in: buffer) else { return }
                if speaker.words.isEmpty { speaker.firstName = word.hash }
                speaker.words.append(number)
            }
        }
        speakers.append(speaker)
        speakerPlaces[key] = speakers.count - 1
        return speakers.count - 1
    }
}

// MARK: - Facts
extension RecallIndex {
    /// Adds a fact, or puts it in the place of the one with its identifier.
    mutating func insert(_ fact: RecallFact) {
        remove(fact.id)
        let place = freeFacts.last ?? facts.count
        var text = fact.text
        let common = words(of: fact.validAt)
        let document = text.withUTF8 { index($0, with: common, of: .fact(place)) }
        guard document >= 0 else { return }
        let record = Fact(
            id: fact.id, sources: fact.sources, validAt: fact.validAt.timeIntervalSince1970,
            invalidAt: fact.invalidAt?.timeIntervalSince1970 ?? .infinity,
            importance: Float(min(max(fact.importance, 0), 1)), isPinned: fact.isPinned, document: document)
        if place == facts.count {
            facts.append(record)
        } else {
            freeFacts.removeLast()
            facts[place] = record
        }
        factPlaces[fact.id] = place
    }

    mutating func remove(_ fact: Memory.ID) {
        guard let place = factPlaces.removeValue(forKey: fact) else { return }
        postings.remove(from: facts[place].document)
        facts[place].document = -1
        facts[place].sources = []
        freeFacts.append(place)
    }
}

// MARK: - Words
extension RecallIndex {
    /// Indexes a text in pieces, each with the common words, and gives the first document; -1 where there was no room.
    private mutating func index(
        _ bytes: UnsafeBufferPointer<UInt8>, with common: [UInt32], of owner: RecallOwner
    ) -> Int32 {
        var next: Int32 = -1
        // From the last piece on, since each document names the one after it.
        for range in TextPieces.ranges(in: bytes).reversed() {
            scratch.removeAll(keepingCapacity: true)
            scratch += common
            WordScan.words(of: UnsafeBufferPointer(rebasing: bytes[range])) { word, buffer in
                if let number = vocabulary.number(of: word, in: buffer) { scratch.append(number) }
            }
            if let document = postings.insert(&scratch, of: owner, before: next) { next = document }
        }
        return next
    }

    private mutating func words(of date: Date) -> [UInt32] {
        let words = DateWords(date, offset: offset)
        if let day, day.words == words { return day.numbers }
        var numbers: [UInt32] = []
        var text = words.words
        text.withUTF8 { bytes in
            WordScan.words(of: bytes) { word, buffer in
                if let number = vocabulary.number(of: word, in: buffer) { numbers.append(number) }
            }
        }
        day = (words, numbers)
        return numbers
    }
}
