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

    /// The dot products of one vector with four others, of `count` numbers each.
    ///
    /// Four at a time, because what is loaded of the one serves all; and each of their sums has eight lanes of its own, so
    /// that no addition waits for the one before it. Out of the processor's cache this is as fast as memory can be read,
    /// whatever instructions it is made of. The order of the additions depends on `count` alone, so equal vectors have
    /// equal products wherever they lie and whatever lies beside them.
    @inline(__always)
    static func products(
        of vector: UnsafeRawPointer,
        with others: (UnsafeRawPointer, UnsafeRawPointer, UnsafeRawPointer, UnsafeRawPointer),
        count: Int
    ) -> SIMD4<Float> {
        var (first, second, third, fourth) = (
            SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero
        )
        let end = count * 4
        var offset = 0
        while offset + 32 <= end {
            // Not `addProduct`: where the target has no such instruction it is a call for each lane.
            let lanes = vector.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            first += lanes * others.0.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            second += lanes * others.1.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            third += lanes * others.2.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            fourth += lanes * others.3.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
            offset += 32
        }
        var sums = SIMD4(first.sum(), second.sum(), third.sum(), fourth.sum())
        while offset < end {
            let rest = SIMD4(
                others.0.loadUnaligned(fromByteOffset: offset, as: Float.self),
                others.1.loadUnaligned(fromByteOffset: offset, as: Float.self),
                others.2.loadUnaligned(fromByteOffset: offset, as: Float.self),
                others.3.loadUnaligned(fromByteOffset: offset, as: Float.self))
            sums += rest * vector.loadUnaligned(fromByteOffset: offset, as: Float.self)
            offset += 4
        }
        return sums
    }
}
