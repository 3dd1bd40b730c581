#include "CVNNI.h"

#if defined(__x86_64__)
#include "band.h"

/// A panel is its columns' scales and what their sums begin with, then the lines of words.
enum { expansion_header = 2 };

size_t cvnni_expansion_panel(const cvnni_band_shape *shape, size_t width) {
    return width * (expansion_header + expansion_words(shape));
}

size_t cvnni_expansion_count(const cvnni_band_shape *shape) {
    return cvnni_expansion_panel(shape, cell_channels(shape));
}

/// The greatest integer that a value becomes.
static float greatest_value(const cvnni_band_shape *shape) {
    return shape->expands_bytes ? byte_weight : (float)greatest_of(shape->depth, cvnni_rows);
}

/// One column of an expansion; what its sums begin with: bytes of A have 128 added to be without sign.
static int32_t pack_column(const float *weights, size_t depth, bool bytes, double scale, uint32_t *words,
                           size_t stride) {
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
            const double scale = shape->expands_bytes ? byte_scale(row, depth, 1, byte_weight)
                                                      : weight_scale(row, depth, 1, greatest_value(shape), false);
            const float back = (float)(six / 6.0 / scale);
            uint32_t *words = packed + expansion_header * width + j;
            const int32_t start = pack_column(row, depth, shape->expands_bytes, scale, words, width);
            memcpy(packed + j, &back, sizeof back);
            memcpy(packed + width + j, &start, sizeof start);
        }
        packed += cvnni_expansion_panel(shape, width);
        column += width;
    }
}

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
    if (shape->expands_differences) {
        find_middle(task, scratch.middle);
        const cvnni_gemm_task product = {
            .a = scratch.middle, .packed_b = task->middle, .bias = task->expansion_bias, .c = scratch.offsets,
            .scratch = scratch.product, .m = 1, .k = shape->depth, .n = channels};
        cvnni_gemm(&product, (cvnni_form){.range = cvnni_rows});
    } else {
        memcpy(scratch.offsets, task->expansion_bias, channels * sizeof(float));
    }
    for (size_t c = 0; c < channels; c++) scratch.offsets[c] *= six / 6.0f;
    for (size_t c = channels; c < cell_channels(shape); c++) scratch.offsets[c] = 0;
}

/// 16 values of each of four rows from `i` on or, unless `whole`, the last 8; less those in the middle where it is not
/// NULL.
INLINE void load_four(const float *const rows[4], const float *middle, size_t i, const bool whole, __m512 values[4]) {
    const __mmask16 mask = whole ? 0xFFFF : 0xFF;
    UNROLL for (int r = 0; r < 4; r++) {
        values[r] = _mm512_maskz_loadu_ps(mask, rows[r] + i);
        if (middle) values[r] = _mm512_maskz_sub_ps(mask, values[r], _mm512_loadu_ps(middle + i));
    }
}

/// The greatest of what was found and of the magnitudes of `values`, as bits: compared as integers, NaN is above
/// infinity and stays.
INLINE void take_greatest(const __m512 values[4], __m512i greatest[4]) {
    const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
    UNROLL for (int r = 0; r < 4; r++) {
        greatest[r] = _mm512_max_epu32(greatest[r], _mm512_and_si512(_mm512_castps_si512(values[r]), magnitude));
    }
}

