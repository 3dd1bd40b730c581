#include "CVNNI.h"

#if defined(__x86_64__)
#include "product.h"

bool cvnni_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
}

/// The rounded rows, and for each its scale and the scale's inverse.
size_t cvnni_scratch_bytes(size_t k) { return block_rows * (k * 2 + 2 * sizeof(float)); }

/// A panel is its columns' scales, then k / 2 lines of pairs.
size_t cvnni_packed_count(size_t k, size_t n) {
    size_t column = 0;
    while (column < n) column += panel_width(n - column);
    return column * (1 + k / 2);
}

/// The more terms a sum has, the fewer bits each factor may have. This share of them makes A's rounding and B's add
/// about the same to the result: a row's values lie some three times, 0...6 some eight times below the greatest.
int32_t cvnni_greatest(size_t k, cvnni_range range) {
    const double greatest = (range == cvnni_clamped ? 2e5 : 9e4) / sqrt((double)k);
    return greatest < 32767 ? (int32_t)greatest : 32767;
}

void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_range range, uint32_t *packed) {
    const double greatest = cvnni_greatest(k, range);
    for (size_t column = 0; column < n;) {
        const size_t width = panel_width(n - column);
        uint32_t *pairs = packed + width;
        for (size_t j = 0; j < width; j++) {
            const bool inside = column + j < n;
            const float *row = weights + (column + j) * k;
            const double scale = inside ? weight_scale(row, k, 1, greatest, range == cvnni_clamped) : 1;
            const float back = (float)((range == cvnni_clamped ? 6 / greatest : 1) / scale);
            memcpy(packed + j, &back, sizeof back);
            for (size_t i = 0; i < k; i += 2) {
                pairs[i / 2 * width + j] = inside ? pair(lrint(row[i] * scale), lrint(row[i + 1] * scale)) : 0;
            }
        }
        packed += width * (1 + k / 2);
        column += width;
    }
}

/// Added to a number of at most 22 bits, this leaves its nearest integer in the low bits.
static const float shift = 0x1.8p23f;

/// The low halves of both vectors' lanes.
INLINE __m512i low_halves(__m512 first, __m512 second) {
    const __m512i odd = _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36, 34, 32, 30, 28, 26, 24,
                                         22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_epi16(_mm512_castps_si512(first), odd, _mm512_castps_si512(second));
}

INLINE __m512 clamped(__m512 x) {
    return _mm512_min_ps(_mm512_max_ps(x, _mm512_setzero_ps()), _mm512_set1_ps(6));
}

/// `count` values in 0...6; a multiple of 8.
TARGET static void round_clamped(const float *a, size_t count, float greatest, uint16_t *target) {
    const __m512 scale = _mm512_set1_ps(greatest / 6), magic = _mm512_set1_ps(shift);
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const __m512 first = _mm512_fmadd_ps(clamped(_mm512_loadu_ps(a + i)), scale, magic);
        const __m512 second = _mm512_fmadd_ps(clamped(_mm512_loadu_ps(a + i + 16)), scale, magic);
        _mm512_storeu_si512(target + i, low_halves(first, second));
    }
    for (; i < count; i += 8) {
        const __m512 eight = _mm512_maskz_loadu_ps(0xFF, a + i);
        const __m512 bits = _mm512_fmadd_ps(clamped(eight), scale, magic);
        _mm_storeu_si128((__m128i *)(target + i), _mm512_castsi512_si128(low_halves(bits, bits)));
    }
}

/// The greatest magnitude of a row, as bits: compared as integers, NaN is above infinity and stays.
INLINE uint32_t greatest_magnitude(const float *row, size_t k) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    // Not zero: that is divided by.
    __m512i greatest = _mm512_castps_si512(_mm512_set1_ps(1e-30f));
    for (size_t i = 0; i < k; i += 16) {
        const __mmask16 mask = i + 16 <= k ? 0xFFFF : 0xFF;
        const __m512i bits = _mm512_maskz_loadu_epi32(mask, row + i);
        greatest = _mm512_max_epu32(greatest, _mm512_and_si512(bits, magnitude));
    }
    return _mm512_reduce_max_epu32(greatest);
}

