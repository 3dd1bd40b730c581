package import Domain
import Foundation

/// A report as canonical JSON: keys sorted, no white space, the same bytes for the same values.
package enum ReportEncoding {
    package static func json(_ report: PostureReport) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(report) else {
            preconditionFailure("a report holds only finite numbers and text, which always encode")
        }
        return Array(data)
    }

    package static func report(from json: [UInt8]) throws -> PostureReport {
        try JSONDecoder().decode(PostureReport.self, from: Data(json))
    }

    /// Half away from zero; what is shown is what is stored.
    package static func round(_ value: Double, places: Int) -> Double {
        let scale = pow(10, Double(places))
        return (value * scale).rounded() / scale
    }
}
