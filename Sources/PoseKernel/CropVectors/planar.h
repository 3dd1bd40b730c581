// Crops of planar pictures, written once for vectors of any size. Whoever includes this has said how many pixels a
// vector has (LANES), how the names of its instructions begin (V), and what the crop is called (CROP).

#include <string.h>

// Sums and products round one by one, as in PixelMap.
#pragma STDC FP_CONTRACT OFF

typedef int32_t ints __attribute__((vector_size(4 * LANES)));
typedef int16_t words __attribute__((vector_size(4 * LANES)));
typedef uint16_t positive_words __attribute__((vector_size(4 * LANES)));
typedef uint8_t bytes __attribute__((vector_size(4 * LANES)));
typedef double doubles __attribute__((vector_size(4 * LANES)));
typedef int64_t longs __attribute__((vector_size(4 * LANES)));
typedef int32_t half_ints __attribute__((vector_size(2 * LANES)));

enum {
    /// OpenCV starts its sums anew every so many pixels.
    block = 64,
    /// Pixels of a row at most that go through the passes together.
    longest = 4 * block,
    /// Rows of the crop that are asked for ahead.
    ahead = 8,
};

/// A stretch of a row, from places to pixels in passes: each is short, so that the CPU works on many pixels at once
/// where one pass would wait for memory with a single group.
typedef struct {
    /// Places in 1/32 pixels.
    _Alignas(4 * LANES) int32_t x[longest], y[longest];
    /// Where in luma and in chroma the pairs of samples lie that have the taps of the row above, and of the one below.
    _Alignas(4 * LANES) int32_t luma_above[longest], luma_below[longest], chroma_above[longest], chroma_below[longest];
    /// Which samples of the pairs the taps are.
    _Alignas(4 * LANES) int32_t luma_choice[longest], chroma_choice[longest];
    /// The pairs of each pixel: the one above in the low bytes.
    _Alignas(4 * LANES) uint32_t luma[longest], u[longest], v[longest];
} stretch;

static inline ints load(const void *memory) { return *(const ints *)memory; }

static inline void store(void *memory, ints value) { *(ints *)memory = value; }

// MARK: Places

/// Places of `count` pixels from the first one's numerators and denominator.
static inline void place(const double *m, const double *start, long count, int32_t *x, int32_t *y) {
    doubles u;
    for (int i = 0; i < LANES / 2; i++) u[i] = i;
    for (long index = 0; index < count; index += LANES / 2) {
        doubles w = 32 / (u * m[6] + start[2]);
        // Adding this puts a double's value, rounded half to even, into the low bits of its pattern.
        doubles px = (u * m[0] + start[0]) * w + 0x1.8p52, py = (u * m[3] + start[1]) * w + 0x1.8p52;
        *(half_ints *)(x + index) = __builtin_convertvector((longs)px, half_ints);
        *(half_ints *)(y + index) = __builtin_convertvector((longs)py, half_ints);
        u += LANES / 2;
    }
}

static inline ints clamped(ints value, int32_t most) {
    return __builtin_elementwise_max(__builtin_elementwise_min(value, (ints){} + most), (ints){});
}

/// The indices of taps among the bytes of pairs: `left` and `right` say, with 0 or 1, which sample of a pair is the tap.
static inline ints choice(ints left, ints right) {
    ints first, row = left | right << 8;
    for (int i = 0; i < LANES; i++) first[i] = 0x02020000 + i % 4 * 0x04040404;
    return first + (row | row << 16);
}

/// Where the taps of a group lie all of which are inside the picture.
static inline void locate_inside(const ccrop_picture *p, stretch *s, long index, ints column, ints line) {
    ints luma = line * p->luma_stride + column, half = column >> 1;
    store(s->luma_above + index, luma);
    store(s->luma_below + index, luma + p->luma_stride);
    store(s->chroma_above + index, (line >> 1) * p->chroma_stride + half);
    // An odd line and the one below it lie in different blocks.
    store(s->chroma_below + index, ((line + 1) >> 1) * p->chroma_stride + half);
    store(s->luma_choice + index, choice((ints){}, (ints){} + 1));
    // The right tap of an odd pixel lies in the next block of chroma, that of an even one in its own.
    store(s->chroma_choice + index, choice((ints){}, column & 1));
}

