#pragma once
#include "weights.h"

// What products and bands share.

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

/// Words of a row of A.
static inline size_t row_words(size_t depth, bool bytes) { return depth / (bytes ? 4 : 2); }

/// Weights are bytes with a sign, what they multiply has none; or both are 16-bit integers.
INLINE __m512i add_products(__m512i sum, __m512i value, __m512i weights, const bool bytes) {
    return bytes ? _mm512_dpbusd_epi32(sum, value, weights) : _mm512_dpwssd_epi32(sum, value, weights);
}

/// Four vectors of floats rounded and moved to 0...255: lane by lane, four bytes of each in turn.
INLINE __m512i bytes_of(const __m512 values[4]) {
    const __m512i first = _mm512_packs_epi32(_mm512_cvtps_epi32(values[0]), _mm512_cvtps_epi32(values[1]));
    const __m512i second = _mm512_packs_epi32(_mm512_cvtps_epi32(values[2]), _mm512_cvtps_epi32(values[3]));
    return _mm512_packus_epi16(first, second);
}

INLINE __m512 clamped(__m512 x) {
    return _mm512_min_ps(_mm512_max_ps(x, _mm512_setzero_ps()), _mm512_set1_ps(6));
}

/// What 16 or, as the lower half of them, 8 columns of sums are multiplied by, and what is added.
typedef struct {
    __m512 scale, bias;
} column_terms;

INLINE column_terms terms(const float *scales, const float *bias, const bool half) {
    if (!half) return (column_terms){_mm512_loadu_ps(scales), _mm512_loadu_ps(bias)};
    return (column_terms){_mm512_castps256_ps512(_mm256_loadu_ps(scales)),
                          _mm512_castps256_ps512(_mm256_loadu_ps(bias))};
}

/// 16 sums of one row made floats, finished and stored: all of them, or those of the first columns only.
INLINE void finish(const cvnni_gemm_task *task, __m512i sums, const float *back, column_terms terms, size_t row,
                   size_t column, const bool whole) {
    const size_t offset = row * task->n + column, left = task->n - column;
    __m512 sum = _mm512_cvtepi32_ps(sums);
    if (back) sum = _mm512_mul_ps(sum, _mm512_set1_ps(*back));
    sum = _mm512_fmadd_ps(sum, terms.scale, terms.bias);
    if (task->clamp) sum = clamped(sum);
    const __mmask16 mask = whole || left >= 16 ? 0xFFFF : (__mmask16)((1u << left) - 1);
    if (task->residual) {
        const float *residual = task->residual + offset;
        sum = _mm512_add_ps(sum, whole ? _mm512_loadu_ps(residual) : _mm512_maskz_loadu_ps(mask, residual));
        if (task->clamp_residual) sum = clamped(sum);
    }
    if (whole) _mm512_storeu_ps(task->c + offset, sum);
    else _mm512_mask_storeu_ps(task->c + offset, mask, sum);
}

/// The same of 8 sums.
INLINE void finish_half(const cvnni_gemm_task *task, __m256i sums, const float *back, column_terms terms, size_t row,
                        size_t column, const bool whole) {
    const size_t offset = row * task->n + column, left = task->n - column;
    const __m256 zero = _mm256_setzero_ps(), six = _mm256_set1_ps(6);
    __m256 sum = _mm256_cvtepi32_ps(sums);
    if (back) sum = _mm256_mul_ps(sum, _mm256_set1_ps(*back));
    sum = _mm256_fmadd_ps(sum, _mm512_castps512_ps256(terms.scale), _mm512_castps512_ps256(terms.bias));
    if (task->clamp) sum = _mm256_min_ps(_mm256_max_ps(sum, zero), six);
    const __mmask8 mask = whole || left >= 8 ? 0xFF : (__mmask8)((1u << left) - 1);
    if (task->residual) {
        const float *residual = task->residual + offset;
        sum = _mm256_add_ps(sum, whole ? _mm256_loadu_ps(residual) : _mm256_maskz_loadu_ps(mask, residual));
        if (task->clamp_residual) sum = _mm256_min_ps(_mm256_max_ps(sum, zero), six);
    }
    if (whole) _mm256_storeu_ps(task->c + offset, sum);
    else _mm256_mask_storeu_ps(task->c + offset, mask, sum);
}
