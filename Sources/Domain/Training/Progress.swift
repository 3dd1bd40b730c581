package import Foundation

/// A set with the day on which it was done.
package struct DatedSet: Sendable {
    package var session: Int64
    package var at: Date
    package var set: SetRecord

    package init(session: Int64, at: Date, set: SetRecord) {
        (self.session, self.at, self.set) = (session, at, set)
    }
}

/// How one exercise went, session by session.
package struct ProgressPoint: Codable, Equatable, Sendable {
    package var session: Int64
    package var at: Date
    package var sets: Int
    package var reps: Int
    package var volume: Double
    package var heaviest: Double?
    package var longest: Int?
    package var oneRepMaximum: Double?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case session, at, sets, reps
        case volume = "volume_kg"
        case heaviest = "heaviest_kg"
        case longest = "longest_s"
        case oneRepMaximum = "one_rep_maximum_kg"
    }

    /// One point a session, in the order of the sets.
    package static func series(_ sets: [DatedSet]) -> [ProgressPoint] {
        var points: [ProgressPoint] = []
        for (session, group) in sets.grouped(by: \.session) {
            let records = group.map(\.set)
            points.append(
                ProgressPoint(
                    session: session, at: group[0].at, sets: records.count,
                    reps: records.reduce(0) { $0 + ($1.reps ?? 0) }, volume: records.reduce(0) { $0 + $1.volume },
                    heaviest: records.compactMap(\.load).max(), longest: records.compactMap(\.time).max(),
                    oneRepMaximum: records.compactMap(\.oneRepMaximum).max()))
        }
        return points
    }
}

/// The best that someone did in an exercise, and when; of equals the first counts.
package struct PersonalRecords: Codable, Equatable, Sendable {
    package struct Best: Codable, Equatable, Sendable {
        package var value: Double
        package var session: Int64
        package var at: Date
    }

    package var heaviest: Best?
    package var mostReps: Best?
    package var longest: Best?
    /// Of one set.
    package var volume: Best?
    package var oneRepMaximum: Best?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case heaviest = "heaviest_kg"
        case mostReps = "most_reps"
        case longest = "longest_s"
        case volume = "volume_kg"
        case oneRepMaximum = "one_rep_maximum_kg"
    }

    /// `sets` in the order in which they were done. A load counts only with at least one rep.
    package init(_ sets: [DatedSet]) {
        heaviest = Self.best(sets) { ($0.reps ?? 0) > 0 || $0.time != nil ? $0.load : nil }
        mostReps = Self.best(sets) { $0.reps.map(Double.init) }
        longest = Self.best(sets) { $0.time.map(Double.init) }
        volume = Self.best(sets) { $0.volume }
        oneRepMaximum = Self.best(sets) { $0.oneRepMaximum }
    }

    private static func best(_ sets: [DatedSet], _ value: (SetRecord) -> Double?) -> Best? {
        var best: Best?
        for entry in sets {
            guard let value = value(entry.set), value > best?.value ?? 0 else { continue }
            best = Best(value: value, session: entry.session, at: entry.at)
        }
        return best
    }
}

extension Array {
    /// Elements with equal keys together, in the order in which the keys first come.
    package func grouped<Key: Hashable>(by key: (Element) -> Key) -> [(key: Key, elements: [Element])] {
        var places: [Key: Int] = [:]
        var groups: [(key: Key, elements: [Element])] = []
        for element in self {
            let key = key(element)
            if let place = places[key] {
                groups[place].elements.append(element)
            } else {
                places[key] = groups.count
                groups.append((key, [element]))
            }
        }
        return groups
    }
}
