internal import CompanionCore

/// An incremental parser of event streams (WHATWG HTML, "Server-sent events") over bytes.
///
/// Bytes go in as they come, cut anywhere; events are pulled out one by one. A line may end in CR, LF or CRLF, also
/// where the two halves of a CRLF come apart. No text is decoded: an event's data is handed out as bytes, in place
/// where the event lies whole in what was appended.
package struct ServerSentEventParser: Sendable {
    /// The id of the last event that had one; it outlives the event. Empty at first.
    package private(set) var lastEventID = ""
    /// The waiting time before reconnecting that the server asked for.
    package private(set) var reconnectionTime: Duration?

    private let maximumLineLength: Int
    private let maximumDataLength: Int

    /// What has been appended and not been parsed begins at `head`; up to `scanned` it holds no end of a line.
    private var buffer: [UInt8] = []
    private var head = 0
    private var scanned = 0
    private var isAtStart = true
    private var skipsLineFeed = false

    /// The event that is being put together.
    private var data: [UInt8] = []
    private var hasData = false
    private var name: [UInt8] = []

    /// - Parameters:
    ///   - maximumLineLength: The longest line in bytes, its end left out; by default 1 MiB.
    ///   - maximumDataLength: The most bytes of one event's data, its line feeds included; by default 1 MiB.
    package init(maximumLineLength: Int = 1 << 20, maximumDataLength: Int = 1 << 20) {
        self.maximumLineLength = maximumLineLength
        self.maximumDataLength = maximumDataLength
    }

    /// Takes the next bytes of the stream. Memory is bounded when all events are pulled before more is appended.
    package mutating func append(_ bytes: consuming [UInt8]) {
        if head == buffer.count {
            buffer = bytes
            scanned = 0
        } else {
            buffer.removeFirst(head)
            scanned -= head
            buffer.append(contentsOf: bytes)
        }
        head = 0
    }

    /// Hands the next whole event to `body`; nil when more bytes are needed.
    ///
    /// Throws `CompanionError.Code.limitExceeded` for a line or an event that is too long, and what `body` throws;
    /// after an error of `body` the next call goes on with the next event.
    package mutating func next<Result>(_ body: (ServerSentEvent) throws -> Result) throws -> Result? {
        while let line = try nextLine() {
            if line.isEmpty {
                defer { reset() }
                if hasData { return try deliver(data[...], to: body) }
            } else if let value = dataValue(of: line) {
                if !hasData, isFollowedByEmptyLine(line) {
                    _ = try nextLine()
                    defer { reset() }
                    return try deliver(buffer[value], to: body)
                }
                try collect(value)
            } else {
                takeField(line)
            }
        }
        return nil
    }

    /// Hands the event that the end of the stream left without its empty line to `body`. The standard drops such an
    /// event; some servers end that way.
    package mutating func finish<Result>(_ body: (ServerSentEvent) throws -> Result) throws -> Result? {
        append([0x0A, 0x0A])
        return try next(body)
    }

    private mutating func reset() {
        hasData = false
        data.removeAll(keepingCapacity: true)
        name.removeAll(keepingCapacity: true)
    }

    private func deliver<Result>(
        _ data: ArraySlice<UInt8>, to body: (ServerSentEvent) throws -> Result
    ) throws -> Result {
        try data.withUnsafeBytes { data in
            try name.withUnsafeBytes { name in try body(ServerSentEvent(name: name, data: data)) }
        }
    }
}

/// One event. Its bytes are valid only during the call that it was handed to.
package struct ServerSentEvent {
    /// The event's type; empty where the stream did not name it.
    package let name: UnsafeRawBufferPointer
    /// The values of its `data` lines, joined by line feeds.
    package let data: UnsafeRawBufferPointer
}

// MARK: - Lines

