# gilbench's program for Ruby 2.5 and later.
#
# gilbench runs `COMMAND gilbench.rb ARGS` and talks to it over standard input and output; README.md
# beside this file specifies the protocol. The program counts down in one thread, in several
# threads, or in several processes, or in threads next to one thread that receives messages. It
# creates all workers first; each waits at a gate and measures its own time from the opening of the
# gate on.
#
# The gate is one lock per thread, held by the main thread. The main thread can release all of them
# without releasing the interpreter's own lock in between, which a write to a pipe might do; then it
# sleeps until the workers are done. gilbench.py and gilbench.ml have the same structure.

ARGUMENTS = "describe, times sequential 1 UNITS, times threads|processes WORKERS UNITS, " \
            "or convoy|bandwidth threads WORKERS CHUNK (numbers from 1; these WORKERS from 0)"
WARM_NS = 50_000_000
WARM_UNITS = 200_000
WARM_CHUNK = 20_000
MESSAGE_SIZE = 16
LAST = 2**64 - 1
INPUT = IO.for_fd(0, "rb", autoclose: false)

# The request is not supported here, or failed; the text is reported to gilbench.
class Failure < StandardError; end

# gilbench has ended or closed its side.
class Disconnected < StandardError; end

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
end

# --- the connection to gilbench -------------------------------------------------------------------

# Send a line.
def report(*words)
  $stdout.write(words.join(" ") + "\n")
  $stdout.flush
rescue SystemCallError
  raise Disconnected
end

# Read up to `size` bytes with one blocking system call. Some versions of Ruby handle SIGCHLD, so
# that the death of a forked worker interrupts it.
def receive(size)
  INPUT.sysread(size)
rescue Errno::EINTR
  retry
end

# Send a line and wait for the answer.
def report_and_wait(*words)
  report(*words)
  receive(1)
rescue EOFError
  raise Disconnected
end

# --- the work -------------------------------------------------------------------------------------

# The kernel; one iteration is a unit. Returns the final value of n.
def countdown(n)
  while n > 0
    n -= 1
  end
  n
end

# Run the kernel until it has been compiled, if it ever is.
def warm_up
  finish = now + WARM_NS
  units = 0
  units += WARM_CHUNK - countdown(WARM_CHUNK) while units < WARM_UNITS || now < finish
end

def share(units, workers, index)
  units * (index + 1) / workers - units * index / workers
end

# Count down; returns start, end and the units done.
def measure(units)
  start = now
  left = countdown(units)
  [start, now, units - left]
end

# Count down chunk by chunk until `stop` is set; returns the same.
def measure_until(stop, chunk)
  units = 0
  start = now
  units += chunk - countdown(chunk) while stop.empty?
  [start, now, units]
end

# Receive messages until the last; returns [number, time of receipt] for each.
def receive_messages
  received = []
  loop do
    message = receive(MESSAGE_SIZE)
    time_ns = now
    return received if message.bytesize < MESSAGE_SIZE

    number = message.unpack1("Q<")
    return received if number == LAST

    received << [number, time_ns]
  end
rescue EOFError
  received
end

# Send back each message until the last; returns their count, start and end.
def echo_messages
  output = IO.for_fd(0, "wb", autoclose: false)
  count = 0
  start = now
  loop do
    message = receive(MESSAGE_SIZE)
    return count, start, now if message.bytesize < MESSAGE_SIZE || message.unpack1("Q<") == LAST

    output.syswrite(message)
    count += 1
  end
rescue EOFError
  [count, start, now]
end

# --- threads --------------------------------------------------------------------------------------

# Run each job in its own thread, all behind one gate; returns their results.
def run_threads(jobs)
  warm_up
  report_and_wait("start", Process.pid)
  results = [nil] * jobs.size
  gates = []
  running = Queue.new
  threads = jobs.each_with_index.map do |job, index|
    gates << gate = Mutex.new.lock
    thread = Thread.new do
      running << index
      gate.lock
      results[index] = job.call
    end
    running.pop
    report_and_wait("thread", index, Process.pid)
    thread
  end
  report_and_wait("ready")
  gates.each(&:unlock)
  threads.each { |thread| finish(thread) }
  results.each_with_index do |result, index|
    raise Failure, "thread #{index} did not finish" unless result
  end
end

# Wait for a thread. It has printed the exception that ended it, if any.
def finish(thread)
  thread.join
rescue StandardError
  nil
end

# --- processes ------------------------------------------------------------------------------------

# Count down in forked processes; returns their spans.
def run_processes(workers, units)
  raise Failure, "this interpreter cannot fork" unless Process.respond_to?(:fork)

  warm_up
  report_and_wait("start", Process.pid)
  children = []
  workers.times do |index|
    children << Child.new(index, share(units, workers, index), children)
    children.last.wait_until_running
    report_and_wait("process", index, children.last.pid)
  end
  report_and_wait("ready")
  children.each(&:open_gate)
  children.map(&:result)
