#ifndef COMPANION_VECTORS_H
#define COMPANION_VECTORS_H

#include <stddef.h>

/// Writes to `products` the dot products of `vector` with `count` rows of as many numbers, which stand one behind the other.
///
/// C, because only here can one program hold the same loop for several generations of processors; the one that fits is
/// chosen when the program starts. The order of the additions depends on `dimensions` and the processor alone, so equal rows
/// have equal products wherever they stand.
void companion_dot_products(
    const float *_Nonnull vector, const float *_Nonnull rows, size_t count, size_t dimensions, float *_Nonnull products);

/// Asks the system for large pages of memory: without them a scan of hundreds of mebibytes waits mostly for addresses to be
/// looked up. `start` and `size` are multiples of 2 MiB. Does nothing where the system has no such thing.
void companion_prefer_large_pages(void *_Nonnull start, size_t size);

#endif
