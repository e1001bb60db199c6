#include <pthread.h>
#include <time.h>

// glibc 2.30 and later; declared only for _GNU_SOURCE, which Swift's Glibc module does not set.
int pthread_cond_clockwait(pthread_cond_t *__restrict condition, pthread_mutex_t *__restrict mutex, clockid_t clock,
                           const struct timespec *__restrict deadline);

static inline int sluice_cond_wait_until(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                                         const struct timespec *deadline) {
    return pthread_cond_clockwait(condition, mutex, clock, deadline);
}
