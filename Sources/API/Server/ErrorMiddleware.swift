import Archive
import Domain
import HTTPTypes
import Hummingbird
import Logging
import Postgres

/// The one place where errors become HTTP. What nobody foresaw is one logged 500.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = AppRequestContext

    func handle(
        _ request: Request, context: AppRequestContext,
        next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return try problem(error, context).response(from: request, context: context)
        }
    }

    private func problem(_ error: any Error, _ context: AppRequestContext) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as InvalidField: return .invalid(error)
        case let error as WorkoutSheet.Refusal: return .refused(error)
        case let error as PostgresError where error.isTransient:
            context.logger.warning("database unavailable", metadata: ["reason": "\(error.message)"])
            return .unavailable
        case let error as ArchiveError: return archive(error, context)
        case let error as any HTTPResponseError:
            return Problem(error.status, "request_refused", error.status.reasonPhrase)
        default:
            context.logger.error("unexpected", metadata: ["error": "\(error)"])
            return Problem(
                .internalServerError, "internal", "Something went wrong here. It was noted; try again later.")
        }
    }

    private func archive(_ error: ArchiveError, _ context: AppRequestContext) -> Problem {
        switch error {
        case .noSpace: return .full
        case .notFound: return .notFound
        default:
            context.logger.error("archive failed", metadata: ["error": "\(error)"])
            return .unavailable
        }
    }
}
