public import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// What the gateway knows of a request besides the request. A host's own routes can use it too.
public struct GatewayRequestContext: RequestContext, RemoteAddressRequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The address at the other end of the connection; a proxy's where there is one.
    public let remoteAddress: SocketAddress?

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
