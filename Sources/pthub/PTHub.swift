import ArgumentParser

@main
struct PTHub: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pthub", abstract: "Personal-training hub: video in, posture feedback out.", version: "0.1.0")
}
