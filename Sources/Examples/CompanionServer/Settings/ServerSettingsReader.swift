internal import CompanionCore
internal import Logging
internal import _CompanionHosting

/// Puts the settings together. The one place of the program that reads flags, the environment and the file.
struct ServerSettingsReader {
    var flags: [ServerSetting: String] = [:]
    /// What `--config` names.
    var file: String?
    var environment: [String: String]

    /// All that is wrong, one line each.
    struct Faults: Error, Equatable {
        let lines: [String]
    }

    /// Throws ``Faults``.
    func read() throws(Faults) -> ServerSettings {
        let folders = UserFolders(environment: environment)
        let named = file ?? environment["COMPANION_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = named ?? folders.configuration.map { "\($0)/server.json" }
        let values: SettingValues<ServerSetting>
        do {
            values = try SettingValues(flags: flags, file: path, mustExist: named != nil, environment: environment)
        } catch {
            throw Faults(lines: [(error as? CompanionError)?.message ?? "\(error)"])
        }
        var assembly = Assembly(values: values, folders: folders)
        assembly.assemble()
        guard assembly.faults.isEmpty else { throw Faults(lines: assembly.faults) }
        assembly.settings.warnings += values.unknownKeys.map { "\"\($0)\" in \(path ?? "") means nothing." }
        return assembly.settings
    }
}

/// Settings on their way from texts.
private struct Assembly {
    let values: SettingValues<ServerSetting>
    let folders: UserFolders
    var settings = ServerSettings()
    var faults: [String] = []

    private mutating func take<Value>(_ setting: ServerSetting, _ wanted: String, _ parse: (String) -> Value?) -> Value?
    {
        do throws(CompanionError) {
            return try values.parse(setting, wanted, parse)
        } catch {
            faults.append(error.message)
            return nil
        }
    }

