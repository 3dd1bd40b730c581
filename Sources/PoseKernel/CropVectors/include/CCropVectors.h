#pragma once
#include <stdbool.h>
#include <stdint.h>

// One row of a crop with AVX2: C because Swift has no spelling for the 16-bit multiplications, and compiles what comes
// near it without vectors. Gives the very bytes of PlanarWarp and PixelMap, which are the reference for it.

/// Whether this CPU has what the functions below need.
bool ccrop_has_vectors(void);

/// Taps and places as in CropRow.
typedef struct {
    const uint16_t *taps;
    const int32_t *x;
    const int32_t *y;
    /// Pixels; a multiple of eight.
    long count;
    /// As in ColourConversion, and the luma level of black.
    int16_t luma, red_v, green_u, green_v, blue_u, black;
    /// A level v becomes v * scale + offset, rounded once.
    float scale, offset;
} ccrop_row;

/// Colours of the taps, their mixture, and the finished values, three for each pixel.
void ccrop_convert(const ccrop_row *row, float *output);

/// The planes of a picture; both chroma planes have one stride.
typedef struct {
    const uint8_t *luma, *u, *v;
    long luma_stride, chroma_stride;
    /// From a tap to that of the next row of the crop, in bytes: what will be read soon is asked for ahead.
    long luma_ahead, chroma_ahead;
    /// Size in pixels.
    int32_t width, height;
    /// Whether beyond the border its pixels go on.
    bool goes_on;
} ccrop_planes;

/// Collects the taps of eight pixels. At the border the lowest whole bit of `x` is set, which says that the right
/// taps' chroma is in the high byte. False, with nothing written, when some lie beyond a border that does not go on.
bool ccrop_gather(const ccrop_planes *planes, int32_t *x, const int32_t *y, uint16_t *taps);

/// Places in 1/32 pixels of `count` (a multiple of four) pixels from the first one's numerators and denominator; `m` are
/// the coefficients of a projective map, rows of three.
void ccrop_places(const double *m, double start_x, double start_y, double start_w, long count, int32_t *x, int32_t *y);
