#include "CVNNI.h"

#if defined(__x86_64__)
#include "fours.h"
#include "stem.h"

size_t cvnni_stem_count(void) { return sizeof(stem_weights) / sizeof(uint32_t); }

// The picture's weights in bytes

enum { terms_of_sum = taps * colours };

/// How alike the levels are that two weights meet: those of neighbours and of colours are nearly the same. How nearly
/// does not matter much: 0.9 and 0.8 serve as well.
static double likeness(size_t i, size_t j) {
    const double across = fabs((double)(i / colours % kernel) - (double)(j / colours % kernel));
    const double down = fabs((double)(i / colours / kernel) - (double)(j / colours / kernel));
    return pow(0.98, across + down) * (i % colours == j % colours ? 1 : 0.95);
}

/// The lower triangle whose product with its own transpose is the matrix of likenesses.
static void find_root(double root[terms_of_sum][terms_of_sum]) {
    for (size_t i = 0; i < terms_of_sum; i++) {
        for (size_t j = 0; j <= i; j++) {
            double left = likeness(i, j);
            for (size_t k = 0; k < j; k++) left -= root[i][k] * root[j][k];
            root[i][j] = i == j ? sqrt(left) : left / root[j][j];
        }
    }
}

/// Rounds the weights times `scale`, from the last one on, each so that it makes good for what the errors of those
/// before do to a sum over levels that are so alike. Gives the square of what the sum's error is then.
static double round_alike(const float *weights, double scale, const double root[terms_of_sum][terms_of_sum],
                          long *rounded) {
    double errors[terms_of_sum], total = 0;
    for (size_t i = terms_of_sum; i-- > 0;) {
        double owed = 0;
        for (size_t j = i + 1; j < terms_of_sum; j++) owed += root[j][i] / root[i][i] * errors[j];
        const double exact = weights[i] * scale;
        rounded[i] = nearest(fmin(fmax(exact - owed, -byte_weight), byte_weight));
        errors[i] = (double)rounded[i] - exact;
        total += pow(root[i][i] * (errors[i] + owed), 2);
    }
    return total;
}

/// The scale, near to the greatest one, at which bytes come nearest to the weights.
static double best_scale(const float *weights, const double root[terms_of_sum][terms_of_sum]) {
    const double greatest = byte_scale(weights, terms_of_sum, 1, byte_weight);
    double best = greatest, least = INFINITY;
    for (int i = 0; i < 64; i++) {
        const double scale = greatest * (1 - 0.005 * i);
        long rounded[terms_of_sum];
        const double error = round_alike(weights, scale, root, rounded) / (scale * scale);
        if (error >= least) continue;
        best = scale;
        least = error;
    }
    return best;
}

/// What is left of the sum of a colour's weights, in finer steps: where the picture is even, it would come out as a bias
/// of every pixel.
static long rest_of(const float *weights, double scale, const long *rounded, size_t colour) {
    double left = 0;
    for (size_t i = colour; i < terms_of_sum; i += colours) left += weights[i] * scale - (double)rounded[i];
    return nearest(fmin(fmax(left * (1 << rest_bits), -byte_weight), byte_weight));
}

/// The lanes of a channel: one of the first `whole`, or two among those left over.
typedef struct {
    size_t vector, lanes[2];
} channel_place;

static channel_place place_of(size_t channel) {
    if (channel < whole) return (channel_place){0, {channel, channel}};
    return (channel_place){1, {channel - whole, channel - whole + left_over}};
}

/// The greatest value up to six that the channel takes on any picture: some channels are small signals, which the taps
/// behind them multiply by hundreds.
static double greatest_of_channel(const float *weights, double bias, double factor, double offset) {
    double sum = bias;
    for (size_t i = 0; i < terms_of_sum; i++) sum += fmax(weights[i] * offset, weights[i] * (255 * factor + offset));
    return fmin(fmax(sum, 1e-3), 6);
}

