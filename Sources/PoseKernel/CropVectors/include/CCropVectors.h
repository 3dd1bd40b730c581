#pragma once
#include <stdbool.h>
#include <stdint.h>

// Crops of planar pictures with vectors: C because Swift has no spelling for the 16-bit multiplications, and compiles
// what comes near it without vectors. Gives the very bytes of PixelMap and PlanarWarp, which are the reference for it.

/// Whether this CPU has what the functions of that name need.
bool ccrop_has_avx2(void);
bool ccrop_has_avx512(void);

/// The planes of a picture, and how they become red, green and blue.
typedef struct {
    const uint8_t *luma, *u, *v;
    /// Bytes from a row to the next one; both chroma planes have one stride. Offsets within a plane fit 32 bits.
    int32_t luma_stride, chroma_stride;
    /// Size in pixels; at least three wide.
    int32_t width, height;
    /// Whether beyond the border its pixels go on; black otherwise.
    bool goes_on;
    /// As in ColourConversion.
    int16_t luma_gain, red_v, green_u, green_v, blue_u, black;
} ccrop_picture;

/// Fills a square of `side` (a multiple of 16) pixels a side, each red, green, blue and 0. `map` are the coefficients
/// of a projective map, rows of three.
void ccrop_planar_avx2(const ccrop_picture *picture, const double *map, long side, uint8_t *pixels);
void ccrop_planar_avx512(const ccrop_picture *picture, const double *map, long side, uint8_t *pixels);

/// From `count` (a multiple of eight) such pixels to three values each: a level v becomes v * scale + offset, rounded
/// once.
void ccrop_values_avx2(const uint8_t *pixels, long count, float scale, float offset, float *values);
