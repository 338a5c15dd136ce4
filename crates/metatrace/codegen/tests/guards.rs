//! Guards: both outcomes of each, what an exit stores, shared exits, forced failures.

mod rig;

use heap::{Header, Slot, WordSlot};
use metatrace_codegen::CodegenError;
use metatrace_ir::{Aux, Const, Opcode, ResumeMode, SnapshotIndex, Tag, UnitId};
use metatrace_machine::{Encoding, Kind, NanBox};
use rig::*;
use std::sync::atomic::AtomicU64;

/// The unit `label (kinds); guard params; finish 1`, and the outcomes for each argument list.
fn outcomes(rig: &mut Rig, opcode: Opcode, aux: Aux, kinds: &[Kind], cases: &[&[u64]]) -> Vec<bool> {
    let mut u = unit();
    let params = u.trace.emit_label(0, kinds);
    let snapshot = u.snapshot(&params);
    u.guard(opcode, &params, aux, snapshot);
    let one = u.int(1);
    u.finish(one);
    let compiled = rig.compile(u, 70);
    assert_eq!((compiled.slots.len(), compiled.exit_ops.as_slice()), (1, &[kinds.len() as u32 + 1][..]));
    let holds = |args: &&[u64]| {
        let outcome = rig.enter(&compiled, 0, args);
        if outcome == int(1) {
            return true;
        }
        assert_eq!(outcome, exit(70));
        assert_eq!(rig.transfer(args.len()), *args, "the exit stores the live operands");
        false
    };
    cases.iter().map(holds).collect()
}

#[test]
fn truth_guards_leave_on_the_other_truth_value() {
    let mut rig = Rig::new();
    let cases: &[&[u64]] = &[&[0], &[1]];
    assert_eq!(outcomes(&mut rig, Opcode::GuardTrue, Aux::NONE, &[Kind::Bool], cases), [false, true]);
    assert_eq!(outcomes(&mut rig, Opcode::GuardFalse, Aux::NONE, &[Kind::Bool], cases), [true, false]);
}

#[test]
fn tag_guards_agree_with_the_encoding() {
    let words = [
        (tagged_int(-5), Some(Tag::Int)),
        (tagged_int((1 << 49) - 1), Some(Tag::Int)),
        (tagged_float(-0.0), Some(Tag::Float)),
        (tagged_float(f64::NAN), Some(Tag::Float)),
        (NanBox::TRUE, Some(Tag::Bool)),
        (NanBox::FALSE, Some(Tag::Bool)),
        (NanBox::NONE, None),
        (NanBox::UNSET, None),
        (0x7F00_0000_1230, Some(Tag::Ref)),
    ];
    let args: Vec<[u64; 1]> = words.iter().map(|(w, _)| [*w]).collect();
    let cases: Vec<&[u64]> = args.iter().map(|a| a.as_slice()).collect();
    let mut rig = Rig::new();
    for tag in Tag::ALL {
        let is_tag: Vec<bool> = words.iter().map(|(_, t)| *t == Some(tag)).collect();
        let is_not: Vec<bool> = is_tag.iter().map(|t| !t).collect();
        assert_eq!(outcomes(&mut rig, Opcode::GuardTag, Aux::tag(tag), &[Kind::Value], &cases), is_tag);
        assert_eq!(outcomes(&mut rig, Opcode::GuardNotTag, Aux::tag(tag), &[Kind::Value], &cases), is_not);
    }
}

