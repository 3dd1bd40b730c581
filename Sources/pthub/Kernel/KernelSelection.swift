import ArgumentParser
import Foundation
import PoseKernel

/// Instruction set and precision, and the network they make of a file.
struct KernelSelection: ParsableArguments {
    @Option(help: "Instruction set: \(InstructionSet.names) (default: the best this CPU has).")
    var isa: String?

    @Option(help: "Precision: \(Precision.names) (default: the fastest that is good enough, for one network fp32).")
    var precision: Precision?

    /// - Parameter cropped: made for the crop that its input is filled by, if there is one.
    func network(_ path: String, outputs: [String]? = nil, cropped: Bool = false) throws -> Network {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "There is no model file \(path). Run 'make models' to fetch the two it knows.")
        }
        do {
            let model = try TFLiteModel(bytes: [UInt8](data))
            let (isa, precision) = (try instructionSet() ?? .best, try checkedPrecision() ?? .fp32)
            let network = try Network(model, isa: isa, precision: precision, outputs: outputs)
            guard cropped, let crop = CropSpecification.filling(network.inputShape) else { return network }
            return try Network(model, isa: isa, precision: precision, outputs: outputs, crop: crop)
        } catch let error as ModelError {
            throw Failure(.badMedia, error.description)
        }
    }

    /// Nil: the best that this CPU has.
    func instructionSet() throws -> InstructionSet? {
        if isa == nil { Self.noticeOnce }
        return try isa.map(Self.instructionSet(named:))
    }

    private static let noticeOnce: Void = {
        guard let notice = InstructionSet.notice else { return }
        FileHandle.standardError.write(Data("pthub: \(notice)\n".utf8))
    }()

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
