internal import CompanionCore

/// How what is kept is called in Redis. All that is one person's shares a slot of a cluster, so that one step can change it.
struct RedisKeys: Sendable {
    let prefix: String

    func cache(_ key: String, in namespace: CacheNamespace) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(prefix.utf8.count + namespace.purpose.utf8.count + key.utf8.count + 64)
        bytes += prefix.utf8
        if let user = namespace.user { bytes += ":{users/\(user)}".utf8 }
        bytes += ":cache:".utf8
        bytes += namespace.purpose.utf8
        bytes.append(UInt8(ascii: "/"))
        bytes += key.utf8
        return bytes
    }

    /// What of a person is in the cache, by when it ends.
    func cacheIndex(of user: User.ID) -> [UInt8] { Array("\(prefix):{users/\(user)}:cache-index".utf8) }

    func limit(_ name: String, of subject: RateLimitSubject) -> [UInt8] {
        // The path ends with a slash.
        Array("\(prefix):{\(subject.path.dropLast())}:limit:\(name)".utf8)
    }

    func reply(_ log: ReplyLogKey) -> [UInt8] { Array("\(prefix):{users/\(log.user)}:reply:\(log.name)".utf8) }
    func replyChannel(_ log: ReplyLogKey) -> String { "\(prefix):reply:\(log.user)/\(log.name)" }

    /// Which logs of a person there are, by when they end.
    func replyIndex(of user: User.ID) -> [UInt8] { Array("\(prefix):{users/\(user)}:reply-index".utf8) }
}
