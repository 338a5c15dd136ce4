//! The interpreter on the direct machine, beside the same interpreter written by hand without [`Machine`](metatrace_machine::Machine).
//!
//! ```text
//! cargo bench -p toy --bench direct
//! ```
//! `Machine` must cost nothing when it is not used. The twin (`twin.rs`) executes the same bytecode on the same frames with the same
//! encoding of values, as far as the programs here need it. Both run in turns; the figure is the least CPU time of several runs.

mod twin;

use metatrace_machine::{Context, Direct, Encoding, FrameStack, Host, NanBox, Resume, RunEnd, Word};
use std::time::Duration;
use testkit::clock::process_cpu_time;
use toy::source::Symbols;
use toy::vm::Vm;
use toy::{compile, interp};

const ROUNDS: usize = 9;

/// Programs of the bench beside this one, with an argument that keeps the interpreter busy for some milliseconds.
const PROGRAMS: &[(&str, &str, i64)] = &[
    ("int_sum", include_str!("../loops/programs/int_sum.toy"), 1_000_000),
    ("mandelbrot", include_str!("../loops/programs/mandelbrot.toy"), 60),
    ("nested_loops", include_str!("../loops/programs/nested_loops.toy"), 500_000),
    ("collatz", include_str!("../loops/programs/collatz.toy"), 200_000),
    ("floats_written", include_str!("../loops/programs/floats_written.toy"), 300_000),
    ("sieve", include_str!("../loops/programs/sieve.toy"), 100_000),
    ("fib", include_str!("../loops/programs/fib.toy"), 22),
    ("tak", include_str!("../loops/programs/tak.toy"), 18),
];

/// One run of either interpreter: the program's result, and the time.
fn timed(run: impl FnOnce() -> Word) -> (Word, Duration) {
    let started = process_cpu_time();
    let result = run();
    (result, process_cpu_time() - started)
}

fn measure(text: &str, n: i64) -> (Duration, Duration) {
    let mut symbols = Symbols::default();
    let program = compile::compile(text, &mut symbols).expect("the programs compile");
    let heap = heap::Heap::new(heap::HeapConfig::default()).expect("a heap");
    let mutator = heap.attach_thread().expect("one thread");
    let vm = Vm::load(&heap, &mutator, program, symbols, Box::new(std::io::sink())).expect("it loads");
    // SAFETY: the mutator is attached to this thread and dropped after the context.
    let context = unsafe { Context::new(mutator.as_ptr()) };
    context.vm.set((&raw const vm).cast_mut().cast());
    let mut stack = FrameStack::new(1 << 20, 10_000, NanBox::UNSET);
    let sources = [
        mutator.add_root_source(Box::new(context.roots())),
        mutator.add_root_source(Box::new(stack.roots())),
    ];

    // The program itself only defines its functions. Then both interpreters call one of them.
    stack.push(0, vm.code(0).function.register_count.into()).expect("the stack is empty");
    run_direct(&context, &vm, &mut stack);
    let is_work = |code: &toy::vm::Code| vm.symbols.borrow().text(code.function.name) == "work";
    let work = vm.codes().iter().position(is_work).expect("the programs define it") as u64;
    let call = |stack: &mut FrameStack<Word>| {
        let window =
            stack.push(work, vm.code(work).function.register_count.into()).expect("the stack is empty");
        window.set(0, NanBox::NONE);
        window.set(1, NanBox::box_int(&mut Host, n as u64));
    };
    let (mut direct, mut by_hand) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let (expected, time) = timed(|| {
            call(&mut stack);
            run_direct(&context, &vm, &mut stack)
        });
        direct = direct.min(time);
        let (found, time) = timed(|| {
            call(&mut stack);
            twin::run(&mutator, &vm, &mut stack)
        });
        by_hand = by_hand.min(time);
        assert_eq!(found, expected);
    }
    sources.into_iter().for_each(|source| mutator.remove_root_source(source));
    (direct, by_hand)
}

fn run_direct(context: &Context, vm: &Vm, stack: &mut FrameStack<Word>) -> Word {
    // SAFETY: the context outlives the machine, and only this thread uses it.
    let mut machine = unsafe { Direct::<NanBox>::new(context) };
    match interp::run(&mut machine, vm, stack, 0, Resume::Execute) {
        RunEnd::Returned(word) => word,
        end => panic!("the programs return: {end:?}"),
    }
}

fn main() {
    println!("{:<16} {:>10} {:>10} {:>8}", "program", "direct ms", "by hand ms", "ratio");
    for (name, text, n) in PROGRAMS {
        let (direct, by_hand) = measure(text, *n);
        let (direct, by_hand) = (direct.as_secs_f64() * 1e3, by_hand.as_secs_f64() * 1e3);
        println!("{name:<16} {direct:>10.2} {by_hand:>10.2} {:>8.3}", direct / by_hand);
    }
}
