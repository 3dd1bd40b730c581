package import Domain
package import Ingest
package import PoseKernel

/// Why a clip has no report.
package enum AnalysisError: Error, Equatable, Sendable {
    case media(MediaError)
    case model(ModelError)
    /// Nobody was found on any of so many frames.
    case noPerson(frames: Int)

    /// Stable, for scripts and the job table.
    package var code: String {
        switch self {
        case .media(let error): error.code.rawValue
        case .model: "model_unusable"
        case .noPerson: "no_person"
        }
    }

    /// One sentence for the person who gave the clip.
    package var message: String {
        switch self {
        case .media(let error): error.message
        case .model(let error): error.description
        case .noPerson(let frames):
            "No person was found on any of the clip's \(frames) frames. Film the whole body, in good light, with the "
                + "camera still and upright."
        }
    }

    /// A clip stays as it is, so trying again does not help; a missing model is the operator's to mend.
    package var failure: JobFailure {
        var kind = JobFailure.Kind.permanent
        if case .model = self { kind = .transient }
        return JobFailure(kind: kind, code: code, message: message)
    }
}
