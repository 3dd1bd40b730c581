import ArgumentParser
import Foundation
import PoseKernel

/// The networks on their own: for comparisons with other runtimes.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Run or time one network on its own.",
        subcommands: [Info.self, Run.self, Bench.self, Micro.self, Compare.self])

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
                    MeasuredNetwork(
                        try selection.network(model, outputs: outputs.isEmpty ? nil : outputs, cropped: true),
                        runs: runs, layers: layers)
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
