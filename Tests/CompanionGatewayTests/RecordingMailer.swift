import CompanionGateway
import Synchronization

/// Keeps what would be sent.
final class RecordingMailer: AccountMailer {
    private let sent = Mutex<[String]>([])
    var verifications: [String] { sent.withLock { $0 } }

    func sendVerification(_ token: String, to address: String) async throws { sent.withLock { $0.append(token) } }
    func sendAlreadyRegistered(to address: String) async throws {}
    func sendPasswordReset(_ token: String, to address: String) async throws { sent.withLock { $0.append(token) } }
}
