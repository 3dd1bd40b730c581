/// Keeps to one person: where the whole body leaps, the tracker has gone over to somebody else, and comes back with
/// another leap. The person with the most frames stays, the others are taken out.
struct PersonContinuity {
    /// Torso lengths that a body may seem to move from one frame to the next.
    var jump: Double
    /// Ratio of torso lengths between two sights of one person at most.
    var scale: Double

    private struct Person {
        var frames: [Int] = []
        var centre: Vector2
        var torso: Double
        var seen: Double
    }

    /// A person out of sight walks on, torso lengths a second, but not without end.
    private static let walk = 3.0
    private static let walkMaximum = 2.0

    /// Takes the other people's frames out; the number of frames that were theirs.
    func apply(_ landmarks: inout RawLandmarks) -> Int {
        var people: [Person] = []
        var current: Int?
        for frame in landmarks.times.indices {
            let (centre, torso) = (landmarks.centre(frame), landmarks.torso(frame))
            // Half a body tells nobody apart: it goes with whom the tracker was on.
            guard !centre.x.isNaN, torso > 0 else {
                if let current { people[current].frames.append(frame) }
                continue
            }
            if let known = current, !fits(people[known], centre, torso, landmarks.times[frame]) { current = nil }
            let time = landmarks.times[frame]
            let person = current ?? people.firstIndex { fits($0, centre, torso, time) } ?? people.count
            if person == people.count { people.append(Person(centre: centre, torso: torso, seen: time)) }
            people[person].frames.append(frame)
            (people[person].centre, people[person].torso, people[person].seen) = (centre, torso, time)
            current = person
        }
        guard people.count > 1, let main = people.max(by: { $0.frames.count < $1.frames.count }) else { return 0 }
        let others = people.filter { $0.frames != main.frames }.flatMap(\.frames)
        for frame in others { landmarks.reject(frame: frame) }
        return others.count
    }

    private func fits(_ person: Person, _ centre: Vector2, _ torso: Double, _ time: Double) -> Bool {
        let larger = max(person.torso, torso)
        let allowed = jump + min(Self.walk * (time - person.seen), Self.walkMaximum)
        return (centre - person.centre).length <= allowed * larger && larger <= scale * min(person.torso, torso)
    }
}
