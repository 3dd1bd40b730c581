package import Domain

/// Follows one person through a clip: detects when it has nobody, then finds landmarks in the region that the frame
/// before gave. Feed it every frame in order, on one thread.
package final class PoseTracker {
    private let networks: any PoseNetworks
    private let options: TrackerOptions
    private let detectorCropper = Cropper(.detector)
    private let landmarkCropper = Cropper(.landmarks)
    private var clock: TrackerClock
    private var smoother = PoseSmoother()
    /// Scratch; what it holds between frames means nothing.
    private var found = RegionLandmarks()
    /// Where the person should be in the next frame; nil when nobody is being followed.
    package private(set) var nextRegion: RegionOfInterest?
    /// The latest frame's detection, for whoever wants to see it; nil when the detector did not run or saw nobody.
    package private(set) var detection: Detection?

    package init(networks: any PoseNetworks, options: TrackerOptions = .default) {
        (self.networks, self.options) = (networks, options)
        clock = TrackerClock(options.clock)
    }

    /// Looks for the person in `region` in the next frame, or detects one when it is nil, whatever the frames before
    /// said: for a comparison that gives two trackers the same regions.
    package func follow(_ region: RegionOfInterest?) { nextRegion = region }

    /// - Parameters:
    ///   - picture: upright; its size may change between frames.
    ///   - time: presentation time in seconds, copied into the result.
    package func process(_ picture: PixelView, time: Double) -> PoseFrame {
        let now = clock.advance(to: time)
        detection = nil
        guard picture.width > 0, picture.height > 0, let region = nextRegion ?? detect(picture) else {
            return lose(time)
        }
        nextRegion = nil
        guard let geometry = CropGeometry(region: region, width: picture.width, height: picture.height) else {
            return lose(time, region: region)
        }
        let tensors = networks.landmarks { self.landmarkCropper.crop(picture, geometry, into: $0) }
        guard Double(tensors.flag) > options.minTrackingConfidence else {
            return lose(time, flag: tensors.flag, region: region)
        }

        found.decode(tensors)
        found.project(from: region, geometry.letterbox)
        guard found.isFinite else { return lose(time, flag: tensors.flag, region: region) }
        let raw = Array(found.image[..<BodyLandmark.count])
        found.smooth(with: &smoother, time: now, width: picture.width, height: picture.height)
        nextRegion = found.bodyFrame.region(width: picture.width, height: picture.height)
            .expanded(width: picture.width, height: picture.height)
        return PoseFrame(
            time: time, detected: true, flag: tensors.flag, region: region,
            landmarks: Array(found.image[..<BodyLandmark.count]), world: found.world, raw: raw)
    }

    /// The region of the best detection, nil when there is none.
    private func detect(_ picture: PixelView) -> RegionOfInterest? {
        guard let geometry = CropGeometry(width: picture.width, height: picture.height) else { return nil }
        let tensors = networks.detect { self.detectorCropper.crop(picture, geometry, into: $0) }
        let candidates = DetectionDecoder.candidates(tensors, threshold: options.minDetectionConfidence)
        detection = WeightedSuppression.best(candidates)?.removing(geometry.letterbox)
        return detection.map {
            BodyFrame(centre: $0.hips, scalePoint: $0.scalePoint)
                .region(width: picture.width, height: picture.height)
                .expanded(width: picture.width, height: picture.height)
        }
    }

    /// The next frame starts with a detection.
    private func lose(_ time: Double, flag: Float = 0, region: RegionOfInterest? = nil) -> PoseFrame {
        nextRegion = nil
        smoother.lose()
        return .lost(time: time, flag: flag, region: region)
    }
}
