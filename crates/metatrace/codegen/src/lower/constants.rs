//! Wide constants that small loops keep in registers.
//!
//! Cranelift makes a constant anew for each use: in loops over boxed values those of the encoding, from memory or by an instruction of ten
//! bytes. A small loop has registers to spare. There such a constant is a parameter of the loop's block, which the register allocator knows
//! nothing of and must keep; whoever jumps to the block from elsewhere makes it by an instruction that Cranelift sees no constant in.
//!
//! ```text
//! header(x, k):  sub y, x, k; ...; add z, w, k; ...; jump header(z, k)          k = the offset of floats
//! elsewhere:     k = not !offset; jump header(a, k)
//! ```
//!
//! `floats_written` of the toy language's bench takes a tenth less time that way.
//!
//! Which constants a loop uses is asked of the encoding itself, instantiated on words that only note them ([`Noted`]).
//!
//! Known limits: only loops of one block of operations, without calls, in units that are not fused; constants of floats stay in memory,
//! where their operations find them.

use super::Lowering;
use crate::unit::has_exit;
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, types};
use metatrace_ir::{Op, Opcode, OperandView, SnapshotIndex, Tag};
use metatrace_machine::{Encoding, Kind, WordOps};
use std::ops::Range;

/// Registers that may be taken by what a loop computes with: those that exist (14), without the context's, and without some for what lasts
/// for an instruction or two.
const FOR_VALUES: usize = 10;

/// A constant in a register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub bits: u64,
    pub value: Value,
}

/// Whether it does not fit the immediate operand of an instruction.
fn is_wide(bits: u64) -> bool {
    i32::try_from(bits as i64).is_err()
}

/// Words that note the wide constants they are computed with.
#[derive(Default)]
struct Noted(Vec<(u64, u32)>);

impl Noted {
    fn note(&mut self, bits: u64) {
        if !is_wide(bits) {
            return;
        }
        match self.0.iter_mut().find(|(noted, _)| *noted == bits) {
            Some((_, uses)) => *uses += 1,
            None => self.0.push((bits, 1)),
        }
    }
}

impl WordOps for Noted {
    type Word = ();
    type Bool = ();
    type Float = ();
    fn constant(&mut self, bits: u64) {
        self.note(bits);
    }
    fn add(&mut self, _: (), _: ()) {}
    fn sub(&mut self, _: (), _: ()) {}
    fn and(&mut self, _: (), _: ()) {}
    fn or(&mut self, _: (), _: ()) {}
    fn shl(&mut self, _: (), _: u32) {}
    fn sshr(&mut self, _: (), _: u32) {}
    fn ushr(&mut self, _: (), _: u32) {}
    fn eq(&mut self, _: (), _: ()) {}
    fn ult(&mut self, _: (), _: ()) {}
    fn float_bits(&mut self, _: ()) {}
    fn bits_float(&mut self, _: ()) {}
    fn bool_word(&mut self, _: ()) {}
    fn float_is_nan(&mut self, _: ()) {}
    fn select(&mut self, _: (), _: (), _: ()) {}
}

