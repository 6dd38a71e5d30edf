(* gilbench's program for OCaml 4.07 and later: as a script of the toplevel, as bytecode, or as
   native code.

   gilbench compiles it if necessary, runs it with ARGS, and talks to it over standard input and
   output; README.md beside this file specifies the protocol. The program counts down in one thread,
   in several threads, or in several processes, or in threads next to one thread that receives
   messages. It creates all workers first; each waits at a gate and measures its own time from the
   opening of the gate on.

   The gate is one lock per thread, held by the main thread. The main thread can release all of them
   without releasing the runtime's own lock in between, which a write to a pipe would do; then it
   sleeps until the workers are done. gilbench.py and gilbench.rb have the same structure. *)

let arguments =
  "describe, times sequential 1 UNITS, times threads|processes WORKERS UNITS, or \
   convoy|bandwidth threads WORKERS CHUNK (numbers from 1; these WORKERS from 0)"

let warm_ns = 50_000_000
let warm_units = 200_000
let warm_chunk = 20_000
let message_size = 16
let last = -1 (* 2^64 - 1 in the 63 bits of an OCaml integer *)

(* The request is not supported here, or failed; the text is reported to gilbench. *)
exception Failed of string

(* gilbench has ended or closed its side. *)
exception Disconnected

exception Invalid_arguments

(* The only clock in the libraries of the standard distribution. *)
let now () = int_of_float (Unix.gettimeofday () *. 1e9)

let own_pid () = string_of_int (Unix.getpid ())

(* --- the connection to gilbench --------------------------------------------------------------- *)

(* Send a line. *)
let report words =
  try
    print_string (String.concat " " words ^ "\n");
    flush stdout
  with Sys_error _ -> raise Disconnected

(* Whether there was a byte to read; false at the end of the input. *)
let read_byte file = Unix.read file (Bytes.create 1) 0 1 = 1

let write_byte file = ignore (Unix.write file (Bytes.make 1 '!') 0 1)

(* Send a line and wait for the answer. *)
let report_and_wait words =
  report words;
  if not (read_byte Unix.stdin) then raise Disconnected

(* --- the work --------------------------------------------------------------------------------- *)

(* The kernel; one iteration is a unit. Returns the final value of n. *)
let countdown n =
  let n = ref n in
  while !n > 0 do
    n := !n - 1
  done;
  !n

(* Run the kernel for a while, as the other two programs do. Start one thread before: the runtime
   then creates its tick thread, which is not a worker, and every run should have that. *)
let warm_up () =
  Thread.join (Thread.create ignore ());
  let finish = now () + warm_ns in
  let units = ref 0 in
  while !units < warm_units || now () < finish do
    units := !units + warm_chunk - countdown warm_chunk
  done

let share units workers index = (units * (index + 1) / workers) - (units * index / workers)

(* Count down; returns start, end and the units done. *)
let measure units =
  let start = now () in
  let left = countdown units in
  let finish = now () in
  (start, finish, units - left)

(* Count down chunk by chunk until `stop` is set; returns the same. *)
let measure_until stop chunk =
  let units = ref 0 in
  let start = now () in
  while not !stop do
    units := !units + chunk - countdown chunk
  done;
  let finish = now () in
  (start, finish, !units)

(* The number in the first eight bytes, little-endian. *)
let number_of message =
  let rec add index sum =
    if index < 0 then sum
    else add (index - 1) ((sum lsl 8) lor Char.code (Bytes.get message index))
  in
  add 7 0

(* Receive messages until the last; returns (number, time of receipt) for each. *)
let receive_messages () =
  let buffer = Bytes.create message_size in
  let rec receive received =
    let length = Unix.read Unix.stdin buffer 0 message_size in
    let time_ns = now () in
    if length < message_size || number_of buffer = last then List.rev received
    else receive ((number_of buffer, time_ns) :: received)
  in
  receive []

(* Receive one message into the buffer; false if it was the last. *)
let receive buffer =
  Unix.read Unix.stdin buffer 0 message_size = message_size && number_of buffer <> last

(* Send back each message until the last; returns their count, start and end. *)
let echo_messages () =
  let buffer = Bytes.create message_size in
  let start = now () in
  let rec echo count =
    if receive buffer then begin
      ignore (Unix.write Unix.stdin buffer 0 message_size);
      echo (count + 1)
    end
    else (count, start, now ())
  in
  echo 0

