internal import CVectors

/// Writes numbers of single precision as the shortest decimal text that reads back as the same number; of several as short
/// ones the nearest.
///
/// Numbers of the size that embeddings are made of are looked at many together, in C (`companion_float_digits`). The digits of all
/// others, and of those few that lie next to a bound, are found by Raffaello Giulietti's Schubfach ("The Schubfach way to render
/// doubles", 2020) with 32-bit integers and one multiplication for each of three bounds. Standard `description` makes a string
/// for each number, and that costs several times as much as finding its digits.
enum ShortestFloat {
    /// The most bytes of one number.
    static let maximumLength = 20

    /// How many numbers are looked at together.
    private static let block = 64

    /// Writes the numbers with commas between them, and says how many bytes that took.
    ///
    /// - Parameters:
    ///   - values: Finite numbers.
    ///   - output: Has room for ``maximumLength`` bytes and one more for each number.
    static func write(
        _ values: UnsafeBufferPointer<Float>, to output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        guard let numbers = values.baseAddress, !values.isEmpty else { return 0 }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: block) { digits in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: block) { firsts in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: block) { powers in
                    guard let digit = digits.baseAddress, let first = firsts.baseAddress, let power = powers.baseAddress
                    else { return 0 }
                    var end = output
                    for start in stride(from: 0, to: values.count, by: block) {
                        let count = min(block, values.count - start)
                        companion_float_digits(numbers + start, count, digit, first, power)
                        for index in 0..<count {
                            let value = numbers[start + index]
                            end =
                                first[index] == 0
                                ? write(value, to: end)
                                : write(digit[index], first[index], power[index], value, to: end)
                            end.pointee = UInt8(ascii: ",")
                            end += 1
                        }
                    }
                    return end - output - 1
                }
            }
        }
    }

    /// A number as `companion_float_digits` found it: "0.", zeros, nine digits without the zeros at their end.
    @inline(__always)
    private static func write(
        _ digits: UInt64, _ first: UInt32, _ power: Int32, _ value: Float, to output: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        output.pointee = UInt8(ascii: "-")
        let start = output + Int(value.bitPattern >> 31)
        // As many zeros as there may be, and the digits over those that are too many.
        let zeros = UInt64(littleEndian: 0x3030_3030_3030_2E30)
        UnsafeMutableRawPointer(start).storeBytes(of: zeros, as: UInt64.self)
        let place = start + (Int(power) &- 7)
        place.pointee = UInt8(truncatingIfNeeded: first) &+ UInt8(ascii: "0")
        let text = UInt64(littleEndian: digits &+ 0x3030_3030_3030_3030)
        UnsafeMutableRawPointer(place + 1).storeBytes(of: text, as: UInt64.self)
        return place + (9 &- digits.leadingZeroBitCount / 8)
    }

    /// Any other number.
    @inline(never)
    private static func write(
        _ value: Float, to output: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        FloatPowers.table.withUnsafeBufferPointer { powers in
            digitPairs.withUnsafeBufferPointer { pairs in write(value, to: output, powers, pairs) }
        }
    }

    /// One number's text.
    static func text(_ value: Float) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maximumLength + 1) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let count = withUnsafePointer(to: value) {
                write(UnsafeBufferPointer(start: $0, count: 1), to: start)
            }
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    // MARK: Digits

    /// The digits and exponent of a positive finite number: value = digits · 10^exponent.
    @inline(__always)
    private static func decimal(
        _ bits: UInt32, _ powers: UnsafeBufferPointer<UInt64>
    ) -> (digits: UInt32, exponent: Int32) {
        let fraction = bits & 0x7F_FFFF
        let biased = Int32(bits >> 23)
        let significand = biased == 0 ? fraction : fraction | 0x80_0000
        let binary = (biased == 0 ? 1 : biased) - 150
        if binary <= 0, binary >= -23, significand & ((1 << UInt32(-binary)) - 1) == 0 {
            return (significand >> UInt32(-binary), 0)
        }
        // The interval of numbers that round to this one, in quarters of the last place; closer below a power of two.
        let isCloserBelow = fraction == 0 && biased > 1
        let even: UInt32 = significand & 1
        let exponent = (binary &* 1_262_611 &- (isCloserBelow ? 524_031 : 0)) >> 22
        let shift = UInt32(truncatingIfNeeded: binary &+ ((-exponent &* 1_741_647) >> 19) &+ 1)
        let power = powers[Int(-exponent) - FloatPowers.lowest]
        let low = scaled(power, (4 &* significand &- (isCloserBelow ? 1 : 2)) << shift) &+ even
        let middle = scaled(power, (4 &* significand) << shift)
        let high = scaled(power, (4 &* significand &+ 2) << shift) &- even
        let whole = middle / 4
        if whole >= 10 {
            let tens = whole / 10
            let isLower = low <= 40 &* tens
            let isUpper = 40 &* tens &+ 40 <= high
            if isLower != isUpper { return (tens &+ (isUpper ? 1 : 0), exponent &+ 1) }
        }
        let isLower = low <= 4 &* whole
        let isUpper = 4 &* whole &+ 4 <= high
        if isLower != isUpper { return (whole &+ (isUpper ? 1 : 0), exponent) }
        let half = 4 &* whole &+ 2
        let roundsUp = middle > half || (middle == half && whole & 1 != 0)
        return (whole &+ (roundsUp ? 1 : 0), exponent)
    }

    /// The upper part of the product; its last bit tells whether anything was cut off.
    @inline(__always)
    private static func scaled(_ power: UInt64, _ factor: UInt32) -> UInt32 {
        let low = (power & 0xFFFF_FFFF) &* UInt64(factor)
        let high = (power >> 32) &* UInt64(factor) &+ (low >> 32)
        return UInt32(truncatingIfNeeded: high >> 32) | (UInt32(truncatingIfNeeded: high) > 1 ? 1 : 0)
    }

    // MARK: Text

    @inline(__always)
    private static func write(
        _ value: Float, to output: UnsafeMutablePointer<UInt8>, _ powers: UnsafeBufferPointer<UInt64>,
        _ pairs: UnsafeBufferPointer<UInt16>
    ) -> UnsafeMutablePointer<UInt8> {
        var end = output
        let bits = value.bitPattern
        guard bits & 0x7FFF_FFFF != 0 else {
            end.pointee = UInt8(ascii: "0")
            return end + 1
        }
        if bits >> 31 != 0 {
            end.pointee = UInt8(ascii: "-")
            end += 1
        }
        var (digits, exponent) = decimal(bits & 0x7FFF_FFFF, powers)
        while digits % 10 == 0 {
            digits /= 10
            exponent &+= 1
        }
        let count = self.count(of: digits)
        // Where the point stands: the value is 0.digits · 10^point.
        let point = count &+ Int(exponent)
        if point <= 0, point > -6 {
            end[0] = UInt8(ascii: "0")
            end[1] = UInt8(ascii: ".")
            end += 2
            for _ in 0..<(-point) {
                end.pointee = UInt8(ascii: "0")
                end += 1
            }
            put(digits, count, at: end, pairs)
            return end + count
        }
        if exponent >= 0, point <= 16 {
            put(digits, count, at: end, pairs)
            end += count
            for _ in 0..<exponent {
                end.pointee = UInt8(ascii: "0")
                end += 1
            }
            return end
        }
        // With its point after the first digits: those move to the front.
        put(digits, count, at: end + 1, pairs)
        let before = point > 0 && exponent < 0 ? point : 1
        for index in 0..<before { end[index] = end[index + 1] }
        if before < count {
            end[before] = UInt8(ascii: ".")
            end += count + 1
        } else {
            end += before
        }
        guard before != point else { return end }
        let tens = point - 1
        end[0] = UInt8(ascii: "e")
        end[1] = UInt8(ascii: tens < 0 ? "-" : "+")
        pairs.copy(abs(tens), to: end + 2)
        return end + 4
    }

    @inline(__always)
    private static func count(of digits: UInt32) -> Int {
        if digits >= 10_000_000 { return digits >= 100_000_000 ? (digits >= 1_000_000_000 ? 10 : 9) : 8 }
        if digits >= 100_000 { return digits >= 1_000_000 ? 7 : 6 }
        if digits >= 1_000 { return digits >= 10_000 ? 5 : 4 }
        return digits >= 10 ? (digits >= 100 ? 3 : 2) : 1
    }

    @inline(__always)
    private static func put(
        _ digits: UInt32, _ count: Int, at start: UnsafeMutablePointer<UInt8>, _ pairs: UnsafeBufferPointer<UInt16>
    ) {
        var rest = digits
        var position = start + count
        while rest >= 100 {
            let quotient = rest / 100
            position -= 2
            pairs.copy(Int(rest &- quotient &* 100), to: position)
            rest = quotient
        }
        if rest >= 10 {
            pairs.copy(Int(rest), to: position - 2)
        } else {
            (position - 1).pointee = UInt8(truncatingIfNeeded: rest) &+ UInt8(ascii: "0")
        }
    }

    /// 00 to 99, each as two digits that lie in memory in their order.
    private static let digitPairs = (0..<100).map { number in
        UInt16(littleEndian: (UInt16(number) / 10 + 0x30) | (UInt16(number) % 10 + 0x30) << 8)
    }
}

