extension SQLiteStore {
    public struct Configuration: Sendable {
        /// When a commit counts as done.
        public struct Synchronous: Sendable, Hashable {
            let pragma: String

            /// When it has been handed to the operating system: survives the death of the process, and the loss of power
            /// may undo the last transactions, though it never damages the file.
            public static let normal = Synchronous(pragma: "NORMAL")
            /// When the disk has it: survives the loss of power too. A commit costs a flush of the disk, about ten times
            /// as much.
            public static let full = Synchronous(pragma: "FULL")
        }

        /// `normal` unless set.
        public var synchronous: Synchronous
        /// How long a transaction waits for another process that is writing before it throws `unavailable`.
        /// 5 seconds unless set.
        public var busyTimeout: Duration
        /// How many reads can run at the same time, besides the one transaction. 4 unless set; at least 1.
        public var readers: Int
        /// How many bytes of memory the vectors of those who were searched last may take; as much as there is of them is
        /// taken. 1 GiB unless set, enough for 150,000 vectors of 1,536 dimensions.
        public var vectorCacheSize: Int

        public init(
            synchronous: Synchronous = .normal, busyTimeout: Duration = .seconds(5), readers: Int = 4,
            vectorCacheSize: Int = 1 << 30
        ) {
            precondition(readers >= 1, "A store needs a reader.")
            self.synchronous = synchronous
            self.busyTimeout = busyTimeout
            self.readers = readers
            self.vectorCacheSize = vectorCacheSize
        }
    }
}
