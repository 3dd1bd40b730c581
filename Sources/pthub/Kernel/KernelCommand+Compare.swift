import Analysis
import ArgumentParser
import Ingest
import PoseKernel

extension KernelCommand {
    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What this CPU has kernels for, and what is chosen; prints JSON.")

        private struct Answer: Encodable {
            struct Choice: Encodable {
                var isa: String
                var precision: String
            }

            var chosen: Choice
            /// Precisions of each instruction set.
            var available: [String: [String]]
        }

        func run() throws {
            let names = InstructionSet.available.map { isa in
                (isa.rawValue, Precision.available(with: isa).map(\.rawValue))
            }
            try KernelFiles.printJSON(
                Answer(
                    chosen: .init(
                        isa: InstructionSet.best.rawValue, precision: Precision.best(with: .best).rawValue),
                    available: Dictionary(uniqueKeysWithValues: names)))
        }
    }

    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How far the landmarks of clips are from the reference path's, region by region; prints JSON.")

        @Argument(help: "The video files.", completion: .file())
        var clips: [String]
        @OptionGroup var kernel: KernelOptions

        func run() throws {
            try reportingFailures {
                let isa = try kernel.selection.instructionSet() ?? .best
                do {
                    try KernelFiles.printJSON(
                        ForcedComparison.measure(
                            clips, models: try kernel.loadModels(), isa: isa,
                            precision: try kernel.selection.checkedPrecision() ?? .best(with: isa)))
                } catch let error as MediaError {
                    throw Failure(.badMedia, error.message)
                } catch let error as ModelError {
                    throw Failure(.unavailable, error.description)
                }
            }
        }
    }
}
