import Foundation
import NIOCore
import NIOPosix

/// Clients that do what they should not, in a process of their own that yields to the one that measures.
struct Company {
    enum Kind: String, CaseIterable {
        case deaf, halfOpen, floods

        var title: String {
            switch self {
            case .deaf: "50 deaf readers"
            case .halfOpen: "100 half-open connections"
            case .floods: "30 that flood, oversize, or send no UTF-8"
            }
        }
    }

    /// By which this program knows that it is to be them.
    static let argument = "company"

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    static func start(_ kind: Kind, port: Int, person: Server.Person) throws -> Company {
        let company = Company()
        company.process.executableURL = Bundle.main.executableURL
        company.process.arguments = [argument, kind.rawValue, "\(port)", person.key, person.character]
        company.process.standardInput = company.input
        company.process.standardOutput = company.output
        try company.process.run()
        Children.add(company.process)
        return company
    }

    /// - Returns: How many connections were opened, and how many the server closed.
    func stop() -> (opened: Int, closed: Int) {
        try? input.fileHandleForWriting.close()
        let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        Children.end(process)
        return words.count == 2 ? (words[0], words[1]) : (0, 0)
    }

    // MARK: In the process

    static func keep(_ arguments: [String]) throws {
        guard arguments.count == 4, let kind = Kind(rawValue: arguments[0]), let port = Int(arguments[1]) else {
            throw Failure("company KIND PORT KEY CHARACTER")
        }
        setpriority(.init(0), 0, 19)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        let loop = group.next()
        let person = Server.Person(key: arguments[2], character: arguments[3])
        let guests = NIOLoopBoundBox.makeBoxSendingValue([Guest](), eventLoop: loop)
        try loop.submit {
            guests.value = habits(of: kind).map { Guest($0, port: port, person: person, loop: loop) }
            for guest in guests.value { guest.come() }
        }.wait()
        // Until the other end closes it.
        _ = FileHandle.standardInput.readDataToEndOfFile()
        let counts = try loop.submit {
            "\(guests.value.reduce(0) { $0 + $1.opened }) \(guests.value.reduce(0) { $0 + $1.closed })"
        }.wait()
        FileHandle.standardOutput.write(Data(counts.utf8))
    }

    private static func habits(of kind: Kind) -> [Guest.Habit] {
        switch kind {
        case .deaf: Array(repeating: .deaf, count: 50)
        case .halfOpen:
            [.silent, .halfRequest, .halfFrame, .noHello].flatMap { Array(repeating: $0, count: 25) }
        case .floods: [.flood, .oversize, .notUTF8].flatMap { Array(repeating: $0, count: 10) }
        }
    }
}

/// One such client. It comes again when it is dropped.
final class Guest: SocketOwner {
    enum Habit {
        /// Asks for long replies, and reads none.
        case deaf
        /// Connects, and says nothing.
        case silent
        /// Sends half a request.
        case halfRequest
        /// Sends half a frame.
        case halfFrame
        /// Never says who it is.
        case noHello
        /// Sends a thousand messages at once.
        case flood
        /// Sends a frame that is too large.
        case oversize
        /// Sends a text that is none.
        case notUTF8
    }

    private let habit: Habit
    private let port: Int
    private let person: Server.Person
    private let loop: any EventLoop
    private(set) var opened = 0
    private(set) var closed = 0
    private var isReady = false

    /// Seconds until one that was dropped comes again.
    static let pause = 0.1
    /// What the deaf ask for: 40 kB within a second, each second.
    private static let longReply = UpstreamPace(chunks: 10, between: 100, bytes: 4_000)

    init(_ habit: Habit, port: Int, person: Server.Person, loop: any EventLoop) {
        self.habit = habit
        self.port = port
        self.person = person
        self.loop = loop
    }

    func come() {
        opened += 1
        isReady = false
        var options = SocketConnection.Options()
        switch habit {
        case .deaf:
            // Else the system alone would keep megabytes for it.
            options.receiveBuffer = 4_096
            options.segment = 536
        case .silent: options.rawRequest = ""
        case .halfRequest: options.rawRequest = "GET /v1/socket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgr"
        default: break
        }
        SocketConnection.open(to: port, for: self, on: loop, options)
    }

    func socketDidOpen(_ socket: SocketConnection) {
        switch habit {
        case .deaf, .flood: socket.send(person.greeting())
        case .halfFrame: socket.send(bytes: [0x81, 0xFE, 0x04, 0x00, 0x37, 0xFA, 0x21, 0x3D, 0x4C])
        case .oversize: socket.sendFrame(0x81, [UInt8](repeating: 0x6F, count: 200_000))
        case .notUTF8: socket.sendFrame(0x81, [0xC3, 0x28, 0xFF, 0xFE])
        case .silent, .halfRequest, .noHello: break
        }
    }

    func socket(_ socket: SocketConnection, didReceive message: UnsafeRawBufferPointer, at time: UInt32) {
        guard message.starts(with: "ready\"", at: 9), !isReady else { return }
        isReady = true
        if habit == .flood {
            var buffer = ByteBuffer()
            for _ in 0..<1_000 { SocketConnection.write(0x81, Array(#"{"type":"ping"}"#.utf8), to: &buffer) }
            socket.send(bytes: Array(buffer.readableBytesView))
        } else if habit == .deaf {
            socket.stopReading()
            ask(socket, opened)
        }
    }

    /// Once a second, as long as it is the same connection.
    private func ask(_ socket: SocketConnection, _ number: Int) {
        guard number == opened, isReady else { return }
        socket.send(#"{"type":"send","text":"\#(UpstreamPace.request)\#(Self.longReply.name)"}"#)
        let bound = NIOLoopBound((self, socket), eventLoop: loop)
        loop.scheduleTask(in: .seconds(1)) { bound.value.0.ask(bound.value.1, number) }
    }

    func socketDidClose(_ socket: SocketConnection, _ reason: String) {
        closed += 1
        isReady = false
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .milliseconds(Int64(Self.pause * 1_000))) { bound.value.come() }
    }
}
