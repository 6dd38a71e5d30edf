"""pool: map a function over items with the pools of Python.

    pool API WORKERS ITEMS CHUNK TURNS

API is `map` (no pool; WORKERS is 1), `ThreadPoolExecutor`, `Pool` (multiprocessing), or
`ProcessPoolExecutor`. A task counts down from TURNS, which may be 0. CHUNK 0 is the chunk size that
the pool chooses itself. Processes are forked. The only value, `map_ns`, is the time from the call of
map to the last result; before it, the pool was created and warmed up.
"""
import concurrent.futures
import multiprocessing

WARM_NS = 50 * 1000 * 1000
WARM_ITEMS = 64     # for each worker, again and again
CHECK_S = 0.2       # how often it is looked whether a worker of a multiprocessing.Pool has died
ALLOWED = "pool map|ThreadPoolExecutor|Pool|ProcessPoolExecutor WORKERS ITEMS CHUNK TURNS"
LEAST = {"WORKERS": 1, "ITEMS": 1, "CHUNK": 0, "TURNS": 0}

turns = 0           # pylint: disable=invalid-name  # set once in each process, before the map


class Failed(Exception):
    """The map failed; says why."""


def set_turns(number):
    global turns    # pylint: disable=global-statement
    turns = number


def task(item):
    """The function that is mapped. Its result tells the item, and that all turns were done."""
    try:
        left = turns
        while left > 0:
            left -= 1
        return item - left
    except Exception as error:
        raise Failed(f"item {item} failed: {error!r}") from error


# --- the pools: each yields a function map(items) -------------------------------------------------

class Alone:
    """No pool."""

    def __init__(self, _workers, _chunk):
        pass

    @staticmethod
    def map(items):
        return list(map(task, items))

    def close(self):
        pass


class Executor:
    """A pool of concurrent.futures."""

    def __init__(self, executor, chunk):
        self.executor = executor
        self.chunk = chunk or 1     # its default

    def map(self, items):
        try:
            return list(self.executor.map(task, items, chunksize=self.chunk))
        except concurrent.futures.BrokenExecutor as error:
            raise Failed(f"a worker died; which items it had is not known: {error}") from error

    def close(self):
        self.executor.shutdown(wait=True)


def thread_executor(workers, chunk):
    return Executor(concurrent.futures.ThreadPoolExecutor(workers), chunk)


def process_executor(workers, chunk):
    return Executor(concurrent.futures.ProcessPoolExecutor(
        workers, multiprocessing.get_context("fork"), set_turns, (turns,)), chunk)


class ProcessPool:
    """multiprocessing.Pool. Its map() waits for ever for the items of a worker that has died."""

    def __init__(self, workers, chunk):
        self.pool = multiprocessing.get_context("fork").Pool(workers, set_turns, (turns,))
        self.chunk = chunk or None
        self.workers = self.living()
        self.broken = False

    @staticmethod
    def living():
        return {process.pid for process in multiprocessing.active_children()}

    def map(self, items):
        found = self.pool.map_async(task, items, self.chunk)
        found.wait(CHECK_S)
        while not found.ready():
            if self.living() != self.workers:
                self.broken = True
                raise Failed("a worker died; which items it had is not known")
            found.wait(CHECK_S)
        return found.get()

    def close(self):
        """End the workers. If one has died, it may hold a lock for which terminate() would wait for
        ever; then gilbench ends the others, as it does after any error."""
        if not self.broken:
            self.pool.terminate()
            self.pool.join()


POOLS = {"map": Alone, "ThreadPoolExecutor": thread_executor, "Pool": ProcessPool,
         "ProcessPoolExecutor": process_executor}


# --- the experiment -------------------------------------------------------------------------------

def check(results, items):
    """Raise Failed if the results are not those of the items, in their order."""
    if len(results) != len(items):
        raise Failed(f"{len(results)} results of {len(items)} items")
    for item, result in zip(items, results):
        if result != item:
            raise Failed(f"item {item} has the result {result}; right is {item}")


def measure(pool, program, workers, items):
    """The time of a map, in nanoseconds."""
    warm = range(WARM_ITEMS * workers)
    warm_until = program.now() + WARM_NS
    while program.now() < warm_until:
        check(pool.map(warm), warm)
    program.start()
    program.ready()
    begin = program.now()
    results = pool.map(items)
    end = program.now()
    check(results, items)
    return end - begin


def run(program, api, workers, items, chunk):
    pool = None
    try:
        pool = POOLS[api](workers, chunk)
        map_ns = measure(pool, program, workers, range(items))
    except (Failed, OSError) as failed:
        raise program.Failure(str(failed)) from failed
    finally:
        if pool:
            pool.close()
    program.value("map_ns", map_ns)


def number(text, least):
    """A number of ASCII digits, at least `least`."""
    if not text or text.strip("0123456789") or int(text) < least:
        raise ValueError(ALLOWED)
    return int(text)


def parse(words):
    if len(words) != 1 + len(LEAST) or words[0] not in POOLS:
        raise ValueError(ALLOWED)
    workers, items, chunk, count = map(number, words[1:], LEAST.values())
    if words[0] == "map" and workers != 1:
        raise ValueError(ALLOWED)

    def run_task(program):
        set_turns(count)
        run(program, words[0], workers, items, chunk)
    return run_task
