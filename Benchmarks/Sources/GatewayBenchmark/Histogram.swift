/// How long things took, in microseconds, with an error of less than 1 %: for more of them than can be kept one by one.
struct Histogram: Sendable {
    private static let bits = 7
    private var counts = [Int](repeating: 0, count: (33 - bits) << bits)
    private(set) var count = 0

    mutating func add(_ seconds: Double) {
        let value = UInt32(max(0, min(seconds * 1e6, 4e9)))
        counts[Self.index(of: value)] += 1
        count += 1
    }

    mutating func reset() {
        for index in counts.indices { counts[index] = 0 }
        count = 0
    }

    /// In seconds; infinite where there is nothing.
    func quantile(_ share: Double) -> Double {
        guard count > 0 else { return .infinity }
        var rest = max(1, Int((Double(count) * share).rounded(.up)))
        for (index, number) in counts.enumerated() {
            rest -= number
            if rest <= 0 { return Double(Self.value(at: index)) * 1e-6 }
        }
        return .infinity
    }

    private static func index(of value: UInt32) -> Int {
        guard value >= 1 << bits else { return Int(value) }
        let exponent = 31 - value.leadingZeroBitCount
        return (exponent - bits + 1) << bits + Int(value >> UInt32(exponent - bits)) & (1 << bits - 1)
    }

    private static func value(at index: Int) -> UInt64 {
        let group = index >> bits
        guard group > 0 else { return UInt64(index) }
        return UInt64(1 << bits + index & (1 << bits - 1)) << UInt64(group - 1)
    }
}
