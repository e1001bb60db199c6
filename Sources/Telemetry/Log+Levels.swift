/// A method per level; see `LogLevel` for what each is for.
extension Log {
    package func trace(_ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
        write(.trace, component, message(), fields())
    }

    package func debug(_ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
        write(.debug, component, message(), fields())
    }

    package func info(_ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
        write(.info, component, message(), fields())
    }

    package func notice(_ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
        write(.notice, component, message(), fields())
    }

    package func warning(_ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
        write(.warning, component, message(), fields())
    }

    package func error(_ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
        write(.error, component, message(), fields())
    }

    package func critical(_ component: String, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> [LogField] = []) {
        write(.critical, component, message(), fields())
    }
}
