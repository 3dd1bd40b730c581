/// Where a clip's bytes come from.
package enum ClipSource: Sendable {
    case path(String)
    /// Read by position; its own offset is neither used nor moved, and it is not closed.
    case descriptor(Int32)
}
