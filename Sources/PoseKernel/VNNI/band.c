#include "CVNNI.h"

#if defined(__x86_64__)
#include "fours.h"

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

// What it works in

/// Columns of the ring in a row: the margins are zero, so that the depthwise convolution need not ask for the border.
static size_t ring_columns(const cvnni_band_shape *shape) {
    const size_t read = (output_columns(shape) - 1) * shape->stride + shape->kernel, own = shape->pad_left + shape->width;
    return read > own ? read : own;
}

static size_t output_fours(const cvnni_band_shape *shape) {
    return (shape->output_height + rows_of_four(shape) - 1) / rows_of_four(shape);
}

/// Behind the last rounded row, which is written in whole vectors.
enum { slack = 64 };

/// Of the rounded rows of one pixel's four.
static size_t pixel_bytes(const cvnni_band_shape *shape) {
    return 4 * sizeof(int32_t) * row_words(shape->depth, expands_bytes(shape->depth));
}

/// What stands in the scratch, one behind the other.
typedef struct {
    /// The pixel in the middle of all, and what the expansion makes of it in steps of the ring.
    float *middle, *offsets;
    /// What makes the rounded rows' sums what they were.
    float *back;
    int32_t *rows;
    /// Of the product that makes `offsets`.
    void *product;
    size_t bytes;
} band_scratch;

static band_scratch lay_out(const cvnni_band_shape *shape, size_t ring_fours, void *memory) {
    const size_t pixels = ring_fours * shape->width;
    band_scratch scratch = {.middle = memory};
    scratch.offsets = scratch.middle + (shape->depth + cell - 1) / cell * cell;
    scratch.back = scratch.offsets + cell_channels(shape);
    scratch.rows = (int32_t *)(scratch.back + 4 * pixels);
    uint8_t *end = (uint8_t *)scratch.rows + pixels * pixel_bytes(shape) + slack;
    scratch.product = end;
    scratch.bytes = (size_t)(end + cvnni_scratch_bytes(shape->depth) - (uint8_t *)memory);
    return scratch;
}

static cvnni_band_room room_of(const cvnni_band_shape *shape, size_t band_fours) {
    const size_t ring_fours = least(band_fours + 2, picture_fours(shape));
    return (cvnni_band_room){
        .ring_fours = ring_fours,
        .band_fours = band_fours,
        .ring_bytes = ring_fours * ring_columns(shape) * cell_channels(shape) * sizeof(uint32_t),
        .band_bytes = band_fours * rows_of_four(shape) * output_columns(shape) * band_words(shape) * sizeof(int32_t),
        .scratch_bytes = lay_out(shape, ring_fours, NULL).bytes,
    };
}

cvnni_band_room cvnni_plan_band(const cvnni_band_shape *shape, size_t budget) {
    cvnni_band_room room = room_of(shape, 1);
    for (size_t fours = 2; fours <= output_fours(shape); fours++) {
        const cvnni_band_room larger = room_of(shape, fours);
        if (larger.ring_bytes + larger.band_bytes > budget) break;
        room = larger;
    }
    return room;
}

// Expansion

/// A panel is its columns' scales and what their sums begin with, then the lines of words.
enum { expansion_header = 2 };

/// Of a column.
static size_t expansion_words(const cvnni_band_shape *shape) {
    return row_words(shape->depth, expands_bytes(shape->depth));
}

size_t cvnni_expansion_count(const cvnni_band_shape *shape) {
    return cell_channels(shape) * (expansion_header + expansion_words(shape));
}

/// The greatest integer that a value becomes.
static float greatest_value(size_t depth) {
    return expands_bytes(depth) ? byte_weight : (float)greatest_of(depth, cvnni_rows);
}

