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

    /// The sum of the products of `count` numbers each.
    ///
    /// Four sums of eight lanes: with fewer, each addition would wait for the one before it. Out of the processor's cache
    /// this is as fast as memory can be read, whatever instructions it is made of. The order of the additions depends on
    /// `count` alone, so equal vectors have equal products wherever they lie.
    @inline(__always)
    static func product(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Float {
        @inline(__always) func lanes(_ offset: Int) -> SIMD8<Float> {
            // Not `addProduct`: where the target has no such instruction it is a call for each lane.
            left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                * right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        }
        var (first, second, third, fourth) = (
            SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero
        )
        let end = count * 4
        var offset = 0
        while offset + 128 <= end {
            first += lanes(offset)
            second += lanes(offset + 32)
            third += lanes(offset + 64)
            fourth += lanes(offset + 96)
            offset += 128
        }
        while offset + 32 <= end {
            first += lanes(offset)
            offset += 32
        }
        var sum = ((first + second) + (third + fourth)).sum()
        while offset < end {
            sum +=
                left.loadUnaligned(fromByteOffset: offset, as: Float.self)
                * right.loadUnaligned(fromByteOffset: offset, as: Float.self)
            offset += 4
        }
        return sum
    }
}
