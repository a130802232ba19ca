/// How people sign in. Every default stands in the initialiser.
public struct AccountConfiguration: Sendable {
    /// How long an access token is good. It is not looked up, so it outlives the end of its session by this much at most.
    public var accessTokenLifetime: Duration
    /// How long somebody stays signed in without coming back.
    public var sessionLifetime: Duration
    /// How long a refresh token may be shown again after it was exchanged, for who never got the answer.
    public var refreshGrace: Duration
    public var verificationLifetime: Duration
    public var passwordResetLifetime: Duration
    /// How long somebody may take at an identity provider.
    public var identityLifetime: Duration
    /// Whether an address must be verified before its password lets anybody in. Where it need not be, an address is a name to
    /// sign in with and nothing more: who made an account of it keeps it, and no identity ever joins it.
    public var requiresVerifiedAddress: Bool
    /// How many tries for one address at once, and how long until another one is given back.
    public var triesPerAddress: Int
    public var addressInterval: Duration
    /// The same for one origin, from which many people may come.
    public var triesPerOrigin: Int
    public var originInterval: Duration
    /// How many mails an address may be sent at once, and how long until another one is given back.
    public var mailsPerAddress: Int
    public var mailInterval: Duration

    public init(
        accessTokenLifetime: Duration = .seconds(600), sessionLifetime: Duration = .seconds(30 * 86_400),
        refreshGrace: Duration = .seconds(20), verificationLifetime: Duration = .seconds(86_400),
        passwordResetLifetime: Duration = .seconds(3_600), identityLifetime: Duration = .seconds(600),
        requiresVerifiedAddress: Bool = true, triesPerAddress: Int = 10, addressInterval: Duration = .seconds(60),
        triesPerOrigin: Int = 50, originInterval: Duration = .seconds(6),
        mailsPerAddress: Int = 5, mailInterval: Duration = .seconds(1_800)
    ) {
        self.accessTokenLifetime = accessTokenLifetime
        self.sessionLifetime = sessionLifetime
        self.refreshGrace = refreshGrace
        self.verificationLifetime = verificationLifetime
        self.passwordResetLifetime = passwordResetLifetime
        self.identityLifetime = identityLifetime
        self.requiresVerifiedAddress = requiresVerifiedAddress
        self.triesPerAddress = triesPerAddress
        self.addressInterval = addressInterval
        self.triesPerOrigin = triesPerOrigin
        self.originInterval = originInterval
        self.mailsPerAddress = mailsPerAddress
        self.mailInterval = mailInterval
    }
}
