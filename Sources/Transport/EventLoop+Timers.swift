internal import CLibWebSockets
internal import System

extension EventLoop {
    /// Has the delegate's `timer` called with `key`, not early and up to two ticks (100 ms) late. Many thousands may wait; none can be
    /// taken back.
    package func schedule(afterMilliseconds milliseconds: Int, key: UInt64) {
        startTicking()
        wheel.schedule(afterMilliseconds: milliseconds, .delegate(key))
    }

    func schedule(afterTicks ticks: UInt64, _ key: TimerWheel.Key) {
        startTicking()
        wheel.schedule(afterTicks: ticks, key)
    }

    /// The library's timer runs only while something waits: an empty loop sleeps.
    private func startTicking() {
        guard !isTicking, !isStopping else { return }
        isTicking = true
        // Nothing waits, so nothing can fall due here.
        _ = wheel.advance(to: currentTick())
        setTimer()
    }

    private func setTimer() {
        let microseconds = lws_usec_t(TimerWheel.tickMilliseconds) * 1000
        unsafe lws_sul_schedule(library.pointer, 0, &timer.pointee.entry, timerCallback, microseconds)
    }

    private func currentTick() -> UInt64 {
        UInt64(MonotonicTime.nanoseconds() - epoch) / (UInt64(TimerWheel.tickMilliseconds) * 1_000_000)
    }

    fileprivate func tick() {
        for key in wheel.advance(to: currentTick()) {
            switch key {
            case .delegate(let key):
                turnIsOpen = true
                delegate?.timer(key)
            case .silence(let id): lookAtSilence(id)
            case .stuckClose(let id): cutOff(id)
            case .peer(let serial): deadlinePassed(serial)
            case .accept: resumeAccepting()
            case .memory: giveBackMemory()
            }
        }
        if turnIsOpen { endTurn() } else { flush() }
        isTicking = wheel.count > 0 && !isStopping
        if isTicking { setTimer() }
    }

    // MARK: - Silent peers

    private var idleTicks: UInt64 { TimerWheel.ticks(seconds: limits.idleTimeoutSeconds) }

    func watchSilence(_ id: ConnectionID) {
        if idleTicks > 0 { schedule(afterTicks: idleTicks / 2, .silence(id)) }
    }

    /// Half of the idle time without a byte: a ping, which any live client answers. All of it: the connection is closed, which also ends
    /// those whose peer vanished without a word.
    private func lookAtSilence(_ id: ConnectionID) {
        guard let slot = slot(of: id), connections[slot].stage == .open else { return }
        let silent = wheel.now - connections[slot].lastHeard
        if silent >= idleTicks {
            close(id, code: 1000, reason: "idle")
        } else if silent >= idleTicks / 2 {
            ping(slot)
            schedule(afterTicks: idleTicks - silent, .silence(id))
        } else {
            schedule(afterTicks: idleTicks / 2 - silent, .silence(id))
        }
    }
}

private func timerCallback(_ entry: UnsafeMutablePointer<lws_sorted_usec_list_t>?) {
    guard let entry = unsafe entry, let owner = unsafe sluice_lws_timer_owner(entry) else { return }
    unsafe Unmanaged<EventLoop>.fromOpaque(owner).takeUnretainedValue().tick()
}