#[test]
fn layout_guards_work_with_and_without_the_exact_header() {
    for exact_headers in [false, true] {
        let mut rig = Rig::new();
        rig.cells.exact_headers = exact_headers;
        let cons = rig
            .mutator
            .alloc(Cons { header: Header::EMPTY, head: WordSlot::new(0), tail: Slot::NULL })
            .unwrap();
        let snoc = rig
            .mutator
            .alloc(Snoc { header: Header::EMPTY, head: WordSlot::new(0), tail: Slot::NULL })
            .unwrap();
        heap::pin(cons);
        let args = [[cons.address() as u64], [snoc.address() as u64]];
        let cases: Vec<&[u64]> = args.iter().map(|a| a.as_slice()).collect();
        let layout = Aux::layout(cons.layout_id());
        assert_eq!(outcomes(&mut rig, Opcode::GuardLayout, layout, &[Kind::Ref], &cases), [true, false]);
        assert_eq!(outcomes(&mut rig, Opcode::GuardNotLayout, layout, &[Kind::Ref], &cases), [false, true]);
        heap::keep(snoc);
    }
}

#[test]
fn identity_guards_compare_bits() {
    let zero = (0.0f64).to_bits();
    let nan = f64::NAN.to_bits();
    let values = [
        (Kind::Int, i64::MIN as u64, 0),
        (Kind::Float, zero, (-0.0f64).to_bits()),
        (Kind::Float, nan, zero),
        (Kind::Bool, 1, 0),
        (Kind::Ref, 0x7F00_0000_1230, 0),
        (Kind::Value, tagged_int(3), tagged_int(4)),
    ];
    let mut rig = Rig::new();
    for (kind, constant, other) in values {
        for (opcode, expected) in [(Opcode::GuardIs, [true, false]), (Opcode::GuardIsNot, [false, true])] {
            let mut u = unit();
            let [x] = u.label(0, [kind]);
            let snapshot = u.snapshot(&[x]);
            let c = u.trace.constant(Const { kind, bits: constant });
            u.guard(opcode, &[x, c], Aux::NONE, snapshot);
            u.finish(x);
            let compiled = rig.compile(u, 0);
            let holds = [constant, other].map(|w| rig.enter(&compiled, 0, &[w]) == returned(kind, w));
            assert_eq!(holds, expected, "{} {kind:?}", opcode.name());
        }
    }
}