    private mutating func number(_ setting: ServerSetting, _ range: ClosedRange<Int>) -> Int? {
        take(setting, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    private mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ setting: ServerSetting, _ type: Value.Type
    ) -> Value? where Value.RawValue == String {
        take(setting, type.allCases.map(\.rawValue).joined(separator: ", ")) { Value(rawValue: $0) }
    }

    mutating func assemble() {
        listening()
        stores()
        models()
        people()
        settings.page = values[.page]
        settings.logLevel = choice(.logLevel, Logger.Level.self) ?? .notice
        settings.logFormat = choice(.logFormat, ServerSettings.LogFormat.self) ?? .text
        if let seconds = number(.drainTimeout, 0...3_600) { settings.drainTimeout = .seconds(seconds) }
    }

    private mutating func listening() {
        settings.host = values[.host] ?? settings.host
        settings.port = number(.port, 1...65_535) ?? settings.port
        settings.adminHost = values[.adminHost] ?? settings.adminHost
        settings.adminPort = number(.adminPort, 1...65_535)
        settings.role = choice(.role, ServerSettings.Role.self) ?? .all
        settings.workers = number(.workers, 1...256) ?? settings.workers
        let origin: (String) -> String? = { text in
            let text = text.hasSuffix("/") ? String(text.dropLast()) : text
            guard let start = text.firstRange(of: "://")?.upperBound, ["http://", "https://"].contains(text[..<start]),
                !text[start...].isEmpty, !text[start...].contains(where: { "/?#@ ".contains($0) })
            else { return nil }
            return text
        }
        settings.publicURL = take(.publicURL, "an address without a path, such as https://talk.example.org", origin)
        settings.allowedOrigins =
            take(.allowedOrigins, "addresses such as https://app.example.org, parted by commas") {
                let origins = $0.split(separator: ",").map { origin(String($0).withoutSpaces) }
                return origins.contains(nil) ? nil : Set(origins.compactMap(\.self))
            } ?? []
        settings.trustedProxies =
            take(.trustedProxies, "networks such as 10.0.0.0/8, parted by commas") {
                $0.split(separator: ",").map { String($0).withoutSpaces }
            } ?? []
        switch (values[.tlsCertificate], values[.tlsKey]) {
        case (let certificate?, let key?): settings.tls = .init(certificate: certificate, key: key)
        case (nil, nil): break
        default: faults.append("--tls-certificate and --tls-key belong together: give both, or neither.")
        }
    }

    private mutating func stores() {
        let standard = folders.data.map { "\($0)/server.sqlite" }
        settings.isStandardDatabase = values[.database] == nil
        if let text = values[.database] ?? standard {
            do throws(CompanionError) {
                settings.database = text.lowercased() == "memory:" ? .memory : .store(try StoreAddress(text))
            } catch {
                faults.append("\(values.source(of: .database)) is no database. \(error.message)".capitalizedFirst)
            }
        } else {
            faults.append("There is no home folder to keep the database in: name a --database.")
        }
        settings.connections = number(.connections, 1...1_000) ?? settings.connections
        settings.cache = take(.cache, "memory: or an address such as redis://127.0.0.1:6379/0") { text in
            ["memory:", "redis://", "rediss://", "redis+unix://"].contains { text.lowercased().hasPrefix($0) }
                ? text : nil
        }
        if settings.cache?.lowercased() == "memory:" { settings.cache = nil }
        settings.vectors =
            take(
                .vectors,
                "memory:, database:, database:?index=hnsw or an address such as pinecone://companion or postgres://…"
            ) { text in
                switch text.lowercased() {
                case "memory:": .memory
                case let lower where lower.hasPrefix("pinecone://"): .pinecone(url: text)
                case let lower where lower.hasPrefix("postgres://") || lower.hasPrefix("postgresql://"):
                    .postgres(url: text)
                default: VectorIndexChoice(address: text).map { .database(index: $0) }
                }
            } ?? (settings.database == .memory ? .memory : .database(index: .exact))
        if case .database(let index) = settings.vectors {
            switch settings.database {
            case .memory: faults.append("A database in memory keeps no vectors: name other --vectors.")
            case .store(.sqlite) where index != .exact:
                faults.append("A file searches vectors exactly: leave the index away, or use a Postgres server.")
            case .store: break
            }
        }
        let folder: String? =
            switch settings.database {
            case .memory: nil
            case .store(.sqlite(let path)): LocalFile(path: path).folder.path
            case .store(.postgres): folders.data
            }
        settings.blobs =
            take(.blobs, "memory:, a folder such as file:/var/lib/companion, or s3://bucket") { text in
                let lower = text.lowercased()
                if lower == "memory:" { return .memory }
                if lower.hasPrefix("s3://") { return .s3(url: text) }
                let path = lower.hasPrefix("file:") ? String(text.dropFirst(5)).withoutAuthority : text
                return path.isEmpty || path.prefix(while: { $0 != "/" }).hasSuffix(":") ? nil : .folder(path)
            } ?? folder.map { .folder("\($0)/blobs") } ?? .memory
        settings.isSigningKeyNamed = values[.signingKey] != nil
        settings.signingKey = values[.signingKey] ?? folder.map { "\($0)/signing-key.pem" }
        if case .store(.postgres) = settings.database {
            if folder == nil, values[.signingKey] == nil {
                faults.append("There is no home folder: name a --signing-key.")
            }
            if settings.cache == nil, settings.role != .worker {
                settings.warnings.append("Without a --cache this can be the only instance that answers requests.")
            }
            if !settings.isSigningKeyNamed, settings.role != .worker {
                settings.warnings.append("Several instances need the same --signing-key.")
            }
        }
    }

    private mutating func models() {
        settings.model = values[.model]
        settings.contextTokens = number(.contextTokens, 1_024...100_000_000)
        settings.tokenizer = values[.tokenizer]
        settings.offlinePace = number(.offlinePace, 0...3_600_000).map { .milliseconds($0) }
        settings.openAIKey = take(.openAIKey, "one line of printable ASCII without spaces") { text in
            text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
        }
        settings.openAIBaseURL = take(.openAIBaseURL, "an address such as http://127.0.0.1:8080/v1") { text in
            text.hasPrefix("http://") || text.hasPrefix("https://") ? text : nil
        }
        settings.openAIInterface = choice(.openAIInterface, OpenAIInterface.self) ?? .auto
        settings.embeddingModel = values[.embeddingModel]
        settings.embeddingDimensions = number(.embeddingDimensions, 1...65_536)
        settings.moderation = choice(.moderation, ScreeningChoice.self) ?? .on
        // Whoever has OpenAI's own key has its moderation too, which costs nothing.
        let isOpenAI = settings.openAIKey != nil && settings.openAIBaseURL == nil
        settings.moderationModel = values[.moderationModel] ?? (isOpenAI ? "omni-moderation-latest" : nil)
        speech()
        do throws(CompanionError) {
            _ = try ModelChoice(settings)
        } catch {
            faults.append(error.message)
        }
    }

    private mutating func speech() {
        settings.speech.provider = choice(.speech, ServerSettings.Speech.Provider.self) ?? .off
        settings.speech.model = values[.speechModel]
        settings.speech.voice = values[.speechVoice]
        settings.speech.transcriptionModel = values[.transcriptionModel]
        settings.speech.elevenLabsKey = values[.elevenLabsKey]
        switch settings.speech.provider {
        case .off: break
        case .tones:
            if settings.speech.transcriptionModel != nil, settings.openAIKey == nil, settings.openAIBaseURL == nil {
                faults.append(
                    "--transcription-model needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.")
            }
        case .openai:
            if settings.openAIKey == nil, settings.openAIBaseURL == nil {
                faults.append("--speech openai needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.")
            }
        case .elevenlabs:
            if settings.speech.elevenLabsKey == nil || settings.speech.voice == nil {
                faults.append("--speech elevenlabs needs COMPANION_ELEVENLABS_API_KEY, and a --speech-voice.")
            }
        }
    }

    private mutating func people() {
        settings.plan =
            switch values[.plan] {
            case nil, "unlimited"?: .unlimited
            case "none"?: .none
            case "examples"?: .examples
            case let path?: .file(path)
            }
        settings.allowsSignUp = choice(.signUp, ScreeningChoice.self) != .off
        mail()
        switch (values[.googleClientID], values[.googleClientSecret]) {
        case (let id?, let secret?):
            settings.google = .init(clientID: id, clientSecret: secret, issuer: values[.googleIssuer])
        case (nil, nil): break
        default:
            faults.append(
                "Google needs --google-client-id and, in the environment or the file, COMPANION_GOOGLE_CLIENT_SECRET.")
        }
        switch (values[.appleServicesID], values[.appleTeam], values[.appleKeyID], values[.appleKey]) {
        case (let id?, let team?, let keyID?, let key?):
            settings.apple = .init(
                servicesID: id, team: team, keyID: keyID, key: key, issuer: values[.appleIssuer])
        case (nil, nil, nil, nil): break
        default: faults.append("Apple needs --apple-services-id, --apple-team, --apple-key-id and --apple-key.")
        }
    }

    private mutating func mail() {
        guard let text = values[.mail] else {
            if values[.mailFrom] != nil || values[.mailPassword] != nil {
                faults.append("--mail-from and COMPANION_MAIL_PASSWORD are for --mail, which is missing.")
            }
            return
        }
        let sender = take(.mailFrom, "an address such as no-reply@talk.example.org", MailSender.init)
        if values[.mailFrom] == nil { faults.append("--mail needs --mail-from: from whom mail comes.") }
        // The name that a request comes with is anybody's choice: no link may be made of it.
        if settings.publicURL == nil { faults.append("--mail needs --public-url: where the links in mails lead.") }
        do throws(CompanionError) {
            let route = try MailRoute(text)
            if case .smtp(let server) = route, (server.user == nil) != (values[.mailPassword] == nil) {
                faults.append("A user in --mail and COMPANION_MAIL_PASSWORD belong together: give both, or neither.")
            }
            if let sender { settings.mail = .init(route: route, sender: sender, password: values[.mailPassword]) }
        } catch {
            faults.append(error.message)
        }
    }
}

extension String {
    fileprivate var withoutSpaces: String { filter { $0 != " " } }
    /// `///path` and `/path` are the same in an address of a file.
    fileprivate var withoutAuthority: String { hasPrefix("//") ? String(dropFirst(2)) : self }
}
