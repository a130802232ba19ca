import Testing
import HummingbirdTesting
@Suite struct Empty {}