#[test]
fn exception_and_assumption_guards_read_memory() {
    let mut rig = Rig::new();
    for (opcode, when_clear, when_set) in
        [(Opcode::GuardNoRaise, true, false), (Opcode::GuardRaise, false, true)]
    {
        assert_eq!(outcomes(&mut rig, opcode, Aux::NONE, &[], &[&[]]), [when_clear]);
        rig.ctx.raised.set(tagged_int(9));
        assert_eq!(outcomes(&mut rig, opcode, Aux::NONE, &[], &[&[]]), [when_set]);
        rig.ctx.raised.set(0);
    }
    let flag = AtomicU64::new(0);
    let aux = Aux(flag.as_ptr() as u64);
    assert_eq!(outcomes(&mut rig, Opcode::GuardValid, aux, &[], &[&[]]), [true]);
    flag.store(1, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(outcomes(&mut rig, Opcode::GuardValid, aux, &[], &[&[]]), [false]);
}

type Checked = fn(i64, i64) -> Option<i64>;
const CHECKED: [(Opcode, Checked); 3] = [
    (Opcode::IntAddOvf, i64::checked_add),
    (Opcode::IntSubOvf, i64::checked_sub),
    (Opcode::IntMulOvf, i64::checked_mul),
];
const EDGES: [i64; 11] =
    [0, 1, -1, 2, -2, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1, 3037000500, -3037000500];

#[test]
fn overflow_leaves_with_the_operands() {
    let mut rig = Rig::new();
    for (opcode, checked) in CHECKED {
        let mut u = unit();
        let [a, b] = u.label(0, [Kind::Int, Kind::Int]);
        let snapshot = u.snapshot(&[b, a]);
        let result = u.guard(opcode, &[a, b], Aux::NONE, snapshot);
        u.finish(result);
        let compiled = rig.compile(u, 5);
        for (a, b) in EDGES.iter().flat_map(|a| EDGES.map(|b| (*a, b))) {
            let outcome = rig.enter(&compiled, 0, &[a as u64, b as u64]);
            match checked(a, b) {
                Some(r) => assert_eq!(outcome, int(r), "{} {a} {b}", opcode.name()),
                None => {
                    assert_eq!(outcome, exit(5), "{} {a} {b}", opcode.name());
                    assert_eq!(rig.transfer(2), [b as u64, a as u64]);
                }
            }
        }
    }
}

#[test]
fn overflow_with_a_constant_on_either_side() {
    let mut rig = Rig::new();
    for (opcode, checked) in CHECKED {
        for (constant, constant_first) in
            EDGES.iter().chain(&[3, 10, -10, 1 << 40]).flat_map(|c| [(*c, false), (*c, true)])
        {
            let mut u = unit();
            let [x] = u.label(0, [Kind::Int]);
            let snapshot = u.snapshot(&[x]);
            let c = u.int(constant);
            let args = if constant_first { [c, x] } else { [x, c] };
            let result = u.guard(opcode, &args, Aux::NONE, snapshot);
            u.finish(result);
            let compiled = rig.compile(u, 0);
            // Where products begin to overflow.
            let limits = [i64::MIN, i64::MAX].map(|limit| limit.checked_div(constant).unwrap_or(0));
            let near = limits.into_iter().flat_map(|l| [l.wrapping_sub(1), l, l.wrapping_add(1)]);
            for x in EDGES.into_iter().chain(near) {
                let (a, b) = if constant_first { (constant, x) } else { (x, constant) };
                let expected = checked(a, b).map_or(exit(0), int);
                assert_eq!(rig.enter(&compiled, 0, &[x as u64]), expected, "{} {a} {b}", opcode.name());
            }
        }
    }
}

#[test]
fn exits_store_every_kind_each_operand_once_and_no_constants() {
    let mut rig = Rig::new();
    let mut u = unit();
    let params = u.label(0, [Kind::Value, Kind::Int, Kind::Float, Kind::Bool, Kind::Ref]);
    let [v, i, f, b, r] = params;
    let c = u.int(11);
    let snapshot = u.snapshot(&[r, c, b, b, f, v, i, r]);
    u.guard(Opcode::GuardFalse, &[b], Aux::NONE, snapshot);
    u.finish(i);
    let compiled = rig.compile(u, 0);
    let nan = f64::NAN.to_bits() | 77;
    rig.ctx.transfer.iter().for_each(|w| w.set(!0));
    assert_eq!(rig.enter(&compiled, 0, &[tagged_int(1), 2, nan, 1, 0x7F00_0000_0008]), exit(0));
    assert_eq!(rig.transfer(6), [0x7F00_0000_0008, 1, nan, tagged_int(1), 2, !0]);
}

#[test]
fn guards_that_share_a_snapshot_have_exits_of_their_own() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [x, y] = u.label(0, [Kind::Int, Kind::Int]);
    let shared = u.snapshot(&[x, y]);
    for limit in [10, 20, 30] {
        let limit = u.int(limit);
        let below = u.op(Opcode::IntLt, &[x, limit]);
        u.guard(Opcode::GuardFalse, &[below], Aux::NONE, shared);
    }
    let other = u.snapshot(&[y]);
    let negative = u.int(0);
    let negative = u.op(Opcode::IntLt, &[y, negative]);
    u.guard(Opcode::GuardFalse, &[negative], Aux::NONE, other);
    u.finish(x);
    let first = 1 << 40;
    let compiled = rig.compile(u, first);
    assert_eq!(compiled.slots.len(), 4);
    for (x, y, outcome) in [
        (5i64, 1i64, exit(first)),
        (15, 1, exit(first + 1)),
        (25, 1, exit(first + 2)),
        (35, -1, exit(first + 3)),
        (35, 1, int(35)),
    ] {
        assert_eq!(rig.enter(&compiled, 0, &[x as u64, y as u64]), outcome);
        let live = if y < 0 { vec![y as u64] } else { vec![x as u64, y as u64] };
        assert_eq!(rig.transfer(live.len()), live);
    }
}

