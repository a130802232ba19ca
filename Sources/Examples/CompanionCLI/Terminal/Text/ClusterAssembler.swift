/// Puts scalars that arrive one by one together to grapheme clusters.
struct ClusterAssembler: Sendable {
    /// The most scalars of one cluster; the longest emoji in use have ten. What is beyond is dropped, so that piled
    /// up accents neither cover the lines above nor grow without a bound.
    static let maximumScalars = 32

    private var cluster = String.UnicodeScalarView()

    /// Returns the cluster before `scalar` if that begins a new one.
    mutating func feed(_ scalar: Unicode.Scalar) -> Character? {
        guard let last = cluster.last else {
            cluster.append(scalar)
            return nil
        }
        if !(last.isASCII && scalar.isASCII), joins(scalar) {
            if cluster.count < Self.maximumScalars { cluster.append(scalar) }
            return nil
        }
        let whole = Character(String(cluster))
        cluster = String.UnicodeScalarView([scalar])
        return whole
    }

    /// The last cluster, once no more scalars come.
    mutating func finish() -> Character? {
        defer { cluster = String.UnicodeScalarView() }
        return cluster.isEmpty ? nil : Character(String(cluster))
    }

    private func joins(_ scalar: Unicode.Scalar) -> Bool {
        var candidate = cluster
        candidate.append(scalar)
        return String(candidate).count == 1
    }
}
