/// What a reply of the scripted upstream is like, as a name says it: `chunks-100.first-200.between-20`.
struct UpstreamPace: Sendable {
    var chunks = 100
    /// Milliseconds to the first chunk.
    var first = 0.0
    /// Milliseconds between chunks; 0 is as fast as they are read.
    var between = 0.0
    /// How many bytes of text a chunk has besides its stamp.
    var bytes = 0

    /// By which a message asks for another reply than the model's name says.
    static let request = "please send "

    var name: String {
        "chunks-\(chunks).first-\(Int(first)).between-\(Int(between))" + (bytes > 0 ? ".bytes-\(bytes)" : "")
    }

    init(chunks: Int = 100, first: Double = 0, between: Double = 0, bytes: Int = 0) {
        self.chunks = chunks
        self.first = first
        self.between = between
        self.bytes = bytes
    }

    init(parsing name: some StringProtocol) {
        for part in name.split(separator: ".") {
            let pair = part.split(separator: "-")
            guard pair.count == 2, let number = Int(pair[1]), number >= 0 else { continue }
            switch pair[0] {
            case "chunks": chunks = min(number, 1_000_000)
            case "first": first = Double(number)
            case "between": between = Double(number)
            case "bytes": bytes = min(number, 1 << 20)
            default: break
            }
        }
    }
}
