#pragma once
#include "CVNNI.h"

// What products and bands share.

#include <immintrin.h>
#include <math.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,fma")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

/// Columns of the panel that begins where `left` columns are still to do. 64 are two panels of 32: the narrow ones
/// reuse B the least.
static inline size_t panel_width(size_t left) {
    if (left > 48) return left <= 64 ? 32 : 48;
    return (left + 7) / 8 * 8;
}

/// Rows whose part of A is rounded at once: a multiple of every tile's rows and of 16.
enum { block_rows = 96 };

/// What the weights of one sum, `count` of them `stride` apart, may be multiplied by, so that no sum of their products
/// with integers up to `greatest`, of either sign or, if `clamped`, of none, overflows.
static inline double weight_scale(const float *weights, size_t count, size_t stride, double greatest, bool clamped) {
    double largest = 0, positive = 0, negative = 0;
    for (size_t i = 0; i < count; i++) {
        const double weight = weights[i * stride];
        largest = fmax(largest, fabs(weight));
        if (weight > 0) positive += weight;
        else negative -= weight;
    }
    if (!(largest > 0)) return 1;
    // The largest sum of any part. What is never negative cannot turn a negative weight into a positive term.
    const double sum = clamped ? fmax(positive, negative) : positive + negative;
    // Rounding adds up to a half to each weight.
    const double limit = (double)INT32_MAX / greatest - (double)count / 2;
    return fmin(32767 / largest, limit / sum);
}

static inline uint32_t pair(long low, long high) { return ((uint32_t)low & 0xFFFF) | (uint32_t)high << 16; }

/// Of the products of some rows of A with one panel of B.
typedef struct {
    __m512i whole[16][3];
    __m256i half[16];
} tile_sums;

/// `rows` x (`vectors` of 16 and perhaps one of 8) sums in registers while k runs. All three are constants where this is
/// inlined.
INLINE void multiply(tile_sums *sums, const int rows, const int vectors, const bool half, const uint16_t *a, size_t k,
                     const uint32_t *panel) {
    const size_t pairs = k / 2, width = 16 * (size_t)vectors + (half ? 8 : 0);
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) sums->whole[r][v] = _mm512_setzero_si512();
        sums->half[r] = _mm256_setzero_si256();
    }
    const int32_t *lines = (const int32_t *)a;
    const uint32_t *b = panel + width;
    for (size_t i = 0; i < pairs; i++) {
        __m512i line[3];
        UNROLL for (int v = 0; v < vectors; v++) line[v] = _mm512_loadu_si512(b + 16 * v);
        const __m256i rest = half ? _mm256_loadu_si256((const __m256i *)(b + 16 * vectors)) : _mm256_setzero_si256();
        UNROLL for (int r = 0; r < rows; r++) {
            const __m512i value = _mm512_set1_epi32(lines[(size_t)r * pairs + i]);
            UNROLL for (int v = 0; v < vectors; v++) {
                sums->whole[r][v] = _mm512_dpwssd_epi32(sums->whole[r][v], value, line[v]);
            }
            if (half) sums->half[r] = _mm256_dpwssd_epi32(sums->half[r], _mm512_castsi512_si256(value), rest);
        }
        b += width;
    }
}

/// `count` rows of k floats, each by its own greatest magnitude, as integers up to `greatest`, `target_stride` apart.
/// back[r * back_stride] makes sums of row r what they were; `scales` has room for `count` and 15 more.
void cvnni_round_rows(const float *a, size_t count, size_t k, float greatest, uint16_t *target, size_t target_stride,
                      float *back, size_t back_stride, float *scales);

/// C from `rows` rows of A that are integers already: `back` NULL or, for each, what its sums are multiplied by.
void cvnni_multiply_rounded(const cvnni_gemm_task *task, const uint16_t *a, const float *back, size_t row,
                            size_t rows);
