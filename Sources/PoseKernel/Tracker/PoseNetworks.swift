/// The two networks as the tracker sees them: it fills the pixels of an input and reads the raw outputs. Tests
/// implement it with recorded tensors.
///
/// Pixels are four bytes each, red, green, blue and 0, row by row; each `fill` writes all of them. Tensors are borrowed:
/// valid until the next call to either method of the same object.
package protocol PoseNetworks: AnyObject {
    /// Runs the detector. `fill` gets 224 x 224 pixels.
    func detect(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> DetectorTensors

    /// Runs the landmark network. `fill` gets 256 x 256 pixels.
    func landmarks(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> LandmarkTensors
}
