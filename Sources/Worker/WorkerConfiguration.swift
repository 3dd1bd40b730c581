import Foundation

/// How one worker process works.
package struct WorkerConfiguration: Sendable {
    package var queue = "analysis"
    /// Jobs at once, each with a child of its own.
    package var concurrency = 1
    /// Threads of each child.
    package var threadsPerJob = max(ProcessInfo.processInfo.activeProcessorCount, 1)
    package var lease = Duration.seconds(30)
    /// How long running jobs may go on after SIGTERM before they are given back.
    package var grace = Duration.seconds(20)
    /// A child that says nothing for so long is killed.
    package var maximumSilence = 30.0
    package var childMemoryBytes: UInt64 = 6 << 30
    package var modelFolder: String
    /// Rule files beyond the program's own.
    package var rulesFolder: String?
    /// The program that has the `analyzer-child` command; this program by default.
    package var executable: String

    package init(modelFolder: String, executable: String = "/proc/self/exe") {
        self.modelFolder = modelFolder
        // Resolved now: in the child /proc/self is the child.
        self.executable =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: executable)) ?? executable
    }
}
