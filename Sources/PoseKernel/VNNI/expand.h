#pragma once
#include "band.h"

// What expansions have in common.

/// Vectors of a panel before its lines of words.
enum { expansion_header = 2 };

/// Where a panel's channels of a four of rows go.
typedef struct {
    uint32_t *cells[3];
} expanded_line;

static inline expanded_line line_of(const cvnni_band_task *task, size_t four, size_t column, size_t width) {
    expanded_line to;
    for (size_t v = 0; v < width / cell; v++) {
        to.cells[v] = ring_cells(task, column + cell * v, four) + task->shape.pad_left * cell;
    }
    return to;
}

/// How many rows of a four the picture has.
static inline size_t rows_of(const cvnni_band_task *task, size_t four) { return least(task->shape.height - 4 * four, 4); }

/// The input's rows of a four; one that lies below the picture repeats the last.
static inline void find_rows(const cvnni_band_task *task, size_t four, const float *rows[4]) {
    const cvnni_band_shape *shape = &task->shape;
    for (size_t r = 0; r < 4; r++) {
        rows[r] = task->input + least(4 * four + r, shape->height - 1) * shape->width * shape->depth;
    }
}

/// A pixel's bytes of one vector of channels, lane by lane four of each row in turn, as the ring holds them: four rows of
/// each channel.
INLINE __m512i cells_of(__m512i bytes) {
    const __m512i turn = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    return _mm512_shuffle_epi8(bytes, turn);
}

// The two forms. A line is a four of rows; see band.h.

void cvnni_pack_bytes(const cvnni_band_shape *shape, const float *weights, uint32_t *packed);
void cvnni_pack_pairs(const cvnni_band_shape *shape, const float *weights, uint32_t *packed);
void cvnni_round_bytes(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four);
void cvnni_round_pairs(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four);
void cvnni_expand_bytes(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                        const uint32_t *panel, size_t column, size_t width);
void cvnni_expand_pairs(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                        const uint32_t *panel, size_t column, size_t width);
