import ArgumentParser
import Domain
import Foundation
import Ingest
import PoseKernel

extension KernelCommand {
    struct Detections: ParsableCommand {
        @Argument var clips: [String]
        @Option var every = 4
        @Option var tested: String = "int8"
        @OptionGroup var kernel: KernelOptions

        final class Stub: PoseNetworks {
            let detector: Network
            var best: Float = 0
            let landmarkValues = UnsafeMutableBufferPointer<Float>.allocate(capacity: 39 * 5)
            let world = UnsafeMutableBufferPointer<Float>.allocate(capacity: 39 * 3)
            init(_ d: Network) { detector = d }
            struct Map: Heatmap {
                func logits(of l: Int, row: Int, columns: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) {}
            }
            func detect(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> DetectorTensors {
                fill(detector.pixels)
                detector.run()
                best = detector.output("Identity_1").max() ?? 0
                return DetectorTensors(boxes: detector.output("Identity"), scores: detector.output("Identity_1"))
            }
            func landmarks(fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> LandmarkTensors {
                LandmarkTensors(landmarks: UnsafeBufferPointer(landmarkValues), flag: 0, heatmap: Map(), world: UnsafeBufferPointer(world))
            }
        }

        func run() throws {
            let models = try kernel.loadModels()
            func stub(_ p: Precision) throws -> Stub {
                Stub(try Network(models.detector, precision: p, outputs: ["Identity", "Identity_1"], crop: .detector))
            }
            let (a, b) = (try stub(.fp32), try stub(Precision(rawValue: tested)!))
            let (ta, tb) = (PoseTracker(networks: a), PoseTracker(networks: b))
            var points: [Float] = [], regions: [Float] = [], logits: [Float] = [], scores: [Float] = [], boxes: [Float] = []
            var frames = 0, both = 0, lost = 0, gained = 0
            for clip in clips {
                let reader = try FrameReader(.path(clip), mode: .roughPlanes, threads: 1)
                var index = 0
                while let frame = try reader.next() {
                    index += 1
                    guard index % every == 0 else { continue }
                    frame.withPixels { view in
                        ta.follow(nil); tb.follow(nil)
                        _ = ta.process(view, time: Double(frames) / 30)
                        _ = tb.process(view, time: Double(frames) / 30)
                        frames += 1
                        if abs(a.best) < 3 { logits.append(abs(a.best - b.best)) }
                        guard let x = ta.detection, let y = tb.detection else {
                            if ta.detection != nil { lost += 1; print("lost", clip, index, a.best, b.best) }
                            if tb.detection != nil { gained += 1; print("gained", clip, index, a.best, b.best) }
                            return
                        }
                        both += 1
                        let s = SIMD2(Float(view.width), Float(view.height))
                        func length(_ v: SIMD2<Float>) -> Float { let w = v * s; return (w * w).sum().squareRoot() }
                        let side = length(x.size) / Float(2).squareRoot()
                        let region = 2 * length(x.hips - x.scalePoint) * 1.25
                        let far = max(length(x.hips - y.hips), length(x.scalePoint - y.scalePoint))
                        points.append(100 * far / side)
                        regions.append(100 * far / region)
                        boxes.append(100 * max(length(x.origin - y.origin), length(x.size - y.size)) / side)
                        scores.append(abs(x.score - y.score))
                    }
                }
            }
            func q(_ v: [Float]) -> String {
                let s = v.sorted()
                guard !s.isEmpty else { return "-" }
                func at(_ p: Double) -> Float { s[min(Int(p * Double(s.count)), s.count - 1)] }
                return String(format: "%.3f %.3f %.3f (%d)", at(0.5), at(0.99), s.last!, s.count)
            }
            print("frames \(frames) both \(both) lost \(lost) gained \(gained)")
            print("points % of box  \(q(points))\npoints % of region \(q(regions))\nbox % \(q(boxes))\nscore \(q(scores))\nnear logits \(q(logits))")
        }
    }
}
