/// What the trainer sees of a clip. Derived from its row and its job, never stored, so that it cannot get stuck.
package enum ClipState: String, Codable, Sendable {
    case receiving, queued, analysing, ready, failed
}
