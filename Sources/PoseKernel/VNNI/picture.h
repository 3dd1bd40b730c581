#pragma once
#include "product.h"

// The picture that the first convolution reads, 3x3 with stride 2, in tiles of neighbouring outputs.

enum {
    channels = cvnni_picture_channels,
    kernel = 3,
    taps = kernel * kernel,
    colours = 3,
    /// Outputs of a tile, and the columns of the picture that it reads.
    tile_outputs = 8,
    tile_columns = 2 * (tile_outputs - 1) + kernel,
};

/// The pixels that a tile reads, and how far apart their lines are.
typedef struct {
    const uint32_t *pixels;
    size_t stride;
} picture_part;

/// What the tile whose first output is at (y, x) reads: from the picture or, if some of it lies outside, from `patch`.
static inline picture_part part_of(const cvnni_picture_task *task, size_t y, size_t x,
                                   uint32_t patch[kernel * tile_columns]) {
    const ptrdiff_t width = (ptrdiff_t)task->width, height = (ptrdiff_t)task->height;
    const ptrdiff_t top = (ptrdiff_t)(2 * y) - (ptrdiff_t)task->pad_top;
    const ptrdiff_t left = (ptrdiff_t)(2 * x) - (ptrdiff_t)task->pad_left;
    if (top >= 0 && top + kernel <= height && left >= 0 && left + tile_columns <= width) {
        return (picture_part){task->pixels + top * width + left, task->width};
    }
    const ptrdiff_t first = left < 0 ? -left : 0, end = width - left < tile_columns ? width - left : tile_columns;
    memset(patch, task->margin, kernel * tile_columns * sizeof *patch);
    for (ptrdiff_t row = 0; row < kernel; row++) {
        if (top + row < 0 || top + row >= height || end <= first) continue;
        memcpy(patch + row * tile_columns + first, task->pixels + (top + row) * width + left + first,
               (size_t)(end - first) * sizeof *patch);
    }
    return (picture_part){patch, tile_columns};
}
