/* The processors that the test may run on, and a system that refuses to change them. */
#pragma once

#include <stdbool.h>

/* Whether sched_setaffinity() is to fail, as when processors have been removed. */
void affinity_refuse(bool refuse);

/* Restricts the calling thread to one processor. */
void affinity_restrict_to(int cpu);

/* The last processor that this process may use, which is not the default. */
int affinity_some_cpu(void);
