/// A JSON object: unique keys in the order in which they came; of a repeated key the last value counts.
///
/// Keys are told apart by their bytes: two spellings of `é` are two keys. Looking up, setting and removing take
/// constant time, whatever the number of members (removing: on average).
public struct JSONObject: Sendable {
    public typealias Member = (key: String, value: JSONValue)

    /// Up to this many members a scan is faster than a table.
    private static let scanned = 16

    /// The members in order, and nil where one was removed while `places` is in use.
    private var slots: [Slot] = []
    /// Where each key stands in `slots`; empty while there are few members.
    private var places: [Bytes: Int] = [:]

    public init() {}

    public var count: Int { places.isEmpty ? slots.count : places.count }
    public var isEmpty: Bool { count == 0 }
    /// The keys in order; takes time in proportion to their number.
    public var keys: [String] { map(\.key) }

    public subscript(key: String) -> JSONValue? {
        get { place(of: key).flatMap { slots[$0].value } }
        set {
            if let newValue { set(key, to: newValue) } else { remove(key) }
        }
    }

    private func place(of key: String) -> Int? {
        guard places.isEmpty else { return places[Bytes(text: key)] }
        return slots.firstIndex { Bytes.areSame($0.key, key) }
    }

    private mutating func set(_ key: String, to value: JSONValue) {
        if let place = place(of: key) {
            slots[place].value = value
            return
        }
        // Most objects have one member or several: skip the steps of growing in between.
        if slots.count == 1 { slots.reserveCapacity(8) }
        slots.append(Slot(key: key, value: value))
        if !places.isEmpty {
            places[Bytes(text: key)] = slots.count - 1
        } else if slots.count > Self.scanned {
            index()
        }
    }

    private mutating func remove(_ key: String) {
        guard let place = place(of: key) else { return }
        if places.isEmpty {
            slots.remove(at: place)
            return
        }
        slots[place].value = nil
        places[Bytes(text: key)] = nil
        if places.count < slots.count / 2 {
            slots.removeAll { $0.value == nil }
            places = [:]
            if slots.count > Self.scanned { index() }
        }
    }

    private mutating func index() {
        places.reserveCapacity(slots.count)
        for (place, slot) in slots.enumerated() {
            places[Bytes(text: slot.key)] = place
        }
    }

    fileprivate struct Slot {
        let key: String
        var value: JSONValue?
    }

    /// A key that is equal to another one only where their bytes are, unlike `String`.
    private struct Bytes: Hashable {
        let text: String

        static func == (left: Bytes, right: Bytes) -> Bool { areSame(left.text, right.text) }
        func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }

        static func areSame(_ left: String, _ right: String) -> Bool {
            left.utf8.count == right.utf8.count && left == right && left.utf8.elementsEqual(right.utf8)
        }
    }
}

extension String {
    fileprivate func hashBytes(into hasher: inout Hasher) {
        var text = self
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension JSONObject: Hashable {
    /// Two objects are equal where they have the same members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        // A sum, because the order must not matter.
        var sum = 0
        for (key, value) in self {
            var member = Hasher()
            key.hashBytes(into: &member)
            member.combine(value)
            sum &+= member.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: Sequence {
    public struct Iterator: IteratorProtocol {
        fileprivate var slots: Array<Slot>.Iterator

        public mutating func next() -> Member? {
            while let slot = slots.next() {
                if let value = slot.value { return (slot.key, value) }
            }
            return nil
        }
    }

    public func makeIterator() -> Iterator { Iterator(slots: slots.makeIterator()) }
    public var underestimatedCount: Int { count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public typealias Key = String
    public typealias Value = JSONValue

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }
}
