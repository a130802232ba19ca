import CompanionCore
import Synchronization

/// Keeps what would be sent.
final class RecordingMailer: AccountMailer {
    private let sent = Mutex<[AccountMail]>([])
    var mails: [AccountMail] { sent.withLock { $0 } }
    /// The token of the last one of a kind.
    func token(_ kind: AccountMail.Kind) -> String? { mails.last { $0.kind == kind }?.token }

    func send(_ mail: AccountMail) async throws { sent.withLock { $0.append(mail) } }
}
