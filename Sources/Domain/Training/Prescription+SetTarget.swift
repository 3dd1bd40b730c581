extension Prescription {
    /// What of it one set is compared with. As many as possible is no number of reps.
    package var setTarget: SetTarget {
        SetTarget(
            reps: reps.flatMap { RepTarget($0.from, $0.to) }, tempo: tempo.flatMap { TempoTarget($0.text) },
            hold: time.flatMap(Self.seconds), rest: rest.flatMap(Self.seconds))
    }

    private static func seconds(_ span: Span) -> SecondsTarget? { SecondsTarget(Double(span.from), Double(span.to)) }
}
