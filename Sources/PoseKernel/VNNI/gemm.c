#include "CVNNI.h"

#if defined(__x86_64__)
#include "product.h"

bool cvnni_available(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni");
}

/// Rows whose part of A is rounded at once: a multiple of every tile's rows and of 16.
enum { block_rows = 96 };

static uint32_t pair(long low, long high) { return ((uint32_t)low & 0xFFFF) | (uint32_t)high << 16; }

/// The rounded rows, and for each its scale and the scale's inverse.
size_t cvnni_scratch_bytes(size_t k) { return block_rows * (k * 2 + 2 * sizeof(float)); }

/// A panel is its columns' scales, then k / 2 lines of pairs.
size_t cvnni_packed_count(size_t k, size_t n) {
    size_t column = 0;
    while (column < n) column += panel_width(n - column);
    return column * (1 + k / 2);
}

void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_range range, uint32_t *packed) {
    const double greatest = greatest_of(k, range);
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
                pairs[i / 2 * width + j] = inside ? pair(nearest(row[i] * scale), nearest(row[i + 1] * scale)) : 0;
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

/// `count` rows of k floats, each by its own greatest magnitude. back[r] makes sums of row r what they were; `scales`
/// has room for `count` and 15 more.
TARGET static void round_rows(const float *a, size_t count, size_t k, float greatest, uint16_t *target, float *back,
                              float *scales) {
    for (size_t r = 0; r < count; r++) {
        const uint32_t bits = greatest_magnitude(a + r * k, k);
        memcpy(scales + r, &bits, sizeof bits);
    }
    for (size_t r = 0; r < count; r++) back[r] = scales[r] * (1 / greatest);
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
        target += k;
    }
}

/// Of the products of some rows of A with one panel of B.
typedef struct {
    __m512i whole[16][3];
    __m256i half[16];
} tile_sums;

/// `rows` x (`vectors` of 16 and perhaps one of 8) sums in registers while k runs. All three are constants where this
/// is inlined.
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

/// C from `rows` rows of A that are integers already.
static void multiply_rounded(const cvnni_gemm_task *task, const uint16_t *a, const float *back, size_t row,
                             size_t rows) {
    static void (*const panels[])(const cvnni_gemm_task *, const uint16_t *, const float *, size_t, size_t,
                                  const uint32_t *, size_t) = {panel8, panel16, panel24, panel32, panel40, panel48};
    const uint32_t *panel = task->packed_b;
    for (size_t column = 0; column < task->n;) {
        const size_t width = panel_width(task->n - column);
        panels[width / 8 - 1](task, a, back, row, rows, panel, column);
        panel += width * (1 + task->k / 2);
        column += width;
    }
}

void cvnni_gemm(const cvnni_gemm_task *task, cvnni_range range) {
    const size_t k = task->k;
    const float greatest = (float)greatest_of(k, range);
    float *back = task->scratch, *scales = back + block_rows;
    uint16_t *values = (uint16_t *)(scales + block_rows);
    for (size_t row = 0; row < task->m; row += block_rows) {
        const size_t count = task->m - row < block_rows ? task->m - row : block_rows;
        const float *a = task->a + row * k;
        if (range == cvnni_clamped) round_clamped(a, count * k, greatest, values);
        else round_rows(a, count, k, greatest, values, back, scales);
        multiply_rounded(task, values, range == cvnni_rows ? back : NULL, row, count);
    }
}

/// Dot products of pairs of 16-bit integers, or of fours of bytes.
INLINE float peak(size_t rounds, const bool bytes) {
    __m512i sums[12];
    const __m512i one = _mm512_set1_epi16(1);
    UNROLL for (int i = 0; i < 12; i++) sums[i] = _mm512_set1_epi32(i);
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (int i = 0; i < 12; i++) {
            sums[i] = bytes ? _mm512_dpbusd_epi32(sums[i], one, one) : _mm512_dpwssd_epi32(sums[i], one, one);
            // Or the compiler adds once what all rounds add.
            __asm__ volatile("" : "+v"(sums[i]));
        }
    }
    __m512i total = _mm512_setzero_si512();
    UNROLL for (int i = 0; i < 12; i++) total = _mm512_add_epi32(total, sums[i]);
    return (float)_mm512_reduce_add_epi32(total);
}

TARGET float cvnni_peak(size_t rounds) { return peak(rounds, false); }
TARGET float cvnni_byte_peak(size_t rounds) { return peak(rounds, true); }

#else
bool cvnni_available(void) { return false; }
size_t cvnni_packed_count(size_t k, size_t n) { return k * n; }
void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_range range, uint32_t *packed) {}
size_t cvnni_scratch_bytes(size_t k) { return 0; }
void cvnni_gemm(const cvnni_gemm_task *task, cvnni_range range) {}
float cvnni_peak(size_t rounds) { return 0; }
float cvnni_byte_peak(size_t rounds) { return 0; }
#endif
