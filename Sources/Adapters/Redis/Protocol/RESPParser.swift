/// Reads RESP2 and RESP3 as the bytes come, wherever they are cut, and holds no more than the limits allow.
///
/// Pure: bytes in, values out. After a fault it must not be used again.
struct RESPParser {
    private enum Kind {
        case array, map, push
        /// Read, and left out: the reply that it is about follows.
        case attribute
    }

    private struct Frame {
        var kind: Kind
        /// How many values are still to come; nil until an end is said.
        var remaining: Int?
        var values: [RESPValue] = []
    }

    private enum Text { case bulk, verbatim, error }

    /// A string of which the head has come.
    private struct Body {
        var text: Text
        /// With the CR LF at its end.
        var length: Int
        var bytes: [UInt8] = []
    }

    /// A string that comes in pieces.
    private struct Pieces {
        var bytes: [UInt8] = []
    }

    private let limits: RESPLimits
    private var line: [UInt8] = []
    private var body: Body?
    private var pieces: Pieces?
    private var frames: [Frame] = []
    /// Of the reply that is being read.
    private var size = 0
    private var values = 0

    init(limits: RESPLimits = RESPLimits()) { self.limits = limits }

    /// Whether the bytes so far end between two replies.
    var isBetweenReplies: Bool { line.isEmpty && body == nil && pieces == nil && frames.isEmpty }

