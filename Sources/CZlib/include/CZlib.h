// zlib's entry points that matter are macros over versioned functions: name each one that is used.
#ifndef CZLIB_H
#define CZLIB_H
#include <zlib.h>

/// Starts a deflate stream with a gzip wrapper.
int czlib_gzip_init(z_stream *stream, int level);

/// Starts an inflate stream of gzip data.
int czlib_gunzip_init(z_stream *stream);

/// Start a deflate or an inflate stream without wrapper, as zip archives hold it.
int czlib_raw_deflate_init(z_stream *stream, int level);
int czlib_raw_inflate_init(z_stream *stream);
#endif