void cvnni_pack_stem_picture(const float *weights, const float *bias, float factor, float offset, void *packed) {
    stem_weights *target = packed;
    double root[terms_of_sum][terms_of_sum];
    find_root(root);
    for (size_t channel = 0; channel < channels; channel++) {
        const float *row = weights + channel * terms_of_sum;
        const double scale = best_scale(row, root);
        long rounded[terms_of_sum], rest[colours], sum = 0;
        round_alike(row, scale, root, rounded);
        for (size_t i = 0; i < terms_of_sum; i++) sum += rounded[i] << rest_bits;
        for (size_t i = 0; i < colours; i++) sum += rest[i] = rest_of(row, scale, rounded, i);
        const double steps = scale * (1 << rest_bits);
        const double added = bias[channel] + (double)sum / steps * offset;
        const double greatest = greatest_of_channel(row, bias[channel], factor, offset);
        target->greatest[channel] = greatest;
        const channel_place place = place_of(channel);
        for (int i = 0; i < 2; i++) {
            const size_t lane = place.lanes[i];
            target->picture.scale[place.vector][lane] = (float)(factor / steps * stem_six / greatest);
            target->picture.bias[place.vector][lane] = (float)(added * stem_six / greatest);
            for (size_t tap = 0; tap < taps; tap++) {
                uint32_t *word = &target->picture.taps[tap][place.vector][lane];
                *word = 0;
                pack_terms(rounded + tap * colours, colours, 4, word, 1);
            }
            uint32_t *word = &target->picture.rest[place.vector][lane];
            *word = 0;
            pack_terms(rest, colours, 4, word, 1);
        }
    }
}

// Weights of 16 bits

static uint32_t pair(long low, long high) { return ((uint32_t)low & 0xFFFF) | (uint32_t)high << 16; }

void cvnni_pack_stem_depthwise(const float *weights, const float *bias, void *packed) {
    stem_weights *target = packed;
    for (size_t channel = 0; channel < channels; channel++) {
        const double added = bias[channel] * (stem_six / 6.0);
        double own[taps];
        for (size_t i = 0; i < taps; i++) own[i] = weights[i * channels + channel] * target->greatest[channel] / 6;
        const int shift = sum_shift(own, taps, added, stem_six, true);
        const double scale = ldexp(1, shift);
        const channel_place place = place_of(channel);
        for (int i = 0; i < 2; i++) {
            const size_t lane = place.lanes[i];
            target->depthwise[place.vector].shift[lane] = shift;
            target->depthwise[place.vector].start[lane] = sum_start(added, shift);
            for (size_t row = 0; row < kernel; row++) {
                long tap[kernel];
                for (size_t x = 0; x < kernel; x++) tap[x] = nearest(own[row * kernel + x] * scale);
                uint32_t(*words)[whole] = target->depthwise[place.vector].taps[row];
                words[0][lane] = pair(0, tap[0]);
                words[1][lane] = pair(tap[1], tap[2]);
                words[2][lane] = pair(tap[0], tap[1]);
                words[3][lane] = pair(tap[2], 0);
            }
        }
    }
}

/// What a row of the projection may be multiplied by so that its sums, less the middle of all that are possible, do not
/// overflow.
static double projection_scale(const float *row) {
    double sum = 0, largest = 0;
    for (size_t i = 0; i < channels; i++) {
        sum += fabs((double)row[i]);
        largest = fmax(largest, fabs((double)row[i]));
    }
    // Of the range, half of the last bit that is kept; rounding adds up to a half to each weight.
    const double range = (double)INT32_MAX - (1 << (stem_shift - 1));
    return sum > 0 ? fmin(32767 / largest, (range / (stem_six / 2.0) - channels / 2.0) / sum) : 1;
}

void cvnni_pack_stem_projection(const float *weights, const float *bias, void *packed) {
    stem_weights *target = packed;
    for (size_t output = 0; output < outputs; output++) {
        const float *row = weights + output * channels;
        const double scale = projection_scale(row), back = 6 / scale / stem_six;
        long rounded[channels], sum = 0;
        for (size_t i = 0; i < channels; i++) sum += rounded[i] = nearest(row[i] * scale);
        const double middle = (double)sum * stem_six / 2;
        target->projection.start[output] = (int32_t)(nearest(-middle) + (1 << (stem_shift - 1)));
        target->projection.back[output] = (float)back;
        target->steps[output] = back * (1 << stem_shift);
        target->middles[output] = target->projection.bias[output] = (float)(bias[output] + middle * back);
        for (size_t i = 0; i < stem_words; i++) {
            target->projection.lines[i][output] = pair(rounded[2 * i], rounded[2 * i + 1]);
        }
    }
}

#else
size_t cvnni_stem_count(void) { return 0; }
void cvnni_pack_stem_picture(const float *weights, const float *bias, float factor, float offset, void *packed) {}
void cvnni_pack_stem_depthwise(const float *weights, const float *bias, void *packed) {}
void cvnni_pack_stem_projection(const float *weights, const float *bias, void *packed) {}
#endif
