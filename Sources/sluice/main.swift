internal import System

Process.exit(CommandLineTool.run(Array(Process.arguments.dropFirst())).rawValue)
