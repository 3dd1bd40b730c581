#include "CVNNI.h"

#if defined(__x86_64__)
#include "expand.h"

// A panel is its columns' scales and what their sums begin with, then the lines of words.

size_t cvnni_expansion_panel(const cvnni_band_shape *shape, size_t width) {
    return width * (expansion_header + expansion_words(shape));
}

size_t cvnni_expansion_count(const cvnni_band_shape *shape) {
    return cvnni_expansion_panel(shape, cell_channels(shape));
}

/// The greatest integer that a value becomes.
static float greatest_value(size_t depth) {
    return expands_bytes(depth) ? byte_weight : (float)greatest_of(depth, cvnni_rows);
}

/// One column of an expansion; what its sums begin with: bytes of A have 128 added to be without sign.
static int32_t pack_column(const float *weights, size_t depth, double scale, uint32_t *words, size_t stride) {
    const bool bytes = expands_bytes(depth);
    long *rounded = malloc(depth * sizeof *rounded);
    int32_t sum = 0;
    for (size_t i = 0; i < depth; i++) {
        rounded[i] = nearest(weights[i] * scale);
        sum += (int32_t)rounded[i];
    }
    pack_terms(rounded, depth, bytes ? 4 : 2, words, stride);
    free(rounded);
    return bytes ? -128 * sum : 0;
}

void cvnni_pack_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {
    const size_t depth = shape->depth;
    memset(packed, 0, cvnni_expansion_count(shape) * sizeof *packed);
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t j = 0; j < width && column + j < shape->channels; j++) {
            const float *row = weights + (column + j) * depth;
            const double scale = expands_bytes(depth) ? byte_scale(row, depth, 1, byte_weight)
                                                      : weight_scale(row, depth, 1, greatest_value(depth), false);
            const float back = (float)(six / 6.0 / scale);
            const int32_t start = pack_column(row, depth, scale, packed + expansion_header * width + j, width);
            memcpy(packed + j, &back, sizeof back);
            memcpy(packed + width + j, &start, sizeof start);
        }
        packed += cvnni_expansion_panel(shape, width);
        column += width;
    }
}

/// The blocks of depth 88 have channels that are large everywhere and differ little from pixel to pixel: five times as
/// much of them is in their mean as around it. Bytes hold the differences from the mean well, but not the values.
bool cvnni_band_has_middle(const cvnni_band_shape *shape) { return shape->depth == 88; }

/// The mean of every second pixel of every second row.
TARGET static void find_middle(const cvnni_band_task *task, float *middle) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t depth = shape->depth, columns = (shape->width + 1) / 2, rows = (shape->height + 1) / 2;
    const __m512 share = _mm512_set1_ps(1 / (float)(rows * columns)), most = _mm512_set1_ps(1e30f);
    for (size_t i = 0; i < depth; i += 16) {
        const __mmask16 mask = i + 16 <= depth ? 0xFFFF : 0xFF;
        __m512 sum = _mm512_setzero_ps();
        for (size_t y = 0; y < shape->height; y += 2) {
            const float *pixel = task->input + y * shape->width * depth + i;
            for (size_t x = 0; x < shape->width; x += 2) {
                sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, pixel + x * depth));
            }
        }
        const __m512 mean = _mm512_mul_ps(sum, share);
        // Not of what is no number: a strange pixel is to do no harm to the others.
        const __mmask16 usual = _mm512_cmp_ps_mask(_mm512_abs_ps(mean), most, _CMP_LT_OQ);
        _mm512_storeu_ps(middle + i, _mm512_maskz_mov_ps(usual, mean));
    }
}

/// The pixel whose differences are expanded, and what the expansion makes of itself: in 16 bits, once.
void cvnni_prepare(const cvnni_band_task *task, band_scratch scratch) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t channels = shape->channels;
    if (cvnni_band_has_middle(shape)) {
        find_middle(task, scratch.middle);
        const cvnni_gemm_task product = {
            .a = scratch.middle, .packed_b = task->middle, .bias = task->expansion_bias, .c = scratch.offsets,
            .scratch = scratch.product, .m = 1, .k = shape->depth, .n = channels};
        cvnni_gemm(&product, cvnni_rows);
    } else {
        memset(scratch.middle, 0, (size_t)((uint8_t *)scratch.offsets - (uint8_t *)scratch.middle));
        memcpy(scratch.offsets, task->expansion_bias, channels * sizeof(float));
    }
    for (size_t c = 0; c < channels; c++) scratch.offsets[c] *= six / 6.0f;
    for (size_t c = channels; c < cell_channels(shape); c++) scratch.offsets[c] = 0;
}

