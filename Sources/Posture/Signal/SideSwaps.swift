import Domain

/// Undoes frames on which left and right were confused: the limbs lie where the others just were.
struct SideSwaps {
    /// The exchanged assignment has to fit so much better: its distance over the plain one's.
    var ratio: Double
    /// And by so many torso lengths, summed over the group.
    var margin: Double
    /// Seconds out of sight after which nothing is known of the sides any more.
    var patience: Double

    private typealias Pair = (left: BodyLandmark, right: BodyLandmark)

    /// Limbs that the network confuses together.
    private static let groups: [[Pair]] = [
        [
            (.leftKnee, .rightKnee), (.leftAnkle, .rightAnkle), (.leftHeel, .rightHeel),
            (.leftFootIndex, .rightFootIndex),
        ],
        [(.leftElbow, .rightElbow), (.leftWrist, .rightWrist)],
        [(.leftShoulder, .rightShoulder), (.leftHip, .rightHip)],
    ]

    func apply(_ landmarks: inout RawLandmarks) {
        for group in Self.groups {
            for chain in chains(group, landmarks) {
                // Which of the two is right the most of a chain decides.
                let isMostlyExchanged = 2 * chain.count { $0.isExchanged } > chain.count
                for sight in chain where sight.isExchanged != isMostlyExchanged {
                    for pair in group { landmarks.exchange(pair.left, pair.right, sight.frame) }
                }
            }
        }
    }

    private struct Sight {
        var frame: Int
        var isExchanged: Bool
    }

    /// Runs of frames without a long gap, each frame's sides told by those of the one before.
    private func chains(_ group: [Pair], _ landmarks: RawLandmarks) -> [[Sight]] {
        var chains: [[Sight]] = []
        for frame in landmarks.times.indices {
            let isSeen = group.allSatisfy {
                !landmarks.point($0.left, frame).x.isNaN && !landmarks.point($0.right, frame).x.isNaN
            }
            guard isSeen else { continue }
            guard let last = chains.last?.last, landmarks.times[frame] - landmarks.times[last.frame] <= patience else {
                chains.append([Sight(frame: frame, isExchanged: false)])
                continue
            }
            let changes = isSwapped(group, landmarks, last.frame, frame)
            chains[chains.count - 1].append(Sight(frame: frame, isExchanged: last.isExchanged != changes))
        }
        return chains
    }

    private func isSwapped(_ group: [Pair], _ landmarks: RawLandmarks, _ last: Int, _ frame: Int) -> Bool {
        var (plain, crossed) = (0.0, 0.0)
        for pair in group {
            let (left, right) = (landmarks.point(pair.left, frame), landmarks.point(pair.right, frame))
            let (oldLeft, oldRight) = (landmarks.point(pair.left, last), landmarks.point(pair.right, last))
            plain += (left - oldLeft).length + (right - oldRight).length
            crossed += (left - oldRight).length + (right - oldLeft).length
        }
        let torso = landmarks.torso(last)
        return crossed < ratio * plain && plain - crossed > margin * (torso.isNaN ? .infinity : torso)
    }
}
