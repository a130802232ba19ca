extension String {
    /// An address without name, password and query.
    package var withoutSecrets: String {
        var address = self[..<(firstIndex(of: "?") ?? endIndex)]
        guard let start = address.firstRange(of: "//")?.upperBound else { return String(address) }
        let end = address[start...].firstIndex(of: "/") ?? address.endIndex
        if let at = address[start..<end].lastIndex(of: "@") {
            address.replaceSubrange(start...at, with: "")
        }
        return String(address)
    }
}
