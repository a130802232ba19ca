#include <stddef.h>

#ifdef __APPLE__
#include <malloc/malloc.h>
static inline size_t allocated_bytes(void) { return mstats().bytes_used; }
#else
#include <malloc.h>
/// What the program has allocated and not freed, in all threads' arenas.
static inline size_t allocated_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
#endif
