import ArgumentParser
import Foundation
import PoseKernel

/// Instruction set and precision, and the network they make of a file.
struct KernelSelection: ParsableArguments {
    @Option(help: "Instruction set: \(InstructionSet.names) (default: the best this CPU has).")
    var isa: String?

    @Option(help: "Precision: \(Precision.names) (default: the fastest that is good enough, for one network fp32).")
    var precision: Precision?

    func network(_ path: String, outputs: [String]? = nil) throws -> Network {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "There is no model file \(path). Run 'make models' to fetch the two it knows.")
        }
        do {
            return try Network(
                TFLiteModel(bytes: [UInt8](data)), isa: try instructionSet() ?? .best,
                precision: try checkedPrecision() ?? .fp32,
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

    /// Nil: none was asked for.
    func checkedPrecision() throws -> Precision? {
        guard let precision else { return nil }
        let known = Precision.available(with: try instructionSet() ?? .best)
        guard known.contains(precision) else {
            let names = known.map(\.rawValue).joined(separator: ", ")
            throw Failure(
                .unavailable,
                "\(precision.rawValue) needs \(precision.requirement); the kernels chosen here compute in \(names).")
        }
        return precision
    }
}

extension InstructionSet {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension Precision: ExpressibleByArgument {
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
