//! The IR interpreter: results, exits with their live operands, calls, allocation under a collecting heap.

mod common;

use common::{Point, names};
use heap::{Attached, Heap, HeapConfig, Layout};
use metatrace_ir::{ExecutableTrace, Hooks, LabelRef, Leaving, NoHooks, UnitId, parse, verify};
use metatrace_machine::{Context, Encoding, Host, Kind, NanBox, Outcome, Status, WideInt};
use std::sync::Arc;

struct Rig {
    context: Box<Context>,
    root: heap::RootId,
    mutator: Attached,
    _heap: Arc<Heap>,
}

impl Rig {
    fn new(gc: &[&str]) -> Rig {
        let mut config = HeapConfig::default();
        for knob in gc {
            config.set("gc", knob).expect("a known knob");
        }
        let heap = Heap::new(config).expect("memory");
        heap.register(Point::DESCR);
        heap.register(WideInt::DESCR);
        let mutator = heap.attach_thread().expect("stack bounds");
        // SAFETY: the rig owns both; the root source is removed before the context is dropped.
        let context = unsafe { Context::new(mutator.as_ptr()) };
        let root = mutator.add_root_source(Box::new(context.roots()));
        Rig { context, root, mutator, _heap: heap }
    }

    fn run_with(&self, text: &str, label: u32, args: &[u64], hooks: &mut dyn Hooks) -> Leaving {
        let trace = parse(text, &names()).unwrap_or_else(|e| panic!("{e}\n{text}"));
        if let Err(e) = verify(&trace) {
            panic!("{e}\n{text}");
        }
        for (word, arg) in self.context.transfer.iter().zip(args) {
            word.set(*arg);
        }
        // SAFETY: verified above; the tests pass parameters of the right kinds.
        unsafe { ExecutableTrace::new(trace).run::<NanBox>(&self.context, label, hooks) }
    }

    fn run(&self, text: &str, args: &[u64]) -> Leaving {
        self.run_with(text, 0, args, &mut NoHooks)
    }

    fn transfer(&self, count: usize) -> Vec<u64> {
        self.context.transfer[..count].iter().map(std::cell::Cell::get).collect()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.mutator.remove_root_source(self.root);
    }
}

fn int(i: i64) -> Leaving {
    Leaving::Finished { kind: Kind::Int, bits: i as u64 }
}

fn tagged(i: i64) -> u64 {
    NanBox::box_int(&mut Host, i as u64)
}

