"""transport: what it costs to hand a message to another thread or process.

    transport stream|round_trip WAY DATA SIZE WINDOW

WAY is queue (queue.Queue between threads), pipe (multiprocessing.Pipe), simple_queue, mp_queue
(multiprocessing.SimpleQueue and Queue), shared_memory (two buffers of multiprocessing.shared_memory
with a semaphore each way) or pickle (dumps and loads, in one thread). DATA is raw (bytes as they
are), flat (bytes, pickled) or nested (a list of records, pickled). SIZE is in bytes, a multiple of
64; WINDOW is for how long messages are sent, in nanoseconds.

The leader sends messages to a partner: a few to warm up, then for so long. The last one of each is
flagged, and the partner answers it; of a round trip it answers all. The receiver of a message checks
its number and length, and of the first ones and the last its whole content.
"""
import multiprocessing
import multiprocessing.shared_memory
import pickle
import queue
import threading
import time

RECORD = 64
WARM = 3
BATCH_BYTES = 1 << 20
ROOM = 8        # messages that a queue holds; with a size without limit, all would be kept
DATA = ("raw", "flat", "nested")
# The data that each way takes.
WAYS = {"queue": ("raw",), "pipe": DATA, "shared_memory": ("raw",), "pickle": ("flat", "nested"),
        "simple_queue": ("flat", "nested"), "mp_queue": ("flat", "nested")}
PROTOCOL = pickle.HIGHEST_PROTOCOL


def parse(words):
    """The function that runs what the words say; ValueError if they are invalid."""
    op, way, data, size, window = words
    if op not in ("stream", "round_trip") or data not in WAYS.get(way, ()):
        raise ValueError(" ".join(words))
    numbers = [int(word) for word in (size, window) if word.isascii() and word.isdigit()]
    if len(numbers) < 2 or not numbers[0] or numbers[0] % RECORD or not numbers[1]:
        raise ValueError(" ".join(words))
    return lambda program: run(program, op, way, Message(way, data, numbers[0]), numbers[1])


# --- messages ----------------------------------------------------------------------------------


