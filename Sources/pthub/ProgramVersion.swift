import Analysis

/// The version that `--version` and every report name.
enum ProgramVersion {
    static let current = ClipAnalyzer.programVersion
}
