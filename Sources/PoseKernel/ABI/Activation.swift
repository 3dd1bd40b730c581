/// What follows a sum: nothing, or a clamp to 0...6.
package enum Activation: Sendable {
    case none, relu6
}