class Message:
    """How messages of a kind of data and a size are made and checked.

    Raw ones for another process are one buffer of bytes, which begins with the number and the flag.
    All others are a list of the number, the flag and the content, which is the same object in all.
    """

    def __init__(self, way, data, size):
        self.size = size
        self.is_raw = data == "raw"
        self.is_buffer = self.is_raw and way != "queue"
        if data == "nested":
            self.body = [{"id": index, "name": f"record-{index:08x}",
                          "values": [index + 0.25 * place for place in range(3)]}
                         for index in range(size // RECORD)]
        else:
            self.body = bytes(range(256)) * (size // 256) + bytes(range(size % 256))
        self.buffer = bytearray(self.body) if self.is_buffer else None

    def make(self, number, flagged):
        """The message of that number; a buffer is valid until the next one is made."""
        if not self.is_buffer:
            return [number, flagged, self.body]
        self.buffer[:8] = number.to_bytes(8, "little")
        self.buffer[8] = flagged
        return self.buffer

    def check(self, message, number):
        """Whether the message with that number is flagged; ValueError if it is another one."""
        if self.is_buffer:
            found, flagged, body = int.from_bytes(message[:8], "little"), message[8], message
        else:
            found, flagged, body = message
        if found != number or len(body) != len(self.body):
            raise ValueError(f"message {number} is not the one that was sent")
        return bool(flagged)

    def check_whole(self, message, number):
        if message != self.make(number, self.check(message, number)):
            raise ValueError(f"message {number} arrived with changed content")

    def encoded_bytes(self):
        return self.size if self.is_raw else len(pickle.dumps(self.make(0, False), PROTOCOL))


# --- ways --------------------------------------------------------------------------------------
# Each leads in one direction: send(message), and receive(), whose result is valid until release().


class Way:
    """What most ways have in common."""

    process = True

    def keep_sender(self):
        """In the process that sends: closes what it does not need."""

    def keep_receiver(self):
        """The same in the one that receives."""

    def release(self):
        """The message that was received last is not needed any more."""

    def finish(self):
        """Give back what the system keeps."""


class Queue(Way):
    process = False

    def __init__(self, _message):
        way = queue.Queue(ROOM)
        self.send, self.receive = way.put, way.get


class SimpleQueue(Way):
    def __init__(self, _message):
        self.way = multiprocessing.SimpleQueue()
        self.send, self.receive = self.way.put, self.way.get


class MpQueue(Way):
    def __init__(self, _message):
        self.way = multiprocessing.Queue(ROOM)
        self.send, self.receive = self.way.put, self.way.get


class Pipe(Way):
    def __init__(self, message):
        self.reader, self.writer = multiprocessing.Pipe(duplex=False)
        raw = message.is_raw
        self.send = self.writer.send_bytes if raw else self.writer.send
        self.receive = self.reader.recv_bytes if raw else self.reader.recv

    def keep_sender(self):
        self.reader.close()

    def keep_receiver(self):
        self.writer.close()


class SharedMemory(Way):
    """Two slots in turn, and a semaphore for those that are free and for those that are full."""

    SLOTS = 2

    def __init__(self, message):
        self.size = message.size
        self.memory = multiprocessing.shared_memory.SharedMemory(
            create=True, size=self.SLOTS * self.size)
        self.memory.unlink()    # so that none is left behind, however this ends
        self.free = multiprocessing.Semaphore(self.SLOTS)
        self.full = multiprocessing.Semaphore(0)
        self.next = 0

    def slot(self):
        begin = self.next % self.SLOTS * self.size
        self.next += 1
        return memoryview(self.memory.buf)[begin:begin + self.size]

    def send(self, message):
        self.free.acquire()
        with self.slot() as slot:
            slot[:] = message
        self.full.release()

    def receive(self):
        self.full.acquire()
        with self.slot() as slot:
            return bytes(slot)

    def release(self):
        self.free.release()

    def finish(self):
        self.memory.close()


CLASSES = {"queue": Queue, "pipe": Pipe, "simple_queue": SimpleQueue, "mp_queue": MpQueue,
           "shared_memory": SharedMemory}


# --- the two workers ---------------------------------------------------------------------------


def answer(there, back, message, round_trip):
    """The partner: two phases, each up to a flagged message."""
    number = 0
    for warm in (True, False):
        flagged = False
        while not flagged:
            received = there.receive()
            flagged = message.check(received, number)
            if warm:
                message.check_whole(received, number)
            if round_trip:
                back.send(received)
            elif flagged:
                back.send(message.make(number, True))
            if flagged:
                message.check_whole(received, number)
            there.release()
            number += 1


def lead(there, back, message, round_trip, window):
    """The leader; returns the number of messages that were timed, and their time."""
    number = 0

    def exchange(flagged):
        nonlocal number
        there.send(message.make(number, flagged))
        if flagged or round_trip:
            message.check(back.receive(), number)
            back.release()
        number += 1

    for _ in range(WARM):
        exchange(False)
    exchange(True)
    batch = max(1, min(64, BATCH_BYTES // message.size))
    first, start = number, time.monotonic_ns()
    while time.monotonic_ns() < start + window:
        for _ in range(batch):
            exchange(False)
    exchange(True)
    return number - first, time.monotonic_ns() - start


def code(message, window):
    """pickle alone: dumps, loads and check, in this thread."""
    message.check_whole(pickle.loads(pickle.dumps(message.make(0, False), PROTOCOL)), 0)
    number, start = 0, time.monotonic_ns()
    while time.monotonic_ns() < start + window:
        number += 1
        message.check(pickle.loads(pickle.dumps(message.make(number, False), PROTOCOL)), number)
    return number, time.monotonic_ns() - start


def partner_process(ways, message, round_trip):
    """What the process does; its exit status tells whether all was right."""
    there, back = ways
    there.keep_receiver()
    back.keep_sender()
    answer(there, back, message, round_trip)


def run_processes(ways, message, round_trip, window):
    there, back = ways
    partner = multiprocessing.get_context("fork").Process(
        target=partner_process, args=(ways, message, round_trip), daemon=True)
    partner.start()
    there.keep_sender()
    back.keep_receiver()
    try:
        found = lead(there, back, message, round_trip, window)
    except BaseException:
        partner.kill()      # it may wait for a message
        raise
    finally:
        partner.join()
    return found


def run_threads(ways, message, round_trip, window):
    there, back = ways
    partner = threading.Thread(target=answer, args=(there, back, message, round_trip), daemon=True)
    partner.start()
    found = lead(there, back, message, round_trip, window)
    partner.join()
    return found


def measure(op, way, message, window):
    if way == "pickle":
        return code(message, window)
    ways = CLASSES[way](message), CLASSES[way](message)
    runner = run_processes if ways[0].process else run_threads
    try:
        return runner(ways, message, op == "round_trip", window)
    finally:
        for one in ways:
            one.finish()


def run(program, op, way, message, window):
    """Measure, and report the values `messages`, `elapsed_ns` and `encoded_bytes`."""
    program.start()
    program.ready()
    try:
        messages, elapsed = measure(op, way, message, window)
    except (EOFError, OSError, ValueError) as error:
        raise program.Failure(f"{way}: {error}") from error
    program.value("messages", messages)
    program.value("elapsed_ns", elapsed)
    program.value("encoded_bytes", message.encoded_bytes())
