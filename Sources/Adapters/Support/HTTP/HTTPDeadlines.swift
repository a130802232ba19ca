/// How long each part of a call may take; nil does not bound it.
package struct HTTPDeadlines: Sendable, Hashable {
    /// From sending the request to the first thing of use in the answer (see ``HTTPCall/markFirst()``).
    package var first: Duration?
    /// From then on, between two arrivals of bytes, counted only while somebody waits for them.
    package var between: Duration?
    /// The whole call, all attempts and the waits between them included.
    package var total: Duration?

    package init(first: Duration? = nil, between: Duration? = nil, total: Duration? = nil) {
        self.first = first
        self.between = between
        self.total = total
    }

    /// A watcher that looks this often, and when the earliest deadline passes, sees each deadline pass in time.
    var shortest: Duration? { [first, between, total].compactMap { $0 }.min() }
}
