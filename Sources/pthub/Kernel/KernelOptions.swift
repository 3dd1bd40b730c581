import ArgumentParser
import PoseKernel

/// Which models and which kernels: shared by every command that analyses.
struct KernelOptions: ParsableArguments {
    @Option(help: "Folder of the two model files (default: $PTHUB_MODELS or .models).")
    var models: String?

    @OptionGroup var selection: KernelSelection

    func loadModels() throws -> PoseModels { try models(startLoading()) }

    /// Reads the models on a thread of its own.
    func startLoading() -> Ahead<PoseModels, ModelError> {
        let folder = models ?? Settings.fromEnvironment().modelFolder
        return Ahead { () throws(ModelError) in try PoseModels.load(from: folder) }
    }

    func models(_ loading: Ahead<PoseModels, ModelError>) throws -> PoseModels {
        do { return try loading.get() } catch { throw Failure(.unavailable, error.description) }
    }
}