/// 16 values of a row, or its last 8, less those in the middle.
INLINE __m512 difference(const float *row, const float *middle, size_t i, size_t depth) {
    const __mmask16 mask = i + 16 <= depth ? 0xFFFF : 0xFF;
    return _mm512_maskz_sub_ps(mask, _mm512_maskz_loadu_ps(mask, row + i), _mm512_loadu_ps(middle + i));
}

/// The greatest lane of each of four vectors.
INLINE __m128 greatest_of_four(const __m512i greatest[4]) {
    const __m512i first = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[0], greatest[1]),
                                           _mm512_unpackhi_epi32(greatest[0], greatest[1]));
    const __m512i second = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[2], greatest[3]),
                                            _mm512_unpackhi_epi32(greatest[2], greatest[3]));
    const __m512i all = _mm512_max_epu32(_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
    const __m256i half = _mm256_max_epu32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    return _mm_castsi128_ps(_mm_max_epu32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}

/// The greatest magnitudes of four rows, as bits: compared as integers, NaN is above infinity and stays.
INLINE __m128 greatest_magnitudes(const float *const rows[4], const float *middle, size_t depth) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    __m512i greatest[4];
    UNROLL for (int r = 0; r < 4; r++) {
        // Not zero: that is divided by.
        greatest[r] = _mm512_castps_si512(_mm512_set1_ps(1e-30f));
        for (size_t i = 0; i < depth; i += 16) {
            const __m512i bits = _mm512_castps_si512(difference(rows[r], middle, i, depth));
            greatest[r] = _mm512_max_epu32(greatest[r], _mm512_and_si512(bits, magnitude));
        }
    }
    return greatest_of_four(greatest);
}

/// Four vectors of floats as 16-bit integers in fours of rows: 32 words of two.
INLINE void store_values(const __m512 values[4], int32_t *target) {
    const __m512i first = _mm512_packs_epi32(_mm512_cvtps_epi32(values[0]), _mm512_cvtps_epi32(values[1]));
    const __m512i second = _mm512_packs_epi32(_mm512_cvtps_epi32(values[2]), _mm512_cvtps_epi32(values[3]));
    store_pairs(first, second, target);
}

/// Four rows less the middle, each by its own greatest magnitude; `back` makes their sums what they were.
INLINE void round_four(const float *const rows[4], const float *middle, size_t depth, const bool bytes, float greatest,
                       int32_t *target, float *back) {
    const __m128 magnitudes = greatest_magnitudes(rows, middle, depth);
    _mm_storeu_ps(back, _mm_mul_ps(magnitudes, _mm_set1_ps(1 / greatest)));
    float scales[4];
    _mm_storeu_ps(scales, _mm_div_ps(_mm_set1_ps(greatest), magnitudes));
    const __m512 added = _mm512_set1_ps(bytes ? 128 : 0);
    for (size_t i = 0; i < depth; i += 16) {
        __m512 values[4];
        UNROLL for (int r = 0; r < 4; r++) {
            values[r] = _mm512_fmadd_ps(difference(rows[r], middle, i, depth), _mm512_set1_ps(scales[r]), added);
        }
        if (bytes) _mm512_storeu_si512(target + i, bytes_of(values));
        else store_values(values, target + 2 * i);
    }
}

/// The same of 24, 32 or 40 floats without a middle as 16-bit integers, which are read once.
INLINE void round_short_four(const float *const rows[4], const size_t depth, float greatest, int32_t *target,
                             float *back) {
    const int vectors = (int)(depth + 15) / 16;
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    __m512 values[3][4];
    __m512i largest[4];
    UNROLL for (int r = 0; r < 4; r++) {
        largest[r] = _mm512_castps_si512(_mm512_set1_ps(1e-30f));
        UNROLL for (int v = 0; v < vectors; v++) {
            const __mmask16 mask = (size_t)v * 16 + 16 <= depth ? 0xFFFF : 0xFF;
            values[v][r] = _mm512_maskz_loadu_ps(mask, rows[r] + 16 * v);
            const __m512i bits = _mm512_castps_si512(values[v][r]);
            largest[r] = _mm512_max_epu32(largest[r], _mm512_and_si512(bits, magnitude));
        }
    }
    const __m128 magnitudes = greatest_of_four(largest);
    _mm_storeu_ps(back, _mm_mul_ps(magnitudes, _mm_set1_ps(1 / greatest)));
    const __m512 scales = _mm512_broadcast_f32x4(_mm_div_ps(_mm_set1_ps(greatest), magnitudes));
    const __m512 own[4] = {_mm512_permute_ps(scales, 0x00), _mm512_permute_ps(scales, 0x55),
                           _mm512_permute_ps(scales, 0xAA), _mm512_permute_ps(scales, 0xFF)};
    UNROLL for (int v = 0; v < vectors; v++) {
        UNROLL for (int r = 0; r < 4; r++) values[v][r] = _mm512_mul_ps(values[v][r], own[r]);
        store_values(values[v], target + 32 * v);
    }
}

