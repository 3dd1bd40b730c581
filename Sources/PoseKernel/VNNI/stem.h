#pragma once
#include "picture.h"

// What the two parts of the stem have in common.

enum {
    outputs = cvnni_stem_outputs,
    /// Channels that fill a vector; those of two pixels that are left share another.
    whole = 16,
    left_over = channels - whole,
    /// Bits of the finer steps.
    rest_bits = 4,
    /// What 6 becomes between the layers.
    stem_six = 32767,
    /// Words of a row of the projection's A.
    stem_words = channels / 2,
    /// Bits of a sum of the projection below those that are kept.
    stem_shift = 16,
};

/// The bits by which sums are shifted: the greatest power of two that weights and a bias may be multiplied by so that no
/// sum of products with integers up to `most` overflows, even if half of the last bit that is kept is added. `clamped` as
/// for `weight_scale`.
static inline int sum_shift(const double *weights, size_t count, double bias, double most, bool clamped) {
    // The bias and the half are the weights of a factor that is always the greatest.
    float terms[channels + 2];
    for (size_t i = 0; i < count; i++) terms[i] = (float)weights[i];
    terms[count] = (float)(bias / most);
    terms[count + 1] = (float)(0.5 / most);
    const int exponent = ilogb(weight_scale(terms, count + 2, 1, most, clamped));
    return exponent < 0 ? 0 : exponent > 30 ? 30 : exponent;
}

/// What such sums begin with.
static inline int32_t sum_start(double bias, int shift) {
    return (int32_t)nearest((bias + 0.5) * ldexp(1, shift));
}

/// Lanes are channels: the first `whole`, or twice those that are left over.
typedef struct {
    struct {
        float scale[2][whole], bias[2][whole];
        uint32_t taps[taps][2][whole];
        /// What bytes leave of the sum of a colour's taps, in finer steps, for the pixel in the middle.
        uint32_t rest[2][whole];
    } picture;
    struct {
        int32_t start[whole], shift[whole];
        /// Of a row of taps: the even column's with the pair of columns before and its own, the odd one's with its own
        /// and the pair behind.
        uint32_t taps[kernel][4][whole];
    } depthwise[2];
    struct {
        int32_t start[outputs];
        /// What a sum, less a half of the last bit that is kept, is multiplied by as a float, and what is added.
        float back[outputs], bias[outputs];
        uint32_t lines[stem_words][outputs];
    } projection;
    /// What `stem_six` is of each channel of the picture.
    double greatest[channels];
    /// Of the output's integers each channel's unit and what zero is.
    double steps[outputs], middles[outputs];
} stem_weights;
