# gilbench's program for Ruby: 2.5 and later.
#
# gilbench runs it as `COMMAND gilbench.rb ARGS` and talks to it over standard input and output, by
# the protocol in README.md beside this file. It counts down in one thread, in several, or in
# several processes; or it counts down in threads beside one that answers messages. Whatever runs
# beside others is made first, waits at a gate, and takes its own time from the gate's opening to
# its end.
#
# The gate is one lock for each thread, held by the main thread. That opens them all without giving
# up the interpreter's own lock in between, as it might if it wrote to a pipe; then it sleeps until
# they are through. gilbench.py and gilbench.ml are the same program, part by part.

ARGUMENTS = "describe, times sequential 1 UNITS, times threads|processes WORKERS UNITS, " \
            "or convoy|bandwidth threads WORKERS CHUNK (whole numbers from 1; from 0 for the " \
            "WORKERS of convoy and bandwidth)"
WARM_NS = 50_000_000
WARM_UNITS = 200_000
WARM_CHUNK = 20_000
MESSAGE_SIZE = 16
LAST = 2**64 - 1
INPUT = IO.for_fd(0, "rb", autoclose: false)

# What was asked for cannot be done here, or went wrong; gilbench is told so.
class Refused < StandardError; end

# gilbench is no longer there.
class Gone < StandardError; end

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
end

# --- the talk with gilbench -----------------------------------------------------------------------

# Send a line.
def say(*words)
  $stdout.write(words.join(" ") + "\n")
  $stdout.flush
rescue SystemCallError
  raise Gone
end

# Send a line and wait for the answer.
def ask(*words)
  say(*words)
  INPUT.sysread(1)
rescue EOFError
  raise Gone
end

# --- the work -------------------------------------------------------------------------------------

# The kernel; a unit is one turn. Returns what is left of n.
def countdown(n)
  while n > 0
    n -= 1
  end
  n
end

# Run the kernel until a compiler, where there is one, has seen it.
def warm_up
  finish = now + WARM_NS
  units = 0
  units += WARM_CHUNK - countdown(WARM_CHUNK) while units < WARM_UNITS || now < finish
end

def share(units, workers, index)
  units * (index + 1) / workers - units * index / workers
end

# Count down; returns start, end and the units done.
def timed(units)
  start = now
  left = countdown(units)
  [start, now, units - left]
end

# Count down chunk after chunk until the flag is set; returns the same.
def timed_until(flag, chunk)
  units = 0
  start = now
  units += chunk - countdown(chunk) while flag.empty?
  [start, now, units]
end

# Receive messages until the last; returns [number, when it was here] for each.
def take_messages(flag)
  taken = []
  loop do
    message = INPUT.sysread(MESSAGE_SIZE)
    here = now
    return taken if message.bytesize < MESSAGE_SIZE

    number = message.unpack1("Q<")
    return taken if number == LAST

    taken << [number, here]
  end
rescue EOFError
  taken
ensure
  flag << true
end

# Send every message back until the last; returns how many, start and end.
def echo_messages(flag)
  output = IO.for_fd(0, "wb", autoclose: false)
  count = 0
  start = now
  loop do
    message = INPUT.sysread(MESSAGE_SIZE)
    return count, start, now if message.bytesize < MESSAGE_SIZE || message.unpack1("Q<") == LAST

    output.syswrite(message)
    count += 1
  end
rescue EOFError
  [count, start, now]
ensure
  flag << true
end

# --- threads --------------------------------------------------------------------------------------

# Run each job in a thread of its own, all from one gate on; returns their results.
def run_threads(jobs)
  warm_up
  ask("start", Process.pid)
  results = [nil] * jobs.size
  gates = []
  there = Queue.new
  threads = jobs.each_with_index.map do |job, index|
    gates << gate = Mutex.new.lock
    thread = Thread.new do
      there << index
      gate.lock
      results[index] = job.call
    end
    there.pop
    ask("thread", index, Process.pid)
    thread
  end
  ask("ready")
  gates.each(&:unlock)
  threads.each { |thread| finish(thread) }
  results.each_with_index do |result, index|
    raise Refused, "thread #{index} did not finish" unless result
  end
end

# Wait for a thread's end. What went wrong in it, it has said itself.
def finish(thread)
  thread.join
rescue StandardError
  nil
end

# --- processes ------------------------------------------------------------------------------------

