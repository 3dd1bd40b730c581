package import Domain
package import Ingest
package import PoseKernel

/// How one clip is analysed.
package struct AnalysisOptions: Sendable {
    /// Nil: the likeliest is proposed.
    package var exercise: ExerciseID?
    package var prescription: SetTarget?
    /// Threads for decoding and pose estimation together, from 1.
    package var threads: Int
    /// Decoding, crop and clock exactly as the reference implementation, for comparisons.
    package var reference: Bool
    /// Whether a clip is followed from end to end by one tracker, as the reference does, and not cut into segments.
    package var inOnePiece: Bool
    /// Nil: the best that this CPU has.
    package var isa: InstructionSet?
    package var precision: Precision
    package var limits: MediaLimits
    /// Whether JPEGs of the findings' key frames are made.
    package var keyFrames: Bool
    /// Where a file may be made for the frames' poses until all are there; nil: they stay in memory.
    package var scratchFolder: String?

    /// `precision` nil: fp32 for the reference, else the fastest that is good enough with `isa`.
    package init(
        exercise: ExerciseID?, prescription: SetTarget? = nil, threads: Int = 1, reference: Bool = false,
        inOnePiece: Bool = false, isa: InstructionSet? = nil, precision: Precision? = nil,
        limits: MediaLimits = .default, keyFrames: Bool = false, scratchFolder: String? = nil
    ) {
        self.exercise = exercise
        self.prescription = prescription
        self.threads = threads
        self.reference = reference
        self.inOnePiece = inOnePiece || reference
        self.isa = isa
        self.precision = precision ?? (reference ? .fp32 : .best(with: isa ?? .best))
        self.limits = limits
        self.keyFrames = keyFrames
        self.scratchFolder = scratchFolder
    }
}
