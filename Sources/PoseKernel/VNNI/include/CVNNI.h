#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Matrix products on AVX512-VNNI dot products of 16-bit integers, which Swift has no spelling for. Only to be called
// where `cvnni_available` says so.

/// What is known of A beforehand.
typedef enum {
    /// Nothing: each row is scaled by its own greatest magnitude.
    cvnni_rows,
    /// All of it lies in 0...6 (what does not is moved there, NaN to 0): one scale that never changes.
    cvnni_clamped,
} cvnni_range;

/// C[m, n] = act(A[m, k] * B[k, n] + bias[n]), then with a residual act2(C + residual): A and C fp32 and row-major, B
/// packed. A and B are rounded to integers of at most 16 bits, whose products are added exactly.
typedef struct {
    const float *a;
    /// As `cvnni_pack` laid it out for the same range.
    const uint32_t *packed_b;
    /// n values, padded to a whole panel.
    const float *bias;
    float *c;
    /// NULL, or m x n values; may be `c` itself.
    const float *residual;
    /// `cvnni_scratch_bytes(k)` bytes.
    void *scratch;
    size_t m, k, n;
    bool clamp, clamp_residual;
} cvnni_gemm_task;

/// The CPU's AVX512-VNNI (with AVX-512 F, BW, DQ, VL) and the operating system's support for 512-bit state.
bool cvnni_available(void);
/// 32-bit words in the packed form of a k x n matrix; k is even.
size_t cvnni_packed_count(size_t k, size_t n);
/// Rounds and packs `weights`, n rows of k, each scaled so that no A of that range makes a sum overflow.
void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_range range, uint32_t *packed);
size_t cvnni_scratch_bytes(size_t k);
/// The greatest integer that a value of A becomes.
int32_t cvnni_greatest(size_t k, cvnni_range range);
/// k is a multiple of 8.
void cvnni_gemm(const cvnni_gemm_task *task, cvnni_range range);
/// `rounds` times 12 dot products of 32 multiply-adds on registers alone, for a benchmark to be measured against.
float cvnni_peak(size_t rounds);

/// Expansion, depthwise convolution and projection of a part of a network, a band of rows at a time and in integers
/// from the first product to the last: a 1x1 convolution, a depthwise one with a square kernel, both clamped to 0...6,
/// and a 1x1 convolution. NHWC; zero padding.
typedef struct {
    /// height x width x depth.
    const float *input;
    /// As `cvnni_pack` laid it out for `cvnni_rows`.
    const uint32_t *expansion;
    /// `channels` values.
    const float *expansion_bias;
    /// As `cvnni_pack_depthwise` laid it out.
    const uint32_t *depthwise;
    size_t height, width, depth;
    /// A multiple of 16.
    size_t channels;
    /// 3 or 5, and 1 or 2.
    size_t kernel, stride;
    size_t pad_top, pad_left;
    size_t output_height, output_width;
    /// Packed for `cvnni_clamped`; its A and scratch are not used, and all its rows are computed.
    cvnni_gemm_task projection;
    /// `ring_pairs` pairs of rows of the expansion.
    uint32_t *ring;
    /// A power of two.
    size_t ring_pairs;
    /// `band_rows` rows of the depthwise convolution's output.
    uint16_t *band;
    /// As `cvnni_band_rows` says, or fewer; even, or all rows of the output.
    size_t band_rows;
    /// `cvnni_scratch_bytes(depth)` bytes.
    void *scratch;
} cvnni_band_task;

/// Rows of output that a ring of so many pairs of rows gives at once.
size_t cvnni_band_rows(size_t ring_pairs, size_t kernel, size_t stride);
/// Pairs of rows that the expansion has.
size_t cvnni_band_pairs(size_t height, size_t pad_top);
/// 32-bit words of a packed depthwise convolution.
size_t cvnni_packed_depthwise_count(size_t channels, size_t kernel);
/// Packs kernel x kernel x channels `weights` and `channels` of `bias` for a projection of that depth.
void cvnni_pack_depthwise(const float *weights, const float *bias, size_t channels, size_t kernel, uint32_t *packed);
void cvnni_band(const cvnni_band_task *task);
