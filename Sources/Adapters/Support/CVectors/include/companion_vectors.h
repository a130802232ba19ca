#ifndef COMPANION_VECTORS_H
#define COMPANION_VECTORS_H

#include <stddef.h>
#include <stdint.h>

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

/// Finds the shortest decimal that reads back as the number, and of several as short ones the nearest, for each of `count` numbers
/// from 2^-20 to 1, without their signs: a number is f.dddddddd / 10^(power - 8), where `first` is f, 1 to 9, and `digits` holds the
/// other eight, each a byte, the first of them in the lowest; zeros stand at the end.
///
/// `first` is 0 for numbers of another size, and for some one in three hundred that lie too near to a bound for double precision, or
/// have five digits or fewer.
///
/// C for the same reason: without branches, for as many numbers at once as the processor can.
void companion_float_digits(
    const float *_Nonnull values, size_t count, uint64_t *_Nonnull digits, uint32_t *_Nonnull first, int32_t *_Nonnull power);

#endif
