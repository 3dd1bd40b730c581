#pragma once
#include "CSparse.h"

// Where things stand in the scratch memory, the same for every instruction set.

/// Pixels of a block at most, on any instruction set, and floats of a cache line.
enum { block_pixels = 96, line = 16 };
/// Rows that the depthwise convolution computes together at most.
enum { most_rows = 7 };

static inline size_t whole_octets(size_t count) { return (count + 7) / 8 * 8; }
static inline size_t whole_lines(size_t count) { return (count + line - 1) / line * line; }

/// Planes an odd number of cache lines apart, so that they do not fall on the same places of a cache.
static inline size_t plane_stride(size_t count) { return (count + line - 1) / line / 2 * 2 * line + line; }

/// How a row of pixels stands in a plane: `before` places of zeros in front of it, and with stride 2 first the even
/// places, then the odd ones, so that neighbouring outputs read neighbouring places.
typedef struct {
    /// Places; even with stride 2.
    size_t pitch;
    size_t before, stride;
} row_order;

/// Its pixel at `place`; beyond the last one where it is a zero.
static inline __attribute__((always_inline)) size_t pixel_at(row_order row, size_t place) {
    const size_t half = row.pitch / 2;
    const size_t column = row.stride == 1 ? place : place < half ? 2 * place : 2 * (place - half) + 1;
    return column - row.before;
}

/// The planes of a band. What is outside the picture stands in them as zeros.
typedef struct {
    /// Rows of the output that pass at once, and rows of what the depthwise convolution reads for them.
    size_t rows, ring_rows;
    /// Of what it reads.
    row_order row;
    /// In front of a plane's first row, so that the picture's first row stands on a cache line.
    size_t lead;
    /// From a plane to the next: of the input and of what the depthwise convolution reads, of what it writes.
    size_t ring_stride, band_stride;
    size_t input_count, ring_count, band_count, sums_count, inside_count;
} band_layout;

/// Ring and band in floats: a part of the second cache that leaves room for the weights.
enum { band_budget = 272 * 1024 };

/// Places of a row with its zeros. With stride 1 those to the right of a row may be those to the left of the next.
static inline size_t pitch_of(csparse_band_shape s) {
    const size_t reach = (s.output_width - 1) * s.stride + s.kernel, end = s.pad_left + s.width;
    const size_t right = reach > end ? reach - end : 0;
    const size_t shared = s.pad_left > right ? s.pad_left : right;
    const size_t pitch = s.stride == 1 ? s.width + shared : (end + right + 1) / 2 * 2;
    // On whole cache lines where that is not much more.
    return 6 * whole_lines(pitch) <= 7 * pitch ? whole_lines(pitch) : pitch;
}

static inline band_layout layout_with(csparse_band_shape s, size_t rows) {
    band_layout l = {.rows = rows, .ring_rows = (rows - 1) * s.stride + s.kernel};
    l.row = (row_order){pitch_of(s), s.pad_left, s.stride};
    const size_t pitch = l.row.pitch;
    l.lead = whole_lines(s.pad_top * pitch) - s.pad_top * pitch;
    // The zeros behind the last row, and vectors that reach beyond it.
    l.ring_stride = plane_stride(l.lead + l.ring_rows * pitch + pitch - s.width + line);
    l.band_stride = plane_stride(rows * s.output_width + line);
    l.input_count = s.depth * l.ring_stride;
    // Behind the last plane, what sums that are not kept read.
    l.ring_count = s.channels * l.ring_stride + whole_lines(most_rows * s.stride * pitch + 4 * line);
    l.band_count = s.channels * l.band_stride;
    l.sums_count = whole_octets(s.outputs) * block_pixels;
    l.inside_count = whole_lines(l.ring_rows * pitch + line);
    return l;
}

static inline band_layout layout_of(csparse_band_shape s) {
    size_t rows = s.output_height;
    band_layout l = layout_with(s, rows);
    while (rows > most_rows && l.ring_count + l.band_count > band_budget) {
        rows = (rows - 1) / most_rows * most_rows;
        l = layout_with(s, rows);
    }
    return l;
}
