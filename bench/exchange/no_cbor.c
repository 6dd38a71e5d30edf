/* See codec.h: a build without a serialisation library. */
#include "codec.h"

const struct codec *codec_at(size_t index)
{
	(void)index;
	return NULL;
}

const char *codec_library(void)
{
	return NULL;
}
