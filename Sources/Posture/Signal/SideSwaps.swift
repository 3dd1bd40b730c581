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

    /// Limbs that the network confuses together, and the joints that they hang from.
    private struct Group {
        var pairs: [Pair]
        var roots: Pair?
    }

    /// The trunk first: it says on which side a limb hangs.
    private static let groups: [Group] = [
        Group(pairs: [(.leftShoulder, .rightShoulder), (.leftHip, .rightHip)]),
        Group(
            pairs: [
                (.leftKnee, .rightKnee), (.leftAnkle, .rightAnkle), (.leftHeel, .rightHeel),
                (.leftFootIndex, .rightFootIndex),
            ], roots: (.leftHip, .rightHip)),
        Group(
            pairs: [(.leftElbow, .rightElbow), (.leftWrist, .rightWrist)], roots: (.leftShoulder, .rightShoulder)),
    ]

    func apply(_ landmarks: inout RawLandmarks) {
        for group in Self.groups {
            for chain in chains(group.pairs, landmarks) {
                // Which of the two is right the most of a chain decides.
                let isMostlyExchanged = 2 * chain.count { $0.isExchanged } > chain.count
                for run in Self.runs(chain) where run.first?.isExchanged != isMostlyExchanged {
                    guard !hangsRight(run, group, landmarks) else { continue }
                    for sight in run {
                        for pair in group.pairs { landmarks.exchange(pair.left, pair.right, sight.frame) }
                    }
                }
            }
        }
    }

    /// Parts of a chain in which the sides stay as they are.
    private static func runs(_ chain: [Sight]) -> [ArraySlice<Sight>] {
        var runs: [ArraySlice<Sight>] = []
        var start = 0
        for index in chain.indices
        where index + 1 == chain.count || chain[index + 1].isExchanged != chain[index].isExchanged {
            runs.append(chain[start...index])
            start = index + 1
        }
        return runs
    }

    /// Squared torso lengths from which on the picture tells on which side a limb hangs: it does not from the side.
    private static let leastSpread = 0.02

    /// Whether the limbs lie apart in the direction in which the joints do that they hang from. Then it was the change
    /// before this run that went unseen, since it came little by little, and these frames are right as they are.
    private func hangsRight(_ run: ArraySlice<Sight>, _ group: Group, _ landmarks: RawLandmarks) -> Bool {
        guard let roots = group.roots, let limbs = group.pairs.first else { return false }
        let spreads = run.map { sight in
            let limb = landmarks.point(limbs.left, sight.frame) - landmarks.point(limbs.right, sight.frame)
            let root = landmarks.point(roots.left, sight.frame) - landmarks.point(roots.right, sight.frame)
            let torso = landmarks.torso(sight.frame)
            return (limb.x * root.x + limb.y * root.y) / (torso * torso)
        }
        return Statistics.median(spreads.filter(\.isFinite)).map { $0 > Self.leastSpread } ?? false
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
