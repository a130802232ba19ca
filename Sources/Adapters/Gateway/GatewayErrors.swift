import Hummingbird
struct GatewayErrors {}