impl<E: Encoding> Lowering<'_, E> {
    /// The constants that the loop of a label, if it is one, is to keep: its block gets a parameter for each.
    pub(super) fn choose_kept(&mut self, label: u32, start: u32) -> Vec<u64> {
        if !self.trace.branches.is_empty() || self.homes.stores_once {
            return Vec::new();
        }
        let Some(length) = self.trace.ops[start as usize..].iter().position(|op| op.opcode.is_final()) else {
            return Vec::new();
        };
        let end = start as usize + length;
        let last = &self.trace.ops[end];
        let target = (last.opcode == Opcode::Jump).then(|| last.aux.as_label());
        let is_loop = target.is_some_and(|to| to.label == label && self.is_this_unit(to.unit));
        let block = start as usize..end + 1;
        let calls = |op: &Op| matches!(op.opcode, Opcode::Call | Opcode::CallTrace);
        if !is_loop || self.trace.ops[block.clone()].iter().any(calls) {
            return Vec::new();
        }
        let mut noted = Noted::default();
        for index in block.clone() {
            self.note(&mut noted, index);
        }
        if noted.0.is_empty() {
            return Vec::new();
        }
        let free = FOR_VALUES.saturating_sub(self.most_live(block));
        noted.0.sort_by_key(|(bits, uses)| (u32::MAX - uses, *bits));
        noted.0.truncate(free);
        noted.0.into_iter().map(|(bits, _)| bits).collect()
    }

    /// Notes the constants that an operation is lowered with.
    fn note(&self, noted: &mut Noted, index: usize) {
        let op = &self.trace.ops[index];
        match op.opcode {
            Opcode::BoxInt => {
                E::int_fits(noted, ());
                E::box_int(noted, ());
            }
            Opcode::BoxImmediate => E::box_int(noted, ()),
            Opcode::BoxFloat => E::box_float(noted, ()),
            Opcode::BoxBool => E::box_bool(noted, ()),
            Opcode::UnboxInt => E::unbox_int(noted, ()),
            Opcode::UnboxFloat => E::unbox_float(noted, ()),
            Opcode::UnboxBool => E::unbox_bool(noted, ()),
            Opcode::GuardTag | Opcode::GuardNotTag => match op.aux.as_tag() {
                Tag::Int => E::is_int(noted, ()),
                Tag::Float => E::is_float(noted, ()),
                Tag::Bool => E::is_bool(noted, ()),
                Tag::Ref => E::is_ref(noted, ()),
            },
            _ => {}
        }
        let is_folded = |number| match op.opcode {
            Opcode::BoxInt | Opcode::Jump => true,
            // The index is part of the address.
            Opcode::LoadItem | Opcode::StoreItem => number == 1,
            _ => false,
        };
        for (_, operand) in self.trace.args(op).iter().enumerate().filter(|(number, _)| !is_folded(*number)) {
            if let Some(c) = self.trace.as_const(*operand)
                && c.kind != Kind::Float
            {
                noted.note(c.bits);
            }
        }
    }

    /// How many values that are no floats are alive at once, at most.
    fn most_live(&mut self, block: Range<usize>) -> usize {
        let mut is_live = vec![false; block.len()];
        let (mut count, mut most) = (0, 0);
        for index in block.clone().rev() {
            let op = self.trace.ops[index];
            if let Some(live) = is_live.get_mut(index - block.start)
                && std::mem::take(live)
            {
                count -= 1;
            }
            let mut read = self.trace.args(&op).to_vec();
            if has_exit(&op) && op.snapshot != SnapshotIndex::NONE {
                read.extend(self.live_operands(index as u32));
            }
            for operand in read {
                let OperandView::Op(i) = operand.view() else { continue };
                let is_float = self.trace.kind_of(operand) == Some(Kind::Float);
                if let Some(live) = (i as usize).checked_sub(block.start).and_then(|at| is_live.get_mut(at))
                    && !is_float
                    && !std::mem::replace(live, true)
                {
                    count += 1;
                }
            }
            most = most.max(count);
        }
        most
    }

    /// What a jump to a label hands over besides the label's own parameters.
    pub(super) fn pass_kept(&mut self, label: usize, args: &mut Vec<BlockArg>) {
        for i in 0..self.labels[label].kept.len() {
            let bits = self.labels[label].kept[i];
            let value = match self.kept.iter().find(|kept| kept.bits == bits) {
                Some(kept) => kept.value,
                None => {
                    let complement = self.cur.ins().iconst(types::I64, !bits as i64);
                    self.cur.ins().bnot(complement)
                }
            };
            args.push(value.into());
        }
    }

    /// At the label: its constants are in the last parameters of its block.
    pub(super) fn begin_kept(&mut self, label: usize) {
        self.kept.clear();
        let label = &self.labels[label];
        let params = self.cur.func.dfg.block_params(label.block);
        let first = params.len() - label.kept.len();
        self.kept.extend(
            label.kept.iter().zip(&params[first..]).map(|(bits, value)| Kept { bits: *bits, value: *value }),
        );
    }
}