    /// Takes the next bytes, and gives each reply that they complete.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ emit: (RESPValue) -> Void) throws(RESPFault) {
        var place = 0
        while place < bytes.count {
            if body != nil {
                place = try takeBody(bytes, place, emit)
            } else if let end = takeWholeString(bytes, place, emit) {
                place = end
            } else {
                place = try takeLine(bytes, place, emit)
            }
        }
    }

    /// A string that is a whole reply and has come as a whole, as nearly always; nil where it is anything else, faults included.
    private func takeWholeString(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ emit: (RESPValue) -> Void
    ) -> Int? {
        guard bytes[start] == 0x24, line.isEmpty, frames.isEmpty, pieces == nil else { return nil }
        var (place, length) = (start + 1, 0)
        while place < bytes.count, (0x30...0x39).contains(bytes[place]), length <= limits.stringBytes {
            length = length * 10 + Int(bytes[place] - 0x30)
            place += 1
        }
        let first = place + 2
        let end = first + length
        guard place > start + 1, length <= limits.stringBytes, end + 2 - start <= limits.replyBytes,
            end + 2 <= bytes.count, limits.values > 0, place - start < limits.lineBytes,
            bytes[place] == 0x0D, bytes[place + 1] == 0x0A, bytes[end] == 0x0D, bytes[end + 1] == 0x0A
        else { return nil }
        emit(.bytes(Array(UnsafeRawBufferPointer(rebasing: bytes[first..<end]))))
        return end + 2
    }

    // MARK: Lines

    private mutating func takeLine(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ emit: (RESPValue) -> Void
    ) throws(RESPFault) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        guard line.count + end - start <= limits.lineBytes else { throw .lineTooLong }
        guard end < bytes.count else {
            line.append(contentsOf: bytes[start..<end])
            return end
        }
        if line.isEmpty {
            try take(head: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), emit)
        } else {
            line.append(contentsOf: bytes[start..<end])
            let whole = line
            line.removeAll(keepingCapacity: true)
            try whole.withUnsafeBufferPointer { bytes throws(RESPFault) in
                try take(head: UnsafeRawBufferPointer(bytes), emit)
            }
        }
        return end + 1
    }

    /// - Parameter head: A line up to its LF.
    private mutating func take(head: UnsafeRawBufferPointer, _ emit: (RESPValue) -> Void) throws(RESPFault) {
        guard head.count >= 2, head[head.count - 1] == 0x0D else { throw .malformed }
        try grow(by: head.count + 1)
        let rest = UnsafeRawBufferPointer(rebasing: head[1..<(head.count - 1)])
        let type = UnicodeScalar(head[0])
        if pieces != nil {
            guard type == ";" else { throw .outOfPlace }
            return try takePiece(try length(rest, atMost: limits.stringBytes), emit)
        }
        switch type {
        case "$": try open(.bulk, rest, emit)
        case "+": try finish(.simple(text(rest)), emit)
        case ":": try finish(.integer(try integer(rest)), emit)
        case "-": try finish(.error(RedisError(line: text(rest))), emit)
        case "_":
            guard rest.isEmpty else { throw .malformed }
            try finish(.null, emit)
        case "#":
            guard rest.count == 1, rest[0] == 0x74 || rest[0] == 0x66 else { throw .malformed }
            try finish(.boolean(rest[0] == 0x74), emit)
        case ",": try finish(.double(try double(rest)), emit)
        case "(": try finish(.bigNumber(try digits(rest)), emit)
        case "=": try open(.verbatim, rest, emit)
        case "!": try open(.error, rest, emit)
        case "*", "~": try open(.array, rest, emit)
        case "%": try open(.map, rest, emit)
        case "|": try open(.attribute, rest, emit)
        case ">":
            guard frames.isEmpty else { throw .outOfPlace }
            try open(.push, rest, emit)
        case ".":
            guard rest.isEmpty, let frame = frames.last, frame.remaining == nil else { throw .outOfPlace }
            if frame.kind == .map || frame.kind == .attribute, !frame.values.count.isMultiple(of: 2) {
                throw .malformed
            }
            try close(emit)
        default: throw .unknownType
        }
    }

    // MARK: Strings

    private mutating func open(
        _ text: Text, _ count: UnsafeRawBufferPointer, _ emit: (RESPValue) -> Void
    ) throws(RESPFault) {
        if text == .bulk, count.elementsEqual("?".utf8) {
            pieces = Pieces()
            return
        }
        if text == .bulk, count.elementsEqual("-1".utf8) { return try finish(.null, emit) }
        let length = try length(count, atMost: limits.stringBytes)
        guard size + length <= limits.replyBytes else { throw .replyTooLarge }
        body = Body(text: text, length: length + 2)
    }

    private mutating func takePiece(_ length: Int, _ emit: (RESPValue) -> Void) throws(RESPFault) {
        guard length > 0 else {
            let whole = pieces?.bytes ?? []
            pieces = nil
            return try finish(.bytes(whole), emit)
        }
        guard (pieces?.bytes.count ?? 0) + length <= limits.stringBytes else { throw .stringTooLong }
        body = Body(text: .bulk, length: length + 2)
    }

    private mutating func takeBody(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ emit: (RESPValue) -> Void
    ) throws(RESPFault) -> Int {
        guard let length = body?.length, let had = body?.bytes.count else { return start }
        let end = min(bytes.count, start + length - had)
        if had == 0, end - start == length {
            // As nearly always, it is there as a whole.
            let text = body?.text ?? .bulk
            body = nil
            try take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: text, emit)
            return end
        }
        body?.bytes.append(contentsOf: bytes[start..<end])
        if let whole = body, whole.bytes.count == length {
            body = nil
            try whole.bytes.withUnsafeBufferPointer { bytes throws(RESPFault) in
                try take(UnsafeRawBufferPointer(bytes), as: whole.text, emit)
            }
        }
        return end
    }

    /// - Parameter bytes: A string with the CR LF at its end.
    private mutating func take(
        _ bytes: UnsafeRawBufferPointer, as text: Text, _ emit: (RESPValue) -> Void
    ) throws(RESPFault) {
        let count = bytes.count - 2
        guard bytes[count] == 0x0D, bytes[count + 1] == 0x0A else { throw .malformed }
        try grow(by: bytes.count)
        let content = UnsafeRawBufferPointer(rebasing: bytes[..<count])
        if pieces != nil {
            pieces?.bytes.append(contentsOf: content)
            return
        }
        switch text {
        case .bulk: try finish(.bytes(Array(content)), emit)
        case .error: try finish(.error(RedisError(line: self.text(content))), emit)
        case .verbatim:
            guard count >= 4, content[3] == 0x3A else { throw .malformed }
            try finish(.bytes(Array(content.dropFirst(4))), emit)
        }
    }

    // MARK: Aggregates

    private mutating func open(
        _ kind: Kind, _ count: UnsafeRawBufferPointer, _ emit: (RESPValue) -> Void
    ) throws(RESPFault) {
        if kind == .array, count.elementsEqual("-1".utf8) { return try finish(.null, emit) }
        guard frames.count < limits.depth else { throw .tooDeep }
        guard !count.elementsEqual("?".utf8) else {
            guard kind != .push else { throw .malformed }
            return frames.append(Frame(kind: kind, remaining: nil))
        }
        let declared = try self.count(count)
        guard declared <= limits.values - values else { throw .tooManyValues }
        let isPairs = kind == .map || kind == .attribute
        let remaining = isPairs ? declared * 2 : declared
        frames.append(Frame(kind: kind, remaining: remaining))
        // What the server declares is no reason to make room for more than a little.
        frames[frames.count - 1].values.reserveCapacity(min(remaining, 64))
        if remaining == 0 { try close(emit) }
    }

    private mutating func close(_ emit: (RESPValue) -> Void) throws(RESPFault) {
        guard let frame = frames.popLast() else { throw .outOfPlace }
        switch frame.kind {
        case .array: try finish(.array(frame.values), emit)
        case .map: try finish(.map(frame.values), emit)
        case .push: try finish(.push(frame.values), emit)
        case .attribute: break
        }
    }

    /// A value is whole: it is the reply, or one of an aggregate's.
    private mutating func finish(_ value: RESPValue, _ emit: (RESPValue) -> Void) throws(RESPFault) {
        values += 1
        guard values <= limits.values else { throw .tooManyValues }
        guard let last = frames.indices.last else {
            size = 0
            values = 0
            emit(value)
            return
        }
        frames[last].values.append(value)
        guard let remaining = frames[last].remaining else { return }
        frames[last].remaining = remaining - 1
        if remaining == 1 { try close(emit) }
    }

    private mutating func grow(by count: Int) throws(RESPFault) {
        size += count
        guard size <= limits.replyBytes else { throw .replyTooLarge }
    }

    // MARK: Scalars

    private func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    private func integer(_ bytes: UnsafeRawBufferPointer) throws(RESPFault) -> Int64 {
        var digits = bytes[...]
        let isNegative = digits.first == 0x2D
        if isNegative || digits.first == 0x2B { digits = digits.dropFirst() }
        guard (1...19).contains(digits.count) else { throw .malformed }
        var number: Int64 = 0
        for byte in digits {
            guard (0x30...0x39).contains(byte) else { throw .malformed }
            // Downwards, because the least number has no positive counterpart.
            let (tenfold, isOver) = number.multipliedReportingOverflow(by: 10)
            let (next, isOverToo) = tenfold.subtractingReportingOverflow(Int64(byte - 0x30))
            guard !isOver, !isOverToo else { throw .malformed }
            number = next
        }
        guard !isNegative else { return number }
        guard number != .min else { throw .malformed }
        return -number
    }

    private func count(_ bytes: UnsafeRawBufferPointer) throws(RESPFault) -> Int {
        let number = try integer(bytes)
        guard number >= 0 else { throw .malformed }
        return Int(number)
    }

    private func length(_ bytes: UnsafeRawBufferPointer, atMost limit: Int) throws(RESPFault) -> Int {
        let count = try count(bytes)
        guard count <= limit else { throw .stringTooLong }
        return count
    }

    private func double(_ bytes: UnsafeRawBufferPointer) throws(RESPFault) -> Double {
        switch text(bytes) {
        case "inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "-nan": return .nan
        case let text:
            guard bytes.first.map({ (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2B }) ?? false,
                let number = Double(text), number.isFinite
            else { throw .malformed }
            return number
        }
    }

    private func digits(_ bytes: UnsafeRawBufferPointer) throws(RESPFault) -> String {
        let unsigned = bytes.first == 0x2D || bytes.first == 0x2B ? bytes.dropFirst() : bytes[...]
        guard !unsigned.isEmpty, unsigned.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .malformed }
        return text(bytes)
    }
}
