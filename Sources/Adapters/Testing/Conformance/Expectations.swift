internal import CompanionCore

func expect(_ condition: Bool, _ expectation: String, seen: @autoclosure () -> String = "otherwise") throws {
    if !condition { throw Disappointment(expectation: expectation, seen: seen()) }
}

func expect<Value: Equatable>(_ seen: Value, equals expected: Value, _ what: String) throws {
    if seen != expected {
        throw Disappointment(expectation: "\(what): \(shortened(expected))", seen: shortened(seen))
    }
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
        throw Disappointment(
            expectation: "\(what), scalar by scalar: \(shortened(expected))", seen: shortened(seen))
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

/// Texts of a failure stay short enough to read.
private func shortened<Value>(_ value: Value) -> String {
    let text = String(describing: value)
    return text.utf8.count <= 2_000 ? text : "\(text.prefix(1_000)) … (\(text.utf8.count) bytes)"
}
