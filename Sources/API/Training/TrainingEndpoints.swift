/// All routes about training, in the order in which one comes to need them.
let trainingEndpoints: [Endpoint] =
    ExerciseRoutes().endpoints
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
