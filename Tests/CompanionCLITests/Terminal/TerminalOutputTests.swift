import Dispatch
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

    @Test("A slow reader of a descriptor that does not block gets everything once, and in its order")
    func backPressure() throws {
        let pipe = try Pipe()
        defer { pipe.close() }
        let text = (0..<50_000).map { "line \($0)\n" }.joined()
        let isWritten = DispatchSemaphore(value: 0)
        // The writer blocks its thread, as it does in the program. Swift's own pool may have no other one.
        DispatchQueue(label: "writer").async {
            let output = TerminalOutput(descriptor: pipe.writeEnd)
            output.write(text)
            output.flush()
            isWritten.signal()
        }
        var received: [UInt8] = []
        while received.count < text.utf8.count {
            var request = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
            try #require(poll(&request, 1, 60_000) == 1, "more than \(received.count) bytes")
            received += pipe.drain()
        }
        #expect(isWritten.wait(timeout: .now() + 60) == .success)
        #expect(pipe.drain().isEmpty)
        #expect(received == Array(text.utf8))
    }
}
