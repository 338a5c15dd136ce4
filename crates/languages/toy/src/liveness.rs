//! Which registers matter when execution starts at a pc.
//!
//! The textbook backward analysis over single instructions: live before = (live after − written) ∪ read, live after = what is
//! live before any successor. An instruction inside a `try` has the handler among its successors, because an exception starts there
//! with the registers as they were: the instruction that raises has not written anything. Iterated until nothing
//! changes; each round is linear, and the number of rounds is the depth of loop nesting plus two.
//!
//! The same walk finds the joins.

use crate::bytecode::*;

/// Fills in `live` and `joins` of every function.
pub fn analyse(program: &mut Program) {
    for index in 0..program.functions.len() {
        let (live, joins) = (live(program, index), joins(&program.functions[index]));
        program.functions[index].live = live;
        program.functions[index].joins = joins;
    }
}

/// Where execution may go after `pc`, exceptions aside.
fn successors(code: &[Op], pc: usize) -> impl Iterator<Item = usize> {
    let mut target = None;
    code[pc].operands(|operand| {
        if let Operand::Target(to) = operand {
            target = Some(usize::from(to));
        }
    });
    let falls_through = !matches!(code[pc], Op::Jump { .. } | Op::Return { .. } | Op::Throw { .. });
    falls_through.then_some(pc + 1).into_iter().chain(target)
}

fn live(program: &Program, index: usize) -> RegisterSets {
    let function = &program.functions[index];
    let mut sets = RegisterSets::new(function.code.len(), function.register_count);
    let mut row = vec![0_u64; sets.row(0).len()];
    let mut changed = true;
    while changed {
        changed = false;
        for (pc, &op) in function.code.iter().enumerate().rev() {
            row.fill(0);
            let merge =
                |row: &mut [u64], from: &[u64]| row.iter_mut().zip(from).for_each(|(to, from)| *to |= from);
            for successor in successors(&function.code, pc) {
                merge(&mut row, sets.row(successor));
            }
            let bit = |register: u16| (usize::from(register / 64), 1_u64 << (register % 64));
            op.operands(|operand| {
                if let Operand::Dst(register) = operand {
                    row[bit(register).0] &= !bit(register).1;
                }
            });
            if let Some(handler) = function.handler(pc) {
                let (word, mask) = bit(handler.register);
                let kept = row[word] & mask;
                merge(&mut row, sets.row(handler.target.into()));
                row[word] = row[word] & !mask | kept; // the thrown value arrives there
            }
            op.operands(|operand| match operand {
                Operand::Src(register) => row[bit(register).0] |= bit(register).1,
                Operand::First(first) => {
                    (first..first + program.window(op)).for_each(|r| row[bit(r).0] |= bit(r).1);
                }
                _ => {}
            });
            row[0] |= 1; // the running closure, for captured variables and tracebacks
            if sets.row(pc) != row {
                sets.row_mut(pc).copy_from_slice(&row);
                changed = true;
            }
        }
    }
    sets
}

fn joins(function: &Function) -> Vec<u16> {
    let mut predecessors = vec![0_u32; function.code.len()];
    for pc in 0..function.code.len() {
        successors(&function.code, pc).for_each(|to| predecessors[to] += 1);
    }
    let is_join = |pc: &usize| predecessors[*pc] > 1 && !matches!(function.code[*pc], Op::Loop { .. });
    (0..function.code.len()).filter(is_join).map(|pc| pc as u16).collect()
}
