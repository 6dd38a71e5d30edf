/*
 * A small bytecode interpreter that runs a loop of Python,
 *
 *	while n > 0:
 *	    n -= 1
 *
 * in the instructions that CPython 2.7 compiles it to: nine of them per turn of the loop (as
 * `dis.dis` shows). It polls once per turn, at the jump backwards; the comparison, the subtraction
 * and that jump are the three instructions that CPython 2 counts as ticks (the others go through
 * its `fast_next_opcode`).
 */
#pragma once

#include "kernel.h"

#include <stdint.h>

enum { BYTECODE_TICKS_PER_TURN = 3 };

/* Counts down from `turns` and returns how far it came, without checkpoints and with. */
uint64_t bytecode_run_bare(uint64_t turns);
uint64_t bytecode_run_polling(uint64_t turns, struct lockmodel_thread *thread);
