#pragma once
#include "product.h"

// Products of bytes, or of 16-bit integers, whose rows of A stand in *fours*: word by word, each word that of four rows one
// after the other. Rows of a picture that lie one below the other, and pixels that lie side by side, come out of saturating
// packs in this order.

/// What 6 becomes in the ring, and the greatest magnitude of a weight in a byte.
enum { six = 255, byte_weight = 127 };

/// From this depth on an expansion multiplies bytes; below, 16-bit integers. What is rounded on the fine grids, whose
/// expansions are shallow, adds the most to the landmarks' error and costs the least to multiply more exactly.
static inline bool expands_bytes(size_t depth) { return depth >= 64; }

/// Whether a projection of so many channels multiplies bytes: those of the landmark network's 384 lose next to nothing by
/// it; all others add to the error on landmarks that are hardly seen more than they save in time.
static inline bool projects_bytes(size_t channels) { return channels >= 384 && channels < 528; }

/// Words of a row of A.
static inline size_t row_words(size_t depth, bool bytes) { return depth / (bytes ? 4 : 2); }

/// Channels of a cell: what one vector holds.
enum { cell = 16 };

/// In whole cells: behind the last channel stand some of nothing but zeros.
static inline size_t cell_channels(const cvnni_band_shape *shape) { return (shape->channels + cell - 1) / cell * cell; }

/// `rows` (a multiple of 4) x (`vectors` of 16 and perhaps one of 8) sums, from `start` on (NULL: zero). Weights are bytes
/// with a sign, what stands in A has none; or both are 16-bit integers.
INLINE void multiply_fours(tile_sums *sums, const int rows, const int vectors, const bool half, const bool bytes,
                           const int32_t *a, size_t words, const int32_t *start, const uint32_t *b) {
    const size_t width = 16 * (size_t)vectors + (half ? 8 : 0);
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            sums->whole[r][v] = start ? _mm512_loadu_si512(start + 16 * v) : _mm512_setzero_si512();
        }
        sums->half[r] = _mm256_setzero_si256();
    }
    for (size_t i = 0; i < words; i++) {
        __m512i line[3];
        UNROLL for (int v = 0; v < vectors; v++) line[v] = _mm512_loadu_si512(b + 16 * v);
        const __m256i rest = half ? _mm256_loadu_si256((const __m256i *)(b + 16 * vectors)) : _mm256_setzero_si256();
        UNROLL for (int r = 0; r < rows; r++) {
            const __m512i value = _mm512_set1_epi32(a[(size_t)(r / 4) * 4 * words + 4 * i + (size_t)(r % 4)]);
            UNROLL for (int v = 0; v < vectors; v++) {
                sums->whole[r][v] = bytes ? _mm512_dpbusd_epi32(sums->whole[r][v], value, line[v])
                                          : _mm512_dpwssd_epi32(sums->whole[r][v], value, line[v]);
            }
            if (!half) continue;
            const __m256i part = _mm512_castsi512_si256(value);
            sums->half[r] = bytes ? _mm256_dpbusd_epi32(sums->half[r], part, rest)
                                  : _mm256_dpwssd_epi32(sums->half[r], part, rest);
        }
        b += width;
    }
}

/// Rounded integers of 16 bits, lane by lane four of each vector in turn, `first` two by two and `second`: as fours of
/// words of two. 32 words.
INLINE void store_pairs(__m512i first, __m512i second, int32_t *target) {
    const __m512 low = _mm512_castsi512_ps(first), high = _mm512_castsi512_ps(second);
    const __m512i even = _mm512_castps_si512(_mm512_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0)));
    const __m512i odd = _mm512_castps_si512(_mm512_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 3, 1)));
    const __m512i front = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i rear = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    _mm512_storeu_si512(target, _mm512_permutex2var_epi64(even, front, odd));
    _mm512_storeu_si512(target + 16, _mm512_permutex2var_epi64(even, rear, odd));
}

/// Four vectors of floats rounded and moved to 0...255: lane by lane, four bytes of each in turn.
INLINE __m512i bytes_of(const __m512 values[4]) {
    const __m512i first = _mm512_packs_epi32(_mm512_cvtps_epi32(values[0]), _mm512_cvtps_epi32(values[1]));
    const __m512i second = _mm512_packs_epi32(_mm512_cvtps_epi32(values[2]), _mm512_cvtps_epi32(values[3]));
    return _mm512_packus_epi16(first, second);
}

/// The ring's cell of 16 channels, from `channel` on, for a four of rows, at the first column: columns lie one behind the
/// other, each four bytes, row by row, for each channel.
static inline uint32_t *ring_cells(const cvnni_band_task *task, size_t channel, size_t four) {
    const size_t columns = task->room.ring_bytes / (task->room.ring_fours * cell_channels(&task->shape) * sizeof(uint32_t));
    const size_t line = four % task->room.ring_fours;
    return (uint32_t *)task->ring + (channel / cell * task->room.ring_fours + line) * columns * cell;
}

/// What 6 becomes in the band.
static inline int32_t band_six(const cvnni_band_shape *shape) {
    return projects_bytes(shape->channels) ? six : greatest_of(cell_channels(shape), cvnni_clamped);
}

/// Of a row of the projection's A.
static inline size_t band_words(const cvnni_band_shape *shape) {
    return row_words(cell_channels(shape), projects_bytes(shape->channels));
}

/// Fours of rows that the picture has.
static inline size_t picture_fours(const cvnni_band_shape *shape) { return (shape->height + 3) / 4; }
/// Rows of output from a four, pixels of output and columns of the ring in a row, the margins' included.
static inline size_t rows_of_four(const cvnni_band_shape *shape) { return 4 / shape->stride; }
static inline size_t output_columns(const cvnni_band_shape *shape) { return (shape->output_width + 3) / 4 * 4; }

/// 16 channels' output from the fours `first` up to `end` into the band: pixels in fours, side by side.
void cvnni_depthwise_cells(const cvnni_band_task *task, size_t channel, size_t first, size_t end);
