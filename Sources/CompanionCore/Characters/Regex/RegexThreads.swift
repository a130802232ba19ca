/// The states that a machine is in.
struct RegexThreads {
    /// States whose consequences are still to be added.
    var stack: [Int] = []
    private var waiting: [Int] = []
    private var spare: [Int] = []
    /// The round in which each state was visited last.
    private var visited: [UInt32]
    private var round: UInt32 = 1

    init(count: Int) { visited = [UInt32](repeating: 0, count: count) }

    var isEmpty: Bool { waiting.isEmpty }

    /// False where the state was visited in this round already.
    mutating func visit(_ index: Int) -> Bool {
        if visited[index] == round { return false }
        visited[index] = round
        return true
    }

    /// Keeps a state that waits for the next scalar.
    mutating func wait(_ index: Int) { waiting.append(index) }

    /// Begins a round: at another place, every state may be visited again.
    mutating func begin() { round &+= 1 }

    /// Begins a round, and hands out what waited.
    mutating func takeAll() -> [Int] {
        begin()
        let taken = waiting
        waiting = spare
        spare = []
        return taken
    }

    /// The storage of what was handed out, for the round after this one.
    mutating func giveBack(_ taken: consuming [Int]) {
        spare = taken
        spare.removeAll(keepingCapacity: true)
    }
}
