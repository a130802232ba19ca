import CompanionCore
import Testing

@testable import CompanionCLI

struct ExitStatusTests {
    @Test("What may be better later, what wants another key, and other failures are told apart")
    func codes() {
        let codes: [(CompanionError.Code, Int32)] = [
            (.unavailable, 69), (.timedOut, 69), (.rateLimited, 69), (.busy, 69), (.unauthenticated, 77),
            (.forbidden, 77), (.notFound, 1), (.invalidInput, 1), (.corrupted, 1), (.schemaTooNew, 1),
        ]
        for (code, status) in codes { #expect(ExitStatus(CompanionError(code, "")).rawValue == status, "\(code)") }
        #expect(ExitStatus(CancellationError()).rawValue == 130)
    }

    @Test("A report says what to do, and all that is known only when asked")
    func report() {
        let error = CompanionError(.unavailable, "the server is away", underlying: CompanionError(.timedOut, "inner"))
        let short = ErrorReport(error).lines(palette: .plain, isVerbose: false)
        #expect(short.first == "companion: The server is away")
        #expect(short.joined().contains("companion doctor"))
        #expect(!short.joined().contains("inner"))
        #expect(ErrorReport(error).lines(palette: .plain, isVerbose: true).joined().contains("inner"))
    }
}
