package import Logging

/// A logger that says nothing.
package enum TestLogger {
    package static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
