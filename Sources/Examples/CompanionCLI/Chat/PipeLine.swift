internal import CompanionCore

/// A line from a program.
enum PipeLine: Sendable, Hashable {
    /// A message as it is, whatever it begins with.
    case message(String, ClientMessageID?)
    /// What a person could have typed.
    case line(ChatLine)

    /// - Parameter isJSON: Whether a line may be an object, `{"text": …, "client_id": …}`.
    init(_ line: String, isJSON: Bool) throws {
        guard isJSON, line.first(where: { !$0.isWhitespace }) == "{" else {
            self = .line(ChatLine(line))
            return
        }
        let object: JSONValue
        do {
            object = try JSONValue(parsing: line)
        } catch let error as CompanionError {
            throw CompanionError(.invalidInput, "A line of the input can't be read: \(error.message).")
        }
        guard let text = object["text"]?.string else {
            throw CompanionError(.invalidInput, "An object in the input needs a \"text\".")
        }
        var clientID: ClientMessageID?
        if let given = object["client_id"], !given.isNull {
            clientID = given.string.flatMap(ClientMessageID.init)
            guard clientID != nil else {
                throw CompanionError(.invalidInput, "\"client_id\" must be 1 to 128 characters of printable ASCII.")
            }
        }
        self = .message(text, clientID)
    }
}