/// Where the taps of any group lie.
static inline void locate_anywhere(const ccrop_picture *p, stretch *s, long index, ints column, ints line) {
    ints left = clamped(column, p->width - 1), right = clamped(column + 1, p->width - 1);
    ints above = clamped(line, p->height - 1), below = clamped(line + 1, p->height - 1);
    // A pair lies within its row.
    ints first = clamped(column, p->width - 2), half = clamped(column >> 1, (p->width + 1) / 2 - 2);
    store(s->luma_above + index, above * p->luma_stride + first);
    store(s->luma_below + index, below * p->luma_stride + first);
    store(s->chroma_above + index, (above >> 1) * p->chroma_stride + half);
    store(s->chroma_below + index, (below >> 1) * p->chroma_stride + half);
    ints black = {};
    if (!p->goes_on) {
        ints columns = ((left != column) & 0x00800080) | ((right != column + 1) & (int32_t)0x80008000);
        ints lines = ((above != line) & 0x00008080) | ((below != line + 1) & (int32_t)0x80800000);
        black = columns | lines;
    }
    store(s->luma_choice + index, choice(left - first, right - first) | black);
    store(s->chroma_choice + index, choice((left >> 1) - half, (right >> 1) - half) | black);
}

static inline void locate(const ccrop_picture *picture, stretch *s, long index) {
    ints column = load(s->x + index) >> 5, line = load(s->y + index) >> 5;
    // Negative if any is: each tap has one to its right, in chroma too, and one below.
    ints outside = column | line | (picture->width - 3 - column) | (picture->height - 2 - line);
    if (__builtin_reduce_or(outside) >= 0) locate_inside(picture, s, index, column, line);
    else locate_anywhere(picture, s, index, column, line);
}

// MARK: Taps

/// Two neighbouring bytes.
static inline int pair(const uint8_t *place) {
    uint16_t value;
    memcpy(&value, place, sizeof value);
    return value;
}

/// The pairs of four pixels. Loads one by one: a gathering instruction takes no less time, on many CPUs more.
static inline void gather_four(const uint8_t *plane, const int32_t *above, const int32_t *below, uint32_t *target) {
    __m128i value = _mm_cvtsi32_si128(pair(plane + above[0]));
    value = _mm_insert_epi16(value, pair(plane + below[0]), 1);
    value = _mm_insert_epi16(value, pair(plane + above[1]), 2);
    value = _mm_insert_epi16(value, pair(plane + below[1]), 3);
    value = _mm_insert_epi16(value, pair(plane + above[2]), 4);
    value = _mm_insert_epi16(value, pair(plane + below[2]), 5);
    value = _mm_insert_epi16(value, pair(plane + above[3]), 6);
    value = _mm_insert_epi16(value, pair(plane + below[3]), 7);
    _mm_store_si128((__m128i *)target, value);
}

/// Asks for a line of the cache; any address will do.
static inline void prefetch(const uint8_t *place) { _mm_prefetch((const char *)place, _MM_HINT_T0); }

/// From a tap to that of a later row of the crop, in bytes.
typedef struct {
    long luma, chroma;
} distance;

/// - Parameter lane: which of four pixels asks for what a later row needs. It goes round from row to row, so that none
///   is left out where rows lie along the columns of the picture.
static inline void gather(const ccrop_picture *picture, stretch *s, long index, distance later, long lane) {
    const uint8_t *luma = picture->luma, *u = picture->u, *v = picture->v;
    for (long i = index; i < index + LANES; i += 4) {
        prefetch(luma + later.luma + s->luma_above[i + lane]);
        prefetch(luma + later.luma + s->luma_below[i + lane]);
        prefetch(u + later.chroma + s->chroma_above[i + lane]);
        prefetch(v + later.chroma + s->chroma_above[i + lane]);
        gather_four(luma, s->luma_above + i, s->luma_below + i, s->luma + i);
        gather_four(u, s->chroma_above + i, s->chroma_below + i, s->u + i);
        gather_four(v, s->chroma_above + i, s->chroma_below + i, s->v + i);
    }
}

// MARK: Colours

typedef struct {
    words red, green, blue;
} colours;