extension UnsafeBufferPointer<UInt16> {
    @inline(__always)
    fileprivate func copy(_ pair: Int, to output: UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(output).storeBytes(of: self[pair], as: UInt16.self)
    }
}

/// The 64 leading bits of the powers of ten that single precision needs, rounded up.
enum FloatPowers {
    static let lowest = -31
    static let table: [UInt64] = (lowest...45).map(leadingBits)

    /// Of 10^exponent; a power of two makes no difference to them, so of 5^exponent.
    private static func leadingBits(_ exponent: Int) -> UInt64 {
        var five: UInt128 = 1
        for _ in 0..<abs(exponent) { five *= 5 }
        let width = UInt128.bitWidth - five.leadingZeroBitCount
        if exponent >= 0 {
            guard width > 64 else { return UInt64(five << UInt128(64 - width)) }
            let shift = UInt128(width - 64)
            return UInt64(five >> shift) + (five & ((1 << shift) - 1) == 0 ? 0 : 1)
        }
        // 2^(63 + width) / 5^-exponent, bit by bit.
        var (quotient, remainder): (UInt64, UInt128) = (0, 1)
        for _ in 0..<(63 + width) {
            remainder <<= 1
            quotient <<= 1
            if remainder >= five {
                remainder -= five
                quotient |= 1
            }
        }
        return quotient + (remainder == 0 ? 0 : 1)
    }
}
