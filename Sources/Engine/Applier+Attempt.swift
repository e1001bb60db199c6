import Access
import SQLite
import Store

extension Applier {
    /// One transaction: what is due, the mutations in order, then the journal. All or nothing of it is in the file afterwards.
    func attempt(_ attempt: inout BlockAttempt) throws -> AppliedBlock {
        let block = attempt.block
        attempt.begin()
        replies.begin()
        connection.begin(now: block.now, seed: block.seed)
        try connection.run("BEGIN IMMEDIATE")
        if !attempt.writesNothing { try releaseDueHolds(&attempt) }
        if !isEmergency { try runDueSchedules(&attempt) }
        for step in steps.steps(block.mutations, merging: attempt.merges) { try apply(step.places, &attempt) }
        let changes = try finish(&attempt)
        try commit(attempt)
        if let last = changes.last { journal.head = last.sequence }
        let outcomes = attempt.outcomes.map { outcome -> Outcome in
            guard case .done(var applied) = outcome, !applied.isRepeated else { return outcome }
            applied.sequence = journal.head
            return .done(applied)
        }
        return AppliedBlock(
            committed: CommittedBlock(changes: changes, head: journal.head), outcomes: outcomes, schedules: attempt.schedules,
            repetitions: attempt.repetitions, metFullDisk: attempt.metFullDisk, hasWritten: attempt.hasWritten)
    }

    // MARK: What is due

    private func releaseDueHolds(_ attempt: inout BlockAttempt) throws {
        for row in book.takeDue(at: clock) {
            let table = connection.tables[row.table]
            let now = try connection.row(of: table, key: row.key)
            if let emission = try own({ try book.release(row, table, now: now, clock: clock, file: holdFile) }) {
                attempt.emissions.append(emission)
            }
            attempt.hasWritten = true
        }
    }

    private func runDueSchedules(_ attempt: inout BlockAttempt) throws {
        for function in try own({ try timetable.takeDue(at: attempt.block.now) }) {
            attempt.hasWritten = true
            if let rejection = attempt.refusedSchedules[function.name] {
                attempt.schedules.append((function.name, rejection))
                continue
            }
            let call = Mutation.Call(function: function, arguments: function.parameters.map { $0.defaultValue ?? .null })
            let mutation = Mutation(.call(call), actor: .service, replyTo: nil)
            switch try apply(
                mutation, as: .system, count: 1, savepoint: true, &attempt, lost: { .lostSchedule(function: function.name, $0) })
            {
            case .done: attempt.schedules.append((function.name, nil))
            case .rejected(let rejection): attempt.schedules.append((function.name, rejection))
            }
        }
    }

    // MARK: Mutations

    private func apply(_ places: Range<Int>, _ attempt: inout BlockAttempt) throws {
        guard let last = places.last else { return }
        let mutation = attempt.block.mutations[last]
        if let rejection = attempt.refusal(of: last) {
            try refuse(mutation, rejection, as: mutation.actor.asChangeActor, &attempt)
            attempt.outcomes.append(.rejected(rejection))
            return
        }
        let savepoint = attempt.usesSavepoints || !mutation.isPlainUpdateOfOneRow
        let outcome = try apply(
            mutation, as: mutation.actor.asChangeActor, count: Int64(places.count), savepoint: savepoint, &attempt,
            lost: { .lost(mutation: last, $0) })
        if case .rejected = outcome, places.count > 1 { throw BlockFailure.needsSingles }
        for _ in places { attempt.outcomes.append(outcome) }
    }

    private func apply(
        _ mutation: Mutation, as actor: ChangeActor, count: Int64, savepoint: Bool, _ attempt: inout BlockAttempt,
        lost: (Rejection) -> BlockFailure
    ) throws -> Outcome {
        connection.beginMutation(as: mutation.actor)
        let savepoint = savepoint || actors?.isThere == false
        if isEmergency, !mutation.isTakenInEmergency {
            try refuse(mutation, .diskFull, as: actor, &attempt)
            return .rejected(.diskFull)
        }
        if savepoint { try connection.run("SAVEPOINT mutation") }
        do {
            if let key = mutation.idempotency, let known = try replies.outcome(of: key, actor: mutation.actor) {
                if savepoint { try connection.run("RELEASE mutation") }
                return .done(known)
            }
            let performed = try perform(mutation, count: count)
            if savepoint { try connection.run("RELEASE mutation") }
            try keep(performed, of: mutation, as: actor, &attempt)
            return .done(performed.applied)
        } catch let failure as BlockFailure {
            throw failure
        } catch let fault as EngineFault {
            throw fault
        } catch {
            connection.budget.suspend()
            let rejection = try rejection(for: error)
            guard connection.connection.isInTransaction else { throw lost(rejection) }
            if rejection == .diskFull { attempt.noteFullDisk() }
            connection.forgetCaptured()
            if savepoint {
                try connection.run("ROLLBACK TO mutation")
                try connection.run("RELEASE mutation")
            } else if connection.hasWritten {
                throw BlockFailure.needsSavepoints
            }
            try refuse(mutation, rejection, as: actor, &attempt)
            return .rejected(rejection)
        }
    }