(* --- threads ---------------------------------------------------------------------------------- *)

(* Run each job in its own thread, all behind one gate; returns their results. *)
let run_threads jobs =
  warm_up ();
  report_and_wait [ "start"; own_pid () ];
  let results = Array.make (Array.length jobs) None in
  let running, report_running = Unix.pipe () in
  let start index job =
    let gate = Mutex.create () in
    Mutex.lock gate;
    let run () =
      write_byte report_running;
      Mutex.lock gate;
      results.(index) <- Some (job ())
    in
    let thread = Thread.create run () in
    ignore (read_byte running);
    report_and_wait [ "thread"; string_of_int index; own_pid () ];
    (gate, thread)
  in
  let threads = Array.mapi start jobs in
  report_and_wait [ "ready" ];
  Array.iter (fun (gate, _) -> Mutex.unlock gate) threads;
  Array.iter (fun (_, thread) -> Thread.join thread) threads;
  let result index = function
    | Some result -> result
    | None -> raise (Failed (Printf.sprintf "thread %d did not finish" index))
  in
  Array.mapi result results

(* --- processes -------------------------------------------------------------------------------- *)

(* A forked worker with two pipes: its gate, and its results. *)
type child = {
  index : int;
  pid : int;
  gate : Unix.file_descr;
  results : Unix.file_descr;
  mutable reaped : bool;
}

let run_child gate results units =
  write_byte results;
  if not (read_byte gate) then 1
  else begin
    let start, finish, units = measure units in
    let text = Printf.sprintf "%d %d %d" start finish units in
    ignore (Unix.write results (Bytes.of_string text) 0 (String.length text));
    0
  end

let fork_child index units older =
  let gate, open_gate = Unix.pipe () in
  let results, own_results = Unix.pipe () in
  match Unix.fork () with
  | 0 ->
      (* The gates are closed when the parent dies, so no child may keep one. *)
      List.iter Unix.close (open_gate :: List.map (fun child -> child.gate) older);
      exit (try run_child gate own_results units with _ -> 1)
  | pid ->
      Unix.close gate;
      Unix.close own_results;
      { index; pid; gate = open_gate; results; reaped = false }