TARGET void cvnni_round_rows(const float *a, size_t count, size_t k, float greatest, uint16_t *target,
                             size_t target_stride, float *back, size_t back_stride, float *scales) {
    for (size_t r = 0; r < count; r++) {
        const uint32_t bits = greatest_magnitude(a + r * k, k);
        memcpy(scales + r, &bits, sizeof bits);
    }
    for (size_t r = 0; r < count; r++) back[r * back_stride] = scales[r] * (1 / greatest);
    for (size_t r = 0; r < count; r += 16) {
        _mm512_storeu_ps(scales + r, _mm512_div_ps(_mm512_set1_ps(greatest), _mm512_loadu_ps(scales + r)));
    }
    const __m512 magic = _mm512_set1_ps(shift);
    for (size_t r = 0; r < count; r++) {
        const float *row = a + r * k;
        const __m512 scale = _mm512_set1_ps(scales[r]);
        size_t i = 0;
        for (; i + 32 <= k; i += 32) {
            const __m512 first = _mm512_fmadd_ps(_mm512_loadu_ps(row + i), scale, magic);
            const __m512 second = _mm512_fmadd_ps(_mm512_loadu_ps(row + i + 16), scale, magic);
            _mm512_storeu_si512(target + i, low_halves(first, second));
        }
        if (i + 16 <= k) {
            const __m512 bits = _mm512_fmadd_ps(_mm512_loadu_ps(row + i), scale, magic);
            _mm256_storeu_si256((__m256i *)(target + i), _mm512_cvtepi32_epi16(_mm512_castps_si512(bits)));
            i += 16;
        }
        if (i < k) {
            const __m512 bits = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(0xFF, row + i), scale, magic);
            _mm_storeu_si128((__m128i *)(target + i), _mm512_castsi512_si128(low_halves(bits, bits)));
        }
        target += target_stride;
    }
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

/// One tile, of which no column lies beyond n if `whole`.
INLINE void tile(const cvnni_gemm_task *task, const int rows, const int vectors, const bool half, const bool whole,
                 const uint16_t *a, const float *back, size_t row, const uint32_t *panel, size_t column) {
    tile_sums sums;
    multiply(&sums, rows, vectors, half, a, task->k, panel);
    const float *scales = (const float *)panel;
    UNROLL for (int v = 0; v < vectors; v++) {
        const size_t at = column + 16 * (size_t)v;
        const column_terms own = terms(scales + 16 * v, task->bias + at, false);
        UNROLL for (int r = 0; r < rows; r++) {
            finish(task, sums.whole[r][v], back ? back + r : NULL, own, row + (size_t)r, at, whole);
        }
    }
    if (!half) return;
    const size_t at = column + 16 * (size_t)vectors;
    const column_terms own = terms(scales + 16 * vectors, task->bias + at, true);
    UNROLL for (int r = 0; r < rows; r++) {
        finish_half(task, sums.half[r], back ? back + r : NULL, own, row + (size_t)r, at, whole);
    }
}

/// `count` rows of one panel from `row`, whose rounded part of A is `a`: whole tiles, then the rest in smaller ones.
#define PANEL_OF(name, rows, vectors, half, whole)                                                                   \
    TARGET static void name(const cvnni_gemm_task *task, const uint16_t *a, const float *back, size_t row,           \
                            size_t count, const uint32_t *panel, size_t column) {                                    \
        size_t done = 0;                                                                                             \
        for (; done + rows <= count; done += rows)                                                                   \
            tile(task, rows, vectors, half, whole, a + done * task->k, back ? back + done : NULL, row + done, panel, \
                 column);                                                                                            \
        for (; done + 4 <= count; done += 4)                                                                         \
            tile(task, 4, vectors, half, whole, a + done * task->k, back ? back + done : NULL, row + done, panel,    \
                 column);                                                                                            \
        for (; done < count; done++)                                                                                 \
            tile(task, 1, vectors, half, whole, a + done * task->k, back ? back + done : NULL, row + done, panel,    \
                 column);                                                                                            \
    }