#[test]
fn every_nth_guard_is_forced_but_never_one_about_exceptions() {
    let mut rig = Rig::new();
    rig.options.guard_fail_every = 3;
    let mut u = unit();
    let [x] = u.label(0, [Kind::Bool]);
    let snapshot = u.snapshot(&[x]);
    u.guard(Opcode::GuardTrue, &[x], Aux::NONE, snapshot);
    u.guard(Opcode::GuardNoRaise, &[], Aux::NONE, snapshot);
    let one = u.int(1);
    u.guard(Opcode::IntAddOvf, &[one, one], Aux::NONE, snapshot);
    u.finish(one);
    let compiled = rig.compile(u, 0);
    let outcomes: Vec<_> = (0..6).map(|_| rig.enter(&compiled, 0, &[1])).collect();
    // Guards are counted 1 2 | 3! | 4 5 | 6! ...
    assert_eq!(outcomes, [int(1), exit(0), int(1), exit(0), int(1), exit(0)]);
    assert_eq!(rig.enter(&compiled, 0, &[0]), exit(0), "a guard that fails anyway still fails");
}

#[test]
fn leave_is_an_exit() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [x] = u.label(0, [Kind::Float]);
    let snapshot = u.snapshot(&[x]);
    u.trace.emit(Opcode::Leave, None, &[], Aux::NONE, snapshot);
    let compiled = rig.compile(u, 3);
    assert_eq!(rig.enter(&compiled, 0, &[1.5f64.to_bits()]), exit(3));
    assert_eq!(rig.transfer(1), [1.5f64.to_bits()]);
}

#[test]
fn malformed_units_are_errors() {
    let mut rig = Rig::new();
    let no_snapshot = {
        let mut u = unit();
        let [x] = u.label(0, [Kind::Bool]);
        u.guard(Opcode::GuardTrue, &[x], Aux::NONE, SnapshotIndex::NONE);
        u.finish(x);
        u
    };
    let no_end = {
        let mut u = unit();
        u.label(0, [Kind::Int]);
        u
    };
    let other_block = {
        let mut u = unit();
        let [x] = u.label(0, [Kind::Int]);
        u.jump(metatrace_ir::UnitId::THIS, 1, &[]);
        u.label(1, []);
        u.finish(x);
        u
    };
    let arity = {
        let mut u = unit();
        let [x] = u.label(0, [Kind::Int]);
        u.jump(metatrace_ir::UnitId::THIS, 0, &[x, x]);
        u
    };
    let kinds = {
        let mut u = unit();
        let [x] = u.label(0, [Kind::Float]);
        let sum = u.op(Opcode::IntAdd, &[x, x]);
        u.finish(sum);
        u
    };
    for (unit, message) in [
        (no_snapshot, "a guard without a snapshot"),
        (no_end, "does not end in a final operation"),
        (other_block, "%1 is not defined in this block"),
        (arity, "2 arguments for 1 parameters"),
        (kinds, "rejects the unit"),
    ] {
        let error = rig.try_compile(unit, 0).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
    let mut u = unit();
    let params = u.trace.emit_label(0, &[Kind::Int; 1024]);
    u.finish(params[0]);
    assert_eq!(rig.try_compile(u, 0).unwrap_err(), CodegenError::TooManyLiveValues { op: 0, count: 1024 });
    let mut u = unit();
    let [x] = u.label(0, [Kind::Int]);
    u.finish(x);
    assert_eq!(rig.run(u, &[8]), int(8), "the compiler is usable after errors");
}

#[test]
fn the_result_of_a_raising_call_is_delivered() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [x] = u.label(0, [Kind::Int]);
    let snapshot = u.snapshot_mode(&[], ResumeMode::Deliver, x);
    u.guard(Opcode::GuardRaise, &[], Aux::NONE, snapshot);
    let exception = u.trace.emit(Opcode::TakeRaised, Some(Kind::Value), &[], Aux::NONE, SnapshotIndex::NONE);
    u.finish(exception);
    let compiled = rig.compile(u, 0);
    assert_eq!(rig.enter(&compiled, 0, &[17]), exit(0));
    assert_eq!(rig.transfer(1), [17]);
    rig.ctx.raised.set(tagged_int(4));
    assert_eq!(rig.enter(&compiled, 0, &[17]), returned(Kind::Value, tagged_int(4)));
    assert_eq!(rig.ctx.raised.get(), 0, "taking clears");
}

