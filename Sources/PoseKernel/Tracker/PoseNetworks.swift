/// The two networks as the tracker sees them: it fills an input tensor and reads the raw outputs. Tests implement it
/// with recorded tensors.
///
/// Inputs are NHWC, RGB; each `fill` writes every element. Tensors are borrowed: valid until the next call to either
/// method of the same object.
package protocol PoseNetworks: AnyObject {
    /// Runs the detector. `fill` gets 224 x 224 x 3 values in -1...1.
    func detect(fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> DetectorTensors

    /// Runs the landmark network. `fill` gets 256 x 256 x 3 values in 0...1.
    func landmarks(fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> LandmarkTensors
}
