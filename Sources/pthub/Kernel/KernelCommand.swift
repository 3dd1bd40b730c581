import ArgumentParser
import Foundation
import PoseKernel

/// The networks on their own: for comparisons with other runtimes.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Run or time one network on its own.",
        subcommands: [Run.self, Bench.self, Micro.self])

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

/// Instruction set and precision, and the network they make of a file.
struct KernelSelection: ParsableArguments {
    @Option(help: "Instruction set: \(InstructionSet.names) (default: the best this CPU has).")
    var isa: String?

    @Option(help: "Precision: \(Precision.names).")
    var precision: Precision = .fp32

    func network(_ path: String, outputs: [String]? = nil) throws -> Network {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "There is no model file \(path). Run 'make models' to fetch the two it knows.")
        }
        do {
            return try Network(
                TFLiteModel(bytes: [UInt8](data)), isa: try instructionSet() ?? .best, precision: precision,
                outputs: outputs)
        } catch let error as ModelError {
            throw Failure(.badMedia, error.description)
        }
    }

    /// Nil: the best that this CPU has.
    func instructionSet() throws -> InstructionSet? {
        try isa.map(Self.instructionSet(named:))
    }

    static func instructionSet(named isa: String) throws -> InstructionSet {
        guard let known = InstructionSet(rawValue: isa) else {
            throw ValidationError("Unknown instruction set '\(isa)': choose one of \(InstructionSet.names).")
        }
        guard InstructionSet.available.contains(known) else {
            let names = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
            throw Failure(.unavailable, "This CPU does not have \(isa); it has \(names).")
        }
        return known
    }
}

extension InstructionSet {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Precision: ExpressibleByArgument {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
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
