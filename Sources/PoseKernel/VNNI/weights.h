#pragma once
#include "CVNNI.h"

#include <immintrin.h>
#include <math.h>
#include <stdlib.h>

// How factors become integers.

/// The nearest integer, ties to even: what lrint gives, as one instruction instead of a call for each weight.
static inline long nearest(double x) { return _mm_cvtsd_si64(_mm_set_sd(x)); }

/// The more terms a sum has, the fewer bits each factor may have. This share of them makes A's rounding and B's add
/// about the same to the result: a row's values lie some three times, 0...6 some eight times below the greatest.
static inline int32_t greatest_of(size_t k, cvnni_range range) {
    const double greatest = (range == cvnni_clamped ? 2e5 : 9e4) / sqrt((double)k);
    return greatest < 32767 ? (int32_t)greatest : 32767;
}

/// What the weights of one sum, `count` of them `stride` apart, may be multiplied by to become integers of 16 bits, so
/// that no sum of their products with integers up to `greatest`, of either sign or, if `clamped`, of none, overflows.
static inline double weight_scale(const float *weights, size_t count, size_t stride, double greatest, bool clamped) {
    double largest = 0, positive = 0, negative = 0;
    for (size_t i = 0; i < count; i++) {
        const double weight = weights[i * stride];
        largest = fmax(largest, fabs(weight));
        if (weight > 0) positive += weight;
        else negative -= weight;
    }
    if (!(largest > 0)) return 1;
    // The largest sum of any part. What is never negative cannot turn a negative weight into a positive term.
    const double sum = clamped ? fmax(positive, negative) : positive + negative;
    // Rounding adds up to a half to each weight.
    const double limit = (double)INT32_MAX / greatest - (double)count / 2;
    return fmin(32767 / largest, limit / sum);
}

/// The greatest magnitude of a weight in a byte, and what 6 becomes in one.
enum { byte_weight = 127, six = 255 };

/// What they may be multiplied by to become bytes up to `most`.
static inline double byte_scale(const float *weights, size_t count, size_t stride, long most) {
    double largest = 0;
    for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs((double)weights[i * stride]));
    return largest > 0 ? (double)most / largest : 1;
}

/// Rounds the weights times `scale`, up to `most`, so that their sum is that of the exact ones as nearly as can be: the
/// weights that are nearest to being rounded the other way are. What they multiply, after a ReLU, is never negative and
/// similar from tap to tap, so that an error of the sum would come out as a bias; this halves the landmarks' error.
static inline void round_evenly(const float *weights, size_t count, size_t stride, double scale, long most,
                                long *rounded) {
    double error = 0;
    for (size_t i = 0; i < count; i++) {
        const double exact = weights[i * stride] * scale;
        rounded[i] = nearest(exact);
        error += exact - (double)rounded[i];
    }
    for (long left = nearest(error); left != 0;) {
        const long step = left > 0 ? 1 : -1;
        size_t best = count;
        double greatest = -1;
        for (size_t i = 0; i < count; i++) {
            const double own = (weights[i * stride] * scale - (double)rounded[i]) * (double)step;
            if (own <= greatest || labs(rounded[i] + step) > most) continue;
            greatest = own;
            best = i;
        }
        if (best == count) return;
        rounded[best] += step;
        left -= step;
    }
}

/// One column's terms, so many in a word; the words lie `stride` apart and are zero before.
static inline void pack_terms(const long *rounded, size_t count, size_t parts, uint32_t *words, size_t stride) {
    const size_t bits = 32 / parts;
    for (size_t i = 0; i < count; i++) {
        words[i / parts * stride] |= ((uint32_t)rounded[i] & (0xFFFFFFFF >> (32 - bits))) << bits * (i % parts);
    }
}
