/// Puts scalars that arrive one by one together to grapheme clusters.
struct ClusterAssembler: Sendable {
    /// The most scalars of one cluster; the longest emoji in use have ten. What is beyond is dropped, so that piled
    /// up accents neither cover the lines above nor grow without a bound.
    static let maximumScalars = 32

    private var first: Unicode.Scalar?
    private var rest = String.UnicodeScalarView()

    /// Returns the cluster before `scalar` if that begins a new one.
    mutating func feed(_ scalar: Unicode.Scalar) -> Character? {
        guard let first else {
            first = scalar
            return nil
        }
        let standsApart = rest.isEmpty && Self.isPlain(first) && Self.isPlain(scalar)
        if !standsApart, joins(scalar, to: first) {
            if rest.count < Self.maximumScalars - 1 { rest.append(scalar) }
            return nil
        }
        defer { self.first = scalar }
        return finish()
    }

    /// The last cluster, once no more scalars come.
    mutating func finish() -> Character? {
        guard let first else { return nil }
        defer {
            self.first = nil
            rest = String.UnicodeScalarView()
        }
        return rest.isEmpty ? Character(first) : Character(String(whole(first)))
    }

    private func whole(_ first: Unicode.Scalar) -> String.UnicodeScalarView {
        var scalars = String.UnicodeScalarView([first])
        scalars.append(contentsOf: rest)
        return scalars
    }

    private func joins(_ scalar: Unicode.Scalar, to first: Unicode.Scalar) -> Bool {
        var candidate = whole(first)
        candidate.append(scalar)
        return String(candidate).count == 1
    }

    /// Letters and marks of which no two join: Latin and, but for their combining marks, kana and ideographs.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00..<0x300, 0x3001...0x3029, 0x3041...0x3096, 0x30A0...0x30FF, 0x4E00...0x9FFF, 0xFF01...0xFF60: true
        default: false
        }
    }
}
