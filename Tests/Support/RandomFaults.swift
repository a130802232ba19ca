internal import Synchronization
package import TestRandomness

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Many operations under random faults, each of which is done once or reported.
package enum RandomFaults {
    /// What came of them.
    package struct Outcome: Sendable {
        package var acknowledged: [Int] = []
        package var failed: [Int] = []
    }

    /// How many operations: `FAULT_OPERATIONS`, or else a number that a slow server is through with soon.
    package static func count(unlessSet usual: Int) -> Int { asked ?? usual }

    private static var asked: Int? { ProcessInfo.processInfo.environment["FAULT_OPERATIONS"].flatMap { Int($0) } }

    /// The sockets that this process has open; nil where that can't be told: beside other tests (set `FAULT_OPERATIONS` and a filter
    /// to run one alone), and where the system has no `/proc`.
    package static var openSockets: Int? {
        let folder = "/proc/self/fd"
        guard asked != nil, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        return names.count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
            return target?.hasPrefix("socket:") == true
        }
    }

    /// A fault for each connection: mostly it ends, now and then it falls silent.
    package static func fault(_ random: SeededGenerator, afterBytes range: ClosedRange<Int>)
        -> @Sendable () -> FaultProxy.Fault
    {
        let shared = Shared(random)
        return {
            shared.random.withLock { random in
                let bytes = Int.random(in: range, using: &random)
                return switch Int.random(in: 0...8, using: &random) {
                case 0...3: .cut(afterBytes: bytes)
                case 4...7: .reset(afterBytes: bytes)
                default: .blackHole(afterBytes: bytes)
                }
            }
        }
    }

    private final class Shared: Sendable {
        let random: Mutex<SeededGenerator>
        init(_ random: SeededGenerator) { self.random = Mutex(random) }
    }

    /// Runs the operations 0 ..< `count`, `writers` at once.
    ///
    /// - Parameter operation: Throws where it was not acknowledged.
    package static func run(
        _ count: Int, writers: Int = 20, _ operation: @escaping @Sendable (Int) async throws -> Void
    ) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    var outcome = Outcome()
                    for number in stride(from: writer, to: count, by: writers) {
                        do {
                            try await operation(number)
                            outcome.acknowledged.append(number)
                        } catch {
                            outcome.failed.append(number)
                        }
                    }
                    return outcome
                }
            }
            return await group.reduce(into: Outcome()) { all, outcome in
                all.acknowledged += outcome.acknowledged
                all.failed += outcome.failed
            }
        }
    }
}
