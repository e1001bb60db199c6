import SQLite
import Store

/// Functions that the engine calls by itself. A run that was missed is made up for once.
struct Timetable {
    let connection: WriteConnection
    private let functions: [(function: Function, schedule: Schedule)]
    /// When each runs next, wall clock; in the order of `functions`.
    private var next: [Int64?] = []

    /// - Parameter now: a function seen for the first time counts as run now.
    init(connection: WriteConnection, now: Int64) throws {
        self.connection = connection
        functions = connection.schema.functions.values.sorted { $0.name < $1.name }
            .compactMap { function in function.schedule.map { (function, $0) } }
        for (function, _) in functions {
            try connection.run(
                "INSERT OR IGNORE INTO sluice_schedules (function, last_run) VALUES (?, ?)", .text(function.name), .integer(now))
        }
        try reload()
    }

    /// The last runs as the file has them: at start, and after a block that was not committed.
    mutating func reload() throws {
        let select = try connection.statement("SELECT last_run FROM sluice_schedules WHERE function = ?")
        next = try functions.map { function, schedule in
            defer { select.reset() }
            try select.bind(.text(function.name), at: 1)
            return try select.step() ? schedule.next(after: select.integer(0)) : nil
        }
    }

    var nextDue: Int64? { next.compactMap(\.self).min() }

    /// The functions that are due, each once, marked as run.
    mutating func takeDue(at now: Int64) throws -> [Function] {
        var due: [Function] = []
        for (place, (function, schedule)) in functions.enumerated() {
            guard let time = next[place], time <= now else { continue }
            try connection.run("UPDATE sluice_schedules SET last_run = ? WHERE function = ?", .integer(now), .text(function.name))
            next[place] = schedule.next(after: now)
            due.append(function)
        }
        return due
    }
}
