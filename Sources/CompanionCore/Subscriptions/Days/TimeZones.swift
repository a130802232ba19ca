internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The time zones that the machine knows, each read once.
final class TimeZones: Sendable {
    private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"]
    /// The database has some 600 names.
    private static let maximumKept = 1_024

    private let kept = Mutex<[String: TimeZoneRules]>([:])

    /// The calendar of somebody in a time zone (nil: unknown): that of UTC where the machine does not know the name.
    func calendar(in identifier: String?) -> PersonalCalendar {
        PersonalCalendar(rules: identifier.flatMap(rules) ?? .utc)
    }

    func rules(of identifier: String) -> TimeZoneRules? {
        if let rules = kept.withLock({ $0[identifier] }) { return rules }
        guard let rules = Self.read(identifier) else { return nil }
        kept.withLock { if $0.count < Self.maximumKept { $0[identifier] = rules } }
        return rules
    }

    private static func read(_ identifier: String) -> TimeZoneRules? {
        // The names of preferences have no dot: no path leads out of the folder.
        guard !identifier.contains(".") else { return nil }
        for folder in folders {
            let path = "\(folder)/\(identifier)"
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
                let size = attributes[.size] as? Int, size <= TimeZoneRules.maximumBytes,
                let bytes = FileManager.default.contents(atPath: path), let rules = TimeZoneRules(file: Array(bytes))
            else { continue }
            return rules
        }
        return nil
    }
}
