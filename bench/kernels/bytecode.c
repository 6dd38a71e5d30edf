/*
 * See bytecode.h. Like CPython's, the interpreter has a stack, local variables, constants and a
 * switch in a loop; unlike CPython's, its integers are machine words, not objects.
 */
#include "bytecode.h"

#include <stddef.h>

enum opcode {
	LOAD_FAST,
	LOAD_CONST,
	STORE_FAST,
	COMPARE_GREATER,
	POP_JUMP_IF_FALSE,
	INPLACE_SUBTRACT,
	JUMP_ABSOLUTE,
	RETURN_VALUE,
};

struct instruction {
	enum opcode opcode;
	int argument;
};

enum { LOOP = 0, END = 9, STACK_MAX = 4 };

static const struct instruction program[] = {
	[LOOP] = { LOAD_FAST, 0 },
	{ LOAD_CONST, 0 },
	{ COMPARE_GREATER, 0 },
	{ POP_JUMP_IF_FALSE, END },
	{ LOAD_FAST, 0 },
	{ LOAD_CONST, 1 },
	{ INPLACE_SUBTRACT, 0 },
	{ STORE_FAST, 0 },
	{ JUMP_ABSOLUTE, LOOP },
	[END] = { LOAD_FAST, 0 },
	{ RETURN_VALUE, 0 },
};

static const int64_t constants[] = { 0, 1 };

KERNEL_INLINE int64_t interpret(
	const struct instruction *code, int64_t n, struct lockmodel_thread *thread)
{
	int64_t locals[] = { n };
	int64_t stack[STACK_MAX] = { 0 };
	int64_t *top = stack;
	const struct instruction *next = code;

	for (;;) {
		const struct instruction *now = next++;
		switch (now->opcode) {
		case LOAD_FAST:
			*top++ = locals[now->argument];
			break;
		case LOAD_CONST:
			*top++ = constants[now->argument];
			break;
		case STORE_FAST:
			locals[now->argument] = *--top;
			break;
		case COMPARE_GREATER:
			top--;
			top[-1] = top[-1] > top[0];
			break;
		case POP_JUMP_IF_FALSE:
			if (!*--top) {
				next = code + now->argument;
			}
			break;
		case INPLACE_SUBTRACT:
			top--;
			top[-1] -= top[0];
			break;
		case JUMP_ABSOLUTE:
			next = code + now->argument;
			kernel_poll(thread, BYTECODE_TICKS_PER_TURN);
			break;
		case RETURN_VALUE:
			return *--top;
		}
	}
}

KERNEL_INLINE uint64_t run(uint64_t turns, struct lockmodel_thread *thread)
{
	const struct instruction *code = program;
	/* Hide the program from the compiler, which could otherwise evaluate it. */
	__asm__("" : "+r"(code));
	return turns - (uint64_t)interpret(code, (int64_t)turns, thread);
}

uint64_t bytecode_run_bare(uint64_t turns)
{
	return run(turns, NULL);
}

uint64_t bytecode_run_polling(uint64_t turns, struct lockmodel_thread *thread)
{
	return run(turns, thread);
}
