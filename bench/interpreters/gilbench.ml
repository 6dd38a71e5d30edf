(* gilbench's program for OCaml: 4.07 and later, as a script of the toplevel, as bytecode, or as
   native code.

   gilbench compiles it if need be, runs it with ARGS, and talks to it over standard input and
   output, by the protocol in README.md beside this file. It counts down in one thread, in several,
   or in several processes; or it counts down in threads beside one that answers messages. Whatever
   runs beside others is made first, waits at a gate, and takes its own time from the gate's opening
   to its end.

   The gate is one lock for each thread, held by the main thread. That opens them all without
   giving up the runtime's own lock in between, as it would if it wrote to a pipe; then it sleeps
   until they are through. gilbench.py and gilbench.rb are the same program, part by part. *)

let arguments =
  "describe, times sequential 1 UNITS, times threads|processes WORKERS UNITS, or \
   convoy|bandwidth threads WORKERS CHUNK (whole numbers from 1; from 0 for the WORKERS of convoy \
   and bandwidth)"

let warm_ns = 50_000_000
let warm_units = 200_000
let warm_chunk = 20_000
let message_size = 16
let last = -1 (* 2^64 - 1 in as many bits as an integer has here *)

(* What was asked for cannot be done here, or went wrong; gilbench is told so. *)
exception Refused of string

(* gilbench is no longer there. *)
exception Gone

exception Wrong_arguments

(* There is no other clock in the libraries that every OCaml comes with. *)
let now () = int_of_float (Unix.gettimeofday () *. 1e9)

let own_pid () = string_of_int (Unix.getpid ())

(* --- the talk with gilbench ------------------------------------------------------------------- *)

(* Send a line. *)
let say words =
  try
    print_string (String.concat " " words ^ "\n");
    flush stdout
  with Sys_error _ -> raise Gone

(* Whether there was a byte to read, and not the end. *)
let read_byte file = Unix.read file (Bytes.create 1) 0 1 = 1

let write_byte file = ignore (Unix.write file (Bytes.make 1 '!') 0 1)

(* Send a line and wait for the answer. *)
let ask words =
  say words;
  if not (read_byte Unix.stdin) then raise Gone

(* --- the work --------------------------------------------------------------------------------- *)

(* The kernel; a unit is one turn. Returns what is left of n. *)
let countdown n =
  let n = ref n in
  while !n > 0 do
    n := !n - 1
  done;
  !n

(* Run the kernel for a while, as the other two programs do. A thread comes first: with it the
   runtime makes one of its own, which is none of the workers, and all runs are to have that. *)
let warm_up () =
  Thread.join (Thread.create ignore ());
  let finish = now () + warm_ns in
  let units = ref 0 in
  while !units < warm_units || now () < finish do
    units := !units + warm_chunk - countdown warm_chunk
  done

let share units workers index = (units * (index + 1) / workers) - (units * index / workers)

(* Count down; returns start, end and the units done. *)
let timed units =
  let start = now () in
  let left = countdown units in
  let finish = now () in
  (start, finish, units - left)

(* Count down chunk after chunk until the flag is set; returns the same. *)
let timed_until flag chunk =
  let units = ref 0 in
  let start = now () in
  while not !flag do
    units := !units + chunk - countdown chunk
  done;
  let finish = now () in
  (start, finish, !units)

(* The number in the first eight bytes, the lowest first. *)
let number_of message =
  let rec add index sum =
    if index < 0 then sum
    else add (index - 1) ((sum lsl 8) lor Char.code (Bytes.get message index))
  in
  add 7 0

(* Receive one message into the buffer; false if it was the last. *)
let receive buffer =
  Unix.read Unix.stdin buffer 0 message_size = message_size && number_of buffer <> last

(* Receive messages until the last; returns (number, when it was here) for each. *)
let take_messages () =
  let buffer = Bytes.create message_size in
  let rec take taken =
    let length = Unix.read Unix.stdin buffer 0 message_size in
    let here = now () in
    if length < message_size || number_of buffer = last then List.rev taken
    else take ((number_of buffer, here) :: taken)
  in
  take []

(* Send every message back until the last; returns how many, start and end. *)
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

(* Run each job in a thread of its own, all from one gate on; returns their results. *)
let run_threads jobs =
  warm_up ();
  ask [ "start"; own_pid () ];
  let results = Array.make (Array.length jobs) None in
  let there, say_there = Unix.pipe () in
  let make index job =
    let gate = Mutex.create () in
    Mutex.lock gate;
    let body () =
      write_byte say_there;
      Mutex.lock gate;
      results.(index) <- Some (job ())
    in
    let thread = Thread.create body () in
    ignore (read_byte there);
    ask [ "thread"; string_of_int index; own_pid () ];
    (gate, thread)
  in
  let made = Array.mapi make jobs in
  ask [ "ready" ];
  Array.iter (fun (gate, _) -> Mutex.unlock gate) made;
  Array.iter (fun (_, thread) -> Thread.join thread) made;
  let result index = function
    | Some result -> result
    | None -> raise (Refused (Printf.sprintf "thread %d did not finish" index))
  in
  Array.mapi result results

(* --- processes -------------------------------------------------------------------------------- *)

(* A forked worker; one pipe is its gate, another brings its results. *)
type child = {
  index : int;
  pid : int;
  gate : Unix.file_descr;
  results : Unix.file_descr;
  mutable reaped : bool;
}

let child_body gate results units =
  write_byte results;
  if not (read_byte gate) then 1
  else begin
    let start, finish, units = timed units in
    let text = Printf.sprintf "%d %d %d" start finish units in
    ignore (Unix.write results (Bytes.of_string text) 0 (String.length text));
    0
  end

