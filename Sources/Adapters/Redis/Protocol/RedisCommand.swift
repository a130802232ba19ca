/// A command as it goes over the wire, which is the same in both versions of the protocol.
struct RedisCommand: Sendable {
    /// Encoded.
    private(set) var bytes: [UInt8]
    /// Where the key stands in `bytes`; nil for a command that belongs to no key.
    private(set) var key: Range<Int>?
    /// Whether doing it twice is as good as doing it once, so that it may be sent again where a connection was lost.
    let isRepeatable: Bool

    /// - Parameter count: How many arguments follow, the name not counted.
    init(_ name: StaticString, count: Int, isRepeatable: Bool, reserving capacity: Int = 96) {
        bytes = []
        self.isRepeatable = isRepeatable
        bytes.reserveCapacity(capacity)
        bytes.append(0x2A)
        append(digits: count + 1)
        append(head: name.utf8CodeUnitCount)
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        end()
    }

    init(_ name: StaticString, _ arguments: String..., isRepeatable: Bool = true) {
        self.init(name, count: arguments.count, isRepeatable: isRepeatable)
        for argument in arguments { append(argument) }
    }

    mutating func append(_ argument: [UInt8]) {
        append(head: argument.count)
        bytes.append(contentsOf: argument)
        end()
    }

    mutating func append(_ argument: String) {
        append(head: argument.utf8.count)
        bytes.append(contentsOf: argument.utf8)
        end()
    }

    mutating func append(_ argument: Int64) { append(String(argument)) }

    /// The argument by which a cluster finds the server. All keys of one command share a slot, so the first one says it.
    mutating func append(key argument: [UInt8]) {
        append(head: argument.count)
        let start = bytes.count
        bytes.append(contentsOf: argument)
        if key == nil { key = start..<bytes.count }
        end()
    }

    private mutating func append(head count: Int) {
        bytes.append(0x24)
        append(digits: count)
    }

    private mutating func append(digits number: Int) {
        if number < 10 {
            bytes.append(0x30 + UInt8(number))
        } else {
            bytes.append(contentsOf: String(number).utf8)
        }
        end()
    }

    private mutating func end() {
        bytes.append(0x0D)
        bytes.append(0x0A)
    }
}