# Count down in forked processes; returns their spans.
def run_processes(workers, units)
  raise Refused, "this interpreter cannot fork" unless Process.respond_to?(:fork)

  warm_up
  ask("start", Process.pid)
  children = []
  workers.times do |index|
    children << Child.new(index, share(units, workers, index), children)
    children.last.wait_until_there
    ask("process", index, children.last.pid)
  end
  ask("ready")
  children.each(&:open_gate)
  children.map(&:result)
ensure
  children.each(&:kill) if children
end

# A forked worker; one pipe is its gate, another brings its results.
class Child
  attr_reader :pid, :gate

  def initialize(index, units, elder)
    @index = index
    gate, @gate = IO.pipe
    @results, results = IO.pipe
    @pid = fork do
      (elder + [self]).each { |child| child.gate.close } # or they would not end with the parent
      body(gate, results, units)
      exit!(0)
    end
    gate.close
    results.close
  end

  def body(gate, results, units)
    results.syswrite("!")
    exit!(1) unless gate.read(1)
    results.syswrite(timed(units).join(" "))
  end

  def wait_until_there
    reap unless @results.read(1)
  end

  def open_gate
    @gate.syswrite("!")
  rescue Errno::EPIPE
    nil # it died; its result says so
  end

  def result
    text = @results.read
    reap
    text.split.map(&:to_i)
  end

  # Wait for it; complains if it did not end well.
  def reap
    status = Process.wait2(@pid).last
    @pid = nil
    raise Refused, "worker #{@index} was killed by signal #{status.termsig}" if status.signaled?
    raise Refused, "worker #{@index} ended with status #{status.exitstatus}" unless status.success?
  end

  def kill
    return unless @pid

    Process.kill(:KILL, @pid)
    Process.wait(@pid)
  end
end

# --- what can be asked for ------------------------------------------------------------------------

def say_spans(spans)
  spans.each_with_index { |span, index| say("span", index, *span) }
end

def times(mode, workers, units)
  case mode
  when "sequential"
    warm_up
    ask("start", Process.pid)
    ask("process", 0, Process.pid)
    ask("ready")
    say_spans([timed(units)])
  when "threads"
    shares = Array.new(workers) { |index| share(units, workers, index) }
    say_spans(run_threads(shares.map { |mine| -> { timed(mine) } }))
  else
    say_spans(run_processes(workers, units))
  end
end

# Run threads that count down beside one for messages; says their spans, returns its result.
def run_beside(service, workers, chunk)
  flag = [] # empty: not set
  jobs = [-> { timed_until(flag, chunk) }] * workers + [-> { service.call(flag) }]
  *spans, result = run_threads(jobs)
  say_spans(spans)
  result
end

def convoy(workers, chunk)
  taken = run_beside(method(:take_messages), workers, chunk)
  taken.each { |number, here| say("message", number, here) }
end

def bandwidth(workers, chunk)
  say("echoes", *run_beside(method(:echo_messages), workers, chunk))
end

# --- the runtime ----------------------------------------------------------------------------------

# RUBY_THREAD_TIMESLICE is Ruby's own knob, from 3.4 on.
def timeslice
  ms = ENV["RUBY_THREAD_TIMESLICE"].to_i
  ms if RUBY_ENGINE == "ruby" && (RUBY_VERSION.split(".").map(&:to_i) <=> [3, 4]) >= 0 && ms > 0
end

def describe
  say("runtime", RUBY_ENGINE)
  say("version", RUBY_ENGINE_VERSION)
  say("clock", "monotonic")
  say("param", "timeslice=#{timeslice}ms") if timeslice
end

# --- the arguments --------------------------------------------------------------------------------

# The number that the text is, if it is one from `least` on.
def number(text, least)
  raise ArgumentError, text unless text =~ /\A[0-9]+\z/ && text.to_i >= least

  text.to_i
end

# What the arguments ask for, as something to call; ArgumentError if they are wrong.
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
    warn("gilbench.rb: wrong arguments '#{arguments.join(' ')}'; allowed are #{ARGUMENTS}")
    return 2
  end
  say("gilbench", 1)
  run.call
  say("done")
  0
rescue Refused => e
  say("error", e)
  1
rescue Gone
  1
end

exit!(main(ARGV)) # nobody is waited for: after an error, threads may wait for ever
