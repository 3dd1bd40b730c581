#pragma once
#include "fours.h"

// What the three parts of a band have in common.

/// Channels of a cell: what one vector holds.
enum { cell = 16 };

/// In whole cells: behind the last channel stand some of nothing but zeros.
static inline size_t cell_channels(const cvnni_band_shape *shape) { return (shape->channels + cell - 1) / cell * cell; }

/// The ring's cell of 16 channels, from `channel` on, for a four of rows, at the first column: columns lie one behind
/// the other, each four bytes, row by row, for each channel.
static inline uint32_t *ring_cells(const cvnni_band_task *task, size_t channel, size_t four) {
    const size_t lines = task->room.ring_fours, line = four % lines;
    const size_t columns = task->room.ring_bytes / (lines * cell_channels(&task->shape) * sizeof(uint32_t));
    return (uint32_t *)task->ring + (channel / cell * lines + line) * columns * cell;
}

/// What 6 becomes in the band.
static inline int32_t band_six(const cvnni_band_shape *shape) {
    return shape->projects_bytes ? six : greatest_of(cell_channels(shape), cvnni_clamped);
}

/// Of a row of the projection's A.
static inline size_t band_words(const cvnni_band_shape *shape) {
    return row_words(cell_channels(shape), shape->projects_bytes);
}

/// Fours of rows that the picture has.
static inline size_t picture_fours(const cvnni_band_shape *shape) { return (shape->height + 3) / 4; }
/// Rows of output from a four.
static inline size_t rows_of_four(const cvnni_band_shape *shape) { return 4 / shape->stride; }
static inline size_t whole_fours(size_t pixels) { return (pixels + 3) / 4 * 4; }

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// Of a column of the expansion.
static inline size_t expansion_words(const cvnni_band_shape *shape) {
    return row_words(shape->depth, shape->expands_bytes);
}

/// What stands in the scratch, one behind the other.
typedef struct {
    /// The pixel in the middle of all where differences from it are expanded, and what the expansion makes of it, or
    /// its biases alone, in steps of the ring.
    float *middle, *offsets;
    /// For each row of a line's fours what makes its sums what they were; or, for a whole line, the exponent of the power of
    /// two that it was multiplied by, in the place of the first.
    float *back;
    int32_t *rows;
    /// Of the product that makes `offsets`.
    void *product;
} band_scratch;

/// Of a four of rows of the picture, the one at `index` in the scratch.
static inline int32_t *rounded_line(const cvnni_band_task *task, band_scratch scratch, size_t index) {
    return scratch.rows + 4 * index * task->shape.width * expansion_words(&task->shape);
}

/// What the expansion needs to know of the whole input.
void cvnni_prepare(const cvnni_band_task *task, band_scratch scratch);
/// A four of rows of the picture as integers into the scratch, where they are the line at `index`: rounded, or made by a
/// stem.
void cvnni_round_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four);
/// The same four into the ring: the channels of one panel, which begins with `column`.
void cvnni_expand_line(const cvnni_band_task *task, band_scratch scratch, size_t index, size_t four,
                       const uint32_t *panel, size_t column, size_t width);
/// A four of rows of the stem's output, 16-bit integers in fours of rows: those up to the last in turn.
void cvnni_stem_four(const cvnni_stem_task *task, size_t four, int32_t *target);
/// 32-bit words of a panel of that width.
size_t cvnni_expansion_panel(const cvnni_band_shape *shape, size_t width);
/// 16 channels' output from the fours `first` up to `end` into the band: pixels in fours, side by side.
void cvnni_depthwise_cells(const cvnni_band_task *task, size_t channel, size_t first, size_t end);
/// The output rows from `first` on, `rows` of them, which are all that stands in the band.
void cvnni_project_rows(const cvnni_band_task *task, size_t first, size_t rows);
