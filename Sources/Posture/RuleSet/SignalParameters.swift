/// The numbers of signal processing and rep finding: `Rules/signal.json`, with unit and source beside each.
/// Shared, not copied: there are many, and every stage has them.
final class SignalParameters: Codable, Sendable {
    struct Value: Codable, Equatable, Sendable {
        var value: Double
        var unit: String
        var source: String
    }

    let version: String
    let visibilityMinimum: Value
    let sampleRate: Value
    let cutoff: Value
    let stillExtent: Value
    let stillWindow: Value
    let hampelWindow: Value
    let hampelSigmas: Value
    let gapMaximum: Value
    let percentileLow: Value
    let percentileHigh: Value
    let hysteresisLow: Value
    let hysteresisHigh: Value
    let partialShare: Value
    let repMinimum: Value
    let repMaximum: Value
    let phaseShelf: Value
    let phaseReach: Value
    let travelMaximum: Value
    let scaleMaximum: Value
    let viewSide: Value
    let viewFront: Value
    let shoulderWidth: Value
    let findingHold: Value
    let findingReps: Value
    let findingShare: Value
    let findingMargin: Value
    let noiseMargin: Value
    let uncertainty: Value
    let assessableShare: Value
    let holdMinimum: Value
    let holdSpeed: Value
    let personJump: Value
    let personScale: Value
    let swapRatio: Value
    let swapMargin: Value
    let boneStretch: Value
    let boneMaximum: Value
    let jitterMaximum: Value
    let tempoTolerance: Value
    let tempoToleranceShare: Value
    let explosiveMaximum: Value
    let recognitionMinimum: Value
    let genericRange: Value
    let genericPeriodicity: Value

    enum CodingKeys: String, CodingKey {
        case version
        case visibilityMinimum = "visibility_minimum"
        case sampleRate = "sample_rate"
        case cutoff
        case stillExtent = "still_extent"
        case stillWindow = "still_window"
        case hampelWindow = "hampel_window"
        case hampelSigmas = "hampel_sigmas"
        case gapMaximum = "gap_maximum"
        case percentileLow = "percentile_low"
        case percentileHigh = "percentile_high"
        case hysteresisLow = "hysteresis_low"
        case hysteresisHigh = "hysteresis_high"
        case partialShare = "partial_share"
        case repMinimum = "rep_minimum"
        case repMaximum = "rep_maximum"
        case phaseShelf = "phase_shelf"
        case phaseReach = "phase_reach"
        case travelMaximum = "travel_maximum"
        case scaleMaximum = "scale_maximum"
        case viewSide = "view_side"
        case viewFront = "view_front"
        case shoulderWidth = "shoulder_width"
        case findingHold = "finding_hold"
        case findingReps = "finding_reps"
        case findingShare = "finding_share"
        case findingMargin = "finding_margin"
        case noiseMargin = "noise_margin"
        case uncertainty
        case assessableShare = "assessable_share"
        case holdMinimum = "hold_minimum"
        case holdSpeed = "hold_speed"
        case personJump = "person_jump"
        case personScale = "person_scale"
        case swapRatio = "swap_ratio"
        case swapMargin = "swap_margin"
        case boneStretch = "bone_stretch"
        case boneMaximum = "bone_maximum"
        case jitterMaximum = "jitter_maximum"
        case tempoTolerance = "tempo_tolerance"
        case tempoToleranceShare = "tempo_tolerance_share"
        case explosiveMaximum = "explosive_maximum"
        case recognitionMinimum = "recognition_minimum"
        case genericRange = "generic_range"
        case genericPeriodicity = "generic_periodicity"
    }
}
