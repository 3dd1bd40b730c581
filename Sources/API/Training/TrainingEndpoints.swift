import Posture

/// All routes about training, in the order in which one comes to need them.
func trainingEndpoints(_ rules: RuleSet) -> [Endpoint] {
    ExerciseRoutes(rules: rules.identifiers).endpoints
        + RuleRoutes(rules: rules).endpoints
        + WorkoutRoutes().endpoints
        + ProgramRoutes().endpoints
        + SheetRoutes().endpoints
        + AssignmentRoutes().endpoints
        + TrainingRoutes().endpoints
        + SetRoutes().endpoints
        + ProgressRoutes().endpoints
        + AvailabilityRoutes().endpoints
        + BookingRoutes().endpoints
        + CalendarRoutes().endpoints
}
