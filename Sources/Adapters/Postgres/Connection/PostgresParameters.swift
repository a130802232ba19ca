internal import CompanionCore
internal import _CompanionSQL

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The parameters of one statement in Postgres's binary format: all in one buffer, one behind the other.
struct PostgresParameters {
    private(set) var types: [UInt32] = []
    private var bytes: [UInt8] = []
    /// Where each value begins and how long it is; nil for NULL.
    private var places: [Range<Int>?] = []

    init(_ values: [SQLValue]) {
        types.reserveCapacity(values.count)
        places.reserveCapacity(values.count)
        bytes.reserveCapacity(16 * values.count)
        for value in values { append(value) }
    }

    /// A list of numbers of single precision (`real[]`).
    mutating func append(reals: [Float]) {
        append(listOf: PostgresType.real32, PostgresType.realList, count: reals.count) { list in
            for real in reals {
                list.append(bigEndian: Int32(4))
                list.append(bigEndian: real.bitPattern)
            }
        }
    }

    /// A list of texts (`text[]`).
    mutating func append(texts: [String]) {
        append(listOf: PostgresType.text, PostgresType.textList, count: texts.count) { list in
            for text in texts {
                var bytes: [UInt8] = []
                PostgresText.append(text, to: &bytes)
                list.append(bigEndian: Int32(bytes.count))
                list.bytes += bytes
            }
        }
    }

    /// A list of one dimension that begins at 1 and holds no NULL.
    private mutating func append(
        listOf element: UInt32, _ type: UInt32, count: Int, _ elements: (inout PostgresParameters) -> Void
    ) {
        let start = bytes.count
        types.append(type)
        append(bigEndian: Int32(count == 0 ? 0 : 1))
        append(bigEndian: Int32(0))
        append(bigEndian: element)
        if count > 0 {
            append(bigEndian: Int32(count))
            append(bigEndian: Int32(1))
            elements(&self)
        }
        places.append(start..<bytes.count)
    }

    private mutating func append(_ value: SQLValue) {
        let start = bytes.count
        switch value {
        case .null:
            // The server infers the type from where the parameter stands.
            types.append(0)
            places.append(nil)
            return
        case .integer(let value):
            types.append(PostgresType.integer64)
            append(bigEndian: Int64(value))
        case .real(let value):
            types.append(PostgresType.real64)
            append(bigEndian: value.bitPattern)
        case .text(let value):
            types.append(PostgresType.text)
            PostgresText.append(value, to: &bytes)
        case .json(let value):
            types.append(PostgresType.json)
            bytes.append(contentsOf: value.utf8)
        case .bytes(let value):
            types.append(PostgresType.bytes)
            bytes.append(contentsOf: value)
        case .uuid(let value):
            types.append(PostgresType.uuid)
            withUnsafeBytes(of: value.uuid) { bytes.append(contentsOf: $0) }
        case .timestamp(let value):
            types.append(PostgresType.timestamp)
            append(bigEndian: PostgresTime.microseconds(value))
        case .boolean(let value):
            types.append(PostgresType.boolean)
            bytes.append(value ? 1 : 0)
        }
        places.append(start..<bytes.count)
    }

    private mutating func append(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    var byteCount: Int { bytes.count }

    /// Hands over what libpq wants: how many values there are, and a pointer, a length and a format (1: binary) for each.
    func withPointers<Result>(
        _ body: (
            _ count: CInt, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<CInt>?,
            _ formats: UnsafePointer<CInt>?
        ) -> Result
    ) -> Result {
        let count = places.count
        guard count > 0 else { return body(0, nil, nil, nil) }
        return bytes.withUnsafeBytes { bytes in
            // A null pointer is NULL, so an empty value needs a place to point to as well.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1) { nothing in
                withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                    withUnsafeTemporaryAllocation(of: CInt.self, capacity: 2 * count) { numbers in
                        let start =
                            bytes.assumingMemoryBound(to: CChar.self).baseAddress ?? UnsafePointer(nothing.baseAddress!)
                        for (index, place) in places.enumerated() {
                            values.initializeElement(at: index, to: place.map { start + $0.lowerBound })
                            numbers.initializeElement(at: index, to: CInt(place?.count ?? 0))
                            numbers.initializeElement(at: count + index, to: 1)
                        }
                        let lengths = UnsafePointer(numbers.baseAddress!)
                        return body(CInt(count), UnsafePointer(values.baseAddress!), lengths, lengths + count)
                    }
                }
            }
        }
    }
}

/// Times as Postgres counts them: microseconds since the beginning of 2000.
enum PostgresTime {
    private static let epoch: Int64 = 946_684_800_000

    /// In whole milliseconds, as all stores keep them.
    static func microseconds(_ date: Date) -> Int64 { (date.millisecondsSince1970 - epoch) * 1_000 }

    static func date(microseconds: Int64) -> Date { Date(millisecondsSince1970: microseconds / 1_000 + epoch) }
}
