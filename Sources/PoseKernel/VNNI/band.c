#include "CVNNI.h"

#if defined(__x86_64__)
#include "band.h"

// What it works in

/// Columns of the ring in a row: the margins are zero, so that the depthwise convolution need not ask for the border.
static size_t ring_columns(const cvnni_band_shape *shape) {
    const size_t read = (whole_fours(shape->output_width) - 1) * shape->stride + shape->kernel;
    const size_t own = shape->pad_left + shape->width;
    return read > own ? read : own;
}

static size_t output_fours(const cvnni_band_shape *shape) {
    return (shape->output_height + rows_of_four(shape) - 1) / rows_of_four(shape);
}

/// Behind the last rounded row, which is written in whole vectors.
enum { slack = 64 };

/// Of the rounded rows of one pixel's four.
static size_t pixel_bytes(const cvnni_band_shape *shape) {
    return 4 * sizeof(int32_t) * expansion_words(shape);
}

static size_t middle_count(const cvnni_band_shape *shape) { return (shape->depth + cell - 1) / cell * cell; }

static size_t scratch_bytes(const cvnni_band_shape *shape, size_t ring_fours) {
    const size_t pixels = ring_fours * shape->width;
    const size_t floats = middle_count(shape) + cell_channels(shape) + 4 * pixels;
    return floats * sizeof(float) + pixels * pixel_bytes(shape) + slack + cvnni_scratch_bytes(shape->depth);
}

static band_scratch lay_out(const cvnni_band_task *task) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t pixels = task->room.ring_fours * shape->width;
    band_scratch scratch = {.middle = task->scratch};
    scratch.offsets = scratch.middle + middle_count(shape);
    scratch.back = scratch.offsets + cell_channels(shape);
    scratch.rows = (int32_t *)(scratch.back + 4 * pixels);
    scratch.product = (uint8_t *)scratch.rows + pixels * pixel_bytes(shape) + slack;
    return scratch;
}

static cvnni_band_room room_of(const cvnni_band_shape *shape, size_t band_fours) {
    const size_t ring_fours = least(band_fours + 2, picture_fours(shape));
    return (cvnni_band_room){
        .ring_fours = ring_fours,
        .band_fours = band_fours,
        .ring_bytes = ring_fours * ring_columns(shape) * cell_channels(shape) * sizeof(uint32_t),
        .band_bytes = whole_fours(band_fours * rows_of_four(shape) * shape->output_width) * band_words(shape) *
                      sizeof(int32_t),
        .scratch_bytes = scratch_bytes(shape, ring_fours),
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

// A band after the other

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
    const size_t channels = cell_channels(&task->shape);
    for (size_t i = 0; ready + i < needed; i++) cvnni_round_line(task, scratch, i, ready + i);
    const uint32_t *panel = task->expansion;
    for (size_t column = 0; column < channels;) {
        const size_t width = panel_width(channels - column);
        for (size_t i = 0; ready + i < needed; i++) {
            cvnni_expand_line(task, scratch, i, ready + i, panel, column, width);
        }
        for (size_t channel = column; channel < column + width; channel += cell) {
            cvnni_depthwise_cells(task, channel, first, end);
        }
        panel += cvnni_expansion_panel(&task->shape, width);
        column += width;
    }
}

void cvnni_band(const cvnni_band_task *task) {
    const cvnni_band_shape *shape = &task->shape;
    const size_t fours = output_fours(shape), phases = rows_of_four(shape);
    const band_scratch scratch = lay_out(task);
    clear_margins(task);
    cvnni_prepare(task, scratch);
    size_t ready = 0;
    for (size_t first = 0; first < fours; first += task->room.band_fours) {
        const size_t end = least(first + task->room.band_fours, fours), needed = least(end + 1, picture_fours(shape));
        fill_band(task, scratch, first, end, ready, needed);
        if (needed > ready) ready = needed;
        cvnni_project_rows(task, first * phases, least(end * phases, shape->output_height) - first * phases);
    }
}

#else
cvnni_band_room cvnni_plan_band(const cvnni_band_shape *shape, size_t budget) { return (cvnni_band_room){}; }
void cvnni_band(const cvnni_band_task *task) {}
#endif
