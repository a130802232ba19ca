package import CompanionCore

/// A body of `multipart/form-data` (RFC 7578).
package struct MultipartForm: Sendable {
    private let boundary: String
    private var content: [UInt8] = []

    /// - Parameter random: For the boundary: 128 bits, so that no content holds it.
    package init(random: any RandomSource) {
        func hex(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        boundary = "companion-" + hex(random.next()) + hex(random.next())
    }

    package var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    /// The whole body.
    package var body: [UInt8] { content + Array("--\(boundary)--\r\n".utf8) }

    package mutating func add(_ name: String, _ value: String) {
        part("Content-Disposition: form-data; name=\"\(Self.quoted(name))\"", Array(value.utf8))
    }

    package mutating func add(_ name: String, file: String, mediaType: String, _ bytes: [UInt8]) {
        let type = mediaType.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }
        part(
            "Content-Disposition: form-data; name=\"\(Self.quoted(name))\"; filename=\"\(Self.quoted(file))\"\r\n"
                + "Content-Type: \(String(String.UnicodeScalarView(type)))", bytes)
    }

    private mutating func part(_ header: String, _ bytes: [UInt8]) {
        content += Array("--\(boundary)\r\n\(header)\r\n\r\n".utf8)
        content += bytes
        content += Array("\r\n".utf8)
    }

    /// As browsers write names: what would end them is percent-encoded.
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "%22"
            case "\r": quoted += "%0D"
            case "\n": quoted += "%0A"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted
    }
}

extension SpeechRecording {
    /// A file's name that tells the format: servers look at its end.
    package var fileName: String {
        let type = mediaType.prefix { $0 != ";" }.lowercased()
        let subtype = type.split(separator: "/").last.map(String.init) ?? ""
        let known = [
            "mpeg": "mp3", "mp3": "mp3", "mp4": "mp4", "x-m4a": "m4a", "m4a": "m4a", "wav": "wav", "x-wav": "wav",
            "wave": "wav", "webm": "webm", "ogg": "ogg", "opus": "ogg", "flac": "flac", "x-flac": "flac",
        ]
        return "audio." + (known[subtype] ?? "bin")
    }
}
