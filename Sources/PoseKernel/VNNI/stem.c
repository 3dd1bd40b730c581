#include "CVNNI.h"

#if defined(__x86_64__)
#include "band.h"
#include "stem.h"

// What the first convolution gives stands in a ring of rows as integers of 16 bits, two neighbouring columns in a word,
// the even one first: two dot products add up a row of taps. A four of rows of output reads one more on either side.

enum {
    /// A power of two.
    ring_rows = 8,
    four_rows = 4,
    read_rows = four_rows + 2,
    /// Pixels of a tile of output.
    tile_pixels = 4,
    pairs_of_tile = tile_outputs / 2,
};

// The ring

/// Pairs of columns in whole tiles of the first convolution, and one of zeros on either side.
static size_t row_pairs(const cvnni_picture_task *task) {
    return (task->output_width + tile_outputs - 1) / tile_outputs * pairs_of_tile + 2;
}

/// Of a row: all pairs' first channels, then all pairs' others.
static size_t row_size(const cvnni_picture_task *task) { return row_pairs(task) * channels; }

/// Behind the ring stands a row of zeros.
size_t cvnni_stem_scratch_bytes(const cvnni_picture_task *task) {
    return (ring_rows + 1) * row_size(task) * sizeof(uint32_t);
}

/// The first pair that is no margin, of the first channels and of the others.
typedef struct {
    uint32_t *front, *rear;
} ring_row;

static ring_row row_at(const cvnni_stem_task *task, size_t slot) {
    uint32_t *row = (uint32_t *)task->ring + slot * row_size(&task->picture);
    return (ring_row){row + whole, row + row_pairs(&task->picture) * whole + left_over};
}

// The first convolution

/// Sums of an even and an odd column as integers of 0...`stem_six`, side by side.
INLINE __m512i column_pair(__m512i even, __m512i odd, column_terms own) {
    const __m512i turn = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
    const __m512 first = _mm512_fmadd_ps(_mm512_cvtepi32_ps(even), own.scale, own.bias);
    const __m512 second = _mm512_fmadd_ps(_mm512_cvtepi32_ps(odd), own.scale, own.bias);
    const __m512i both = _mm512_packs_epi32(_mm512_cvtps_epi32(first), _mm512_cvtps_epi32(second));
    return _mm512_shuffle_epi8(_mm512_max_epi16(both, _mm512_setzero_si512()), turn);
}

/// The sums in finer steps, with what the bytes of the weights left out, times the pixels in the middle of the taps.
INLINE void add_rest(const stem_weights *weights, const uint32_t *line, __m512i front[tile_outputs],
                     __m512i rear[tile_outputs / 2]) {
    const __m512i first = _mm512_loadu_si512(weights->picture.rest[0]);
    const __m512i last = _mm512_loadu_si512(weights->picture.rest[1]);
    UNROLL for (int i = 0; i < tile_outputs; i++) {
        const uint32_t *pixel = line + 2 * i + 1;
        const __m512i own = _mm512_set1_epi32((int32_t)*pixel);
        front[i] = _mm512_dpbusd_epi32(_mm512_slli_epi32(front[i], rest_bits), own, first);
        if (i % 4 >= 2) continue;
        __m512i *sum = &rear[i / 4 * 2 + i % 2];
        const __m512i both = _mm512_mask_set1_epi32(own, 0xFF00, (int32_t)pixel[4]);
        *sum = _mm512_dpbusd_epi32(_mm512_slli_epi32(*sum, rest_bits), both, last);
    }
}

