//! Which bytes a match can begin with: from any instruction on.
//!
//! The answer is a superset, found by walking what can be reached without consuming anything. Positions (`^`, `\b`) and assertions are walked
//! over: what is behind them must match at the same place. The walk gives up after a while. It tells where a search may start, which
//! alternatives are worth a try, how far a repeat has to give back, and whether it has to at all.

use super::program::*;

/// Instructions that a walk may look at.
const MOST: usize = 256;

/// What can begin at an instruction.
pub struct First {
    pub bytes: Box<Bytes>,
    /// Whether it may match without consuming anything, so that the bytes say nothing. Also if the walk gave up.
    pub may_be_empty: bool,
}

/// The first bytes of the characters that a single-character pattern matches.
fn single_bytes(program: &Program, single: Single, bytes: &mut Bytes) {
    let is_text = program.kind == Kind::Text;
    let begins = |b: usize| !is_text || !(0x80..0xc0).contains(&b);
    let mut add = |holds: &dyn Fn(usize) -> bool| {
        for (b, is_first) in bytes.iter_mut().enumerate() {
            *is_first |= begins(b) && holds(b);
        }
    };
    match single {
        Single::Byte(byte) => add(&|b| b == usize::from(byte)),
        Single::AnyAll => add(&|_| true),
        Single::Any => add(&|b| b != usize::from(b'\n')),
        Single::Set(set) => {
            let set = program.set(set);
            add(&|b| if is_text && b >= 0x80 { true } else { set.low[b] });
        }
    }
}

/// See the module header.
pub fn first(program: &Program, pc: Pc) -> First {
    let mut found = First { bytes: Box::new([false; 256]), may_be_empty: false };
    let mut visited = Vec::new();
    let mut pending = vec![pc];
    while let Some(pc) = pending.pop() {
        if visited.contains(&pc) {
            continue;
        }
        if visited.len() == MOST {
            found.may_be_empty = true;
            return found;
        }
        visited.push(pc);
        let next = pc + 1;
        match program.code[pc as usize] {
            Inst::Fail => {}
            // What is behind the end of an atomic group must not decide what is chosen inside: there is no way back in.
            Inst::Success
            | Inst::AtomicEnd { .. }
            | Inst::AssertEnd { .. }
            | Inst::NotEnd { .. }
            | Inst::GroupRef { .. } => {
                found.may_be_empty = true;
                return found;
            }
            Inst::Byte(byte) => found.bytes[usize::from(byte)] = true,
            Inst::Literal { start, .. } => {
                found.bytes[usize::from(program.literals[start as usize])] = true;
            }
            Inst::Any => single_bytes(program, Single::Any, &mut found.bytes),
            Inst::AnyAll => single_bytes(program, Single::AnyAll, &mut found.bytes),
            Inst::Set(set) => single_bytes(program, Single::Set(set), &mut found.bytes),
            Inst::At(_) | Inst::Mark(_) | Inst::AtomicBegin { .. } => pending.push(next),
            Inst::Jump(target) => pending.push(target),
            Inst::Branch(branch) => pending.extend(&program.branches[branch as usize].targets),
            Inst::GroupExists { otherwise, .. } => pending.extend([next, otherwise]),
            Inst::Repeat(repeat) => {
                let repeat = &program.repeats[repeat as usize];
                single_bytes(program, repeat.single, &mut found.bytes);
                if repeat.min == 0 {
                    pending.push(next);
                }
            }
            Inst::LoopBegin { until, .. } => {
                let Inst::Until { bounds, .. } = program.code[until as usize] else { continue };
                let bounds = program.loops[bounds as usize];
                pending.push(bounds.body);
                if bounds.min == 0 {
                    pending.push(until + 1);
                }
            }
            Inst::Until { bounds, .. } => {
                pending.extend([program.loops[bounds as usize].body, next]);
            }
            Inst::AssertBegin { end, .. } | Inst::NotBegin { end, .. } => pending.push(end),
        }
    }
    found
}

/// Fills in what alternatives begin with and what follows repeats.
pub fn refine(program: &mut Program) {
    for index in 0..program.branches.len() {
        let targets = program.branches[index].targets.clone();
        let (mut by_byte, mut at_end) = (Box::new([0; 256]), 0);
        for (alternative, &target) in targets.iter().enumerate() {
            let bit = 1 << alternative;
            let first = first(program, target);
            for (mask, &is_first) in by_byte.iter_mut().zip(first.bytes.iter()) {
                if is_first || first.may_be_empty {
                    *mask |= bit;
                }
            }
            if first.may_be_empty {
                at_end |= bit;
            }
        }
        program.branches[index].by_byte = by_byte;
        program.branches[index].at_end = at_end;
    }
    for pc in 0..program.code.len() {
        let Inst::Repeat(index) = program.code[pc] else { continue };
        let follow = first(program, pc as Pc + 1);
        if follow.may_be_empty {
            continue;
        }
        let mut own = Box::new([false; 256]);
        single_bytes(program, program.repeats[index as usize].single, &mut own);
        let is_disjoint = own.iter().zip(follow.bytes.iter()).all(|(&a, &b)| !(a && b));
        let repeat = &mut program.repeats[index as usize];
        if is_disjoint && repeat.mode == Mode::Greedy {
            repeat.mode = Mode::Possessive;
        }
        repeat.follow_byte = only(&follow.bytes);
        repeat.follow = Some(follow.bytes);
    }
}

/// The only byte of a set.
fn only(bytes: &Bytes) -> Option<u8> {
    let mut all = (0..=255_u8).filter(|&b| bytes[usize::from(b)]);
    let first = all.next()?;
    all.next().is_none().then_some(first)
}
