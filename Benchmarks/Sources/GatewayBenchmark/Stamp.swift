import Foundation

/// The machine's clock, which all its processes share.
enum Clock {
    static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Comes around after 71 minutes: only for differences of times that are near each other.
    static var microseconds: UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 1_000) }

    /// Seconds from one such time to another.
    static func seconds(from start: UInt32, to end: UInt32) -> Double {
        Double(Int32(bitPattern: end &- start)) * 1e-6
    }
}

/// Times within the text of a reply: whoever reads it knows when the upstream wrote it, however it came.
///
/// A time is a word of eight letters, each for four bits. They are consonants, so that no screening finds a word in them, and
/// so few that a word is about as long as those of people are. A `q` before it says that it is the time when the request
/// came.
enum Stamp {
    static let arrivalMark = UInt8(ascii: "q")
    static let digits = 8
    private static let letters = Array("bcdfghjlmnprtvwz".utf8)

    /// The value of a byte as a letter; 16 and more where it is none.
    static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// Appends a space and the word.
    static func append(_ time: UInt32, isArrival: Bool = false, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: " "))
        if isArrival { bytes.append(arrivalMark) }
        for shift in stride(from: 28, through: 0, by: -4) { bytes.append(letters[Int(time >> UInt32(shift) & 15)]) }
    }
}

/// Finds stamps in a text that comes in any pieces.
struct StampScanner {
    private var value: UInt32 = 0
    private var count = 0
    private var isArrival = false

    mutating func reset() { self = StampScanner() }

    /// Scans up to the quote that ends a JSON string, or to the end.
    mutating func scan(
        _ bytes: UnsafeRawBufferPointer, _ found: (_ time: UInt32, _ isArrival: Bool) -> Void
    ) {
        Stamp.values.withUnsafeBufferPointer { values in
            for byte in bytes {
                let digit = values[Int(byte)]
                if digit < 16 {
                    value = value << 4 | UInt32(digit)
                    count += 1
                    guard count == Stamp.digits else { continue }
                    found(value, isArrival)
                } else if byte == UInt8(ascii: "\"") {
                    return
                }
                value = 0
                count = 0
                isArrival = byte == Stamp.arrivalMark
            }
        }
    }
}
