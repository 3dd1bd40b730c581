/// Smooths one value: strongly while it rests, hardly while it moves fast.
struct OneEuroFilter {
    struct Parameters {
        /// Hz, of a value at rest.
        var leastCutoff: Float
        /// How much each unit of speed raises the cut-off.
        var beta: Float
        /// Hz, of the speed itself.
        var speedCutoff: Float = 1
    }

    private var frequency = 30.0
    private var lastTime: Int64 = -1
    private var value = LowPassFilter()
    private var speed = LowPassFilter()

    /// - Parameters:
    ///   - time: nanoseconds, increasing; a time that does not increase passes the value through.
    ///   - scale: what speed is multiplied with, one over the object's size.
    mutating func apply(_ input: Float, time: Int64, scale: Float, _ parameters: Parameters) -> Float {
        guard time > lastTime else { return input }
        // Time zero means unknown to the reference.
        if lastTime != 0 && time != 0 { frequency = 1 / (Double(time - lastTime) * 1e-9) }
        lastTime = time

        let change = value.lastRaw.map { (Double(input) - Double($0)) * Double(scale) * frequency } ?? 0
        let steady = speed.apply(Float(change), alpha: alpha(Double(parameters.speedCutoff)))
        let cutoff = Double(parameters.leastCutoff) + Double(parameters.beta) * abs(Double(steady))
        return value.apply(input, alpha: alpha(cutoff))
    }

    private func alpha(_ cutoff: Double) -> Float {
        let period = 1 / frequency
        let tau = 1 / (2 * Double.pi * cutoff)
        return Float(1 / (1 + tau / period))
    }
}