/// The offset of floats is taken off once, for the test of the tag and for the number.
#[test]
fn a_float_is_unboxed_by_its_guard() {
    let mut rig = Rig::new();
    rig.options.disassemble = true;
    let mut u = unit();
    let [value] = u.label(0, [Kind::Value]);
    let snapshot = u.snapshot(&[value]);
    u.guard_tag(value, Tag::Float, snapshot);
    let float = u.op(Opcode::UnboxFloat, &[value]);
    let double = u.op(Opcode::FloatAdd, &[float, float]);
    u.finish(double);
    let compiled = rig.compile(u, 0);
    let clif = compiled.clif.as_deref().expect("it was asked for");
    let offset = "iconst.i64 0x0001_0000_0000_0000";
    assert_eq!(clif.matches(offset).count(), 1, "{clif}");
    assert_eq!(rig.enter(&compiled, 0, &[tagged_float(1.25)]), returned(Kind::Float, 2.5f64.to_bits()));
    assert_eq!(rig.enter(&compiled, 0, &[tagged_int(1)]), exit(0));
}

/// A sum, a difference and a product checked in a loop: no overflow becomes a byte.
#[test]
fn checked_arithmetic_branches_on_the_flag() {
    let mut rig = Rig::new();
    let mut u = unit();
    let [x, y, z, n] = u.label(0, [Kind::Int; 4]);
    u.jump(UnitId::THIS, 1, &[x, y, z, n]);
    let [x, y, z, n] = u.label(1, [Kind::Int; 4]);
    let snapshot = u.snapshot(&[x, y, z, n]);
    let sum = u.guard(Opcode::IntAddOvf, &[x, y], Aux::NONE, snapshot);
    let difference = u.guard(Opcode::IntSubOvf, &[y, sum], Aux::NONE, snapshot);
    let product = u.guard(Opcode::IntMulOvf, &[z, n], Aux::NONE, snapshot);
    u.jump(UnitId::THIS, 1, &[sum, difference, product, n]);
    let compiled = rig.compile(u, 0);
    // SAFETY: the unit is live, and code pages are readable.
    let code = unsafe { std::slice::from_raw_parts(compiled.code, compiled.code_bytes) };
    let seto_of_register = |bytes: &[u8]| bytes[..2] == [0x0F, 0x90] && bytes[2] >= 0xC0;
    assert_eq!(code.windows(3).filter(|bytes| seto_of_register(bytes)).count(), 0, "{code:02x?}");
    for (args, out, left) in [
        ([i64::MAX - 1, 2, 1, 1], 0, [i64::MAX - 1, 2, 1]),
        ([-3, i64::MIN, 1, 1], 0, [-3, i64::MIN, 1]),
        ([i64::MIN, 5, 1, 1], 1, [i64::MIN, 5, 1]),
        ([0, 0, i64::MAX / 2, 3], 2, [0, 0, i64::MAX / 2]),
        ([0, 0, 1, 2], 2, [0, 0, 1 << 62]),
        ([0, 0, -1, 2], 2, [0, 0, i64::MIN]),
    ] {
        assert_eq!(rig.enter(&compiled, 0, &args.map(|arg| arg as u64)), exit(out), "{args:?}");
        assert_eq!(rig.transfer(3), left.map(|word| word as u64));
    }
}
