#include "companion_vectors.h"

#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#if defined(__x86_64__) && defined(__GLIBC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

#pragma clang fp reassociate(on) contract(fast)

FOR_EACH_PROCESSOR void companion_dot_products(
    const float *vector, const float *rows, size_t count, size_t dimensions, float *products) {
    for (size_t row = 0; row < count; row++) {
        const float *values = rows + row * dimensions;
        float sum = 0;
        for (size_t index = 0; index < dimensions; index++) { sum += vector[index] * values[index]; }
        products[row] = sum;
    }
}

void companion_prefer_large_pages(void *start, size_t size) {
#if defined(MADV_HUGEPAGE)
    (void)madvise(start, size, MADV_HUGEPAGE);
#else
    (void)start;
    (void)size;
#endif
}
