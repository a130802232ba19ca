internal import CompanionCore

/// The address that an API's paths are appended to.
package struct HTTPAddress: Sendable, Hashable {
    /// Scheme, host and port: `https://api.example.com:8443`.
    package let origin: String
    /// Without a slash at its end; empty for the root.
    package let path: String
    /// With its question mark; empty where there is none. Appended to every address.
    package let query: String
    /// `user:password` as it stood before the host, percent-decoded; nil where there was none.
    package let userInformation: String?

    /// The host alone, in lower case, brackets of IPv6 included.
    package let host: String

    /// - Parameter defaultPath: Stands in where `text` has no path, or only a slash.
    /// - Throws: `CompanionError.Code.invalidInput` for anything but an absolute http or https URL.
    package init(_ text: String, defaultPath: String = "") throws {
        let withoutFragment = text.prefix { $0 != "#" }
        guard let schemeEnd = withoutFragment.firstRange(of: "://"),
            ["http", "https"].contains(withoutFragment[..<schemeEnd.lowerBound].lowercased()),
            withoutFragment.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw CompanionError(.invalidInput, "The base URL is no http or https URL. Write https://host/path.")
        }
        let rest = withoutFragment[schemeEnd.upperBound...]
        var authority = rest.prefix { $0 != "/" && $0 != "?" }
        let tail = rest[authority.endIndex...]
        if let at = authority.lastIndex(of: "@") {
            userInformation = Self.percentDecoded(authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            userInformation = nil
        }
        let bare = authority.first == "[" ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        let port = authority.dropFirst(bare.count)
        guard !bare.isEmpty, bare != "[]", port.isEmpty || (port.first == ":" && UInt16(port.dropFirst()) != nil) else {
            throw CompanionError(
                .invalidInput, "The base URL has no valid host and port. Write https://host:port/path.")
        }
        host = bare.lowercased()
        origin = withoutFragment[..<schemeEnd.lowerBound].lowercased() + "://" + host + port
        let written = tail.prefix { $0 != "?" }
        query = String(tail[written.endIndex...])
        var path = written
        while path.last == "/" { path = path.dropLast() }
        self.path = path.isEmpty ? defaultPath : String(path)
    }

    /// The URL of `path`, which begins with a slash, below this address.
    package func url(_ path: String) -> String { origin + self.path + path + query }

    /// `url` without user information, query and fragment.
    package static func redacted(_ url: String) -> String {
        guard let address = try? HTTPAddress(url) else { return "(no valid URL)" }
        return address.origin + address.path
    }

    private static func percentDecoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
