import Testing

@testable import CompanionCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

struct TerminalOutputTests {
    @Test("Text is written when it is flushed, or when there is much of it")
    func buffers() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let output = TerminalOutput(descriptor: pipe.writeEnd)
        output.write("héllo")
        #expect(pipe.drain().isEmpty)
        output.flush()
        #expect(String(decoding: pipe.drain(), as: UTF8.self) == "héllo")
        output.write(String(repeating: "x", count: TerminalOutput.bufferLimit / 2))
        #expect(pipe.drain().isEmpty)
    }

    @Test("A reader that has gone ends the output quietly")
    func brokenPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try Pipe()
        close(pipe.readEnd)
        defer { close(pipe.writeEnd) }
        let output = TerminalOutput(descriptor: pipe.writeEnd)
        #expect(!output.isReaderGone)
        output.write("into the void")
        output.flush()
        #expect(output.isReaderGone)
        output.write("and more")
        output.flush()
    }

    @Test("Any other failure is told")
    func failure() {
        let output = TerminalOutput(descriptor: -1)
        output.write("x")
        output.flush()
        #expect(output.failure == EBADF)
        #expect(!output.isReaderGone)
    }
}
