/// A number as it was written: `1.10`, `1e3` and integers of any size survive a round trip.
///
/// Equal are numbers of the same characters: `1.0` is not `1`.
public struct JSONNumber: Sendable, Hashable {
    /// The number's own characters, valid by RFC 8259.
    public let lexeme: String

    /// Takes a lexeme that the parser has checked.
    init(validated lexeme: String) { self.lexeme = lexeme }
    public init(_ value: Int) { lexeme = String(value) }
    /// JSON has no infinities and no NaN: those become 0.
    public init(_ value: Double) { lexeme = value.isFinite ? "\(value)" : "0" }

    /// The value as an integer; nil where it has a fraction or does not fit.
    public var integer: Int? { Int(lexeme) ?? scaledInteger }

    /// The nearest double; infinite where the number is too large for one.
    public var double: Double { Double(lexeme) ?? 0 }

    /// The exact value of a lexeme with a point or an exponent, such as `1.50e2`.
    private var scaledInteger: Int? {
        let parts = lexeme.split(maxSplits: 1, whereSeparator: { $0 == "e" || $0 == "E" })
        guard var exponent = parts.count == 2 ? Int(parts[1]) : 0, let mantissa = parts.first else { return nil }
        let halves = mantissa.split(separator: ".")
        guard let whole = halves.first else { return nil }
        var digits = String(whole)
        if halves.count == 2 {
            digits += halves[1]
            guard let shifted = exponent.subtractingChecked(halves[1].utf8.count) else { return nil }
            exponent = shifted
        }
        while exponent < 0, digits.last == "0" {
            digits.removeLast()
            exponent += 1
        }
        let isZero = !digits.contains { ("1"..."9").contains($0) }
        if isZero { return 0 }
        // 2^63 has 19 digits; a longer tail of zeros can't fit.
        guard (0...19).contains(exponent) else { return nil }
        return Int(digits + String(repeating: "0", count: exponent))
    }
}

extension Int {
    fileprivate func subtractingChecked(_ other: Int) -> Int? {
        let (result, overflow) = subtractingReportingOverflow(other)
        return overflow ? nil : result
    }
}
