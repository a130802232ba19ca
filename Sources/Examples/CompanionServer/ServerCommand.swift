import Hummingbird
import HummingbirdTLS
import ServiceLifecycle
@main struct ServerCommand { static func main() {} }
