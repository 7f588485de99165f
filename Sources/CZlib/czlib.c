#include "CZlib.h"

int czlib_gzip_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
}

int czlib_raw_deflate_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}

int czlib_raw_inflate_init(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }

int czlib_gunzip_init(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
