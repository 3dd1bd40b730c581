#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// 1x1 convolutions with weights of which most are zero, alone or with the depthwise convolution between two of them, in
// fp32 on AVX2 with FMA or on AVX-512. The zeros follow no pattern, so vectors go over pixels: activations are turned
// to planes, one a channel, each weight that is not zero is multiplied with a piece of one plane, and the last sums are
// turned back. C because Swift has no spelling for the turning.

/// One weight of each of two columns of B.
typedef struct {
    float weights[2];
    /// Of B.
    uint16_t rows[2];
} csparse_step;

/// Two columns of about as many weights, so that twice as many sums do not wait for each other; or one, twice. Of their
/// steps come first those of one row for both, which is loaded once; a shorter column has zeros at its end.
typedef struct {
    uint16_t columns[2];
    uint16_t shared, others;
} csparse_pair;

/// B[k, n]: for each slice of `csparse_slice(k)` rows (n + 1) / 2 pairs, and the steps of one pair after the other.
typedef struct {
    size_t k, n;
    const csparse_pair *pairs;
    const csparse_step *steps;
} csparse_weights;

/// C[m, n] = act(A[m, k] * B[k, n] + bias[n]), then with a residual act2(C + residual): A and C row-major.
typedef struct {
    csparse_weights weights;
    const float *a, *bias;
    float *c;
    /// NULL, or m x n values; may be `c` itself.
    const float *residual;
    /// `csparse_scratch_count(k, n)` floats on a cache line.
    float *scratch;
    size_t m;
    bool clamp, clamp_residual;
} csparse_task;

/// Of expand, depthwise, project.
typedef struct {
    /// As in `DepthwiseTask`.
    size_t height, width, depth, channels, kernel, stride, pad_top, pad_left, output_height, output_width;
    /// Channels of the projection.
    size_t outputs;
} csparse_band_shape;

/// Pictures in NHWC.
typedef struct {
    csparse_band_shape shape;
    /// height x width x depth.
    const float *input;
    csparse_weights expansion;
    const float *expansion_bias;
    /// kernel x kernel x channels, and a bias for each channel.
    const float *depthwise, *depthwise_bias;
    /// Each to 0...6.
    bool clamp_expansion, clamp_depthwise;
    /// Its A is the band.
    csparse_task projection;
    /// `csparse_band_scratch_count` floats on a cache line.
    float *scratch;
} csparse_band_task;

/// Rows of B in a slice when there are k of them.
size_t csparse_slice(size_t k);
size_t csparse_scratch_count(size_t k, size_t n);
size_t csparse_band_scratch_count(csparse_band_shape shape);

void csparse_gemm_avx2(const csparse_task *task);
void csparse_gemm_avx512(const csparse_task *task);
void csparse_band_avx2(const csparse_band_task *task);
void csparse_band_avx512(const csparse_band_task *task);
