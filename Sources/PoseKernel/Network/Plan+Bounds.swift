import MicrokernelABI

extension Plan {
    /// The greatest value that `tensor` can have where none is negative: what one ReLU6 or the sum of several leaves.
    /// Nil: neither is known.
    func bound(_ tensor: Int) -> Float? {
        guard let step = steps.first(where: { $0.output == tensor }) else { return nil }
        let own: Float? = step.operation.activation == .relu6 ? 6 : nil
        guard let residual = step.residual else { return own }
        if residual.activation == .relu6 { return 6 }
        guard let own, let other = bound(residual.tensor) else { return nil }
        return own + other
    }
}

extension Graph.Operation {
    /// What is applied to the operation's own result.
    fileprivate var activation: Activation {
        switch self {
        case .convolution(let c), .depthwise(let c): c.activation
        case .add(let activation), .resize2(let activation): activation
        case .pad, .maxPool2, .depthToSpace2, .concatenateRows, .logistic, .reshape: .none
        }
    }
}
