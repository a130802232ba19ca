/// How single rows that are read often, outside of turns, are kept in a process where a ``Companion`` has a ``Cache``.
public struct RowCacheConfiguration: Sendable {
    /// How long a row counts at most without being read again. So long others may see what was before a change where the one
    /// who changed it could not reach the cache. 30 seconds unless set.
    public var lifetime: Duration
    /// How long the cache may take before the store is asked instead. 100 milliseconds unless set.
    public var patience: Duration
    /// What kept rows may take in memory, in bytes. 32 MiB unless set.
    public var maximumBytes: Int

    public init(
        lifetime: Duration = .seconds(30), patience: Duration = .milliseconds(100), maximumBytes: Int = 32 << 20
    ) {
        self.lifetime = lifetime
        self.patience = patience
        self.maximumBytes = maximumBytes
    }
}