let make_child index units elder =
  let gate, open_gate = Unix.pipe () in
  let results, own_results = Unix.pipe () in
  match Unix.fork () with
  | 0 ->
      (* The gates must end with the parent, so no child may keep one. *)
      List.iter Unix.close (open_gate :: List.map (fun child -> child.gate) elder);
      exit (try child_body gate own_results units with _ -> 1)
  | pid ->
      Unix.close gate;
      Unix.close own_results;
      { index; pid; gate = open_gate; results; reaped = false }

(* OCaml has numbers of its own for the signals that it knows: these are the system's. *)
let signals =
  Sys.
    [ (sighup, 1); (sigint, 2); (sigabrt, 6); (sigbus, 7); (sigkill, 9); (sigsegv, 11);
      (sigterm, 15) ]

(* Wait for it; complains if it did not end well. *)
let reap child =
  let _, status = Unix.waitpid [] child.pid in
  child.reaped <- true;
  let ended how number =
    raise (Refused (Printf.sprintf "worker %d %s %d" child.index how number))
  in
  match status with
  | Unix.WEXITED 0 -> ()
  | Unix.WEXITED status -> ended "ended with status" status
  | Unix.WSIGNALED number | Unix.WSTOPPED number ->
      ended "was killed by signal" (try List.assoc number signals with Not_found -> number)

let wait_until_there child = if not (read_byte child.results) then reap child

let open_gate child =
  (* If it died, its result says so. *)
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
  ask [ "start"; own_pid () ];
  let children = ref [] in
  let run () =
    for index = 0 to workers - 1 do
      let child = make_child index (share units workers index) !children in
      children := !children @ [ child ];
      wait_until_there child;
      ask [ "process"; string_of_int index; string_of_int child.pid ]
    done;
    ask [ "ready" ];
    List.iter open_gate !children;
    Array.of_list (List.map result !children)
  in
  match run () with
  | spans -> spans
  | exception error ->
      List.iter kill !children;
      raise error

(* --- what can be asked for -------------------------------------------------------------------- *)

let say_spans spans =
  let say_span index (start, finish, units) =
    say ("span" :: List.map string_of_int [ index; start; finish; units ])
  in
  Array.iteri say_span spans

let times mode workers units =
  match mode with
  | "sequential" ->
      warm_up ();
      ask [ "start"; own_pid () ];
      ask [ "process"; "0"; own_pid () ];
      ask [ "ready" ];
      say_spans [| timed units |]
  | "threads" ->
      let job index () = timed (share units workers index) in
      say_spans (run_threads (Array.init workers job))
  | _ -> say_spans (run_processes workers units)

(* Whether native code gives the lock up in a loop that allocates nothing. *)
let loops_poll () =
  Sys.backend_type <> Sys.Native
  || Scanf.sscanf Sys.ocaml_version "%d.%d" (fun major minor -> (major, minor)) >= (4, 14)

type result = Span of (int * int * int) | Service of (unit -> unit)

(* Run threads that count down beside one for messages; says their spans and what the service has
   to say. *)
let run_beside service workers chunk =
  if workers > 0 && not (loops_poll ()) then
    raise (Refused "native code of OCaml before 4.14 never gives the lock up in a loop like this");
  let flag = ref false in
  let job index () =
    if index < workers then Span (timed_until flag chunk)
    else
      match service () with
      | say_it ->
          flag := true;
          Service say_it
      | exception error ->
          flag := true;
          raise error
  in
  let results = run_threads (Array.init (workers + 1) job) in
  let span = function Span span -> [ span ] | Service _ -> [] in
  say_spans (Array.of_list (List.concat (List.map span (Array.to_list results))));
  match results.(workers) with Service say_it -> say_it () | Span _ -> ()

let convoy workers chunk =
  let service () =
    let taken = take_messages () in
    let say_message (number, here) =
      say [ "message"; string_of_int number; string_of_int here ]
    in
    fun () -> List.iter say_message taken
  in
  run_beside service workers chunk

let bandwidth workers chunk =
  let service () =
    let count, start, finish = echo_messages () in
    fun () -> say ("echoes" :: List.map string_of_int [ count; start; finish ])
  in
  run_beside service workers chunk

(* --- the runtime ------------------------------------------------------------------------------ *)

let describe () =
  let version = Scanf.sscanf Sys.ocaml_version "%[0-9.]" (fun version -> version) in
  say [ "runtime"; (if Sys.backend_type = Sys.Native then "ocaml-native" else "ocaml") ];
  say [ "version"; version ];
  say [ "clock"; "realtime" ]

(* --- the arguments ---------------------------------------------------------------------------- *)

(* The number that the text is, if it is one from `least` on. *)
let number text least =
  let digits = Scanf.sscanf text "%[0-9]" (fun digits -> digits) in
  match int_of_string_opt text with
  | Some number when digits = text && number >= least -> number
  | _ -> raise Wrong_arguments

(* What the arguments ask for, as a function to call. *)
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
  | _ -> raise Wrong_arguments

let main words =
  match parse words with
  | exception Wrong_arguments ->
      prerr_endline
        (Printf.sprintf "gilbench.ml: wrong arguments '%s'; allowed are %s"
           (String.concat " " words) arguments);
      2
  | run -> (
      try
        say [ "gilbench"; "1" ];
        run ();
        say [ "done" ];
        0
      with
      | Refused text ->
          say [ "error"; text ];
          1
      | Gone -> 1)

let () =
  Sys.set_signal Sys.sigpipe Sys.Signal_ignore;
  exit (main (List.tl (Array.to_list Sys.argv)))
