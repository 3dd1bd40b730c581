/// What an API token may be used for; its person's own rights bound it as well.
package enum Scope: String, CaseIterable, Codable, Sendable {
    case peopleRead = "people:read"
    case peopleWrite = "people:write"
    case clipsRead = "clips:read"
    case clipsWrite = "clips:write"
    case trainingRead = "training:read"
    case trainingWrite = "training:write"
    case auditRead = "audit:read"
}