extension ServerSentEventParser {
    /// The next line without its end, as a range of `buffer`.
    private mutating func nextLine() throws -> Range<Int>? {
        if skipsLineFeed, head < buffer.count {
            skipsLineFeed = false
            if buffer[head] == 0x0A {
                head += 1
                scanned = max(scanned, head)
            }
        }
        let end = buffer.withUnsafeBytes { $0.firstLineEnd(from: max(head, scanned)) }
        guard (end ?? buffer.count) - head <= maximumLineLength else {
            throw CompanionError(
                .limitExceeded, "A line of the event stream is longer than \(maximumLineLength) bytes.")
        }
        guard let end else {
            scanned = buffer.count
            return nil
        }
        var line = head..<end
        head = end + 1
        scanned = head
        skipsLineFeed = buffer[end] == 0x0D
        if isAtStart {
            isAtStart = false
            if buffer[line].starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        }
        return line
    }

    /// Whether the empty line that ends the event is there already, so that its data need not be kept.
    private func isFollowedByEmptyLine(_ line: Range<Int>) -> Bool {
        var next = head
        if skipsLineFeed, next < buffer.count, buffer[next] == 0x0A { next += 1 }
        return next < buffer.count && (buffer[next] == 0x0A || buffer[next] == 0x0D)
    }
}

// MARK: - Fields

extension ServerSentEventParser {
    /// The value of a `data` line; nil for any other line.
    private func dataValue(of line: Range<Int>) -> Range<Int>? {
        let start = line.lowerBound
        guard line.count >= 4, buffer[start] == UInt8(ascii: "d"), buffer[start + 1] == UInt8(ascii: "a"),
            buffer[start + 2] == UInt8(ascii: "t"), buffer[start + 3] == UInt8(ascii: "a")
        else { return nil }
        if line.count == 4 { return line.upperBound..<line.upperBound }
        guard buffer[start + 4] == UInt8(ascii: ":") else { return nil }
        return withoutLeadingSpace((start + 5)..<line.upperBound)
    }

    private func withoutLeadingSpace(_ value: Range<Int>) -> Range<Int> {
        !value.isEmpty && buffer[value.lowerBound] == UInt8(ascii: " ") ? value.dropFirst() : value
    }

    private mutating func collect(_ value: Range<Int>) throws {
        guard data.count + value.count + 1 <= maximumDataLength else {
            throw CompanionError(
                .limitExceeded, "An event of the event stream is longer than \(maximumDataLength) bytes.")
        }
        if hasData { data.append(0x0A) }
        data.append(contentsOf: buffer[value])
        hasData = true
    }

    /// Any field but `data`. A line that begins with a colon is a comment: a field without a name.
    private mutating func takeField(_ line: Range<Int>) {
        let colon = buffer[line].firstIndex(of: UInt8(ascii: ":")) ?? line.upperBound
        let value = buffer[withoutLeadingSpace(min(colon + 1, line.upperBound)..<line.upperBound)]
        let field = buffer[line.lowerBound..<colon]
        if field.elementsEqual("event".utf8) {
            name = Array(value)
        } else if field.elementsEqual("id".utf8), !value.contains(0) {
            lastEventID = String(decoding: value, as: UTF8.self)
        } else if field.elementsEqual("retry".utf8), value.allSatisfy({ (0x30...0x39).contains($0) }),
            let milliseconds = Int(String(decoding: value, as: UTF8.self))
        {
            reconnectionTime = .milliseconds(milliseconds)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The first CR or LF at `start` or after it. Looks at eight bytes at a time.
    fileprivate func firstLineEnd(from start: Int) -> Int? {
        var index = start
        while index + 8 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let hits = word.zeroBytes(after: 0x0A0A_0A0A_0A0A_0A0A) | word.zeroBytes(after: 0x0D0D_0D0D_0D0D_0D0D)
            if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count {
            if self[index] == 0x0A || self[index] == 0x0D { return index }
            index += 1
        }
        return nil
    }
}

extension UInt64 {
    /// The top bit of each byte that equals the byte of `pattern`. Bits above the lowest hit may be wrong.
    @inline(__always)
    fileprivate func zeroBytes(after pattern: UInt64) -> UInt64 {
        let difference = self ^ pattern
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }
}
