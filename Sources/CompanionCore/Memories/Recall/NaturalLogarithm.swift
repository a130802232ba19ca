/// The natural logarithm of a positive, finite number; the same on every platform, which that of the C library isn't.
///
/// The error is below 1e-7: with t = (m - 1) / (m + 1), ln m = 2 (t + t³/3 + t⁵/5 + …), for m between √½ and √2.
func naturalLogarithm(_ value: Double) -> Double {
    precondition(value > 0 && value.isFinite)
    var exponent = Double(value.exponent)
    var significand = value.significand
    if significand > 1.414_213_562_373_095 {
        significand /= 2
        exponent += 1
    }
    let t = (significand - 1) / (significand + 1)
    let square = t * t
    let series = 1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0 + square / 9)))
    return exponent * 0.693_147_180_559_945_3 + 2 * t * series
}
