#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Date {
    /// The date and the time of day where the person is, to the minute.
    var local: String {
        let style = Date.ISO8601FormatStyle(timeZone: .current)
            .year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        return String(formatted(style).prefix(16))
    }
}
