internal import _CompanionHosting

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Which settings count, and where each comes from.
struct SettingsCheck {
    let settings: Settings

    func findings() -> [Finding] {
        file()
            + Setting.allCases.compactMap { setting in
                guard let source = settings.sources[setting] else { return nil }
                return Finding(.ok, .settings, "\(setting.key) = \(value(of: setting)), from \(source)")
            }
    }

    private func file() -> [Finding] {
        guard let file = settings.file else { return [] }
        var status = stat()
        guard stat(file, &status) == 0 else {
            return [Finding(.ok, .settings, "there is no file \(file), and none is needed")]
        }
        var findings = [Finding(.ok, .settings, "file \(file)")]
        findings += settings.unknownKeys.map { key in
            let nearest = NearestName.of(key, among: Setting.allCases.map(\.key))
            return Finding(
                .warn, .settings, "\"\(key)\" in the file means nothing",
                advice: nearest.map { "Did you mean \"\($0)\"?" } ?? "Remove it, or correct its name.")
        }
        if case .file? = settings.sources[.openAIKey], status.st_mode & 0o077 != 0 {
            findings.append(
                Finding(.warn, .settings, "others can read the key in \(file)", advice: "Close it: chmod 600 \(file)"))
        }
        return findings
    }

    private func value(of setting: Setting) -> String {
        switch setting {
        case .database: settings.store.description
        case .vectors: settings.vectors ?? ""
        case .model: settings.model ?? ""
        case .user: settings.user ?? ""
        case .persona: "\(settings.persona?.count ?? 0) characters"
        case .color: settings.color.rawValue
        case .contextTokens: "\(settings.contextTokens ?? 0)"
        case .tokenizer: settings.tokenizer ?? ""
        case .offlinePace: "\(settings.offlinePace.map { Int($0 / .milliseconds(1)) } ?? 0) ms"
        case .openAIKey: "(not shown)"
        case .openAIBaseURL: settings.openAIBaseURL?.withoutSecrets ?? ""
        case .openAIInterface: settings.openAIInterface.rawValue
        case .embeddingModel: settings.embeddingModel ?? ""
        case .embeddingDimensions: "\(settings.embeddingDimensions ?? 0)"
        case .moderation: settings.moderation.rawValue
        case .moderationModel: settings.moderationModel ?? ""
        }
    }
}
