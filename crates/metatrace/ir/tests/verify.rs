//! Every rule of the verifier: a trace that keeps it, and one that breaks it and is reported by that rule's number.

mod common;

use common::names;
use metatrace_ir::{Operand, SnapshotIndex, Trace, parse, verify, verify_recorded};
use metatrace_machine::Kind;

const GOOD: &str = "\
label 0 (%1: value, %2: value)
at main@3
guard_tag[int] %1 @s0
%5 = unbox_int %1
%6 = int_add_ovf %5, 1 @s0
%7 = call[fail_if_negative] (%6)
guard_no_raise @s1
%9:int = call_trace[fib] (%6) @s2
%10 = select true, %9, 3
jump 1 (%10, 2.5)
label 1 (%13: int, %14: float)
%15 = int_lt %13, 100
guard_true %15 @s3
%17 = new[point, 40]
store_field[point.y] %17, %14
jump 1 (%13, %14)
snapshot @s0 execute
  frame main@3 {0: %1, 2: %2}
snapshot @s1 raise
  frame main@3 {0: %1}
snapshot @s2 deliver %9
  frame main@3 {0: %1}
snapshot @s3 execute
  frame main@3 {0: !0, 1: !1, 2: '5}
  store[point.y] !2, %14
virtual !0 = box_int %13
virtual !1 = box_ref !2
virtual !2 = object[point, 40] {point.x: !0, point.y: %14, point.next: !2}
";

fn trace(text: &str) -> Trace {
    parse(text, &names()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// The rules that a trace breaks.
fn rules(trace: &Trace) -> Vec<u8> {
    verify(trace).err().map_or(vec![], |e| e.0.iter().map(|e| e.rule).collect())
}

#[test]
fn a_good_trace_is_accepted() {
    if let Err(e) = verify(&trace(GOOD)) {
        panic!("{e}");
    }
}

/// (what to replace in the good trace, by what, the rule that is broken then)
#[rustfmt::skip]
const BROKEN: &[(&str, &str, u8)] = &[
    ("label 0 (%1: value, %2: value)\nat", "%1 = box_int 1\n%2 = box_int 2\nat", 1),
    ("label 1 (", "label 0 (", 1),
    ("jump 1 (%10, 2.5)\n", "", 3),
    ("jump 1 (%10, 2.5)\n", "jump 1 (%10, 2.5)\nkeep 1\n", 3),
    ("jump 1 (%13, %14)\n", "", 3),
    ("jump 1 (%10, 2.5)", "jump 2 (%10, 2.5)", 4),
    ("jump 1 (%10, 2.5)", "jump 1 (%10)", 4),
    ("jump 1 (%10, 2.5)", "jump 1 (2.5, %10)", 4),
    ("%15 = int_lt %13, 100", "%15 = int_lt %5, 100", 5),
    ("%15 = int_lt %13, 100", "%15 = int_lt %14, 100", 6),
    ("%5 = unbox_int %1", "%5 = unbox_int 4", 6),
    ("%5 = unbox_int %1", "%5:float = unbox_int %1", 6),
    ("%10 = select true, %9, 3", "%10 = select true, %9, 3.0", 6),
    ("%10 = select true, %9, 3", "%10 = select 1, %9, 3", 6),
    ("store_field[point.y] %17, %14", "store_field[point.y] %17, %13", 6),
    ("store_field[point.y] %17, %14", "store_field[point.y] %13, %14", 6),
    ("call[fail_if_negative] (%6)", "call[fail_if_negative] (%6, %6)", 6),
    ("call[fail_if_negative] (%6)", "call[fail_if_negative] (%1)", 6),
    ("guard_true %15", "guard_is %15, %15", 6),
    ("guard_true %15", "guard_is %15, 1", 6),
    ("guard_true %15 @s3", "guard_true bool(2) @s3", 6),
    ("new[point, 40]", "new[point, 20]", 7),
    ("guard_true %15 @s3", "guard_true %15", 8),
    ("store_field[point.y] %17, %14", "store_field[point.y] %17, %14 @s3", 8),
    ("guard_no_raise @s1\n", "", 9),
    ("guard_true %15 @s3", "guard_no_raise @s1", 9),
    ("snapshot @s1 raise", "snapshot @s1 execute", 10),
    ("snapshot @s2 deliver %9", "snapshot @s2 deliver %6", 10),
    ("  frame main@3 {0: %1, 2: %2}\n", "", 11),
    ("{0: %1, 2: %2}", "{2: %1, 2: %2}", 11),
    ("{0: %1, 2: %2}", "{0: %1, 2: 7}", 11),
    ("{0: %1, 2: %2}", "{0: %1, 2: -}", 11),
    ("{0: %1, 2: %2}", "{0: %1, 2: %6}", 5),
    ("{0: !0, 1: !1, 2: '5}", "{0: !0, 1: !2, 2: '5}", 11),
    ("{0: !0, 1: !1, 2: '5}", "{0: !0, 1: !1, 2: %1}", 5),
    ("!0 = box_int %13", "!0 = box_int %14", 12),
    ("!1 = box_ref !2", "!1 = box_ref !0", 12),
    ("point.x: !0", "point.x: %13", 12),
    ("store[point.y] !2, %14", "store[point.y] !2, %13", 12),
    ("!2 = object[point, 40] {", "!2 = object[point, 4] {", 7),
];

#[test]
fn every_broken_rule_is_reported() {
    for (from, to, rule) in BROKEN {
        assert!(GOOD.contains(from), "{from}");
        let text = GOOD.replacen(from, to, 1);
        let found = rules(&trace(&text));
        assert!(found.contains(rule), "rule {rule} expected, {found:?} found\n{text}");
    }
}

#[test]
fn damage_that_text_cannot_express_is_reported() {
    type Damage = (&'static dyn Fn(&mut Trace), u8);
    let damage: [Damage; 10] = [
        (&|t| t.ops[5].args[0] = Operand::op(900), 5),
        (&|t| t.ops[5].args[0] = Operand::constant(900), 5),
        (&|t| t.ops[5].args[0] = Operand::virtual_object(0), 5),
        (&|t| t.ops[5].args[0] = Operand::NONE, 5),
        (&|t| t.ops[7].args[1] = Operand(1 << 20), 5),
        (&|t| t.ops[4].snapshot = SnapshotIndex(77), 8),
        (&|t| t.snapshots[0].stores_count = 9, 11),
        (&|t| t.frames[0].slots_count = 900, 11),
        (&|t| t.frames[0].parent = metatrace_ir::FrameShotIndex(0), 11),
        (&|t| t.virtuals[0].fields_count = 900, 12),
    ];
    for (i, (break_it, rule)) in damage.iter().enumerate() {
        // `%4` is the guard, `%5` the unboxing, `%7` the call.
        let mut broken = trace(&GOOD.replacen("at main@3\n", "at main@3\nat main@4\n", 1));
        break_it(&mut broken);
        assert!(rules(&broken).contains(rule), "damage {i}: {:?}", rules(&broken));
        let _ = metatrace_ir::print(&broken, &names());
    }
}

#[test]
fn recorded_traces_have_one_label_of_values_and_no_virtuals() {
    let names = names();
    let recorded =
        |text: &str| verify_recorded(&parse(text, &names).expect("reads")).map_err(|e| e.0[0].rule);
    assert_eq!(recorded("label 0 (%1: value)\nkeep %1\njump 0 (%1)\n"), Ok(()));
    assert_eq!(recorded("label 0 (%1: int)\nkeep %1\njump 0 (%1)\n"), Err(14));
    assert_eq!(recorded("label 1 ()\njump 1 ()\n"), Err(14));
    assert_eq!(recorded(GOOD), Err(14));
}

#[test]
fn too_many_live_values_are_reported() {
    let mut t = Trace::new();
    let params = t.emit_label(0, &[Kind::Value; 1100]);
    t.emit_var(
        metatrace_ir::Opcode::Jump,
        None,
        &params,
        metatrace_ir::Aux::label(metatrace_ir::LabelRef { unit: metatrace_ir::UnitId::THIS, label: 0 }),
        SnapshotIndex::NONE,
    );
    assert_eq!(rules(&t), [4]);
}

#[test]
fn a_branch_must_fit_its_label() {
    let text = |label: &str| {
        format!(
            "label 0 (%a: int, %b: bool)\nguard_true %b @s goto {label}\nfinish %a\nlabel 1 (%c: int)\nfinish %c\n\
             label 2 (%d: float)\nfinish %d\nsnapshot @s execute\n  frame main@3 {{0: !0}}\nvirtual !0 = box_int %a\n"
        )
    };
    let errors = |label: &str| {
        let trace = parse(&text(label), &names()).expect("well formed text");
        verify(&trace).map_err(|e| e.to_string())
    };
    assert_eq!(errors("1"), Ok(()));
    assert!(errors("2").unwrap_err().contains("do not fit label 2 (rule 13)"));
    assert!(errors("7").unwrap_err().contains("label 7 does not exist (rule 13)"));
}