/// One column's terms, so many in a word; the words lie `stride` apart and are zero before.
static void pack_terms(const long *rounded, size_t count, size_t parts, uint32_t *words, size_t stride) {
    const size_t bits = 32 / parts;
    for (size_t i = 0; i < count; i++) {
        words[i / parts * stride] |= ((uint32_t)rounded[i] & (0xFFFFFFFF >> (32 - bits))) << bits * (i % parts);
    }
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
        packed += width * (expansion_header + expansion_words(shape));
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
static void prepare(const cvnni_band_task *task, band_scratch scratch) {
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
    const __m512i first = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[0], greatest[1]),
                                           _mm512_unpackhi_epi32(greatest[0], greatest[1]));
    const __m512i second = _mm512_max_epu32(_mm512_unpacklo_epi32(greatest[2], greatest[3]),
                                            _mm512_unpackhi_epi32(greatest[2], greatest[3]));
    const __m512i all = _mm512_max_epu32(_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
    const __m256i half = _mm256_max_epu32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
    return _mm_castsi128_ps(_mm_max_epu32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1)));
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
        else if (i + 16 <= depth) store_values(values, target + 2 * i);
        else {
            int32_t whole[32];
            store_values(values, whole);
            memcpy(target + 2 * i, whole, 64);
        }
    }
}

/// Rounded pixels, each a four of rows one below the other, and what makes their sums what they were.
typedef struct {
    const int32_t *a;
    const float *back;
} rounded_pixels;

/// A four of rows of the picture; a row that lies below it repeats the last.
TARGET static void round_line(const cvnni_band_task *task, size_t four, const float *middle, int32_t *target,
                              float *back) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t depth = shape->depth, words = 4 * expansion_words(shape);
    const float *rows[4];
    for (size_t r = 0; r < 4; r++) rows[r] = task->input + least(4 * four + r, shape->height - 1) * shape->width * depth;
    for (size_t x = 0; x < shape->width; x++) {
        if (expands_bytes(depth)) round_four(rows, middle, depth, true, greatest_value(depth), target, back);
        else round_four(rows, middle, depth, false, greatest_value(depth), target, back);
        UNROLL for (int r = 0; r < 4; r++) rows[r] += depth;
        target += words;
        back += 4;
    }
}

/// Where a panel's channels of a four of rows go, and which of its rows exist, as bytes of a mask.
typedef struct {
    uint32_t *cells[3];
    uint32_t mask;
} expanded_line;

