#pragma once
#include "band.h"

// What expansions have in common.

/// Vectors of a panel before its lines of words.
enum { expansion_header = 2 };

/// Where a panel's channels of a four of rows go, and which of its rows exist, as bytes of a mask.
typedef struct {
    uint32_t *cells[3];
    uint32_t mask;
} expanded_line;

static inline expanded_line line_of(const cvnni_band_task *task, size_t four, size_t column, size_t width) {
    const size_t rows = task->shape.height - 4 * four;
    expanded_line to = {.mask = rows >= 4 ? 0xFFFFFFFF : (1u << 8 * rows) - 1};
    for (size_t v = 0; v < width / cell; v++) {
        to.cells[v] = ring_cells(task, column + cell * v, four) + task->shape.pad_left * cell;
    }
    return to;
}

/// A pixel's bytes of one vector of channels, lane by lane four of each row in turn: into the ring.
INLINE void store_cells(__m512i bytes, const expanded_line *to, const int vector, size_t column) {
    // Four bytes of each row to four rows of each channel.
    const __m512i turn = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m512i rows = _mm512_shuffle_epi8(bytes, turn);
    const __m512i mask = _mm512_set1_epi32((int32_t)to->mask);
    _mm512_storeu_si512(to->cells[vector] + column * cell, _mm512_and_si512(rows, mask));
}

/// Four vectors of floats as 16-bit integers in fours of rows: 32 words of two.
INLINE void store_values(const __m512 values[4], int32_t *target) {
    const __m512i first = _mm512_packs_epi32(_mm512_cvtps_epi32(values[0]), _mm512_cvtps_epi32(values[1]));
    const __m512i second = _mm512_packs_epi32(_mm512_cvtps_epi32(values[2]), _mm512_cvtps_epi32(values[3]));
    store_pairs(first, second, target);
}
