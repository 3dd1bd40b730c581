#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Matrix products on AVX512-VNNI dot products of integers, which Swift has no spelling for. Only to be called where
// `cvnni_available` says so.

/// What is known of A beforehand.
typedef enum {
    /// Nothing: each row is scaled by its own greatest magnitude.
    cvnni_rows,
    /// All of it lies in 0...6 (what does not is moved there, NaN to 0): one scale that never changes.
    cvnni_clamped,
} cvnni_range;

/// What the factors become.
typedef struct {
    cvnni_range range;
    /// Bytes; else integers of up to 16 bits.
    bool bytes;
} cvnni_form;

/// C[m, n] = act(A[m, k] * B[k, n] + bias[n]), then with a residual act2(C + residual): A and C fp32 and row-major, B
/// packed. A and B are rounded to integers, whose products are added exactly.
typedef struct {
    const float *a;
    /// As `cvnni_pack` laid it out for the same form.
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
/// 32-bit words in the packed form of a k x n matrix; k is a multiple of 4.
size_t cvnni_packed_count(size_t k, size_t n, bool bytes);
/// Rounds and packs `weights`, n rows of k, each scaled so that no A of that range makes a sum overflow.
void cvnni_pack(const float *weights, size_t k, size_t n, cvnni_form form, uint32_t *packed);
/// Of either width.
size_t cvnni_scratch_bytes(size_t k);
/// k is a multiple of 8.
void cvnni_gemm(const cvnni_gemm_task *task, cvnni_form form);
/// `rounds` times 12 dot products of 32 multiply-adds on registers alone, for a benchmark to be measured against.
float cvnni_peak(size_t rounds);
/// The same of 64 multiply-adds of bytes.
float cvnni_byte_peak(size_t rounds);

/// The convolution that a network begins with, on the bytes of the picture: 3x3 with stride 2 from three colours to
/// `cvnni_picture_channels`, clamped to 0...6. Weights are rounded to 16 bits, sums exact.
enum { cvnni_picture_channels = 24 };

typedef struct {
    /// height x width, each red, green, blue and a byte that does not matter.
    const uint32_t *pixels;
    /// As `cvnni_pack_picture` laid it out.
    const uint32_t *packed;
    size_t height, width, output_width, pad_top, pad_left;
    /// The level of what lies outside, in all colours.
    uint8_t margin;
} cvnni_picture_task;

/// 32-bit words of what the function below lays out.
size_t cvnni_picture_count(void);
/// channels x 3 x 3 x 3 weights of a picture whose values are factor * level + offset, and a bias for each channel.
void cvnni_pack_picture(const float *weights, const float *bias, float factor, float offset, uint32_t *packed);
/// The rows `first` up to `end` of the output, NHWC, the first of them at `target`.
void cvnni_picture(const cvnni_picture_task *task, size_t first, size_t end, float *target);

/// The block that a network begins with: that convolution, a depthwise one of 3x3 to a picture of the same size, also
/// clamped to 0...6, and a 1x1 convolution to `cvnni_stem_outputs` channels. Weights of the first are rounded to bytes,
/// and what these leave of each colour's sum goes to the middle tap in finer steps; all other numbers are rounded to 16
/// bits; sums are exact. None overflows as long as the weights of both convolutions and all biases are less than 4096,
/// and the weights of the projection and of the expansion that reads it less than 64.
enum { cvnni_stem_outputs = 16 };

typedef struct {
    /// Its packed weights are not used.
    cvnni_picture_task picture;
    size_t output_height;
    /// As the functions below laid them out.
    const void *weights;
    /// NULL, or where the output goes as floats, NHWC, too.
    float *output;
    /// `cvnni_stem_scratch_bytes` bytes.
    void *ring;
} cvnni_stem_task;

/// 32-bit words of what the functions below lay out, each its part, in this order.
size_t cvnni_stem_count(void);
/// As for `cvnni_pack_picture`.
void cvnni_pack_stem_picture(const float *weights, const float *bias, float factor, float offset, void *packed);
/// 3 x 3 x channels weights, and a bias for each channel.
void cvnni_pack_stem_depthwise(const float *weights, const float *bias, void *packed);
/// outputs x channels weights, and a bias for each output.
void cvnni_pack_stem_projection(const float *weights, const float *bias, void *packed);
size_t cvnni_stem_scratch_bytes(const cvnni_picture_task *task);

/// Expansion, depthwise convolution and projection of a part of a network, a band of rows at a time and in integers from
/// the first product to the last: a 1x1 convolution, a depthwise one with a square kernel, both clamped to 0...6, and a 1x1
/// convolution. NHWC; zero padding.
typedef struct {
    /// Of the input; depth and channels are multiples of 8.
    size_t height, width, depth, channels;
    /// 3 or 5, and 1 or 2. There are kernel / 2 rows of padding above.
    size_t kernel, stride;
    size_t pad_left;
    size_t output_height, output_width;
    /// A multiple of 8.
    size_t outputs;
    /// Whether a product's factors are bytes; if not, they have up to 16 bits.
    bool expands_bytes, projects_bytes;
    /// Whether the expansion is of differences from the input's mean.
    bool expands_differences;
} cvnni_band_shape;

/// What a band works in.
typedef struct {
    /// Fours of rows that the ring holds, and that a band makes output from.
    size_t ring_fours, band_fours;
    size_t ring_bytes, band_bytes, scratch_bytes;
} cvnni_band_room;

typedef struct {
    cvnni_band_shape shape;
    cvnni_band_room room;
    const float *input;
    /// As the functions below laid them out.
    const uint32_t *expansion, *depthwise, *projection;
    /// Where the shape `expands_differences`: the expansion's weights once more, as `cvnni_pack` laid them out for
    /// `cvnni_rows` in 16 bits.
    const uint32_t *middle;
    /// Padded to a whole panel.
    const float *expansion_bias, *projection_bias;
    float *output;
    /// NULL, or what is added to the output; may be the output itself.
    const float *residual;
    bool clamp, clamp_residual;
    void *ring, *band, *scratch;
    /// What the input is made by, four rows at a time, instead of being read; its weights NULL: nothing.
    cvnni_stem_task stem;
} cvnni_band_task;

/// Ring and band of at most `budget` bytes, if that is possible.
cvnni_band_room cvnni_plan_band(const cvnni_band_shape *shape, size_t budget);
/// 32-bit words of what the functions below lay out.
size_t cvnni_expansion_count(const cvnni_band_shape *shape);
size_t cvnni_depthwise_count(const cvnni_band_shape *shape);
size_t cvnni_projection_count(const cvnni_band_shape *shape);
/// channels x depth weights.
void cvnni_pack_expansion(const cvnni_band_shape *shape, const float *weights, uint32_t *packed);
/// The same for what a stem puts out, whose packed weights are `stem`, and a bias for each channel.
void cvnni_pack_rounded_expansion(const cvnni_band_shape *shape, const float *weights, const float *bias,
                                  const void *stem, uint32_t *packed);
/// kernel x kernel x channels weights, and a bias for each channel.
void cvnni_pack_depthwise(const cvnni_band_shape *shape, const float *weights, const float *bias, uint32_t *packed);
/// outputs x channels weights.
void cvnni_pack_projection(const cvnni_band_shape *shape, const float *weights, uint32_t *packed);
void cvnni_band(const cvnni_band_task *task);
