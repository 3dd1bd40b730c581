/// One range of `Range: bytes=…` on an object of known size (RFC 9110 §14). Several ranges, or what is not understood,
/// are answered with the whole, as the standard allows.
enum ByteRange: Equatable {
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    init(_ header: String?, size: Int64) {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else {
            self = .whole
            return
        }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map {
            $0.trimmingPrefix(" ")
        }
        guard ends.count == 2 else {
            self = .whole
            return
        }
        let (first, last) = (Int64(ends[0]), Int64(ends[1]))
        switch (first, last) {
        case (let first?, nil) where ends[1].isEmpty:
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(size - count, 0)..<size) : .unsatisfiable
        case (let first?, let last?) where first >= 0 && first <= last:
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
        default:
            self = .whole
        }
    }
}
