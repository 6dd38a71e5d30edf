/*
 * Codecs: how records become bytes and back, by a serialisation library. A build without the library
 * has none; meson.build decides which of cbor.c and no_cbor.c is compiled.
 */
#pragma once

#include "message.h"

struct codec {
	const char *name;
	size_t (*bound)(size_t count); /* at most so many bytes for `count` records */
	/* Returns the number of bytes, always the same for one `count`; 0 if out of memory. */
	size_t (*encode)(const struct record *records, size_t count, void *bytes, size_t size);
	/* False if the bytes are not those of `count` records, or if out of memory. */
	bool (*decode)(const void *bytes, size_t size, struct record *records, size_t count);
};

/* The codec with this index, or NULL past the last. */
const struct codec *codec_at(size_t index);

/* The library and its version, as in "libcbor 0.8.0"; or NULL if the build has none. */
const char *codec_library(void);