/// Half of the taps; levels in the high bytes, chroma less 128.
static inline colours converted(const ccrop_picture *p, positive_words y, words u, words v) {
    words bright = V(mulhi_epi16)((words)(y >> 5) - (int16_t)(p->black << 3), (words){} + p->luma_gain);
    u >>= 5;
    v >>= 5;
    words green = (words)V(mulhi_epi16)(u, (words){} + p->green_u) + (words)V(mulhi_epi16)(v, (words){} + p->green_v);
    return (colours){
        bright + (words)V(mulhi_epi16)(v, (words){} + p->red_v), bright + green,
        bright + (words)V(mulhi_epi16)(u, (words){} + p->blue_u)};
}

/// One channel of a group in 1/1024 levels, half of one added, from its two halves of taps.
static inline ints mixed(words low, words high, ints across, ints down) {
    return (ints)V(madd_epi16)(V(maddubs_epi16)(V(packus_epi16)(low, high), across), down) + 512;
}

/// The pixels of a group.
static inline ints finished(const ccrop_picture *picture, const stretch *s, long index) {
    // Outside the picture a choice has its highest bit set and gives 0: chroma in the middle, and a luma that becomes
    // black whether black has the level 0 or a higher one.
    ints grey = (ints)((bytes){} + 128), chroma = load(s->chroma_choice + index);
    ints luma = (ints)V(shuffle_epi8)(load(s->luma + index), load(s->luma_choice + index));
    ints u = (ints)V(shuffle_epi8)(load(s->u + index) ^ grey, chroma);
    ints v = (ints)V(shuffle_epi8)(load(s->v + index) ^ grey, chroma);
    ints zero = {}, x = load(s->x + index), y = load(s->y + index);
    colours low = converted(
        picture, (positive_words)V(unpacklo_epi8)(zero, luma), (words)V(unpacklo_epi8)(zero, u),
        (words)V(unpacklo_epi8)(zero, v));
    colours high = converted(
        picture, (positive_words)V(unpackhi_epi8)(zero, luma), (words)V(unpackhi_epi8)(zero, u),
        (words)V(unpackhi_epi8)(zero, v));
    // Weights of left and right in bytes, twice; of above and below in words.
    ints right = x & 31, below = y & 31;
    ints across = ((right << 8) - right + 32) * 0x10001, down = (below << 16) - below + 32;
    ints red = mixed(low.red, high.red, across, down), green = mixed(low.green, high.green, across, down);
    ints blue = mixed(low.blue, high.blue, across, down);
    return red >> 10 | ((green >> 2) & 0xFF00) | ((blue << 6) & 0xFF0000);
}

// MARK: The crop

/// In whole pixels; zero where that is beyond any picture.
static long rounded(double value) { return value > -1e6 && value < 1e6 ? __builtin_lround(value) : 0; }

static inline void fill_stretch(
    const ccrop_picture *picture, stretch *s, long count, distance later, long row, uint8_t *target) {
    for (long index = 0; index < count; index += LANES) locate(picture, s, index);
    for (long index = 0; index < count; index += LANES) gather(picture, s, index, later, row % 4);
    for (long index = 0; index < count; index += LANES) {
        ints pixels = finished(picture, s, index);
        memcpy(target + 4 * index, &pixels, sizeof pixels);
    }
}

void CROP(const ccrop_picture *borrowed, const double *m, long side, uint8_t *target) {
    // A copy, which the bytes that are written cannot change.
    const ccrop_picture picture = *borrowed;
    long step_x = rounded(ahead * m[1]), step_y = rounded(ahead * m[4]);
    distance later = {
        step_y * picture.luma_stride + step_x, step_y / 2 * picture.chroma_stride + step_x / 2};
    // Rows that lie across many rows of the picture are done in parts: what one reads stays in the nearest cache
    // until the next row reads beside it.
    long part = __builtin_fabs(m[3]) > 0.25 * __builtin_fabs(m[0]) ? block : longest;
    stretch s;
    for (long first = 0; first < side; first += part) {
        long count = side - first < part ? side - first : part;
        for (long row = 0; row < side; row++) {
            for (long at = 0; at < count; at += block) {
                double u = first + at, v = row;
                const double start[3] = {
                    m[0] * u + m[1] * v + m[2], m[3] * u + m[4] * v + m[5], m[6] * u + m[7] * v + m[8]};
                place(m, start, count - at < block ? count - at : block, s.x + at, s.y + at);
            }
            fill_stretch(&picture, &s, count, later, row, target + 4 * (side * row + first));
        }
    }
}
