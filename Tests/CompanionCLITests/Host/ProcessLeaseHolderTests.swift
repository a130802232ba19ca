import CompanionCore
import Foundation
import Testing
import _CompanionHosting

@testable import CompanionCLI

struct ProcessLeaseHolderTests {
    private let machine = ProcessLeaseHolder.machine()

    @Test("A process that lives is not gone")
    func alive() {
        let holder = ProcessLeaseHolder.current()
        #expect(!holder.isGone(holder.name))
        #expect(holder.name.utf8.count <= 256)
    }

    @Test("A process that has ended is gone, also before its parent has noticed")
    func ended() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["60"]
        try process.run()
        let name = ProcessLeaseHolder.name(of: process.processIdentifier, on: machine)
        #expect(!ProcessLeaseHolder.isGone(name, from: machine))
        // SIGTERM may be ignored by whoever runs the tests, and so by its children.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(ProcessLeaseHolder.isGone(name, from: machine))
    }

    #if os(Linux)
        @Test("A process that has the identifier of an earlier one is not taken for it")
        func reusedIdentifier() {
            let parts = ProcessLeaseHolder.current().name.split(separator: ":")
            let earlier = "\(parts[0]):\(parts[1]):\((UInt64(parts[2]) ?? 0) - 1)"
            #expect(ProcessLeaseHolder.isGone(earlier, from: machine))
        }

        @Test("The line of proc(5) is read, whatever the program is called")
        func statusLine() throws {
            let numbers = (4...52).map(String.init).joined(separator: " ")
            let status = try #require(ProcessStatus(parsing: "7 (a) Z (b) ) S \(numbers)"))
            #expect(status.start == 22)
            #expect(!status.isDead)
            #expect(ProcessStatus(parsing: "7 (zombie) Z \(numbers)")?.isDead == true)
            #expect(ProcessStatus(parsing: "7 (cut) S 4 5") == nil)
            #expect(ProcessStatus(parsing: "") == nil)
        }
    #endif

    @Test("Nothing is known of processes elsewhere, nor of names that are none of ours")
    func elsewhere() {
        let names = [
            "other:1:1", "", ":", "::", "\(machine):x:1", "\(machine):-1:1", "\(machine):1", "\(machine):1:1:1",
        ]
        for name in names { #expect(!ProcessLeaseHolder.isGone(name, from: machine), "\(name)") }
    }
}
