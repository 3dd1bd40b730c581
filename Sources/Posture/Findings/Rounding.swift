import Foundation

/// The one place where numbers of a report are rounded.
enum Rounding {
    static func round(_ value: Double, _ places: Int) -> Double {
        let scale = pow(10, Double(places))
        return (value * scale).rounded() / scale
    }
}
