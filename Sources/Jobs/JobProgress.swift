/// How far a job is, as its worker tells with every heartbeat.
package struct JobProgress: Equatable, Sendable {
    /// 0...1.
    package var fraction: Float
    /// Units of work a second: frames for a clip. Nil until it is known.
    package var rate: Float?
    /// Seconds to go, as the worker reckons; nil until it is known.
    package var secondsLeft: Float?

    package init(_ fraction: Float, rate: Float? = nil, secondsLeft: Float? = nil) {
        (self.fraction, self.rate, self.secondsLeft) = (fraction, rate, secondsLeft)
    }
}