/// `pixels` from column `x` of one panel of 16 * `vectors` channels.
INLINE void expand_tile(const int pixels, const int vectors, const bool bytes, rounded_pixels from, size_t words,
                        const uint32_t *panel, const float *offsets, const expanded_line *to, size_t x) {
    const size_t width = 16 * (size_t)vectors;
    // Four bytes of each row to four rows of each channel.
    const __m512i turn = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m512i mask = _mm512_set1_epi32((int32_t)to->mask);
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
            const __m512i rows = _mm512_shuffle_epi8(bytes_of(values), turn);
            _mm512_storeu_si512(to->cells[v] + (x + (size_t)p) * cell, _mm512_and_si512(rows, mask));
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

/// One four of rows, the channels of one panel.
static void expand_pixels(const cvnni_band_task *task, rounded_pixels from, const uint32_t *panel, size_t width,
                          const float *offsets, const expanded_line *to) {
    const cvnni_band_shape *shape = &task->shape;
    const bool bytes = expands_bytes(shape->depth);
    const size_t words = expansion_words(shape);
    switch (width) {
    case 16: (bytes ? expand_bytes16 : expand_pairs16)(from, shape->width, words, panel, offsets, to); break;
    case 32: (bytes ? expand_bytes32 : expand_pairs32)(from, shape->width, words, panel, offsets, to); break;
    default: (bytes ? expand_bytes48 : expand_pairs48)(from, shape->width, words, panel, offsets, to);
    }
}

/// Where they go.
static expanded_line line_of(const cvnni_band_task *task, size_t four, size_t column, size_t width) {
    const size_t rows = task->shape.height - 4 * four;
    expanded_line to = {.mask = rows >= 4 ? 0xFFFFFFFF : (1u << 8 * rows) - 1};
    for (size_t v = 0; v < width / cell; v++) {
        to.cells[v] = ring_cells(task, column + cell * v, four) + task->shape.pad_left * cell;
    }
    return to;
}

// Projection

size_t cvnni_projection_count(const cvnni_band_shape *shape) {
    return shape->outputs * (1 + band_words(shape));
}

/// One column as integers, of `shape->channels` terms; what its sums are multiplied by.
static float round_column(const cvnni_band_shape *shape, const float *weights, long *rounded) {
    const size_t channels = shape->channels;
    const double greatest = band_six(shape);
    double scale;
    if (projects_bytes(channels)) {
        scale = byte_scale(weights, channels, 1, byte_weight);
        round_evenly(weights, channels, 1, scale, byte_weight, rounded);
    } else {
        scale = weight_scale(weights, channels, 1, greatest, true);
        for (size_t i = 0; i < channels; i++) rounded[i] = nearest(weights[i] * scale);
    }
    return (float)(6 / greatest / scale);
}

void cvnni_pack_projection(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {
    const size_t channels = shape->channels, words = band_words(shape), parts = projects_bytes(channels) ? 4 : 2;
    memset(packed, 0, cvnni_projection_count(shape) * sizeof *packed);
    long *rounded = malloc(channels * sizeof *rounded);
    for (size_t column = 0; column < shape->outputs;) {
        const size_t width = panel_width(shape->outputs - column);
        for (size_t j = 0; j < width; j++) {
            const float back = round_column(shape, weights + (column + j) * channels, rounded);
            memcpy(packed + j, &back, sizeof back);
            pack_terms(rounded, channels, parts, packed + width + j, width);
        }
        packed += width * (1 + words);
        column += width;
    }
    free(rounded);
}

/// `rows` (a multiple of 4) rows of A, of which the first `count` exist, and one panel.
INLINE void project_tile(const cvnni_gemm_task *product, const int rows, const int vectors, const bool half,
                         const bool bytes, const int32_t *a, size_t row, size_t count, const uint32_t *panel,
                         size_t column) {
    const size_t width = 16 * (size_t)vectors + (half ? 8 : 0);
    four_sums sums;
    multiply_fours(&sums, rows, vectors, half, bytes, a, row_words(product->k, bytes), NULL, panel + width);
    const float *scales = (const float *)panel;
    UNROLL for (int v = 0; v <= vectors; v++) {
        if (v == vectors && !half) break;
        const size_t at = column + 16 * (size_t)v;
        const column_terms own = terms(scales + 16 * v, product->bias + at, v == vectors);
        UNROLL for (int r = 0; r < rows; r++) {
            if ((size_t)r >= count) break;
            if (v < vectors) finish(product, sums.whole[r][v], NULL, own, row + (size_t)r, at, true);
            else finish_half(product, half_sums(&sums, r), NULL, own, row + (size_t)r, at, true);
        }
    }
}

#define PROJECT_OF(name, rows, vectors, half, bytes)                                                                 \
    TARGET static void name(const cvnni_gemm_task *product, const int32_t *a, size_t row, size_t count,              \
                            const uint32_t *panel, size_t column) {                                                  \
        const size_t words = row_words(product->k, bytes);                                                           \
        size_t done = 0;                                                                                             \
        for (; done + rows <= count; done += rows)                                                                   \
            project_tile(product, rows, vectors, half, bytes, a + done * words, row + done, rows, panel, column);    \
        for (; done < count; done += 4)                                                                              \
            project_tile(product, 4, vectors, half, bytes, a + done * words, row + done, count - done, panel,        \
                         column);                                                                                    \
    }
#define PROJECT(width, rows, vectors, half)                                                                          \
    PROJECT_OF(project_bytes##width, rows, vectors, half, true)                                                      \
    PROJECT_OF(project_pairs##width, rows, vectors, half, false)                                                     \
    static void project##width(const cvnni_gemm_task *product, bool bytes, const int32_t *a, size_t row,             \
                               size_t count, const uint32_t *panel, size_t column) {                                 \
        (bytes ? project_bytes##width : project_pairs##width)(product, a, row, count, panel, column);                \
    }

PROJECT(8, 16, 0, true)
PROJECT(16, 16, 1, false)
PROJECT(24, 8, 1, true)
PROJECT(32, 12, 2, false)
PROJECT(40, 8, 2, true)
PROJECT(48, 8, 3, false)

/// `count` pixels of the output from `row` on, one behind the other in the band.
static void project(const cvnni_gemm_task *product, bool bytes, const int32_t *a, size_t row, size_t count) {
    const uint32_t *panel = product->packed_b;
    for (size_t column = 0; column < product->n;) {
        const size_t width = panel_width(product->n - column);
        switch (width) {
        case 8: project8(product, bytes, a, row, count, panel, column); break;
        case 16: project16(product, bytes, a, row, count, panel, column); break;
        case 24: project24(product, bytes, a, row, count, panel, column); break;
        case 32: project32(product, bytes, a, row, count, panel, column); break;
        case 40: project40(product, bytes, a, row, count, panel, column); break;
        default: project48(product, bytes, a, row, count, panel, column);
        }
        panel += width * (1 + row_words(product->k, bytes));
        column += width;
    }
}

/// The output rows from `first` on, `rows` of them, which are all that stands in the band.
static void project_rows(const cvnni_band_task *task, size_t first, size_t rows) {
    const cvnni_band_shape *shape = &task->shape;
    const cvnni_gemm_task product = {
        .packed_b = task->projection, .bias = task->projection_bias, .c = task->output, .residual = task->residual,
        .k = cell_channels(shape), .n = shape->outputs, .clamp = task->clamp, .clamp_residual = task->clamp_residual};
    const size_t columns = output_columns(shape), width = shape->output_width;
    const bool bytes = projects_bytes(shape->channels);
    const int32_t *a = task->band;
    if (columns == width) {
        project(&product, bytes, a, first * width, rows * width);
        return;
    }
    for (size_t y = 0; y < rows; y++) {
        project(&product, bytes, a + y * columns * band_words(shape), (first + y) * width, width);
    }
}

// All of it

/// The ring's columns to the left and to the right of the picture.
static void clear_margins(const cvnni_band_task *task) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t columns = ring_columns(shape), left = shape->pad_left, right = left + shape->width;
    for (size_t channel = 0; channel < shape->channels; channel += cell) {
        for (size_t four = 0; four < task->room.ring_fours; four++) {
            uint32_t *cells = ring_cells(task, channel, four);
            memset(cells, 0, left * cell * sizeof *cells);
            memset(cells + right * cell, 0, (columns - right) * cell * sizeof *cells);
        }
    }
}

/// Output from the fours `first` up to `end`, for which those of the ring from `ready` up to `needed` are still to be
/// made: panel by panel, so that what is expanded is still in the first cache when the depthwise convolution reads it.
static void fill_band(const cvnni_band_task *task, band_scratch scratch, size_t first, size_t end, size_t ready,
                      size_t needed) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t line = shape->width * pixel_bytes(shape) / sizeof(int32_t), backs = 4 * shape->width;
    for (size_t i = 0; ready + i < needed; i++) {
        round_line(task, ready + i, scratch.middle, scratch.rows + i * line, scratch.back + i * backs);
    }
    const uint32_t *panel = task->expansion;
    for (size_t column = 0; column < cell_channels(shape);) {
        const size_t width = panel_width(cell_channels(shape) - column);
        for (size_t i = 0; ready + i < needed; i++) {
            const rounded_pixels from = {scratch.rows + i * line, scratch.back + i * backs};
            const expanded_line to = line_of(task, ready + i, column, width);
            expand_pixels(task, from, panel, width, scratch.offsets + column, &to);
        }
        for (size_t channel = column; channel < column + width; channel += cell) {
            cvnni_depthwise_cells(task, channel, first, end);
        }
        panel += width * (expansion_header + expansion_words(shape));
        column += width;
    }
}

void cvnni_band(const cvnni_band_task *task) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t fours = output_fours(shape), phases = rows_of_four(shape);
    const band_scratch scratch = lay_out(shape, task->room.ring_fours, task->scratch);
    clear_margins(task);
    prepare(task, scratch);
    size_t ready = 0;
    for (size_t first = 0; first < fours; first += task->room.band_fours) {
        const size_t end = least(first + task->room.band_fours, fours), needed = least(end + 1, picture_fours(shape));
        fill_band(task, scratch, first, end, ready, needed);
        if (needed > ready) ready = needed;
        project_rows(task, first * phases, least(end * phases, shape->output_height) - first * phases);
    }
}

#else
cvnni_band_room cvnni_plan_band(const cvnni_band_shape *shape, size_t budget) { return (cvnni_band_room){}; }
size_t cvnni_expansion_count(const cvnni_band_shape *shape) { return 0; }
size_t cvnni_projection_count(const cvnni_band_shape *shape) { return 0; }
bool cvnni_band_has_middle(const cvnni_band_shape *shape) { return false; }
void cvnni_pack_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {}
void cvnni_pack_projection(const cvnni_band_shape *shape, const float *weights, uint32_t *packed) {}
void cvnni_band(const cvnni_band_task *task) {}
#endif
