import Analysis
import ArgumentParser
import Foundation
import Ingest
import PoseKernel

/// The networks on their own: for comparisons with other runtimes.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Run or time one network on its own.",
        subcommands: [Info.self, Run.self, Bench.self, Micro.self, Compare.self])

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
            abstract: "How far the landmarks of a clip are from the reference path's, region by region; prints JSON.")

        @Argument(help: "The video file.", completion: .file())
        var clip: String
        @OptionGroup var kernel: KernelOptions

        func run() throws {
            try reportingFailures {
                let isa = try kernel.selection.instructionSet() ?? .best
                do {
                    try KernelFiles.printJSON(
                        ForcedComparison.measure(
                            .path(clip), models: try kernel.loadModels(), isa: isa,
                            precision: try kernel.selection.checkedPrecision() ?? .best(with: isa)))
                } catch let error as MediaError {
                    throw Failure(.badMedia, error.message)
                } catch let error as ModelError {
                    throw Failure(.unavailable, error.description)
                }
            }
        }
    }

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run a model once on a .npy input.")

        @Argument(help: "The .tflite file.", completion: .file(extensions: ["tflite"]))
        var model: String
        @Option(help: "The input tensor, float32 .npy.", completion: .file(extensions: ["npy"]))
        var input: String
        @Option(help: "Folder for the output tensors, one float32 .npy each, named after the tensor.")
        var output: String
        @OptionGroup var selection: KernelSelection

        func run() throws {
            try reportingFailures {
                let network = try selection.network(model)
                let values = try KernelFiles.input(input, shape: network.inputShape)
                _ = network.input.update(from: values)
                network.run()
                try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
                for name in network.outputNames {
                    let tensor = NPY(shape: network.outputShape(name), values: Array(network.output(name)))
                    try Data(tensor.bytes).write(to: URL(fileURLWithPath: "\(output)/\(name).npy"))
                }
            }
        }
    }

    struct Bench: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Time a model; prints JSON.")

        @Argument(help: "The .tflite file.", completion: .file(extensions: ["tflite"]))
        var model: String
        @Option(help: "Runs to take the median of.")
        var runs = 100
        @Option(help: "Copies of the network that run at once, one a thread; the slowest median is printed.")
        var threads = 1
        @Option(parsing: .upToNextOption, help: "Only what these outputs need (default: all the model has).")
        var outputs: [String] = []
        @Flag(help: "Also time each step of the network.")
        var layers = false
        @OptionGroup var selection: KernelSelection

        func validate() throws {
            guard runs >= 1, threads >= 1 else { throw ValidationError("--runs and --threads take a number from 1.") }
        }

        func run() throws {
            try reportingFailures {
                let networks = try (0..<threads).map { _ in
                    Measured(
                        try selection.network(model, outputs: outputs.isEmpty ? nil : outputs), runs: runs,
                        layers: layers)
                }
                let workers = networks.map { measured in Thread { measured.measure() } }
                workers.forEach { $0.start() }
                let results = networks.map { $0.result() }
                guard let slowest = results.max(by: { $0.medianMilliseconds < $1.medianMilliseconds }) else { return }
                try KernelFiles.printJSON(slowest)
            }
        }
    }

    struct Micro: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Time the micro-kernels beside the core's measured peak; prints JSON.")

        @Option(help: "Instruction sets: \(InstructionSet.names) (default: all this CPU has).")
        var isa: [String] = []
        @Option(help: "Runs of each to take the median of.")
        var runs = 50

        func validate() throws {
            guard runs >= 1 else { throw ValidationError("--runs takes a number from 1.") }
        }

        func run() throws {
            try reportingFailures {
                let sets = try isa.map { try KernelSelection.instructionSet(named: $0) }
                try KernelFiles.printJSON(
                    MicrokernelBenchmark.measure(sets.isEmpty ? InstructionSet.available : sets, runs: runs))
            }
        }
    }
}

/// One thread's network and the result that it hands over.
private final class Measured: @unchecked Sendable {  // the semaphore orders the thread's write before the read
    private let network: Network
    private let runs: Int
    private let layers: Bool
    private let done = DispatchSemaphore(value: 0)
    private var benchmark: NetworkBenchmark?

    init(_ network: Network, runs: Int, layers: Bool) {
        (self.network, self.runs, self.layers) = (network, runs, layers)
    }

    func measure() {
        benchmark = NetworkBenchmark.measure(network, runs: runs, layers: layers)
        done.signal()
    }

    func result() -> NetworkBenchmark {
        done.wait()
        guard let benchmark else { preconditionFailure("the thread signalled without a result") }
        return benchmark
    }
}

enum KernelFiles {
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    static func input(_ path: String, shape: [Int]) throws -> [Float] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "There is no input file \(path).")
        }
        do {
            let tensor = try NPY(bytes: [UInt8](data))
            guard tensor.values.count == shape.reduce(1, *) else {
                throw Failure(.badMedia, "\(path) has the shape \(tensor.shape); the model takes \(shape).")
            }
            return tensor.values
        } catch let error as ModelError {
            throw Failure(.badMedia, "\(path): \(error.description)")
        }
    }
}
