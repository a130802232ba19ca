#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a turn may use.
struct TurnGrant: Sendable {
    let model: any LanguageModel
    /// The model's, within what the person may have.
    let capabilities: LanguageModelCapabilities
    /// Nil without a plan.
    let entitlements: Entitlements?
}

extension CompanionContext {
    /// Throws `forbidden` where the companion has none of the models that the person may have.
    func grant(for user: User.ID, in transaction: any StoreTransaction, at now: Date) throws -> TurnGrant {
        guard let quotas else {
            return TurnGrant(model: languageModel, capabilities: languageModel.capabilities, entitlements: nil)
        }
        let entitlements = try quotas.entitlements(of: user, in: transaction, at: now)
        var model = languageModel
        if let names = entitlements.limits.models {
            let models = [languageModel] + moreLanguageModels
            guard let allowed = names.lazy.compactMap({ name in models.first { $0.name == name } }).first else {
                throw CompanionError(
                    .forbidden, "None of the models of the tier \(entitlements.tier.name) can be had here.")
            }
            model = allowed
        }
        var capabilities = model.capabilities
        if let limit = entitlements.limits.contextTokens {
            capabilities.contextWindow = min(capabilities.contextWindow, limit)
        }
        return TurnGrant(model: model, capabilities: capabilities, entitlements: entitlements)
    }
}
