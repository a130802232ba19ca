#include "companion_vectors.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GLIBC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

// Decimals are exact to 2^-52 of nine digits; what is nearer than this to a bound is left to others.
#define DOUBT 1e-5

static inline double rounded(double value) {
    // Below 2^51 the sum has no fraction.
    return (value + 0x1.8p52) - 0x1.8p52;
}

static inline double distance(double left, double right) {
    double difference = left - right;
    return difference < 0 ? -difference : difference;
}

FOR_EACH_PROCESSOR void companion_float_digits(
    const float *values, size_t count, uint64_t *digits, uint32_t *first, int32_t *power) {
    // Without rounding.
    static const double powers[8] = {1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};
    for (size_t index = 0; index < count; index++) {
        uint32_t bits;
        memcpy(&bits, &values[index], 4);
        bits &= 0x7FFFFFFF;
        int32_t exponent = (int32_t)(bits >> 23);
        // 2^-20 to 1, and not next to a power of two, below which numbers stand closer.
        int32_t is_usual = (exponent >= 107) & (exponent < 127) & ((bits & 0x7FFFFF) != 0);
        int32_t below_one = is_usual ? 126 - exponent : 0;
        int32_t place = (below_one * 1233) >> 12;
        float magnitude;
        memcpy(&magnitude, &bits, 4);
        double scaled = (double)magnitude * powers[place];
        uint64_t half_bits = (uint64_t)(uint32_t)(126 - below_one - 151 + 1023) << 52;
        double half;
        memcpy(&half, &half_bits, 8);
        half *= powers[place];
        int32_t is_small = scaled < 1e8;
        double factor = is_small ? 10 : 1;
        scaled *= factor;
        half *= factor;
        double nine = rounded(scaled), eight = rounded(scaled * 1e-1) * 1e1, seven = rounded(scaled * 1e-2) * 1e2,
               six = rounded(scaled * 1e-3) * 1e3, five = rounded(scaled * 1e-4) * 1e4;
        double from_nine = distance(nine, scaled), from_eight = distance(eight, scaled),
               from_seven = distance(seven, scaled), from_six = distance(six, scaled), from_five = distance(five, scaled);
        double best = from_eight < half ? eight : nine;
        best = from_seven < half ? seven : best;
        best = from_six < half ? six : best;
        int32_t is_doubtful = (from_five < half + DOUBT) | (distance(from_six, half) < DOUBT)
            | (distance(from_seven, half) < DOUBT) | (distance(from_eight, half) < DOUBT) | (distance(from_nine, 0.5) < DOUBT)
            | (distance(from_eight, 5) < DOUBT) | (distance(from_seven, 50) < DOUBT) | (distance(from_six, 500) < DOUBT)
            | (best >= 1e9);
        double sum = best + 0x1p52;
        uint64_t number;
        memcpy(&number, &sum, 8);
        number &= 0xFFFFFFFF;
        // Divisions by multiplication; two parts of four digits, four of two, eight of one, side by side.
        uint64_t leading = (number * 1441151881) >> 57;
        uint64_t others = number - leading * 100000000;
        uint64_t upper = (others * 109951163) >> 40;
        uint64_t halves = upper | (others - upper * 10000) << 32;
        uint64_t hundreds = ((halves * 10486) >> 20) & 0x7F0000007F;
        uint64_t pairs = hundreds | (halves - hundreds * 100) << 16;
        uint64_t tens = ((pairs * 103) >> 10) & 0xF000F000F000F;
        digits[index] = tens | (pairs - tens * 10) << 8;
        first[index] = (is_usual & !is_doubtful) ? (uint32_t)leading : 0;
        power[index] = 9 + place + is_small;
    }
}
