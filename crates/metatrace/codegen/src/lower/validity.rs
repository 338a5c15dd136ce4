//! Assumptions: which of a unit's guards on them are left in its code.
//!
//! A trace tests each assumption where it relies on it, and what is behind a label again, since another path leads there that did not. But
//! assumptions break only while somebody else runs: in a call. So if a unit has one flag that is set when any of its assumptions breaks
//! ([`UnitRequest::validity`](crate::UnitRequest::validity)), one test answers for all of them until the next call. It is made at the first
//! guard on each way from where the unit is entered, and at the first behind each call.
//!
//! The obvious way is to find and patch what relies on an assumption when it breaks (PyPy). A unit that is below that call on the native
//! stack would have to be patched in the middle, and code be writable.

use metatrace_ir::{Op, Opcode, Trace, UnitId};

/// The guards on assumptions that say nothing new, ascending. `is_this`: whether a unit is this one. `is_entered`: whether a label is entered
/// from outside of the unit.
pub(super) fn redundant(
    trace: &Trace,
    is_this: &dyn Fn(UnitId) -> bool,
    is_entered: &dyn Fn(u32) -> bool,
) -> Vec<u32> {
    if trace.ops.iter().filter(|op| op.opcode == Opcode::GuardValid).count() < 2 {
        return Vec::new();
    }
    let labels = trace.ops.iter().filter(|op| op.opcode == Opcode::Label).map(|op| op.aux.as_label().label);
    // Whether all ways to the label have made the test since the last call. What nobody has contradicted so far is believed.
    let mut tested: Vec<(u32, bool)> = labels.map(|label| (label, !is_entered(label))).collect();
    loop {
        let before = tested.clone();
        walk(trace, &mut tested, is_this, &mut |_| {});
        if tested == before {
            break;
        }
    }
    let mut redundant = Vec::new();
    walk(trace, &mut tested, is_this, &mut |op| redundant.push(op));
    redundant
}

/// Goes through the unit once: withdraws what was believed of labels, and reports the guards in front of which the test has been made.
fn walk(
    trace: &Trace,
    tested: &mut [(u32, bool)],
    is_this: &dyn Fn(UnitId) -> bool,
    report: &mut dyn FnMut(u32),
) {
    let mut is_tested = false;
    let leads_to = |tested: &mut [(u32, bool)], label: u32, is_tested: bool| {
        for target in tested.iter_mut().filter(|target| target.0 == label) {
            target.1 &= is_tested;
        }
    };
    for (number, op) in trace.ops.iter().enumerate() {
        if let Some(label) = trace.branch_of(number as u32) {
            // A failing guard on an assumption has not shown that the others hold.
            leads_to(tested, label, is_tested && op.opcode != Opcode::GuardValid);
        }
        match op.opcode {
            Opcode::Label => {
                let label = op.aux.as_label().label;
                is_tested = tested.contains(&(label, true));
            }
            Opcode::Jump if is_this(op.aux.as_label().unit) => {
                leads_to(tested, op.aux.as_label().label, is_tested);
            }
            Opcode::GuardValid => {
                if is_tested && trace.branch_of(number as u32).is_none() {
                    report(number as u32);
                }
                is_tested = true;
            }
            _ if may_break(op) => is_tested = false,
            _ => {}
        }
    }
}

fn may_break(op: &Op) -> bool {
    match op.opcode {
        Opcode::Call => {
            let effects = op.aux.as_call().effects;
            effects.can_invalidate || effects.runs_user_code
        }
        Opcode::CallTrace => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::redundant;
    use metatrace_ir::{DescrTable, Opcode, UnitId, parse};
    use metatrace_machine::{CallDescr, CallTarget, Context, Effects};

    extern "C" fn nothing(_: *mut Context) -> u64 {
        0
    }

    static QUIET: CallDescr = CallDescr {
        name: "quiet",
        target: CallTarget::new(nothing as *const ()),
        params: &[],
        result: None,
        effects: Effects { elidable: false, ..Effects::PURE },
    };
    static LOUD: CallDescr = CallDescr { name: "loud", effects: Effects::ANY, ..QUIET };

    /// Of the guards on assumptions, in their order, which are left out. Labels in `inner` are entered by guards of the unit alone.
    fn left_out(text: &str, inner: &[u32]) -> Vec<bool> {
        let mut names = DescrTable::new();
        names.add_call(&QUIET).add_call(&LOUD).add_address("a", 0x1000).add_address("b", 0x2000);
        names.add_address("main", 0x3000);
        let text = format!(
            "{text}\nsnapshot @s0 execute\n  frame main@1 {{}}\nsnapshot @s1 raise\n  frame main@1 {{}}"
        );
        let trace = parse(&text, &names).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let found = redundant(&trace, &|unit| unit == UnitId::THIS, &|label| !inner.contains(&label));
        let guards = trace.ops.iter().enumerate().filter(|(_, op)| op.opcode == Opcode::GuardValid);
        guards.map(|(i, _)| found.contains(&(i as u32))).collect()
    }

    #[test]
    fn one_test_is_enough_until_somebody_else_runs() {
        let text = "label 0 ()
guard_valid[a] @s0
guard_valid[b] @s0
call[quiet] ()
guard_valid[a] @s0
call[loud] ()
guard_no_raise @s1
guard_valid[b] @s0
guard_valid[a] @s0
finish 1 @s0";
        assert_eq!(left_out(text, &[]), [false, true, true, false, true]);
    }

    #[test]
    fn a_label_has_been_tested_for_if_all_ways_there_were() {
        let text = |call: &str| {
            format!(
                "label 0 (%x: bool)
guard_valid[a] @s0
guard_true %x @s0 goto 2
guard_valid[b] @s0
jump 1 ()
label 1 ()
guard_valid[a] @s0
jump 1 ()
label 2 ()
{call}guard_valid[b] @s0
jump 1 ()"
            )
        };
        // Label 1 is entered from outside, label 2 is not.
        assert_eq!(left_out(&text(""), &[2]), [false, true, false, true]);
        assert_eq!(left_out(&text(""), &[1, 2]), [false, true, true, true]);
        let loud = "call[loud] ()\nguard_no_raise @s1\n";
        assert_eq!(left_out(&text(loud), &[1, 2]), [false, true, true, false]);
    }

    #[test]
    fn a_loop_whose_body_calls_tests_at_each_turn() {
        let text = "label 0 ()
guard_valid[a] @s0
jump 1 ()
label 1 ()
guard_valid[a] @s0
call[loud] ()
guard_no_raise @s1
jump 1 ()";
        assert_eq!(left_out(text, &[1]), [false, false]);
    }

    #[test]
    fn the_failing_side_of_a_guard_on_an_assumption_tests_again() {
        let text = "label 0 ()
guard_valid[a] @s0 goto 1
guard_valid[b] @s0
finish 1 @s0
label 1 ()
guard_valid[b] @s0
finish 2 @s0";
        assert_eq!(left_out(text, &[1]), [false, true, false]);
    }
}