/// The greatest magnitudes of four rows.
INLINE __m128 greatest_magnitudes(const float *const rows[4], const float *middle, size_t depth) {
    __m512i greatest[4];
    __m512 values[4];
    // Not zero: that is divided by.
    UNROLL for (int r = 0; r < 4; r++) greatest[r] = _mm512_castps_si512(_mm512_set1_ps(1e-30f));
    size_t i = 0;
    for (; i + 16 <= depth; i += 16) {
        load_four(rows, middle, i, true, values);
        take_greatest(values, greatest);
    }
    if (i < depth) {
        load_four(rows, middle, i, false, values);
        take_greatest(values, greatest);
    }
    const __m512i first = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[0], greatest[1]),
                                           _mm512_unpackhi_epi32(greatest[0], greatest[1]));
    const __m512i second = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[2], greatest[3]),
                                            _mm512_unpackhi_epi32(greatest[2], greatest[3]));
    const __m512i all = _mm512_max_epu32(_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
    const __m256i half = _mm256_max_epu32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    return _mm_castsi128_ps(_mm_max_epu32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
}

/// 16 values of each of four rows as integers in fours of rows; of pairs of the last 8, the first half.
INLINE void store_four(const __m512 values[4], const bool bytes, const bool whole, int32_t *target) {
    if (bytes) {
        _mm512_storeu_si512(target, bytes_of(values));
        return;
    }
    const __m512i first = _mm512_packs_epi32(_mm512_cvtps_epi32(values[0]), _mm512_cvtps_epi32(values[1]));
    const __m512i second = _mm512_packs_epi32(_mm512_cvtps_epi32(values[2]), _mm512_cvtps_epi32(values[3]));
    __m512i pairs[2];
    pairs_of(first, second, pairs);
    _mm512_storeu_si512(target, pairs[0]);
    if (whole) _mm512_storeu_si512(target + 16, pairs[1]);
}

/// Four rows less the middle, if there is one, each by its own greatest magnitude; `back` makes their sums what they
/// were.
INLINE void round_four(const float *const rows[4], const float *middle, size_t depth, const bool bytes, float greatest,
                       int32_t *target, float *back) {
    const __m128 magnitudes = greatest_magnitudes(rows, middle, depth);
    _mm_storeu_ps(back, _mm_mul_ps(magnitudes, _mm_set1_ps(1 / greatest)));
    float factors[4];
    _mm_storeu_ps(factors, _mm_div_ps(_mm_set1_ps(greatest), magnitudes));
    const __m512 added = _mm512_set1_ps(bytes ? 128 : 0);
    __m512 scales[4], values[4];
    UNROLL for (int r = 0; r < 4; r++) scales[r] = _mm512_set1_ps(factors[r]);
    size_t i = 0;
    for (; i + 16 <= depth; i += 16) {
        load_four(rows, middle, i, true, values);
        UNROLL for (int r = 0; r < 4; r++) values[r] = _mm512_fmadd_ps(values[r], scales[r], added);
        store_four(values, bytes, true, target + (bytes ? i : 2 * i));
    }
    if (i == depth) return;
    load_four(rows, middle, i, false, values);
    UNROLL for (int r = 0; r < 4; r++) values[r] = _mm512_fmadd_ps(values[r], scales[r], added);
    store_four(values, bytes, false, target + (bytes ? i : 2 * i));
}

/// Rounded pixels, each a four of rows one below the other, and what makes their sums what they were.
typedef struct {
    int32_t *a;
    float *back;
} rounded_pixels;

/// Of a line of the scratch.
static rounded_pixels line_at(const cvnni_band_task *task, band_scratch scratch, size_t index) {
    const size_t pixel = index * task->shape.width;
    return (rounded_pixels){scratch.rows + 4 * pixel * expansion_words(&task->shape), scratch.back + 4 * pixel};
}

/// A row that lies below the picture repeats the last.
TARGET void cvnni_round_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t depth = shape->depth, line = shape->width * depth;
    const float greatest = greatest_value(shape), *middle = shape->expands_differences ? scratch.middle : NULL;
    const bool bytes = shape->expands_bytes;
    const rounded_pixels to = line_at(task, scratch, index);
    int32_t *target = to.a;
    float *back = to.back;
    const float *rows[4];
    for (size_t r = 0; r < 4; r++) rows[r] = task->input + least(4 * four + r, shape->height - 1) * line;
    for (size_t x = 0; x < shape->width; x++) {
        if (middle && bytes) round_four(rows, middle, depth, true, greatest, target, back);
        else if (middle) round_four(rows, middle, depth, false, greatest, target, back);
        else if (bytes) round_four(rows, NULL, depth, true, greatest, target, back);
        else round_four(rows, NULL, depth, false, greatest, target, back);
        UNROLL for (int r = 0; r < 4; r++) rows[r] += depth;
        target += 4 * expansion_words(shape);
        back += 4;
    }
}

/// Where a panel's channels of a four of rows go.
typedef struct {
    uint32_t *cells[3];
} expanded_line;

