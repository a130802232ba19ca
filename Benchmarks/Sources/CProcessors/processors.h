#include <stddef.h>

// By their numbers: the functions of the C library are hidden from Swift.
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
/// The processors that the calling thread may use, a bit for each; how many bytes were written, or -1.
static inline long get_processors(unsigned char *mask, size_t size) {
    return syscall(SYS_sched_getaffinity, 0, size, mask);
}
/// Where the calling thread, and what it starts from now on, may run.
static inline long set_processors(const unsigned char *mask, size_t size) {
    return syscall(SYS_sched_setaffinity, 0, size, mask);
}
#else
static inline long get_processors(unsigned char *mask, size_t size) { return -1; }
static inline long set_processors(const unsigned char *mask, size_t size) { return -1; }
#endif
