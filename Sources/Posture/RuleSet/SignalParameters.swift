/// The numbers of signal processing and rep finding: `Rules/signal.json`, with unit and source beside each.
struct SignalParameters: Codable, Equatable, Sendable {
    struct Value: Codable, Equatable, Sendable {
        var value: Double
        var unit: String
        var source: String
    }

    var version: String
    var visibilityMinimum: Value
    var sampleRate: Value
    var cutoff: Value
    var hampelWindow: Value
    var hampelSigmas: Value
    var gapMaximum: Value
    var percentileLow: Value
    var percentileHigh: Value
    var hysteresisLow: Value
    var hysteresisHigh: Value
    var partialShare: Value
    var repMinimum: Value
    var repMaximum: Value
    var phaseShelf: Value
    var phaseReach: Value
    var travelMaximum: Value
    var scaleMaximum: Value
    var viewSide: Value
    var viewFront: Value
    var shoulderWidth: Value
    var findingHold: Value
    var findingReps: Value
    var findingShare: Value
    var findingMargin: Value
    var noiseMargin: Value
    var uncertainty: Value
    var assessableShare: Value
    var holdMinimum: Value
    var personJump: Value
    var personScale: Value
    var swapRatio: Value
    var swapMargin: Value
    var boneStretch: Value
    var boneMaximum: Value
    var jitterMaximum: Value
    var tempoTolerance: Value
    var tempoToleranceShare: Value
    var explosiveMaximum: Value
    var recognitionMinimum: Value
    var genericRange: Value
    var genericPeriodicity: Value

    enum CodingKeys: String, CodingKey {
        case version
        case visibilityMinimum = "visibility_minimum"
        case sampleRate = "sample_rate"
        case cutoff
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
