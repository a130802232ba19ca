import Foundation

/// Numbers of single precision, little-endian, one vector behind the other.
final class VectorFile {
    let url: URL
    private let handle: FileHandle

    init(_ url: URL) throws {
        self.url = url
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        handle = try FileHandle(forWritingTo: url)
    }

    func write(_ vector: [Float]) throws {
        try vector.map(\.bitPattern.littleEndian).withUnsafeBytes { try handle.write(contentsOf: Data($0)) }
    }

    func close() throws { try handle.close() }
}

/// Random directions that a seed repeats, of length 1.
struct VectorSource {
    let dimensions: Int
    private var state: UInt64

    init(dimensions: Int, seed: UInt64) {
        self.dimensions = dimensions
        state = seed
    }

    mutating func next() -> [Float] {
        let vector = (0..<dimensions).map { _ in
            // SplitMix64; four of its parts together are near enough to a normal distribution.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
            return (0..<4).reduce(Float(-2)) { $0 + Float(mixed >> UInt64($1 * 16) & 0xFFFF) / 65_536 }
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }
}

struct Samples {
    private var microseconds: [Double] = []

    var median: Double { microseconds.sorted()[microseconds.count / 2] }

    mutating func add(_ sample: Double) { microseconds.append(sample) }

    mutating func measure<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        let start = ContinuousClock.now
        let result = try await body()
        add(Double((ContinuousClock.now - start).components.attoseconds) / 1e12)
        return result
    }
}
