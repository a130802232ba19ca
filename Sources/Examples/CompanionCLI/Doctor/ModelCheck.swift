internal import CompanionCore
internal import CompanionOpenAI
internal import _CompanionHosting

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
        let address = openAI.configuration.baseURL.withoutSecrets
        var findings = tokenizer()
        var listed: [String]?
        do {
            let models = try await openAI.models()
            let count = models.count == 1 ? "1 model" : "\(models.count) models"
            findings.append(Finding(.ok, .model, "\(address) answers, and lists \(count)"))
            listed = models
        } catch let error as CompanionError where error.code == .notFound {
            findings.append(
                Finding(.warn, .model, "\(address) answers, but lists no models", advice: advice(for: .notFound)))
        } catch {
            return findings + [Finding(error, .model, advice: advice)]
        }
        guard let name = name ?? (listed?.count == 1 ? listed?.first : nil) else {
            return findings + [Finding(.fail, .model, "no model is named", advice: Self.choice(of: listed))]
        }
        let isListed = listed?.contains(name) ?? true
        if !isListed {
            let nearest = NearestName.of(name, among: listed ?? []).map { "Did you mean \($0)?" }
            findings.append(
                Finding(
                    .warn, .model, "the server does not list \(name)",
                    advice: nearest ?? "It may know it all the same. \(Self.choice(of: listed))"))
        }
        let model = openAI.languageModel(name, settings)
        findings.append(
            Finding(
                .ok, .model, "\(name): a context window of \(model.capabilities.contextWindow) tokens is assumed",
                advice: settings.contextTokens == nil && settings.openAIBaseURL != nil
                    ? "If it is another one, say --context-tokens." : nil))
        return findings + [await reply(of: model, besides: listed)]
    }

    /// A file of ranks that can't be read stops every chat.
    private func tokenizer() -> [Finding] {
        guard settings.tokenizer != nil else { return [] }
        do {
            _ = try settings.tokenCounter
            return [Finding(.ok, .model, "tokens are counted exactly")]
        } catch {
            let source = settings.source(of: .tokenizer)
            return [Finding(error, .model) { _ in "Correct or remove it: it is from \(source)." }]
        }
    }

    private func advice(for code: CompanionError.Code) -> String? {
        let address = "It is from \(settings.source(of: .openAIBaseURL))."
        switch code {
        case .unauthenticated where settings.openAIKey == nil: return "The server wants a key: set OPENAI_API_KEY."
        case .unauthenticated: return "Correct the key: it is from \(settings.source(of: .openAIKey))."
        case .forbidden: return "See what the account may use, and its credit; or name another --model."
        case .unavailable, .timedOut:
            return "See that the server runs, and that OPENAI_BASE_URL is its address. \(address)"
        case .notFound, .malformedResponse: return "See that the address is whole: most end in /v1. \(address)"
        case .rateLimited: return "Wait a little, then try again; see the account's limits."
        case .unsupported: return "Try the other interface: --openai-api chat, or responses."
        case .promptTooLarge: return "The window is very small: use another --model."
        default: return nil
        }
    }

    private static func choice(of listed: [String]?) -> String {
        guard let listed, !listed.isEmpty else { return "Name one with --model." }
        return "Name one with --model: \(listed.prefix(10).joined(separator: ", "))\(listed.count > 10 ? ", …" : "")"
    }

    private func reply(of model: any LanguageModel, besides listed: [String]?) async -> Finding {
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
            return Finding(error, .model) { code in
                code == .notFound && listed != nil ? Self.choice(of: listed) : advice(for: code)
            }
        }
    }

    private static func words(_ duration: Duration) -> String {
        let milliseconds = Int((duration / .milliseconds(1)).rounded())
        return milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1_000) s"
    }
}
