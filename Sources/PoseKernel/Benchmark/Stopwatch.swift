import Foundation

/// Time that the calling thread spent on a core: waiting for one that others use does not count.
enum Stopwatch {
    static var microseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    /// Microseconds of `runs` runs, fastest first, after one that does not count.
    static func times(runs: Int, _ body: () -> Void) -> [Double] {
        body()
        return (0..<max(runs, 1)).map { _ in
            let start = microseconds
            body()
            return microseconds - start
        }.sorted()
    }
}
