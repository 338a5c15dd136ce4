//! The textual IR: what is printed reads back as itself, and what is not IR is refused with a position.

mod common;

use common::names;
use metatrace_ir::{Opcode, Trace, parse, print, verify};

const EVERYTHING: &str = "\
label 0 (%1: value, %2: value, %3: ref)
at main@3
at 0x7700@4 join
guard_tag[int] %1 @s0
%7 = unbox_int %1
%8 = int_add_ovf %7, -9223372036854775808 @s0
%9 = load_field[point.x] %3
%10 = load_field[field(77, 24, i32, quasi_immutable)] %3
%11 = load_item[list] %3, %10
%12 = load_item[array(78, u8, 8, 24, immutable)] %3, 0
store_field[point.y] %3, -0.0
store_item[list] %3, %12, '12
%15 = array_len[list] %3
guard_layout[point] %3 @s1
guard_not_layout[4999] %3 @s1
set_layout[point2] %3
%19 = new[point, 40]
%20 = new_array[list] 3, 'none
%21 = load_raw[f32] %7, 8
store_raw[i64] %7, 0, %8
%23 = call[add_three] (%7, %8, 5)
%24 = call[fail_if_negative] (%23)
guard_no_raise @s2
%26 = call[fail_if_negative] (1)
guard_raise @s3
%28 = take_raised
%29:float = call_trace[fib] (%1, %29x) @s4
guard_is %9, 'true @s0
guard_is_not %3, null @s0
guard_valid[0x7f0000001000] @s0
%33 = bool_not false
%34 = select %33, inf, nan
%35 = float_add %34, float(0x7ff8000000000001)
%36 = float_mul %35, 1e300
%37 = float_sub %36, -inf
%38 = box_float %37
%39 = value_eq %38, 'unset
guard_false %39 @s0
%41 = ref_eq %3, ref(0x10)
keep value(0x5)
keep '-inf
keep '2.5
jump 1 (%38, %7)
label 1 (%47: value, %48: int)
jump u7.1 (%47, %48) @s0
label 2 ()
leave @s5
snapshot @s0 execute
  frame main@3 {0: %1, 2: %2}
";

fn check_round_trip(text: &str) -> Trace {
    let names = names();
    let trace = parse(text, &names).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(print(&trace, &names), text);
    trace
}

