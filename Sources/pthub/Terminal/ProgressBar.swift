import Foundation

/// One line on standard error that redraws itself on a terminal. Elsewhere a plain line at the start and at the end
/// of each step, so that logs stay short.
final class ProgressBar {
    private let label: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var lastDraw = -Double.infinity
    private var drawn = false

    /// `label` is padded so that the bars of several steps stand in one column.
    init(_ label: String) {
        self.label = label.padding(toLength: max(9, label.count), withPad: " ", startingAt: 0)
    }

    /// `fraction` 0...1, nil when the end is not known; `detail` stands behind the bar.
    func update(_ fraction: Double?, detail: String) {
        let now = ProcessInfo.processInfo.systemUptime
        let interval = isTerminal ? 0.1 : 10
        guard now - lastDraw >= interval || !drawn else { return }
        lastDraw = now
        drawn = true
        draw(fraction, detail: detail, end: isTerminal ? "" : "\n")
    }

    func finish(detail: String) {
        draw(1, detail: detail, end: "\n")
    }

    /// Removes the line, when something else is said instead of the end of the step.
    func abandon() {
        if isTerminal && drawn { write("\r\u{1B}[K") }
    }

    private func draw(_ fraction: Double?, detail: String, end: String) {
        let width = 30
        let full = min(max(Int((fraction ?? 0) * Double(width)), 0), width)
        let bar = String(repeating: "█", count: full) + String(repeating: "·", count: width - full)
        let percent = fraction.map { String(format: "%3.0f %%", min(max($0, 0), 1) * 100) } ?? "    …"
        write((isTerminal ? "\r\u{1B}[K" : "") + "\(label)[\(bar)] \(percent)  \(detail)\(end)")
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