(* OCaml has its own numbers for signals; these are the system's. *)
let signals =
  Sys.
    [ (sighup, 1); (sigint, 2); (sigabrt, 6); (sigbus, 7); (sigkill, 9); (sigsegv, 11);
      (sigterm, 15) ]

(* Wait for the child; raises Failed if it failed. *)
let reap child =
  let _, status = Unix.waitpid [] child.pid in
  child.reaped <- true;
  let fail how number =
    raise (Failed (Printf.sprintf "worker %d %s %d" child.index how number))
  in
  match status with
  | Unix.WEXITED 0 -> ()
  | Unix.WEXITED status -> fail "ended with status" status
  | Unix.WSIGNALED number | Unix.WSTOPPED number ->
      fail "was killed by signal" (try List.assoc number signals with Not_found -> number)

let wait_until_running child = if not (read_byte child.results) then reap child

let open_gate child =
  (* If the child has died, result reports it. *)
  try write_byte child.gate with Unix.Unix_error (Unix.EPIPE, _, _) -> ()

let result child =
  let buffer = Bytes.create 100 in
  let rec read_all text =
    match Unix.read child.results buffer 0 100 with
    | 0 -> text
    | length -> read_all (text ^ Bytes.sub_string buffer 0 length)
  in
  let text = read_all "" in
  reap child;
  Scanf.sscanf text "%d %d %d" (fun start finish units -> (start, finish, units))

let kill child =
  if not child.reaped then begin
    Unix.kill child.pid Sys.sigkill;
    ignore (Unix.waitpid [] child.pid)
  end

(* Count down in forked processes; returns their spans. *)
let run_processes workers units =
  warm_up ();
  report_and_wait [ "start"; own_pid () ];
  let children = ref [] in
  let run () =
    for index = 0 to workers - 1 do
      let child = fork_child index (share units workers index) !children in
      children := !children @ [ child ];
      wait_until_running child;
      report_and_wait [ "process"; string_of_int index; string_of_int child.pid ]
    done;
    report_and_wait [ "ready" ];
    List.iter open_gate !children;
    Array.of_list (List.map result !children)
  in
  match run () with
  | spans -> spans
  | exception error ->
      List.iter kill !children;
      raise error

(* --- the experiments -------------------------------------------------------------------------- *)

let report_spans spans =
  let report_span index (start, finish, units) =
    report ("span" :: List.map string_of_int [ index; start; finish; units ])
  in
  Array.iteri report_span spans

let times mode workers units =
  match mode with
  | "sequential" ->
      warm_up ();
      report_and_wait [ "start"; own_pid () ];
      report_and_wait [ "process"; "0"; own_pid () ];
      report_and_wait [ "ready" ];
      report_spans [| measure units |]
  | "threads" ->
      let job index () = measure (share units workers index) in
      report_spans (run_threads (Array.init workers job))
  | _ -> report_spans (run_processes workers units)

(* Whether the runtime can switch threads in a loop that allocates nothing; older native code
   cannot. *)
let loops_poll () =
  Sys.backend_type <> Sys.Native
  || Scanf.sscanf Sys.ocaml_version "%d.%d" (fun major minor -> (major, minor)) >= (4, 14)

type result = Span of (int * int * int) | Report of (unit -> unit)

(* Run counting threads next to an I/O thread. Reports their spans; then runs the function that
   `io_job` returns, which reports its result. *)
let run_with_io io_job workers chunk =
  if workers > 0 && not (loops_poll ()) then
    raise (Failed "native code of OCaml before 4.14 never releases the lock in a loop like this");
  let stop = ref false in
  let job index () =
    if index < workers then Span (measure_until stop chunk)
    else
      match io_job () with
      | report_result ->
          stop := true;
          Report report_result
      | exception error ->
          stop := true;
          raise error
  in
  let results = run_threads (Array.init (workers + 1) job) in
  let span = function Span span -> [ span ] | Report _ -> [] in
  report_spans (Array.of_list (List.concat (List.map span (Array.to_list results))));
  match results.(workers) with Report report_result -> report_result () | Span _ -> ()

let convoy workers chunk =
  let io_job () =
    let received = receive_messages () in
    let report_message (number, time_ns) =
      report [ "message"; string_of_int number; string_of_int time_ns ]
    in
    fun () -> List.iter report_message received
  in
  run_with_io io_job workers chunk

let bandwidth workers chunk =
  let io_job () =
    let count, start, finish = echo_messages () in
    fun () -> report ("echoes" :: List.map string_of_int [ count; start; finish ])
  in
  run_with_io io_job workers chunk

(* --- the runtime ------------------------------------------------------------------------------ *)

let describe () =
  let version = Scanf.sscanf Sys.ocaml_version "%[0-9.]" (fun version -> version) in
  report [ "runtime"; (if Sys.backend_type = Sys.Native then "ocaml-native" else "ocaml") ];
  report [ "version"; version ];
  report [ "clock"; "realtime" ]

(* --- the arguments ---------------------------------------------------------------------------- *)

(* A number of ASCII digits, at least `least`. *)
let number text least =
  let digits = Scanf.sscanf text "%[0-9]" (fun digits -> digits) in
  match int_of_string_opt text with
  | Some number when digits = text && number >= least -> number
  | _ -> raise Invalid_arguments

(* The function to call for the arguments. *)
let parse = function
  | [ "describe" ] -> describe
  | [ "times"; "sequential"; "1"; units ] ->
      let units = number units 1 in
      fun () -> times "sequential" 1 units
  | [ "times"; (("threads" | "processes") as mode); workers; units ] ->
      let workers = number workers 1 in
      let units = number units 1 in
      fun () -> times mode workers units
  | [ (("convoy" | "bandwidth") as what); "threads"; workers; chunk ] ->
      let workers = number workers 0 in
      let chunk = number chunk 1 in
      fun () -> if what = "convoy" then convoy workers chunk else bandwidth workers chunk
  | _ -> raise Invalid_arguments

let main words =
  match parse words with
  | exception Invalid_arguments ->
      prerr_endline
        (Printf.sprintf "gilbench.ml: invalid arguments '%s'; allowed are %s"
           (String.concat " " words) arguments);
      2
  | run -> (
      try
        report [ "gilbench"; "1" ];
        run ();
        report [ "done" ];
        0
      with
      | Failed text ->
          report [ "error"; text ];
          1
      | Disconnected -> 1)

let () =
  Sys.set_signal Sys.sigpipe Sys.Signal_ignore;
  exit (main (List.tl (Array.to_list Sys.argv)))
