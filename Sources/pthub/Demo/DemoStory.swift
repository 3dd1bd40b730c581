import Domain
import Foundation

/// What the demo does over HTTP once everything runs: the trainer uploads a clip, reads its feedback and publishes it.
struct DemoStory {
    let baseURL: String
    let accounts: DemoAccounts
    let clipFile: String
    let exercise: ExerciseID

    /// Prints the report; the page's address.
    func tell() async throws -> String {
        var client = DemoClient(baseURL: baseURL)
        try await client.signIn(email: accounts.trainer.email, password: accounts.trainer.password)
        let clip = try await readyClip(client)
        let report = try JSONDecoder().decode(PostureReport.self, from: try await client.report(clip))
        print("\n" + ReportTable.render(report))
        // What the trainer does after a look at it; the client sees it from now on.
        try await client.publish(clip)
        guard try await client.page(clip).contains(report.summary.text) else {
            throw Failure(.failed, "The feedback page does not show the report.")
        }
        return "\(baseURL)/clips/\(clip)"
    }

    /// The clip of an earlier run, or a new upload.
    private func readyClip(_ client: DemoClient) async throws -> String {
        let filename = URL(fileURLWithPath: clipFile).lastPathComponent
        if let known = try await client.clips().first(where: { $0.filename == filename && $0.state == "ready" }) {
            print("The clip \(filename) was analysed in an earlier run; its feedback is kept.")
            return known.id
        }
        guard let data = FileManager.default.contents(atPath: clipFile) else {
            throw Failure(.noInput, "There is no sample clip \(clipFile). Run the demo in the project's folder.")
        }
        guard let athlete = try await client.clients().first else {
            throw Failure(.failed, "The demo trainer has no client.")
        }
        let bar = ProgressBar("upload")
        let clip = try await client.upload(
            [UInt8](data), filename: filename, client: athlete.id, exercise: exercise.rawValue
        ) { share in bar.update(share, detail: filename) }
        bar.finish(detail: "\(filename), \(data.count >> 10) KiB")
        return try await analysed(clip, client)
    }

    /// Waits for the worker; a failure of the clip ends the demo with its reason.
    private func analysed(_ id: String, _ client: DemoClient) async throws -> String {
        let bar = ProgressBar("analysis")
        let start = Date()
        while true {
            let clip = try await client.clip(id)
            switch clip.state {
            case "ready":
                bar.finish(detail: String(format: "%.1f s", Date().timeIntervalSince(start)))
                return id
            case "failed":
                bar.abandon()
                throw Failure(.failed, clip.failure?.message ?? "The clip could not be analysed.")
            default:
                bar.update(clip.progress, detail: detail(clip))
            }
            guard Date().timeIntervalSince(start) < 600 else {
                throw Failure(.failed, "The analysis did not end within ten minutes.")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func detail(_ clip: DemoClient.Clip) -> String {
        guard let rate = clip.framesPerSecond, let left = clip.secondsLeft else { return clip.state }
        return String(format: "%.0f frames/s, %.0f s left", rate, left)
    }
}
