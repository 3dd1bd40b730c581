import Domain
import Foundation
import Store

/// What `feedback.mustache` shows: the report in words, computed here so that the template has no logic.
struct FeedbackPage {
    struct RepRow {
        var index: Int
        var kind: String
        var isFull: Bool
        var start: String
        var turn: String
        var end: String
        var startSeconds: Double
        var endSeconds: Double
        var range: String
        var tempo: String
        /// Behind the kind where the rep is doubtful.
        var sure: String
    }
    struct FindingCard {
        var number: Int
        var rule: String
        var cue: String
        var isMajor: Bool
        var severity: String
        var measured: String
        var reps: String
        var hasReps: Bool
        var source: String
        var keyFrameIndex: Int
        var hasKeyFrame: Bool
        var seconds: Double
        var clip: String
    }
    /// Rules that could not be judged for one and the same reason.
    struct Gap {
        var rules: String
        var reason: String
    }

    var title: String
    var id: String
    var exercise: String
    var when: String
    var state: String
    var label: String
    var isReady: Bool
    var isFailed: Bool
    var isWaiting: Bool
    /// The client's view before the trainer has published.
    var isInReview: Bool
    var isTrainer: Bool
    var isPublished: Bool
    var failure: String
    var summary = ""
    var view = ""
    var confidence = ""
    var reps: [RepRow] = []
    var hasReps = false
    var findings: [FindingCard] = []
    var hasFindings = false
    var gaps: [Gap] = []
    var hasGaps = false
    /// Why some reps are less sure.
    var doubts: [String] = []
    var hasDoubts = false
    /// What was recognised, or that it cannot be judged; empty when the trainer named an exercise with rules.
    var judgedAs = ""
    var hasJudgedAs = false
    var comparison: [ComparisonRow] = []
    var hasComparison = false
    var drift = ""
    var logged = ""
    var hasCourse = false
    var symmetry: [SymmetryRow] = []
    var hasSymmetry = false
    var provenance = ""
    var duration = 0.0

    init(clip: Clip, person: Person, report: PostureReport?, set: SetRecord? = nil) {
        id = clip.id.uuidString.lowercased()
        exercise = Wording.exercise(clip)
        title = exercise
        when = Wording.date(clip.createdAt)
        isReady = report != nil
        state = clip.state == .ready && !isReady ? "review" : clip.state.rawValue
        label = Wording.state(clip.state)
        isFailed = clip.state == .failed
        isInReview = clip.state == .ready && report == nil
        isWaiting = !isReady && !isFailed && !isInReview
        isTrainer = person.role == .trainer
        isPublished = clip.publishedAt != nil
        failure = clip.failure?.message ?? ""
        if let report {
            show(report, clip)
            showSet(report, set)
        }
    }

    private mutating func show(_ report: PostureReport, _ clip: Clip) {
        summary = report.summary.text
        view = Wording.view(report.view)
        confidence = Wording.number(report.summary.confidence * 100, 0)
        duration = report.clip.duration
        reps = report.reps.map { rep in
            RepRow(
                index: rep.index, kind: Wording.kind(rep.kind), isFull: rep.kind == .full,
                start: Wording.number(rep.start), turn: Wording.number(rep.turn), end: Wording.number(rep.end),
                startSeconds: rep.start, endSeconds: rep.end, range: Wording.number(rep.range, 0),
                tempo: Wording.tempo(rep.tempo), sure: Self.sure(rep))
        }
        hasReps = !reps.isEmpty
        findings = report.findings.enumerated().map { card($0.element, number: $0.offset + 1, clip) }
        hasFindings = !findings.isEmpty
        gaps = report.notAssessable.byReason.map { group in
            Gap(rules: Self.sentence(group.rules.map(Self.words)), reason: group.reason)
        }
        hasGaps = !gaps.isEmpty
        let kernel = report.provenance.kernel
        provenance =
            "\(report.provenance.program), rules \(report.provenance.rulesVersion), "
            + "BlazePose full \(report.provenance.modelSHA256.poseLandmark.prefix(8)), \(kernel.isa) \(kernel.precision)"
    }

    private static func sure(_ rep: Rep) -> String {
        guard let confidence = rep.confidence, rep.doubt != nil else { return "" }
        return ", \(Wording.number(confidence * 100, 0)) % sure"
    }

    private mutating func showSet(_ report: PostureReport, _ set: SetRecord?) {
        judgedAs = Self.recognition(report) ?? Self.notJudged(report) ?? ""
        hasJudgedAs = !judgedAs.isEmpty
        doubts = Self.doubts(report.reps)
        hasDoubts = !doubts.isEmpty
        comparison = report.comparison.map(Self.comparison) ?? []
        hasComparison = !comparison.isEmpty
        drift = report.drift.map(Self.drift) ?? ""
        logged = Self.logged(set) ?? ""
        hasCourse = !drift.isEmpty || !logged.isEmpty
        symmetry = (report.symmetry ?? []).map(Self.symmetry)
        hasSymmetry = !symmetry.isEmpty
    }

    private func card(_ finding: Finding, number: Int, _ clip: Clip) -> FindingCard {
        let unit = Wording.unit(finding.unit)
        let frame = clip.keyFrames.firstIndex { abs($0.time - finding.keyFrame) < 0.001 }
        return FindingCard(
            number: number, rule: Self.words(finding.rule), cue: finding.cue, isMajor: finding.severity == .major,
            severity: Wording.severity(finding.severity),
            measured: "\(Wording.number(finding.value)) ± \(Wording.number(finding.uncertainty))\(unit), "
                + "threshold \(Wording.number(finding.threshold))\(unit)",
            reps: finding.reps.map(String.init).joined(separator: ", "), hasReps: !finding.reps.isEmpty,
            source: finding.source == "D" ? "design value of PT Hub" : finding.source, keyFrameIndex: frame ?? 0,
            hasKeyFrame: frame != nil, seconds: finding.keyFrame, clip: id)
    }

    /// Only the first keeps its capital.
    private static func sentence(_ names: [String]) -> String {
        (names.prefix(1) + names.dropFirst().map { $0.lowercased() }).joined(separator: ", ")
    }

    /// `push-up.hip_sag` as "Hip sag".
    private static func words(_ rule: String) -> String {
        let name = rule.split(separator: ".").last.map(String.init) ?? rule
        let words = name.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
