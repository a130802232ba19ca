/// How far a place's time is from UTC, and when that changes: a file of the IANA database (RFC 9636), whose versions 2 and
/// later end with a rule for all times to come.
struct TimeZoneRules: Sendable, Hashable {
    /// The place is so far from UTC, from an instant on.
    struct Change: Sendable, Hashable {
        var instant: Int64
        var secondsFromUTC: Int
    }

    /// In ascending order.
    var changes: [Change]
    /// Before the first change.
    var first: Int
    /// After the last change; nil where the last one is for good.
    var yearly: YearlyTimeRule?

    static let utc = TimeZoneRules(changes: [], first: 0, yearly: nil)

    func secondsFromUTC(at instant: Int64) -> Int {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].instant <= instant { low = middle + 1 } else { high = middle }
        }
        if low == changes.count, let yearly { return yearly.secondsFromUTC(at: instant) }
        return low == 0 ? first : changes[low - 1].secondsFromUTC
    }
}

extension TimeZoneRules {
    /// The most bytes that a file may have; the longest one of the database has less than 4,000.
    static let maximumBytes = 65_536

    /// Nil where the bytes are not of a version 2 or later, or break off.
    init?(file bytes: [UInt8]) {
        guard bytes.count <= Self.maximumBytes, let old = Header(bytes, at: 0), old.version >= 2,
            let header = Header(bytes, at: Header.size + old.bytes(perTime: 4))
        else { return nil }
        var reader = Reader(bytes: bytes, position: header.end)
        guard bytes.count >= header.end + header.bytes(perTime: 8) else { return nil }
        let instants = (0..<header.times).map { _ in Int64(bitPattern: reader.integer(8)) }
        let kinds = (0..<header.times).map { _ in Int(reader.integer(1)) }
        let offsets = (0..<header.kinds).map { _ in
            let seconds = Int(Int32(truncatingIfNeeded: reader.integer(4)))
            reader.position += 2
            return seconds
        }
        guard !offsets.isEmpty, offsets.allSatisfy({ abs($0) <= 26 * 3_600 }),
            kinds.allSatisfy({ $0 < offsets.count }),
            zip(instants, instants.dropFirst()).allSatisfy(<)
        else { return nil }
        changes = zip(instants, kinds).map { Change(instant: $0, secondsFromUTC: offsets[$1]) }
        first = offsets[0]
        let footer = bytes[(header.end + header.bytes(perTime: 8))...]
        guard footer.first == UInt8(ascii: "\n"), let end = footer.dropFirst().firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        let rule = footer[(footer.startIndex + 1)..<end]
        if rule.isEmpty {
            yearly = nil
        } else {
            guard let parsed = YearlyTimeRule(String(decoding: rule, as: UTF8.self)) else { return nil }
            yearly = parsed
        }
    }

    /// What stands before each of a file's two blocks.
    private struct Header {
        static let size = 44
        let version: Int
        let end: Int
        let times, kinds, characters, leaps, standards, universals: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard bytes.count >= start + Self.size, bytes[start..<(start + 4)].elementsEqual("TZif".utf8) else {
                return nil
            }
            version = bytes[start + 4] == 0 ? 1 : Int(bytes[start + 4]) - Int(UInt8(ascii: "0"))
            var reader = Reader(bytes: bytes, position: start + 20)
            let counts = (0..<6).map { _ in Int(reader.integer(4)) }
            guard counts.allSatisfy({ $0 <= TimeZoneRules.maximumBytes }) else { return nil }
            (universals, standards, leaps) = (counts[0], counts[1], counts[2])
            (times, kinds, characters) = (counts[3], counts[4], counts[5])
            end = start + Self.size
        }

        /// How many bytes the block has that follows.
        func bytes(perTime size: Int) -> Int {
            times * (size + 1) + kinds * 6 + characters + leaps * (size + 4) + standards + universals
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position: Int

        /// Big-endian; the caller knows that the bytes are there.
        mutating func integer(_ size: Int) -> UInt64 {
            defer { position += size }
            return bytes[position..<(position + size)].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
