/// The version that `--version` names.
enum ProgramVersion {
    static let current = "0.1.0"
}
