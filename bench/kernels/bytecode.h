/*
 * A small bytecode interpreter that runs the Python loop
 *
 *	while n > 0:
 *	    n -= 1
 *
 * as the instructions that CPython 2.7 compiles it to (see `dis.dis`): nine per iteration, called a
 * turn. There is one checkpoint per turn, at the backward jump. CPython 2 counts three of the nine
 * instructions as ticks: the comparison, the subtraction and the jump; the other six go through its
 * `fast_next_opcode` label, which skips the count.
 */
#pragma once

#include "kernel.h"

#include <stdint.h>

enum { BYTECODE_TICKS_PER_TURN = 3 };

/* Counts down from `turns` to 0 and returns the number of turns done. */
uint64_t bytecode_run_bare(uint64_t turns);
uint64_t bytecode_run_polling(uint64_t turns, struct lockmodel_thread *thread);
