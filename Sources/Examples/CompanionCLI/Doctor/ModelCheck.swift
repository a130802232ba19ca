internal import CompanionCore
internal import CompanionOpenAI

/// Whether the model can be reached, takes the key, and replies.
struct ModelCheck {
    let settings: Settings

    func findings() async -> [Finding] {
        do {
            switch try ModelChoice(settings) {
            case .offline(let isWished):
                let choice = ModelChoice.offline(isWished: isWished)
                return [Finding(isWished ? .ok : .warn, .model, "the stand-in", advice: choice.notice)]
            case .served(let name): return await served(name)
            }
        } catch {
            return [Finding(error, .model)]
        }
    }

    private func served(_ name: String?) async -> [Finding] {
        let openAI = OpenAI(settings)
        let address = SettingsCheck.withoutSecrets(openAI.configuration.baseURL)
        var findings: [Finding] = []
        var listed: [String]?
        do {
            let models = try await openAI.models()
            findings.append(Finding(.ok, .model, "\(address) answers, and lists \(models.count) models"))
            listed = models
        } catch let error as CompanionError where error.code == .notFound {
            findings.append(Finding(.warn, .model, "\(address) answers, but lists no models"))
        } catch {
            return findings + [Finding(error, .model)]
        }
        guard let name = name ?? (listed?.count == 1 ? listed?.first : nil) else {
            let names = (listed ?? []).prefix(10).joined(separator: ", ")
            return findings + [Finding(.fail, .model, "no model is named", advice: "Name one with --model: \(names)")]
        }
        if let listed, !listed.contains(name) {
            let nearest = NearestName.of(name, among: listed).map { "Did you mean \($0)?" }
            findings.append(
                Finding(
                    .warn, .model, "the server does not list \(name)",
                    advice: nearest ?? "It may know it all the same."))
        }
        let model = openAI.languageModel(name, settings)
        findings.append(
            Finding(
                .ok, .model, "\(name): a context window of \(model.capabilities.contextWindow) tokens is assumed",
                advice: settings.contextTokens == nil && settings.openAIBaseURL != nil
                    ? "If it is another one, say --context-tokens." : nil))
        return findings + [await reply(of: model)]
    }

    private func reply(of model: any LanguageModel) async -> Finding {
        let request = LanguageModelRequest(
            messages: [PromptMessage(.user, "Say hello in one word.")], maximumOutputTokens: 64)
        let start = ContinuousClock.now
        do {
            let first = try await model.withResponse(to: request, isolation: nil) { stream in
                var first: Duration?
                for try await event in stream {
                    if case .text = event { first = first ?? start.duration(to: .now) }
                }
                return first
            }
            guard let first else {
                return Finding(.warn, .model, "\(model.name) replied without any text", advice: "Try another model.")
            }
            let times = "first token after \(Self.words(first)), whole after \(Self.words(start.duration(to: .now)))"
            return Finding(.ok, .model, "\(model.name) replied: \(times)")
        } catch {
            return Finding(error, .model)
        }
    }

    private static func words(_ duration: Duration) -> String {
        let milliseconds = Int((duration / .milliseconds(1)).rounded())
        return milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1_000) s"
    }
}