#define PANEL(name, rows, vectors, half)                                                                             \
    PANEL_OF(name##_whole, rows, vectors, half, true)                                                                \
    PANEL_OF(name##_part, rows, vectors, half, false)                                                                \
    static void name(const cvnni_gemm_task *task, const uint16_t *a, const float *back, size_t row, size_t count,    \
                     const uint32_t *panel, size_t column) {                                                         \
        const bool whole = task->n - column >= 16 * vectors + 8 * half;                                              \
        (whole ? name##_whole : name##_part)(task, a, back, row, count, panel, column);                              \
    }

PANEL(panel8, 16, 0, true)
PANEL(panel16, 16, 1, false)
PANEL(panel24, 8, 1, true)
PANEL(panel32, 12, 2, false)
PANEL(panel40, 8, 2, true)
PANEL(panel48, 8, 3, false)

void cvnni_multiply_rounded(const cvnni_gemm_task *task, const uint16_t *a, const float *back, size_t row,
                            size_t rows) {
    const uint32_t *panel = task->packed_b;
    for (size_t column = 0; column < task->n;) {
        const size_t width = panel_width(task->n - column);
        switch (width) {
        case 8: panel8(task, a, back, row, rows, panel, column); break;
        case 16: panel16(task, a, back, row, rows, panel, column); break;
        case 24: panel24(task, a, back, row, rows, panel, column); break;
        case 32: panel32(task, a, back, row, rows, panel, column); break;
        case 40: panel40(task, a, back, row, rows, panel, column); break;
        default: panel48(task, a, back, row, rows, panel, column);
        }
        panel += width * (1 + task->k / 2);
        column += width;
    }
}

void cvnni_gemm(const cvnni_gemm_task *task, cvnni_range range) {
    const size_t k = task->k;
    const float greatest = (float)cvnni_greatest(k, range);
    float *back = task->scratch, *scales = back + block_rows;
    uint16_t *values = (uint16_t *)(scales + block_rows);
    for (size_t row = 0; row < task->m; row += block_rows) {
        const size_t count = task->m - row < block_rows ? task->m - row : block_rows;
        const float *a = task->a + row * k;
        if (range == cvnni_clamped) round_clamped(a, count * k, greatest, values);
        else cvnni_round_rows(a, count, k, greatest, values, k, back, 1, scales);
        cvnni_multiply_rounded(task, values, range == cvnni_rows ? back : NULL, row, count);
    }
}

TARGET float cvnni_peak(size_t rounds) {
    __m512i sums[12];
    const __m512i one = _mm512_set1_epi16(1);
    UNROLL for (int i = 0; i < 12; i++) sums[i] = _mm512_set1_epi32(i);
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (int i = 0; i < 12; i++) {
            sums[i] = _mm512_dpwssd_epi32(sums[i], one, one);
            // Or the compiler adds once what all rounds add.
            __asm__ volatile("" : "+v"(sums[i]));
        }
    }
    __m512i total = _mm512_setzero_si512();
    UNROLL for (int i = 0; i < 12; i++) total = _mm512_add_epi32(total, sums[i]);
    return (float)_mm512_reduce_add_epi32(total);
}

#else
bool cvnni_available(void) { return false; }
size_t cvnni_packed_count(size_t k, size_t n) { return k * n; }
void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_range range, uint32_t *packed) {}
size_t cvnni_scratch_bytes(size_t k) { return 0; }
int32_t cvnni_greatest(size_t k, cvnni_range range) { return 0; }
void cvnni_gemm(const cvnni_gemm_task *task, cvnni_range range) {}
float cvnni_peak(size_t rounds) { return 0; }
#endif