ensure
  children.each(&:kill) if children
end

# A forked worker with two pipes: its gate, and its results.
class Child
  attr_reader :pid, :gate

  def initialize(index, units, older)
    @index = index
    gate, @gate = IO.pipe
    @results, results = IO.pipe
    @pid = fork do
      # The gates are closed when the parent dies, so no child may keep one.
      (older + [self]).each { |child| child.gate.close }
      run(gate, results, units)
      exit!(0)
    end
    gate.close
    results.close
  end

  def run(gate, results, units)
    results.syswrite("!")
    exit!(1) unless gate.read(1)
    results.syswrite(measure(units).join(" "))
  end

  def wait_until_running
    reap unless @results.read(1)
  end

  def open_gate
    @gate.syswrite("!")
  rescue Errno::EPIPE
    nil # the child has died; result reports it
  end

  def result
    text = @results.read
    reap
    text.split.map(&:to_i)
  end

  # Wait for the child; raises Failure if it failed.
  def reap
    status = Process.wait2(@pid).last
    @pid = nil
    raise Failure, "worker #{@index} was killed by signal #{status.termsig}" if status.signaled?
    raise Failure, "worker #{@index} ended with status #{status.exitstatus}" unless status.success?
  end

  def kill
    return unless @pid

    Process.kill(:KILL, @pid)
    Process.wait(@pid)
  end
end

# --- the experiments ------------------------------------------------------------------------------

def report_spans(spans)
  spans.each_with_index { |span, index| report("span", index, *span) }
end

def times(mode, workers, units)
  case mode
  when "sequential"
    warm_up
    report_and_wait("start", Process.pid)
    report_and_wait("process", 0, Process.pid)
    report_and_wait("ready")
    report_spans([measure(units)])
  when "threads"
    shares = Array.new(workers) { |index| share(units, workers, index) }
    report_spans(run_threads(shares.map { |mine| -> { measure(mine) } }))
  else
    report_spans(run_processes(workers, units))
  end
end

# Run counting threads next to an I/O thread; reports their spans, returns its result.
def run_with_io(io_job, workers, chunk)
  stop = [] # empty: not set
  run_io = lambda do
    begin
      io_job.call
    ensure
      stop << true
    end
  end
  *spans, result = run_threads([-> { measure_until(stop, chunk) }] * workers + [run_io])
  report_spans(spans)
  result
end

def convoy(workers, chunk)
  received = run_with_io(method(:receive_messages), workers, chunk)
  received.each { |number, time_ns| report("message", number, time_ns) }
end

def bandwidth(workers, chunk)
  report("echoes", *run_with_io(method(:echo_messages), workers, chunk))
end

# --- the runtime and its settings -----------------------------------------------------------------

# The value of RUBY_THREAD_TIMESLICE, a setting of Ruby itself from 3.4 on; nil if not in force.
def timeslice
  ms = ENV["RUBY_THREAD_TIMESLICE"].to_i
  ms if RUBY_ENGINE == "ruby" && (RUBY_VERSION.split(".").map(&:to_i) <=> [3, 4]) >= 0 && ms > 0
end

def describe
  report("runtime", RUBY_ENGINE)
  report("version", RUBY_ENGINE_VERSION)
  report("clock", "monotonic")
  report("param", "timeslice=#{timeslice}ms") if timeslice
end

# --- the arguments --------------------------------------------------------------------------------

# A number of ASCII digits, at least `least`.
def number(text, least)
  raise ArgumentError, text unless text =~ /\A[0-9]+\z/ && text.to_i >= least

  text.to_i
end

# The procedure to call for the arguments; ArgumentError if they are invalid.
def parse(arguments)
  return method(:describe) if arguments == ["describe"]
  raise ArgumentError, "number of arguments" unless arguments.size == 4

  what, mode, workers, last = arguments
  case [what, mode]
  when ["times", "sequential"], ["times", "threads"], ["times", "processes"]
    workers = number(workers, 1)
    raise ArgumentError, "workers" if mode == "sequential" && workers != 1

    units = number(last, 1)
    -> { times(mode, workers, units) }
  when ["convoy", "threads"], ["bandwidth", "threads"]
    workers = number(workers, 0)
    chunk = number(last, 1)
    -> { what == "convoy" ? convoy(workers, chunk) : bandwidth(workers, chunk) }
  else
    raise ArgumentError, what
  end
end

def main(arguments)
  begin
    run = parse(arguments)
  rescue ArgumentError
    warn("gilbench.rb: invalid arguments '#{arguments.join(' ')}'; allowed are #{ARGUMENTS}")
    return 2
  end
  report("gilbench", 1)
  run.call
  report("done")
  0
rescue Failure => e
  report("error", e)
  1
rescue Disconnected
  1
end

exit!(main(ARGV)) # without joining threads: after an error they may wait for ever
