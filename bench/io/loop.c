/* See loop.h. */
#include "loop.h"

const struct io_loop *io_loop(enum io_kind kind)
{
	return kind == IO_OPEN_LOOP ? &open_loop : &closed_loop;
}
