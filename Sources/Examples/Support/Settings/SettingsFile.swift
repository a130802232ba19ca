internal import CompanionCore

/// The configuration file: a JSON object of strings and numbers, by their keys; a dot leads into an object.
package struct SettingsFile {
    private(set) var values: [String: String] = [:]
    private let path: String

    /// Nil where there is no file and none must be. Throws `notFound`, `invalidInput`.
    package init?(path: String, mustExist: Bool) throws {
        self.path = path
        let contents: [UInt8]?
        do {
            contents = try LocalFile(path: path).contents(maximumBytes: 1 << 20)
        } catch {
            throw CompanionError(
                .invalidInput, "\(error.message) It is the configuration file: correct that, or name another --config.")
        }
        guard let bytes = contents else {
            guard mustExist else { return nil }
            throw CompanionError(.notFound, "There is no configuration file \(path): correct --config, or create it.")
        }
        do {
            let document = try JSONValue(parsing: bytes, limits: JSONLimits(depth: 8))
            guard let object = document.object else { throw CompanionError(.invalidInput, "it is no JSON object") }
            try add(object, under: "")
        } catch let error as CompanionError {
            throw CompanionError(
                .invalidInput, "The configuration file \(path) can't be read: \(error.message). Correct it.")
        }
    }

    private mutating func add(_ object: JSONObject, under prefix: String) throws(CompanionError) {
        for (name, value) in object {
            let key = prefix + name
            switch value {
            case .string(let text): values[key] = text.isEmpty ? nil : text
            case .number(let number): values[key] = number.lexeme
            case .null: break
            case .object(let inner): try add(inner, under: key + ".")
            case .bool, .array: throw CompanionError(.invalidInput, "\"\(key)\" must be a text or a number")
            }
        }
    }
}
