import System

/// A file that takes up room while all is well, and gives it up when the disk is full, so that deletes and stops still fit.
struct Reserve {
    private let file: File
    private let bytes: Int

    init(_ file: File, bytes: Int) {
        self.file = file
        self.bytes = bytes
    }

    /// Takes the room.
    /// - Returns: false when there is none.
    func take() -> Bool {
        if let size = try? file.size(), size == Int64(bytes) { return true }
        do throws(SystemError) {
            try file.write([UInt8](repeating: 0, count: bytes), mode: 0o600)
            return true
        } catch {
            return false
        }
    }

    func release() { try? file.remove() }
}