const SUM_LOOP: &str = "
    label 0 (%n: value)
    guard_tag[int] %n @s0
    %i = unbox_int %n
    jump 1 (%i, 0)
    label 1 (%k: int, %sum: int)
    %go = int_gt %k, 0
    guard_true %go @s1
    %next = int_sub %k, 1
    %s = int_add_ovf %sum, %k @s1
    jump 1 (%next, %s)
    snapshot @s0 execute
      frame main@0 {0: %n}
    snapshot @s1 execute
      frame main@4 {0: !k, 1: !s, 2: 'none}
    virtual !k = box_int %k
    virtual !s = box_int %sum
";

#[test]
fn a_loop_runs_until_its_guard_fails_and_leaves_its_live_operands_in_order() {
    let rig = Rig::new(&[]);
    let leaving = rig.run(SUM_LOOP, &[tagged(1000)]);
    assert!(matches!(leaving, Leaving::Exit { exit: 1, .. }), "{leaving:?}");
    assert_eq!(rig.transfer(2), [0, 500_500]);
    assert_eq!(leaving.outcome(40), Some(Outcome { status: Status::EXIT.0, payload: 41 }));
    // The tag guard fails: its live operand is the parameter itself.
    let none = NanBox::NONE;
    assert!(matches!(rig.run(SUM_LOOP, &[none]), Leaving::Exit { exit: 0, .. }));
    assert_eq!(rig.transfer(1), [none]);
    // Entering in the middle, and overflow.
    assert!(matches!(
        rig.run_with(SUM_LOOP, 1, &[5, i64::MAX as u64 - 3], &mut NoHooks),
        Leaving::Exit { exit: 2, .. }
    ));
    assert_eq!(rig.transfer(2), [5, i64::MAX as u64 - 3]);
}

#[test]
fn jump_arguments_are_read_before_parameters_are_written() {
    let rig = Rig::new(&[]);
    let swap = "label 0 (%a: int, %b: int, %n: int)
        %more = int_gt %n, 0
        guard_true %more @s
        %m = int_sub %n, 1
        jump 0 (%b, %a, %m)
        snapshot @s execute
          frame main@1 {0: !a, 1: !b}
        virtual !a = box_int %a
        virtual !b = box_int %b";
    rig.run(swap, &[1, 2, 3]);
    assert_eq!(rig.transfer(2), [2, 1]);
}

#[test]
fn a_jump_to_another_unit_hands_its_arguments_over() {
    let rig = Rig::new(&[]);
    let leaving = rig.run("label 0 (%a: int)\n%b = int_neg %a\njump u7.2 (%b, 1.5)\n", &[5]);
    assert_eq!(leaving, Leaving::Jump(LabelRef { unit: UnitId(7), label: 2 }));
    assert_eq!(rig.transfer(2), [-5i64 as u64, 1.5f64.to_bits()]);
    assert_eq!(leaving.outcome(0), None);
}

#[test]
fn calls_return_or_raise() {
    let rig = Rig::new(&[]);
    assert_eq!(rig.run("label 0 (%a: int)\n%b = call[add_three] (%a, 1, 2)\nfinish %b\n", &[5]), int(8));
    let raising = "label 0 (%a: int)
        %b = call[fail_if_negative] (%a)
        guard_no_raise @s
        finish %b
        snapshot @s raise
          frame main@1 {}";
    assert_eq!(rig.run(raising, &[5]), int(5));
    assert!(matches!(rig.run(raising, &[-5i64 as u64]), Leaving::Exit { exit: 0, .. }));
    assert_eq!(rig.context.raised.replace(0), -5i64 as u64);
    let catching = "label 0 (%a: int)
        %b = call[fail_if_negative] (%a)
        guard_raise @s
        %e = take_raised
        finish_raise %e
        snapshot @s deliver %b
          frame main@1 {}";
    assert_eq!(rig.run(catching, &[-7i64 as u64]), Leaving::Raised);
    assert_eq!(rig.context.raised.replace(0), -7i64 as u64);
    assert!(matches!(rig.run(catching, &[7]), Leaving::Exit { exit: 0, .. }));
    assert_eq!(rig.transfer(1), [7]);
}

/// Answers calls of traces with a fixed outcome, and forces exits when told.
struct Answer {
    outcome: Outcome,
    seen: Vec<(u64, Kind, u64)>,
    force: bool,
}

impl Hooks for Answer {
    fn call_trace(&mut self, context: &Context, cell: u64, expected: Kind, _: i64) -> Outcome {
        self.seen.push((cell, expected, context.transfer[0].get()));
        self.outcome
    }
    fn forces_exit(&mut self) -> bool {
        self.force
    }
}

#[test]
fn calls_of_traces_go_on_with_the_expected_kind_and_leave_with_a_tagged_value_otherwise() {
    let rig = Rig::new(&[]);
    let text = "label 0 (%a: int)
        %r:int = call_trace[fib] (%a)  @s
        %s = int_add %r, 1
        finish %s
        snapshot @s deliver %r
          frame main@1 {0: !a}
        virtual !a = box_int %a";
    let mut answer =
        Answer { outcome: Outcome { status: Kind::Int as u64, payload: 41 }, seen: vec![], force: false };
    assert_eq!(rig.run_with(text, 0, &[5], &mut answer), int(42));
    assert_eq!(answer.seen, [(0x3000, Kind::Int, 5)]);
    answer.outcome = Outcome { status: Kind::Value as u64, payload: NanBox::NONE };
    assert!(matches!(rig.run_with(text, 0, &[5], &mut answer), Leaving::Exit { exit: 0, .. }));
    assert_eq!(rig.transfer(2), [5, NanBox::NONE]);
    answer.outcome = Outcome { status: Status::RAISED.0, payload: 0 };
    assert!(matches!(rig.run_with(text, 0, &[5], &mut answer), Leaving::Exit { exit: 0, .. }));
    // A guard that is forced leaves although it holds; a call of a trace is not forced.
    answer.force = true;
    let guarded =
        "label 0 (%a: int)\nguard_true true @s\nfinish %a\nsnapshot @s execute\n  frame main@1 {}\n";
    assert!(matches!(rig.run_with(guarded, 0, &[1], &mut answer), Leaving::Exit { exit: 0, .. }));
}

const BUILD_LIST: &str = "
    label 0 (%n: int)
    jump 1 (%n, null, 0)
    label 1 (%k: int, %list: ref, %sum: int)
    %more = int_gt %k, 0
    guard_true %more @s0
    %boxed = box_int %k
    %half = int_to_float %k
    %cell = new[point, 40]
    store_field[point.x] %cell, %boxed
    store_field[point.y] %cell, %half
    store_field[point.flag] %cell, %more
    store_field[point.small] %cell, %k
    store_field[point.next] %cell, %list
    %x = load_field[point.x] %cell
    guard_tag[int] %x @s1
    %i = unbox_int %x
    %y = load_field[point.y] %cell
    %yi = float_to_int %y
    %small = load_field[point.small] %cell
    %flag = load_field[point.flag] %cell
    %one = bool_to_int %flag
    %a = int_add %i, %yi
    %b = int_add %a, %small
    %c = int_add %b, %one
    %s = int_add %sum, %c
    %k2 = int_sub %k, 1
    jump 1 (%k2, %cell, %s)
    snapshot @s0 execute
      frame main@1 {0: !list, 1: !sum}
    snapshot @s1 execute
      frame main@1 {}
    virtual !list = box_ref %list
    virtual !sum = box_int %sum
";

#[test]
fn objects_survive_collections_in_the_middle_of_a_trace() {
    assert_eq!(Point::DESCR.size_bytes, 40, "the size that the text names");
    for gc in [&[][..], &["every-alloc"][..], &["every-3", "poison"][..]] {
        let rig = Rig::new(gc);
        let n = 200i64;
        let leaving = rig.run(BUILD_LIST, &[n as u64]);
        assert!(matches!(leaving, Leaving::Exit { exit: 0, .. }), "{leaving:?}");
        assert_eq!(rig.context.transfer[1].get() as i64, 3 * n * (n + 1) / 2 + n, "{gc:?}");
        let mut length = 0;
        let mut address = rig.context.transfer[0].get();
        while address != 0 {
            // SAFETY: the list's cells are points, and the transfer buffer keeps the first one alive.
            let cell: heap::Gc<Point> = unsafe { heap::Gc::from_address(address as usize) };
            length += 1;
            assert_eq!(cell.x.get(), tagged(length), "{gc:?}");
            assert_eq!(cell.y.get(), length as f64);
            address = cell.next.get().map_or(0, |next| next.address() as u64);
        }
        assert_eq!(length, n);
    }
}

#[test]
fn integers_beyond_the_immediate_range_are_boxed_and_unboxed() {
    let rig = Rig::new(&["every-alloc"]);
    let text = "label 0 (%a: int)\n%v = box_int %a\n%w = box_int 1\n%b = unbox_int %v\nkeep %w\nfinish %b\n";
    for i in [0, -1, 1 << 49, i64::MAX, i64::MIN] {
        assert_eq!(rig.run(text, &[i as u64]), int(i));
    }
}

#[test]
fn layout_guards_and_transitions() {
    let rig = Rig::new(&[]);
    let text = "label 0 ()
        %p = new[point, 40]
        store_field[point.x] %p, 'none
        store_field[point.y] %p, 0.0
        store_field[point.next] %p, null
        guard_layout[point] %p @s
        guard_not_layout[point2] %p @s
        %same = ref_eq %p, %p
        guard_is_not %p, null @s
        %v = box_ref %p
        guard_tag[ref] %v @s
        guard_not_tag[int] %v @s
        %q = unbox_ref %v
        %n = load_field[point.next] %q
        guard_is %n, null @s
        finish %same
        snapshot @s execute
          frame main@1 {}";
    assert_eq!(rig.run(text, &[]), Leaving::Finished { kind: Kind::Bool, bits: 1 });
}

#[test]
fn raw_memory_and_assumptions() {
    let rig = Rig::new(&[]);
    let memory = [0u64; 4];
    let flag = metatrace_machine::Assumption::new();
    let text = format!(
        "label 0 (%m: int)
        store_raw[i16] %m, 0, -2
        store_raw[f32] %m, 8, 1.5
        store_raw[f64] %m, 16, 2.5
        %a = load_raw[u16] %m, 0
        %b = load_raw[i8] %m, 0
        %c = load_raw[f32] %m, 8
        %d = load_raw[f64] %m, 16
        %e = float_add %c, %d
        %f = float_to_int %e
        %g = int_add %a, %b
        %h = int_add %g, %f
        guard_valid[{:#x}] @s
        finish %h
        snapshot @s execute
          frame main@1 {{}}",
        flag.flag_address()
    );
    let address = memory.as_ptr() as u64;
    assert_eq!(rig.run(&text, &[address]), int(65534 - 2 + 4));
    flag.invalidate();
    assert!(matches!(rig.run(&text, &[address]), Leaving::Exit { exit: 0, .. }));
    std::hint::black_box(memory);
}

/// What is wrong about running the text; empty if nothing is.
fn complaint(text: &str) -> String {
    let rig = Rig::new(&[]);
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| rig.run(text, &[]))) {
        Ok(leaving) => {
            assert_eq!(leaving, int(4));
            String::new()
        }
        Err(panic) => panic.downcast_ref::<String>().expect("an assertion with arguments").clone(),
    }
}

#[test]
fn calls_that_do_not_keep_to_their_effects_are_reported() {
    let counting = |call: &str| {
        format!(
            "label 0 ()\n%p = new[point, 40]\nstore_field[point.small] %p, 3\n\
             %n:int = call[{call}] (%p)\nfinish %n"
        )
    };
    assert_eq!(complaint(&counting("count")), "");
    let written = complaint(&counting("count_secretly"));
    assert!(written.starts_with("count_secretly has written the field at byte "), "{written}");
    assert!(
        written.ends_with(" of %1, of layout 2001, which its effects leave out: 0x3 became 0x4"),
        "{written}"
    );
    let impure = complaint(&counting("count_purely").replace("store_field[point.small] %p, 3", ""));
    assert_eq!(impure, "count_purely is declared pure, and answers 0x1, then 0x2");
    // What the trace does not know cannot become wrong, and behind a label it knows nothing.
    let behind = "label 0 ()\n%p = new[point, 40]\nstore_field[point.small] %p, 3\njump 1 (%p)\n\
                  label 1 (%q: ref)\n%n:int = call[count_secretly] (%q)\nfinish %n";
    assert_eq!(complaint(behind), "");
}
