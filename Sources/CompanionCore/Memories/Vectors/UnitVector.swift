/// The arithmetic of vectors of length 1.
package enum UnitVector {
    /// The vector with length 1; nil where it is zero or not finite.
    ///
    /// The length is computed in double precision, so that no finite vector is too long or too short for it.
    package static func of(_ vector: [Float]) -> [Float]? {
        var sum = 0.0
        for value in vector { sum += Double(value) * Double(value) }
        guard sum.isFinite, sum > 0 else { return nil }
        let scale = 1 / sum.squareRoot()
        return vector.map { Float(Double($0) * scale) }
    }
}
