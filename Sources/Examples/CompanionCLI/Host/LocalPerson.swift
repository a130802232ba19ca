internal import CompanionCore
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Who is at the keyboard: one of the people whom the database knows, or a new one.
struct LocalPerson {
    let companion: Companion

    /// The person that `--user` names, else the first one. A new one is asked for their name on a terminal, and has the
    /// system's name for them in a pipe.
    @MainActor func find(for program: Program) async throws -> User {
        let settings = program.settings
        var user: User
        if let name = settings.user {
            user = if let known = try await person(named: name) { known } else { try await register(name) }
        } else if let first = try await companion.accounts.users(limit: 1).first {
            user = first
        } else {
            user = try await register(try await Self.ask(program))
        }
        if user.preferences.timeZone == nil, let timeZone = Self.timeZone {
            var preferences = user.preferences
            preferences.timeZone = timeZone
            user = try await companion.accounts.update(user.id, preferences: preferences)
        }
        if let persona = settings.persona, persona != user.persona {
            user = try await companion.accounts.update(user.id, persona: persona)
        }
        return user
    }

    private func register(_ name: String) async throws -> User {
        try await companion.accounts.register(name: name, preferences: UserPreferences(timeZone: Self.timeZone))
    }

    private func person(named name: String) async throws -> User? {
        let wanted = name.trimmed.lowercased()
        var last: User.ID?
        while true {
            let page = try await companion.accounts.users(after: last, limit: 500)
            if let user = page.first(where: { $0.name.lowercased() == wanted }) { return user }
            guard page.count == 500 else { return nil }
            last = page.last?.id
        }
    }

    /// What the person wants to be called.
    @MainActor private static func ask(_ program: Program) async throws -> String {
        let standard = systemName(program.environment)
        guard program.terminal.isInteractive else { return standard }
        let reader = try LineReader(terminal: program.terminal, signals: program.signals)
        program.terminal.output.writeLine("What should characters call you?")
        switch try await reader.readLine(prompt: Prompt("Name [\(ControlFilter.singleLine(standard))]: ")) {
        case .line(let name): return name.trimmed.isEmpty ? standard : name
        case .interrupted, .endOfInput: throw CancellationError()
        }
    }

    /// The computer's, where it has a name of the IANA database.
    private static var timeZone: String? {
        let name = TimeZone.current.identifier
        return name.contains("/") && !name.contains(".") ? name : nil
    }

    /// What the system calls the person.
    private static func systemName(_ environment: [String: String]) -> String {
        let named = [environment["USER"], environment["LOGNAME"]].compactMap(\.self).first { !$0.trimmed.isEmpty }
        return named ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "You"
    }
}