/// `pixels` from column `x` of one panel of 16 * `vectors` channels. The picture has the first `rows` of the four's
/// rows; the others are zero.
INLINE void expand_tile(const int pixels, const int rows, const int vectors, const bool bytes, rounded_pixels from,
                        size_t words, const uint32_t *panel, const float *offsets, const expanded_line *to, size_t x) {
    const size_t width = 16 * (size_t)vectors;
    // Four bytes of each row to four rows of each channel.
    const __m512i turn = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    four_sums sums;
    multiply_fours(&sums, rows * pixels, rows, vectors, false, bytes, from.a, words,
                   bytes ? (const int32_t *)panel + width : NULL, panel + expansion_header * width);
    UNROLL for (int v = 0; v < vectors; v++) {
        const __m512 scale = _mm512_loadu_ps(panel + 16 * v), offset = _mm512_loadu_ps(offsets + 16 * v);
        UNROLL for (int p = 0; p < pixels; p++) {
            __m512 values[4];
            UNROLL for (int r = 0; r < 4; r++) {
                values[r] = _mm512_setzero_ps();
                if (r >= rows) continue;
                const __m512 own = _mm512_mul_ps(_mm512_set1_ps(from.back[4 * p + r]), scale);
                values[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums.whole[rows * p + r][v]), own, offset);
            }
            const __m512i turned = _mm512_shuffle_epi8(bytes_of(values), turn);
            _mm512_storeu_si512(to->cells[v] + (x + (size_t)p) * cell, turned);
        }
    }
}

#define EXPAND_ROWS(name, pixels, rows, vectors, bytes)                                                              \
    TARGET static void name(rounded_pixels from, size_t count, size_t words, const uint32_t *panel,                  \
                            const float *offsets, const expanded_line *to) {                                         \
        for (size_t x = 0; x < count;) {                                                                             \
            const size_t step = count - x >= pixels ? pixels : 1;                                                    \
            if (step == pixels) expand_tile(pixels, rows, vectors, bytes, from, words, panel, offsets, to, x);       \
            else expand_tile(1, rows, vectors, bytes, from, words, panel, offsets, to, x);                           \
            from.a += step * 4 * words;                                                                              \
            from.back += step * 4;                                                                                   \
            x += step;                                                                                               \
        }                                                                                                            \
    }
#define EXPAND(name, most, vectors, bytes)                                                                           \
    EXPAND_ROWS(name##_1, most, 1, vectors, bytes)                                                                   \
    EXPAND_ROWS(name##_2, (most) / 2, 2, vectors, bytes)                                                             \
    EXPAND_ROWS(name##_3, (most) / 3, 3, vectors, bytes)                                                             \
    EXPAND_ROWS(name##_4, (most) / 4, 4, vectors, bytes)

// For each width at most so many rows of A.
EXPAND(bytes16, 16, 1, true)
EXPAND(bytes32, 12, 2, true)
EXPAND(bytes48, 8, 3, true)
EXPAND(pairs16, 16, 1, false)
EXPAND(pairs32, 12, 2, false)
EXPAND(pairs48, 8, 3, false)

static expanded_line line_of(const cvnni_band_task *task, size_t four, size_t column, size_t width) {
    expanded_line to;
    for (size_t v = 0; v < width / cell; v++) {
        to.cells[v] = ring_cells(task, column + cell * v, four) + task->shape.pad_left * cell;
    }
    return to;
}

void cvnni_expand_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                       const uint32_t *panel, size_t column, size_t width) {
    static void (*const panels[2][3][4])(rounded_pixels, size_t, size_t, const uint32_t *, const float *,
                                         const expanded_line *) = {
        {{pairs16_1, pairs16_2, pairs16_3, pairs16_4},
         {pairs32_1, pairs32_2, pairs32_3, pairs32_4},
         {pairs48_1, pairs48_2, pairs48_3, pairs48_4}},
        {{bytes16_1, bytes16_2, bytes16_3, bytes16_4},
         {bytes32_1, bytes32_2, bytes32_3, bytes32_4},
         {bytes48_1, bytes48_2, bytes48_3, bytes48_4}},
    };
    const size_t rows = least(task->shape.height - 4 * four, 4);
    const rounded_pixels from = line_at(task, scratch, index);
    const expanded_line to = line_of(task, four, column, width);
    panels[task->shape.expands_bytes][width / cell - 1][rows - 1](
        from, task->shape.width, expansion_words(&task->shape), panel, scratch.offsets + column, &to);
}

#else
size_t cvnni_expansion_count(const cvnni_band_shape *shape) { return 0; }
void cvnni_pack_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {}
#endif
