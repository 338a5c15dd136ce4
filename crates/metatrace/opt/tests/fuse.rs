//! Fusing: units as text in, the fused unit as text out.

use metatrace_ir::{DescrTable, LabelRef, Trace, UnitId, parse, print, verify};
use metatrace_opt::{Fused, LabelContract, Piece, fuse};

fn names() -> DescrTable {
    let mut names = DescrTable::new();
    names.use_encoding::<metatrace_machine::NanBox>();
    names.add_address("main", 0x1000);
    names
}

fn unit(text: &str) -> Trace {
    parse(text, &names()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

const LOOP: &str = "\
label 0 (%a: int)
jump 1 (%a, 0)
label 1 (%i: int, %n: int)
%c = int_lt %i, 100
guard_true %c @s
%j = int_add %i, 1
jump 1 (%j, %n)
snapshot @s execute
  frame main@3 {0: !i, 1: !n}
virtual !i = box_int %i
virtual !n = box_int %n
";

/// Goes back into the loop; its exit goes on in another bridge.
const BRIDGE: &str = "\
label 0 (%i: int, %n: int)
%c = int_lt %n, 7
guard_true %c @s
%m = int_add %n, 1
jump u4.1 (0, %m)
snapshot @s execute
  frame main@5 {0: '1, 1: !n}
virtual !n = box_int %n
";

const SECOND: &str = "\
label 0 (%n: int)
jump 1 (%n)
label 1 (%n2: int)
%x = int_mul %n2, 2
jump u9.0 (%x)
";

fn guard_of(trace: &Trace) -> u32 {
    trace.ops.iter().position(|op| op.opcode.is_guard()).expect("there is one") as u32
}

fn fused() -> (Trace, Fused) {
    let (a, b, c) = (unit(LOOP), unit(BRIDGE), unit(SECOND));
    let contract = |label| LabelContract { label, ..LabelContract::generic(label, None, Vec::new()) };
    let (two, one) = ([contract(0), contract(1)], [contract(0)]);
    let pieces = [
        Piece { unit: UnitId(4), trace: &a, labels: &two, parent: None },
        Piece { unit: UnitId(5), trace: &b, labels: &one, parent: Some((0, guard_of(&a))) },
        Piece { unit: UnitId(6), trace: &c, labels: &two, parent: Some((1, guard_of(&b))) },
    ];
    // Unit 9 was fused into unit 4 before.
    let resolve = |label: LabelRef| match label.unit {
        UnitId(9) => LabelRef { unit: UnitId(4), label: label.label },
        _ => label,
    };
    let fused = fuse(&pieces, &resolve);
    (fused.trace.clone(), fused)
}

#[test]
fn exits_become_branches_and_jumps_stay_inside() {
    let (trace, fused) = fused();
    assert_eq!(verify(&trace), Ok(()));
    let expected = "\
label 0 (%1: int)
jump 1 (%1, 0)
label 1 (%4: int, %5: int)
%6 = int_lt %4, 100
guard_true %6 @s0 goto 2
%8 = int_add %4, 1
jump 1 (%8, %5)
label 2 (%11: int, %12: int)
%13 = int_lt %12, 7
guard_true %13 @s1 goto 3
%15 = int_add %12, 1
jump 1 (0, %15)
label 3 (%18: int)
jump 4 (%18)
label 4 (%21: int)
%22 = int_mul %21, 2
jump 0 (%22)
snapshot @s0 execute
  frame main@3 {0: !0, 1: !1}
snapshot @s1 execute
  frame main@5 {0: '1, 1: !2}
virtual !0 = box_int %4
virtual !1 = box_int %5
virtual !2 = box_int %12
";
    assert_eq!(print(&trace, &names()), expected);
    assert_eq!((fused.label_bases, fused.exit_bases), (vec![0, 2, 3], vec![0, 1, 2]));
    // The first labels of bridges are not entered from outside.
    assert_eq!(fused.labels.iter().map(|l| l.label).collect::<Vec<_>>(), [0, 1, 4]);
}

#[test]
fn a_fused_unit_is_fused_again() {
    let (trace, first) = fused();
    let third = unit("label 0 (%n: int)\nfinish %n\n");
    let labels = [LabelContract::generic(0, None, Vec::new())];
    let whole = Piece { unit: UnitId(20), trace: &trace, labels: &first.labels, parent: None };
    // No guard of it is left; an unrelated unit behind it only shows that its branches are kept.
    let other = Piece { unit: UnitId(21), trace: &third, labels: &labels, parent: None };
    let again = fuse(&[whole, other], &|label| label);
    assert_eq!(again.trace.branches, trace.branches);
    assert_eq!((again.label_bases, again.exit_bases), (vec![0, 5], vec![0, 2]));
}