/// Neighbouring outputs. The channels left over of each two that have another between them share sums.
INLINE void picture_tile(const stem_weights *weights, picture_part part, ring_row target) {
    __m512i front[tile_outputs], rear[tile_outputs / 2];
    UNROLL for (int i = 0; i < tile_outputs; i++) front[i] = _mm512_setzero_si512();
    UNROLL for (int i = 0; i < tile_outputs / 2; i++) rear[i] = _mm512_setzero_si512();
    const uint32_t *middle = part.pixels + part.stride;
    _Pragma("clang loop unroll(disable)") for (int y = 0; y < kernel; y++) {
        __m512i lines[kernel][2];
        UNROLL for (int x = 0; x < kernel; x++) {
            const uint32_t(*words)[whole] = weights->picture.taps[kernel * y + x];
            UNROLL for (int v = 0; v < 2; v++) lines[x][v] = _mm512_loadu_si512(words[v]);
        }
        UNROLL for (int column = 0; column < tile_columns; column++) {
            const __m512i own = _mm512_set1_epi32((int32_t)part.pixels[column]);
            UNROLL for (int x = 0; x < kernel; x++) {
                const int i = (column - x) / 2;
                if (column < x || (column - x) % 2 != 0 || i >= tile_outputs) continue;
                front[i] = _mm512_dpbusd_epi32(front[i], own, lines[x][0]);
                if (i % 4 >= 2) continue;
                const __m512i both = _mm512_mask_set1_epi32(own, 0xFF00, (int32_t)part.pixels[column + 4]);
                rear[i / 4 * 2 + i % 2] = _mm512_dpbusd_epi32(rear[i / 4 * 2 + i % 2], both, lines[x][1]);
            }
        }
        part.pixels += part.stride;
    }
    add_rest(weights, middle, front, rear);
    const column_terms first = terms(weights->picture.scale[0], weights->picture.bias[0], false);
    const column_terms last = terms(weights->picture.scale[1], weights->picture.bias[1], false);
    UNROLL for (int i = 0; i < pairs_of_tile; i++) {
        _mm512_storeu_si512(target.front + whole * i, column_pair(front[2 * i], front[2 * i + 1], first));
    }
    UNROLL for (int i = 0; i < pairs_of_tile; i += 2) {
        _mm512_storeu_si512(target.rear + left_over * i, column_pair(rear[i], rear[i + 1], last));
    }
}

/// Zeros to the right of the picture.
static void clear_columns(ring_row row, size_t first, size_t end) {
    for (size_t x = first; x < end; x++) {
        const uint32_t kept = x % 2 == 0 ? 0 : 0xFFFF;
        for (size_t i = 0; i < whole; i++) row.front[x / 2 * whole + i] &= kept;
        for (size_t i = 0; i < left_over; i++) row.rear[x / 2 * left_over + i] &= kept;
    }
}

TARGET static void make_row(const cvnni_stem_task *task, size_t y) {
    const cvnni_picture_task *picture = &task->picture;
    const ring_row row = row_at(task, y % ring_rows);
    size_t x = 0;
    for (; x < picture->output_width; x += tile_outputs) {
        uint32_t patch[kernel * tile_columns];
        const ring_row target = {row.front + x / 2 * whole, row.rear + x / 2 * left_over};
        picture_tile(task->weights, part_of(picture, y, x, patch), target);
    }
    clear_columns(row, picture->output_width, x);
}

// The depthwise convolution and the projection

/// Four rows' sums of an even and of an odd column, from the pair of columns that stands at `offset` in each of the
/// rows that they read; `size` words are a pair.
INLINE void sum_taps(const stem_weights *weights, const int vector, const uint32_t *const rows[read_rows],
                     size_t offset, size_t size, __m512i even[four_rows], __m512i odd[four_rows]) {
    const __m512i start = _mm512_loadu_si512(weights->depthwise[vector].start);
    UNROLL for (int r = 0; r < four_rows; r++) even[r] = odd[r] = start;
    UNROLL for (int i = 0; i < read_rows; i++) {
        const uint32_t *place = rows[i] + offset;
        const __m512i before = _mm512_loadu_si512(place - size), own = _mm512_loadu_si512(place);
        const __m512i behind = _mm512_loadu_si512(place + size);
        UNROLL for (int r = 0; r < four_rows; r++) {
            if (i < r || i - r >= kernel) continue;
            const uint32_t(*line)[whole] = weights->depthwise[vector].taps[i - r];
            even[r] = _mm512_dpwssd_epi32(even[r], before, _mm512_loadu_si512(line[0]));
            odd[r] = _mm512_dpwssd_epi32(odd[r], own, _mm512_loadu_si512(line[2]));
            even[r] = _mm512_dpwssd_epi32(even[r], own, _mm512_loadu_si512(line[1]));
            odd[r] = _mm512_dpwssd_epi32(odd[r], behind, _mm512_loadu_si512(line[3]));
        }
    }
}

/// Four rows' sums as integers of 0...`stem_six`, as fours of words of two: of the first 8 lanes, and of the others.
INLINE void store_four(const __m512i sums[four_rows], __m512i shift, int32_t *first, int32_t *second) {
    const __m512i zero = _mm512_setzero_si512();
    __m512i halves[2];
    UNROLL for (int i = 0; i < 2; i++) {
        const __m512i upper = _mm512_srav_epi32(sums[2 * i], shift), lower = _mm512_srav_epi32(sums[2 * i + 1], shift);
        halves[i] = _mm512_max_epi16(_mm512_packs_epi32(upper, lower), zero);
    }
    store_pairs(halves[0], halves[1], first, second);
}

enum { pixel_size = four_rows * stem_words };

