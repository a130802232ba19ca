internal import CompanionCore

func expect(_ condition: Bool, _ expectation: String, seen: @autoclosure () -> String = "otherwise") throws {
    if !condition { throw Disappointment(expectation: expectation, seen: seen()) }
}

func expect<Value: Equatable>(_ seen: Value, equals expected: Value, _ what: String) throws {
    if seen != expected {
        let (expected, seen) = excerpts(String(describing: expected), String(describing: seen))
        throw Disappointment(expectation: "\(what): \(expected)", seen: seen)
    }
}

func unwrap<Value>(_ seen: Value?, _ what: String) throws -> Value {
    guard let seen else { throw Disappointment(expectation: what, seen: "nil") }
    return seen
}

/// Compares texts scalar by scalar, where `==` would take canonically equivalent ones for the same.
func expect(_ seen: String?, isExactly expected: String?, _ what: String) throws {
    let isEqual =
        switch (seen, expected) {
        case (let seen?, let expected?): seen.utf8.elementsEqual(expected.utf8)
        case (nil, nil): true
        default: false
        }
    if !isEqual {
        let (expected, seen) = excerpts(expected?.debugDescription ?? "nil", seen?.debugDescription ?? "nil")
        throw Disappointment(expectation: "\(what), scalar by scalar: \(expected)", seen: seen)
    }
}

func expectError(
    _ code: CompanionError.Code, _ what: String, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Void
) async throws {
    let seen: String
    do {
        try await body()
        seen = "no error"
    } catch let error as CompanionError where error.code == code {
        return
    } catch {
        seen = String(reflecting: error)
    }
    throw Disappointment(expectation: "\(what) to throw \(code)", seen: seen)
}

/// Long texts around the first place where they differ, so that a failure can be read.
private func excerpts(_ expected: String, _ seen: String) -> (String, String) {
    let same = zip(expected.unicodeScalars, seen.unicodeScalars).prefix { $0 == $1 }.count
    func excerpt(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > 400 else { return text }
        let start = max(0, same - 100)
        let rest = scalars.dropFirst(start)
        return (start > 0 ? "… " : "") + String(String.UnicodeScalarView(rest.prefix(300)))
            + (rest.count > 300 ? " …" : "")
    }
    return (excerpt(expected), excerpt(seen))
}