#[test]
fn every_form_of_operation_and_constant_is_printed_as_it_was_read() {
    // One call of a trace refers to a result by a name; the snapshots are shared, so only their use matters here.
    let text = EVERYTHING.replace("%29x", "%21");
    let body = text
        .strip_suffix("snapshot @s0 execute\n  frame main@3 {0: %1, 2: %2}\n")
        .expect("the end of the text");
    let snapshots = "\
snapshot @s0 execute
  frame main@3 {0: %1, 2: %2}
snapshot @s1 execute
  frame main@3 {0: %1, 2: %2}
  frame callee@9/2 {0: !0, 1: !1, 5: 'none}
  store[point.y] !2, 1.5
  store_item[list] %20, %15, !0
snapshot @s2 raise
  frame main@3 {0: %1, 2: %2}
snapshot @s3 deliver %26
  frame main@3 {}
snapshot @s4 deliver %29
  frame main@3 {0: -}
snapshot @s5 execute
  frame main@3 {}
virtual !0 = box_int %8
virtual !1 = box_ref !2
virtual !2 = object[point, 40] {point.x: !0, field(77, 24, f64, mutable): 2.0, point.next: !2}
";
    let trace = check_round_trip(&format!("{body}{snapshots}"));
    assert_eq!(trace.virtuals.len(), 5, "three virtuals and two delayed stores");
    assert_eq!(trace.frames.len(), 4, "the outer frame of @s1 is the frame of @s0");
    let seen = |op| trace.ops.iter().any(|o| o.opcode == op);
    assert!(seen(Opcode::GuardRaise) && seen(Opcode::Keep) && seen(Opcode::Leave));
}

#[test]
fn every_opcode_reads_back() {
    let names = names();
    for &opcode in Opcode::ALL {
        assert_eq!(Opcode::from_name(opcode.name()), Some(opcode));
        let plain = opcode.params().iter().all(|p| p.is_some());
        let simple = plain && opcode.class() == metatrace_ir::Class::Pure;
        if !simple {
            continue;
        }
        let args = opcode.params().iter().map(|p| match p.expect("checked above").name() {
            "int" => "7",
            "float" => "1.5",
            "bool" => "true",
            "ref" => "null",
            _ => "'1",
        });
        let args = args.collect::<Vec<_>>().join(", ");
        check_round_trip(&format!("label 0 ()\n%1 = {} {args}\nkeep %1\njump 0 ()\n", opcode.name()));
        let trace =
            parse(&format!("label 0 ()\n%x = {} {args}\njump 0 ()", opcode.name()), &names).expect("reads");
        assert_eq!(verify(&trace), Ok(()), "{}", opcode.name());
    }
}

#[test]
fn names_comments_blank_lines_and_order_are_free() {
    let text = "
        ; a comment
        snapshot @here execute
          frame main@1 {0: !later}
        virtual !later = array[list] {'1, !later2}

        label 0 (%a: value)   ; parameters
        guard_tag[int] %a @here
        virtual !later2 = box_bool true
        jump 0 (%a)
    ";
    let names = names();
    let trace = parse(text, &names).expect("reads");
    let expected = "\
label 0 (%1: value)
guard_tag[int] %1 @s0
jump 0 (%1)
snapshot @s0 execute
  frame main@1 {0: !0}
virtual !0 = array[list] {'1, !1}
virtual !1 = box_bool true
";
    assert_eq!(print(&trace, &names), expected);
}

#[test]
fn unused_snapshots_are_left_out() {
    let names = names();
    let text = "label 0 ()\nguard_true true @b\nleave @c\nsnapshot @a execute\n frame main@1 {}\n\
                snapshot @b execute\n frame main@2 {}\nsnapshot @c execute\n frame main@3 {}\n";
    let printed = print(&parse(text, &names).expect("reads"), &names);
    assert!(
        printed.contains("@s0") && printed.contains("main@2") && !printed.contains("main@1"),
        "{printed}"
    );
}

/// Text and the error it gives.
#[rustfmt::skip]
const ERRORS: &[(&str, &str)] = &[
    ("label 0 (\n", "1:10: expected a parameter '%name: kind' or ')', found the end of the line"),
    ("label x ()\n", "1:7: expected a label number from 0 to 4294967295, found 'x'"),
    ("label 0 (%1: integer)\n", "1:14: expected a kind (value, int, float, bool, ref), found 'integer'"),
    ("label 0 (%1: int, %1: int)\n", "1:19: %1 is defined twice"),
    ("label 0 ()\n%1 = int_ad 1, 2\n", "2:6: expected an opcode, found 'int_ad'"),
    ("param\n", "1:1: expected an operation, 'label', 'snapshot' or 'virtual', found 'param'"),
    ("%1 = int_add 1\n", "1:15: expected ',', found the end of the line"),
    ("%1 = int_add 1, 2, 3\n", "1:18: expected the end of the line, found ','"),
    ("%1 = int_add %2, 3\n", "1:14: expected a result defined above, found '%2'"),
    ("%1 = int_add 9223372036854775808, 3\n", "1:14: expected a 64-bit integer or a float, found '9223372036854775808'"),
    ("%1 = int_add 1, 2\n%1 = int_neg 1\n", "2:1: %1 is defined twice"),
    ("%1 = guard_true true\n", "1:1: 'guard_true' has no result for %1"),
    ("%1 = call_trace[fib] ()\n", "1:1: expected a kind, '%1:kind = …', since the opcode does not decide it"),
    ("guard_tag[integer] '1\n", "1:11: expected a tag (int, float, bool, ref), found 'integer'"),
    ("guard_tag '1\n", "1:11: expected '[', found '''"),
    ("%1 = load_field[point.z] null\n", "1:17: expected a field, 'layout.name' or 'field(layout, offset, kind, mutability)', found 'point.z'"),
    ("%1 = load_field[field(1, 70000, i64, mutable)] null\n", "1:26: expected an offset from 0 to 65535, found '70000'"),
    ("%1 = load_raw[i128] 1, 2\n", "1:15: expected a raw width (i8 … f64), found 'i128'"),
    ("%1 = call[nothing] (1)\n", "1:11: expected the name of a known function, found 'nothing'"),
    ("jump 0 (1 2)\n", "1:11: expected ',' or ')', found '2'"),
    ("jump u1 ()\n", "1:6: expected a label, '1' or 'u7.1', found 'u1'"),
    ("guard_true true @s0\n", "1:17: expected a definition of '@s0'"),
    ("guard_true !0 @s0\n", "1:12: expected a result or a constant (only snapshots mention virtuals), found '!0'"),
    ("snapshot @s0 resume\n", "1:14: expected 'execute', 'deliver' or 'raise', found 'resume'"),
    ("snapshot @s0 execute\n  frame main@1 {0 %1}\n", "2:19: expected ':', found '%1'"),
    ("snapshot @s0 execute\nsnapshot @s0 execute\n", "2:10: '@s0' is defined twice"),
    ("snapshot @s0 execute\n  frame nowhere@1 {}\n", "2:9: expected an address or the name of one, found 'nowhere'"),
    ("virtual !0 = box 1\n", "1:14: expected 'box_int', 'box_float', 'box_bool', 'box_ref', 'unbox_ref', 'object' or 'array', found 'box'"),
    ("virtual !0 = box_int !1\n", "1:22: expected a definition of '!1'"),
    ("keep '9999999999999999\n", "1:7: expected a tagged word that the encoding has as an immediate"),
    ("keep 'x\n", "1:7: expected a tagged word ('5, '2.5, 'true, 'none, 'unset), found 'x'"),
    ("keep value(5\n", "1:13: expected ')', found the end of the line"),
    ("keep 5 & 3\n", "1:8: expected an operation, a name or a number, found '&'"),
    ("keep\u{e9}\n", "1:5: expected an operation, a name or a number, found 'é'"),
];

#[test]
fn errors_name_the_place_and_what_was_expected() {
    let names = names();
    for (text, expected) in ERRORS {
        match parse(text, &names) {
            Ok(trace) => panic!("accepted: {text}{}", print(&trace, &names)),
            Err(e) => assert_eq!(e.to_string(), *expected, "{text}"),
        }
    }
}

/// Damages a good text in every place: the parser must answer, not panic, and what it accepts must print and read
/// back as itself.
#[test]
fn damaged_text_is_refused_or_read_but_never_a_panic() {
    let names = names();
    let text = EVERYTHING.replace("%29x", "%21");
    let inserts =
        ["", "0", "x", "(", ")", "[", "]", "{", "}", ",", "@", "%", "!", "'", "-", "\n", "0x", "e", "."];
    for at in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
        for insert in inserts {
            let mut damaged = text.clone();
            damaged.replace_range(at..at + 1, insert);
            if let Ok(trace) = parse(&damaged, &names) {
                let printed = print(&trace, &names);
                let again = parse(&printed, &names).unwrap_or_else(|e| panic!("{e}\n{printed}"));
                assert_eq!(print(&again, &names), printed);
                let _ = verify(&trace);
            }
        }
        let _ = parse(&text[..at], &names);
    }
}

#[test]
fn a_guard_that_stays_in_the_unit_says_where_it_goes() {
    let trace = check_round_trip(
        "\
label 0 (%1: int, %2: bool)
guard_true %2 @s0 goto 1
jump 0 (%1, %2)
label 1 (%6: int)
%7 = int_add %6, 1
finish %7
snapshot @s0 execute
  frame main@3 {0: !0}
virtual !0 = box_int %1
",
    );
    assert_eq!(trace.branch_of(3), Some(1));
    assert_eq!(metatrace_ir::verify(&trace), Ok(()));
}
