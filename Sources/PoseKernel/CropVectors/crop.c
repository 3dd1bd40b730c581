#include "CCropVectors.h"

#if defined(__x86_64__)
#include <immintrin.h>

bool ccrop_has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

bool ccrop_has_avx512(void) {
    return ccrop_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

#define AVX2_FMA __attribute__((target("avx2,fma")))

/// The low eight bytes.
AVX2_FMA static inline void store(__m128i levels, __m256 scale, __m256 offset, float *values) {
    __m256 value = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(levels));
    _mm256_storeu_ps(values, _mm256_fmadd_ps(value, scale, offset));
}

AVX2_FMA void ccrop_values_avx2(const uint8_t *pixels, long count, float scale, float offset, float *values) {
    const __m256 factor = _mm256_set1_ps(scale), summand = _mm256_set1_ps(offset);
    // The fourth byte of each pixel goes, first within the halves of the vector, then between them.
    const __m256i dense = _mm256_setr_epi8(
        0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    const __m256i whole = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
    for (long index = 0; index < count; index += 8) {
        __m256i eight = _mm256_loadu_si256((const __m256i *)(pixels + 4 * index));
        __m256i levels = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(eight, dense), whole);
        __m128i low = _mm256_castsi256_si128(levels);
        float *target = values + 3 * index;
        store(low, factor, summand, target);
        store(_mm_srli_si128(low, 8), factor, summand, target + 8);
        store(_mm256_extracti128_si256(levels, 1), factor, summand, target + 16);
    }
}

#else

bool ccrop_has_avx2(void) { return false; }
bool ccrop_has_avx512(void) { return false; }
void ccrop_planar_avx2(const ccrop_picture *picture, const double *map, long side, uint8_t *pixels) {
    __builtin_trap();
}
void ccrop_planar_avx512(const ccrop_picture *picture, const double *map, long side, uint8_t *pixels) {
    __builtin_trap();
}
void ccrop_values_avx2(const uint8_t *pixels, long count, float scale, float offset, float *values) {
    __builtin_trap();
}

#endif
