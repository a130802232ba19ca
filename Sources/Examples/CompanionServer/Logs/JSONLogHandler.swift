internal import CompanionCore
internal import Logging
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Writes each event as one line of JSON: `time`, `level`, `logger`, `message`, `source` and the metadata below `metadata`.
///
/// Control characters are escaped, so that no text can begin a line of its own. A message beyond 16 KiB is cut.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata = Logger.Metadata()
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let write: @Sendable ([UInt8]) -> Void

    /// The longest message, in bytes.
    static let maximumBytes = 16_384

    /// - Parameter write: Gets each line with its end, in one piece.
    init(
        label: String, level: Logger.Level, metadataProvider: Logger.MetadataProvider? = nil,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        self.metadataProvider = metadataProvider
        self.write = write
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        // Of an error that is not ours only its type: its text may quote somebody.
        if let error = event.error { all["error"] = .string(Self.words(error)) }
        var object = JSONObject()
        object["time"] = .string(
            Date.now.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true)) + "Z")
        object["level"] = .string(event.level.rawValue)
        object["logger"] = .string(label)
        object["message"] = .string(Self.cut("\(event.message)"))
        object["source"] = .string(event.source)
        if !all.isEmpty { object["metadata"] = Self.json(.dictionary(all), depth: 0) }
        write(JSONValue.object(object).serializedBytes() + [0x0A])
    }

    private static func words(_ error: any Error) -> String {
        error is CompanionError ? "\(error)" : "\(type(of: error))"
    }

    private static func json(_ value: Logger.MetadataValue, depth: Int) -> JSONValue {
        guard depth < 8 else { return .string("…") }
        switch value {
        case .string(let text): return .string(cut(text))
        case .stringConvertible(let value): return .string(cut("\(value)"))
        case .array(let values): return .array(values.prefix(256).map { json($0, depth: depth + 1) })
        case .dictionary(let values):
            var object = JSONObject()
            for (key, value) in values.sorted(by: { $0.key < $1.key }).prefix(256) {
                object[cut(key)] = json(value, depth: depth + 1)
            }
            return .object(object)
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumBytes else { return text }
        return String(decoding: text.utf8.prefix(maximumBytes - 4), as: UTF8.self) + "…"
    }
}