/// Rounded pixels, each a four of rows one below the other, and what makes their sums what they were.
typedef struct {
    int32_t *a;
    float *back;
} rounded_pixels;

/// Of a line of the scratch.
static rounded_pixels line_at(const cvnni_band_task *task, band_scratch scratch, size_t index) {
    return (rounded_pixels){rounded_line(task, scratch, index), scratch.back + 4 * index * task->shape.width};
}

/// A row that lies below the picture repeats the last.
TARGET void cvnni_round_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t depth = shape->depth, line = shape->width * depth;
    const rounded_pixels to = line_at(task, scratch, index);
    int32_t *target = to.a;
    float *back = to.back;
    const float *rows[4];
    for (size_t r = 0; r < 4; r++) rows[r] = task->input + least(4 * four + r, shape->height - 1) * line;
    for (size_t x = 0; x < shape->width; x++) {
        const float greatest = greatest_value(depth);
        if (expands_bytes(depth)) round_four(rows, scratch.middle, depth, true, greatest, target, back);
        else if (depth == 24) round_short_four(rows, 24, greatest, target, back);
        else if (depth == 32) round_short_four(rows, 32, greatest, target, back);
        else if (depth == 40) round_short_four(rows, 40, greatest, target, back);
        else round_four(rows, scratch.middle, depth, false, greatest, target, back);
        UNROLL for (int r = 0; r < 4; r++) rows[r] += depth;
        target += 4 * expansion_words(shape);
        back += 4;
    }
}

/// `pixels` from column `x` of one panel of 16 * `vectors` channels.
INLINE void expand_tile(const int pixels, const int vectors, const bool bytes, rounded_pixels from, size_t words,
                        const uint32_t *panel, const float *offsets, const expanded_line *to, size_t x) {
    const size_t width = 16 * (size_t)vectors;
    four_sums sums;
    multiply_fours(&sums, 4 * pixels, vectors, false, bytes, from.a, words,
                   bytes ? (const int32_t *)panel + width : NULL, panel + expansion_header * width);
    UNROLL for (int v = 0; v < vectors; v++) {
        const __m512 scale = _mm512_loadu_ps(panel + 16 * v), offset = _mm512_loadu_ps(offsets + 16 * v);
        UNROLL for (int p = 0; p < pixels; p++) {
            __m512 values[4];
            UNROLL for (int r = 0; r < 4; r++) {
                const __m512 own = _mm512_mul_ps(_mm512_set1_ps(from.back[4 * p + r]), scale);
                values[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums.whole[4 * p + r][v]), own, offset);
            }
            store_cells(bytes_of(values), to, v, x + (size_t)p);
        }
    }
}

#define EXPAND(name, pixels, vectors, bytes)                                                                         \
    TARGET static void name(rounded_pixels from, size_t count, size_t words, const uint32_t *panel,                  \
                            const float *offsets, const expanded_line *to) {                                         \
        size_t x = 0;                                                                                                \
        for (; x < count;) {                                                                                         \
            const size_t step = count - x >= pixels ? pixels : 1;                                                    \
            if (step == pixels) expand_tile(pixels, vectors, bytes, from, words, panel, offsets, to, x);             \
            else expand_tile(1, vectors, bytes, from, words, panel, offsets, to, x);                                 \
            from.a += step * 4 * words;                                                                              \
            from.back += step * 4;                                                                                   \
            x += step;                                                                                               \
        }                                                                                                            \
    }

EXPAND(expand_bytes16, 4, 1, true)
EXPAND(expand_bytes32, 3, 2, true)
EXPAND(expand_bytes48, 2, 3, true)
EXPAND(expand_pairs16, 4, 1, false)
EXPAND(expand_pairs32, 3, 2, false)
EXPAND(expand_pairs48, 2, 3, false)

void cvnni_expand_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                       const uint32_t *panel, size_t column, size_t width) {
    const size_t count = task->shape.width, words = expansion_words(&task->shape);
    const bool bytes = expands_bytes(task->shape.depth);
    const rounded_pixels from = line_at(task, scratch, index);
    const expanded_line to = line_of(task, four, column, width);
    const float *offsets = scratch.offsets + column;
    switch (width) {
    case 16: (bytes ? expand_bytes16 : expand_pairs16)(from, count, words, panel, offsets, &to); break;
    case 32: (bytes ? expand_bytes32 : expand_pairs32)(from, count, words, panel, offsets, &to); break;
    default: (bytes ? expand_bytes48 : expand_pairs48)(from, count, words, panel, offsets, &to);
    }
}

#else
size_t cvnni_expansion_count(const cvnni_band_shape *shape) { return 0; }
bool cvnni_band_has_middle(const cvnni_band_shape *shape) { return false; }
void cvnni_pack_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {}
#endif
