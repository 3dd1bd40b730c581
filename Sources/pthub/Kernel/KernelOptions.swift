import ArgumentParser
import PoseKernel

/// Which models and which kernels: shared by every command that analyses.
struct KernelOptions: ParsableArguments {
    @Option(help: "Folder of the two model files (default: $PTHUB_MODELS or .models).")
    var models: String?

    @OptionGroup var selection: KernelSelection

    func loadModels() throws -> PoseModels {
        do {
            return try PoseModels.load(from: models ?? Settings.fromEnvironment().modelFolder)
        } catch {
            throw Failure(.unavailable, error.description)
        }
    }
}
