import Synchronization

/// What the threads of one estimation share.
final class EstimationState: Sendable {
    private let frames = Atomic(0)
    private let abandoned = Atomic(false)

    func countFrame() { frames.add(1, ordering: .relaxed) }

    /// Frames that are done, warm-ups left out.
    var frameCount: Int { frames.load(ordering: .relaxed) }

    /// What the threads do is not wanted any more.
    func abandon() { abandoned.store(true, ordering: .relaxed) }

    var isAbandoned: Bool { abandoned.load(ordering: .relaxed) }
}