/// A of the projection for `tile_pixels` of a four of rows, from column `x` on, a multiple of these.
INLINE void convolve_tile(const stem_weights *weights, const uint32_t *const front[read_rows],
                          const uint32_t *const rear[read_rows], size_t x, int32_t a[tile_pixels * pixel_size]) {
    __m512i even[four_rows], odd[four_rows];
    const __m512i shift = _mm512_loadu_si512(weights->depthwise[0].shift);
    UNROLL for (int p = 0; p < tile_pixels; p += 2) {
        sum_taps(weights, 0, front, (x + (size_t)p) / 2 * whole, whole, even, odd);
        int32_t *target = a + p * pixel_size;
        store_four(even, shift, target, target + whole);
        store_four(odd, shift, target + pixel_size, target + pixel_size + whole);
    }
    const __m512i last = _mm512_loadu_si512(weights->depthwise[1].shift);
    sum_taps(weights, 1, rear, x / 2 * left_over, left_over, even, odd);
    int32_t *target = a + 2 * whole;
    store_four(even, last, target, target + 2 * pixel_size);
    store_four(odd, last, target + pixel_size, target + 3 * pixel_size);
}

/// The higher halves of the sums of one pixel's four rows, as fours of words of two.
INLINE void store_halves(const __m512i sums[four_rows], int32_t *target) {
    __m512i shifted[four_rows];
    UNROLL for (int r = 0; r < four_rows; r++) shifted[r] = _mm512_srai_epi32(sums[r], stem_shift);
    const __m512i first = _mm512_packs_epi32(shifted[0], shifted[1]);
    store_pairs(first, _mm512_packs_epi32(shifted[2], shifted[3]), target, target + 16);
}

/// Of the four's rows and of the tile's pixels the first ones, as floats, the first at `target`.
INLINE void store_floats(const stem_weights *weights, const four_sums *sums, size_t rows, size_t pixels, size_t line,
                         float *target) {
    const column_terms own = terms(weights->projection.back, weights->projection.bias, false);
    const __m512i half = _mm512_set1_epi32(1 << (stem_shift - 1));
    UNROLL for (size_t p = 0; p < tile_pixels; p++) {
        UNROLL for (size_t r = 0; r < four_rows; r++) {
            if (p >= pixels || r >= rows) continue;
            const __m512 sum = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums->whole[four_rows * p + r][0], half));
            _mm512_storeu_ps(target + r * line + p * outputs, _mm512_fmadd_ps(sum, own.scale, own.bias));
        }
    }
}

TARGET void cvnni_stem_four(const cvnni_stem_task *task, size_t four, int32_t *target) {
    enum { words = outputs / 2 * four_rows };
    const stem_weights *weights = task->weights;
    const size_t width = task->picture.output_width, height = task->output_height, top = four_rows * four;
    const uint32_t *front[read_rows], *rear[read_rows];
    for (size_t i = 0; i < read_rows; i++) {
        const size_t y = top + i - 1;
        const ring_row row = row_at(task, y < height ? y % ring_rows : ring_rows);
        front[i] = row.front;
        rear[i] = row.rear;
    }
    if (four == 0) memset(task->ring, 0, cvnni_stem_scratch_bytes(&task->picture));
    for (size_t y = four == 0 ? 0 : top + 1; y < least(top + read_rows - 1, height); y++) make_row(task, y);
    for (size_t x = 0; x < width; x += tile_pixels, target += tile_pixels * words) {
        int32_t a[tile_pixels * pixel_size], rounded[tile_pixels * words];
        four_sums sums;
        const size_t pixels = least(width - x, tile_pixels);
        convolve_tile(weights, front, rear, x, a);
        multiply_fours(&sums, four_rows * tile_pixels, four_rows, 1, false, false, a, stem_words, weights->projection.start,
                       weights->projection.lines[0]);
        int32_t *place = pixels == tile_pixels ? target : rounded;
        UNROLL for (int p = 0; p < tile_pixels; p++) {
            const __m512i own[four_rows] = {sums.whole[4 * p][0], sums.whole[4 * p + 1][0], sums.whole[4 * p + 2][0],
                                            sums.whole[4 * p + 3][0]};
            store_halves(own, place + p * words);
        }
        if (place == rounded) memcpy(target, rounded, pixels * words * sizeof *target);
        if (!task->output) continue;
        float *floats = task->output + (top * width + x) * outputs;
        store_floats(weights, &sums, least(height - top, four_rows), pixels, width * outputs, floats);
    }
}

#else
size_t cvnni_stem_scratch_bytes(const cvnni_picture_task *task) { return 0; }
#endif