    private func perform(_ mutation: Mutation, count: Int64) throws -> Performed {
        connection.budget.grant(configuration.stepLimit)
        let prelude = try actors?.ensure() ?? []
        var performed =
            switch mutation.kind {
            case .insert(let insert): try writer.insert(insert, actor: mutation.actor)
            case .update(let update): try writer.update(update, actor: mutation.actor, count: count)
            case .delete(let delete): try writer.delete(delete, actor: mutation.actor)
            case .call(let call): try caller.call(call, actor: mutation.actor)
            }
        connection.budget.suspend()
        if !prelude.isEmpty { performed.changes = prelude + performed.changes }
        if connection.connection.hasDeferredForeignKeyViolations {
            throw try ForeignKeyFailure(connection: connection).rejection(changes: performed.changes, actor: mutation.actor)
        }
        return performed
    }

    /// What a mutation that holds leaves behind: its changes go through the throttle, its answer and its audit row are kept.
    private func keep(_ performed: Performed, of mutation: Mutation, as actor: ChangeActor, _ attempt: inout BlockAttempt) throws {
        if !performed.changes.isEmpty { attempt.hasWritten = true }
        for change in performed.changes where change.table.isRealtime {
            if let emission = try own({ try book.decide(change, actor: actor, clock: clock, file: holdFile) }) {
                attempt.emissions.append(emission)
            }
        }
        actors?.note(performed.changes)
        if let key = mutation.idempotency { replies.keep(performed.applied, for: key, actor: mutation.actor) }
        if case .call(let call) = mutation.kind, let command = call.function.audit {
            attempt.hasWritten = true
            try own {
                try audit.write(
                    call, command: command, actor: actor, count: performed.applied.affected, result: "ok", now: attempt.block.now)
            }
        }
    }

    /// A refused command is audited too.
    private func refuse(_ mutation: Mutation, _ rejection: Rejection, as actor: ChangeActor, _ attempt: inout BlockAttempt) throws {
        guard case .call(let call) = mutation.kind, let command = call.function.audit, rejection != .diskFull else { return }
        attempt.hasWritten = true
        try own { try audit.write(call, command: command, actor: actor, count: nil, result: rejection.code, now: attempt.block.now) }
    }

    /// What an error means to who asked.
    /// - Throws: `EngineFault` when the file itself is at fault.
    private func rejection(for error: any Error) throws -> Rejection {
        if let rejection = error as? Rejection { return rejection }
        guard let error = error as? SQLiteError else { throw error }
        guard let rejection = Rejection(error, schema: connection.schema) else {
            throw EngineFault(operation: "apply a mutation", cause: error, advice: "check the file and the disk, then start again")
        }
        return rejection
    }

    // MARK: The end of the block

    private func finish(_ attempt: inout BlockAttempt) throws -> [Change] {
        try own {
            let changes = try journal.append(attempt.emissions, now: attempt.block.now, clock: clock)
            if !changes.isEmpty { try pruner.note(changes, tables: attempt.emissions) }
            let head = changes.last?.sequence ?? journal.head
            if try replies.write(sequence: head, clock: clock) { attempt.hasWritten = true }
            if !attempt.writesNothing, try pruner.prune(now: attempt.block.now, clock: clock) { attempt.hasWritten = true }
            guard attempt.hasWritten else { return changes }
            let states = [
                (SystemTables.State.head, head.rawValue), (SystemTables.State.clock, clock), (SystemTables.State.block, self.block + 1),
            ]
            for (name, value) in states {
                try connection.run("INSERT OR REPLACE INTO sluice_state (name, value) VALUES (?, ?)", .text(name), .integer(value))
            }
            return changes
        }
    }

    private func commit(_ attempt: BlockAttempt) throws {
        do throws(SQLiteError) {
            try connection.run("COMMIT")
        } catch {
            // A full disk leaves the commit record unwritten. Of anything else nobody can say whether it is in the file.
            if error.code.primary == .full { throw BlockFailure.full }
            throw EngineFault(
                operation: "commit a block", cause: error,
                advice: "its outcome is unknown: the process stops, and the next start finds out from the file")
        }
        if attempt.hasWritten { block += 1 }
    }

    /// Runs the engine's own statements: no mutation is to blame when there is no room for them.
    private func own<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SQLiteError where error.code.primary == .full {
            throw BlockFailure.full
        } catch let error as SQLiteError {
            throw EngineFault(
                operation: "write the engine's records", cause: error, advice: "check the file and the disk, then start again")
        }
    }
}

extension Mutation {
    /// Whether one statement does all of it, so that a failure of that statement leaves nothing to undo.
    fileprivate var isPlainUpdateOfOneRow: Bool {
        guard case .update(let update) = kind, idempotency == nil, update.returning == .init() else { return false }
        if case .compare(let column, .equal, _) = update.predicate { return update.table.primaryKey == [column] }
        return update.predicate.key(in: update.table) != nil
    }

    /// Deletes make room, and stops must work whatever happens.
    fileprivate var isTakenInEmergency: Bool {
        switch kind {
        case .delete: true
        case .call(let call): call.function.audit == "stop"
        case .insert, .update: false
        }
    }
}

extension Claims {
    fileprivate var asChangeActor: ChangeActor { ChangeActor(role: role.rawValue, subject: subject) }
}
