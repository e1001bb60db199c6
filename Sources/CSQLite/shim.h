// The pre-update hook is compiled into Debian's library but declared only behind this switch.
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

// sqlite3_db_config() is variadic, which Swift cannot call.
static inline int sluice_db_config_switch(sqlite3 *db, int option, int value) {
    return sqlite3_db_config(db, option, value, (int *)0);
}

// sqlite3_config() is variadic too. Without statistics SQLite's allocator takes no lock.
static inline int sluice_disable_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// The destructor constant is a cast, which Swift cannot see.
static inline sqlite3_destructor_type sluice_transient(void) { return SQLITE_TRANSIENT; }
