import Domain
import Testing

@Suite struct NotAssessableTests {
    @Test("Rules are grouped by reason, in the order in which the reasons come up")
    func grouped() {
        let view = "Filmed at an angle."
        let list = [
            NotAssessable(rule: "squat.depth", reason: view), NotAssessable(rule: "squat.heel_rise", reason: "Hidden."),
            NotAssessable(rule: "squat.trunk_lean", reason: view),
        ]
        #expect(list.byReason.map(\.reason) == [view, "Hidden."])
        #expect(list.byReason.map(\.rules) == [["squat.depth", "squat.trunk_lean"], ["squat.heel_rise"]])
        #expect([NotAssessable]().byReason.isEmpty)
    }
}
