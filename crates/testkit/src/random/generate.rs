//! Random programs: the instructions that use expressions (`expression.rs`) over slots and heap.
//!
//! Preconditions hold by construction on every execution, not only on the recorded one: a tag is tested before it
//! is removed, null and layout before a field is used, an index compared with the length, divisors made positive.
//! Integers are cut to the immediate range before they are boxed, except into slots that nothing looks into
//! again: the optimizer may see through a box that the unoptimised trace finds to be wide, and would leave elsewhere.

use super::build::Builder;
use super::expression::{DEPTH, array_aux};
use super::program::Position;
use super::world::{
    BUMP_B, DISTURB, FAIL_IF, Floats, LOG_FLOAT, LOG_INT, List, MAKE_NODE, Node, Node2, RAW_WORDS, READ_B,
    World,
};
use crate::rng::Rng;
use heap::Layout;
use metatrace_ir::{Aux, FieldKey, LabelRef, Opcode, Operand, Tag, Trace, UnitId};
use metatrace_machine::{Encoding, Host, Kind, NanBox, RawWidth, Word};
use std::collections::{HashMap, HashSet};

/// Slots of the outer frame, the loop counter (slot 0) included.
const MAX_SLOTS: usize = 8;

/// The inputs of a seed's trace: tagged words, into the transfer buffer. The objects among them become the inputs of
/// the current run.
pub fn make_inputs(world: &World, seed: u64) -> Vec<Word> {
    let mut rng = Rng::new(seed ^ 0x1_0000_0000);
    let count = 2 + rng.below(MAX_SLOTS - 1);
    let h = &mut Host;
    let mut words: Vec<Word> = Vec::new();
    for slot in 0..count {
        let object = match rng.below(10) {
            _ if slot == 0 => Err(NanBox::box_int(h, 2 + rng.below(9) as u64)),
            0..=2 => Err(NanBox::box_int(h, (rng.int() << 14 >> 14) as u64)),
            3..=4 => Err(NanBox::box_float(h, rng.float())),
            5 => Err(NanBox::box_bool(h, rng.one_in(2))),
            6 => Err(NanBox::NONE),
            7..=8 => Ok(world.new_node().erase()),
            _ if rng.one_in(2) => Ok(world.new_list(rng.below(5)).erase()),
            _ => Ok(world.new_floats(1 + rng.below(4)).erase()),
        };
        let word = match object {
            Err(word) => word,
            Ok(object) => {
                world.inputs.borrow_mut().push(object);
                object.address() as Word
            }
        };
        // The buffer keeps the object in place while the others are made.
        world.context.transfer[slot].set(word);
        words.push(word);
    }
    words
}

/// A trace with what later traces of the program must know about it.
pub struct Generated {
    pub trace: Trace,
    pub positions: HashMap<u32, Position>,
    /// The highest pc.
    pub last_pc: u32,
    /// Values that may be boxes of wide integers.
    pub opaque: HashSet<Operand>,
}

/// The trace of a seed.
pub fn generate(world: &World, seed: u64, size: usize) -> Generated {
    world.reset();
    let inputs = make_inputs(world, seed);
    let target = LabelRef { unit: UnitId::THIS, label: 0 };
    Generator::new(Builder::new(world, Rng::new(seed), &inputs), target).run(size)
}

/// Goes on with what a bridge has begun; where it closes it jumps to `target`.
pub fn generate_rest(b: Builder<'_>, size: usize, target: LabelRef) -> Generated {
    Generator::new(b, target).run(size)
}

pub(super) struct Generator<'w> {
    pub(super) b: Builder<'w>,
    /// The label of the loop.
    target: LabelRef,
    /// Only two variables change: where every iteration changes everything, the second can hardly ever go like the first, and
    /// there is nothing to peel.
    is_calm: bool,
}

impl<'w> Generator<'w> {
    fn new(mut b: Builder<'w>, target: LabelRef) -> Self {
        let is_calm = b.rng.one_in(2);
        Generator { b, target, is_calm }
    }

    fn run(mut self, size: usize) -> Generated {
        for _ in 0..size {
            if self.b.is_full() {
                break;
            }
            self.instruction();
        }
        while self.b.frames.len() > 1 {
            self.leave_frame();
        }
        self.finish();
        let last_pc = self.b.last_pc();
        let Builder { trace, positions, opaque, .. } = self.b;
        Generated { trace, positions, last_pc, opaque }
    }
}

impl Generator<'_> {
    // -- instructions

    fn set_slot(&mut self, value: Operand) {
        // Slot 0 of the outer frame is the loop counter.
        let count = self.b.frame().slots.len();
        let first = match self.b.frames.len() {
            1 if self.is_calm => count.saturating_sub(2).max(1),
            1 => 1,
            _ => 0,
        };
        let mut slot = first + self.b.rng.below(count - first);
        // Mostly variables keep their class, as in programs; else hardly a loop's state would be stable.
        if !self.b.rng.one_in(8) {
            let class = class_of(self.b.bits(value));
            for _ in 0..4 {
                let old = self.b.frame().slots[slot];
                if class_of(self.b.bits(old)) == class {
                    break;
                }
                slot = first + self.b.rng.below(count - first);
            }
        }
        self.b.frame().slots[slot] = value;
    }

    fn instruction(&mut self) {
        self.b.next_instruction();
        match self.b.rng.below(34) {
            0..=6 => {
                let value = self.value();
                self.set_slot(value);
            }
            7 => {
                let int = self.int(DEPTH);
                let wide = self.b.emit(Opcode::BoxInt, &[int]);
                self.b.opaque.insert(wide);
                self.set_slot(wide);
            }
            8..=10 => {
                let condition = self.bool(DEPTH);
                self.b.guard_truth(condition);
            }
            11..=13 => self.checked_arithmetic(),
            14 => self.promote(),
            15..=17 => self.new_node(),
            18..=20 => self.store_field(),
            21 => self.new_array(),
            22 | 23 => self.store_item(),
            24 => self.raising_call(),
            25 | 26 => self.acting_call(),
            27 => self.set_layout(),
            28 => self.raw_store(),
            29 => {
                let flag = self.b.world.assumption.flag_address() as u64;
                self.b.guard(Opcode::GuardValid, &[], Aux(flag));
            }
            32 | 33 => self.test_counter(),
            30 if self.b.frames.len() < 3 => self.enter_frame(),
            30 => self.leave_frame(),
            _ => {
                let slots = self.b.frame().slots.clone();
                let value = self.b.rng.pick(&slots);
                self.set_slot(value);
            }
        }
    }

    /// A branch that goes the other way in a later iteration.
    fn test_counter(&mut self) {
        let counter = self.b.frames[0].slots[0];
        let count = self.unbox(counter, Tag::Int, Opcode::UnboxInt);
        let condition = if self.b.rng.one_in(2) {
            let limit = self.b.rng.below(8) as i64 + 1;
            let limit = self.b.int(limit);
            self.b.emit(Opcode::IntGt, &[count, limit])
        } else {
            let (mask, bit) = (self.b.rng.below(3) as i64 + 1, self.b.rng.below(3) as i64);
            let (mask, bit) = (self.b.int(mask), self.b.int(bit));
            let low = self.b.emit(Opcode::IntAnd, &[count, mask]);
            self.b.emit(Opcode::IntEq, &[low, bit])
        };
        self.b.guard_truth(condition);
    }

    fn checked_arithmetic(&mut self) {
        let opcode = self.b.rng.pick(&[Opcode::IntAddOvf, Opcode::IntSubOvf, Opcode::IntMulOvf]);
        let (a, b) = (self.int(1), self.int(1));
        let (x, y) = (self.b.bits(a) as i64, self.b.bits(b) as i64);
        if metatrace_ir::eval_checked(opcode, x, y).is_none() {
            return;
        }
        let result = self.b.guard(opcode, &[a, b], Aux::NONE);
        let boxed = self.box_int(result);
        self.set_slot(boxed);
    }

    fn promote(&mut self) {
        let int = self.int(1);
        let constant = self.b.int(self.b.bits(int) as i64);
        let other = self.b.int((self.b.bits(int) as i64).wrapping_add(1));
        if self.b.rng.one_in(3) {
            self.b.guard(Opcode::GuardIs, &[int, constant], Aux::NONE);
        } else {
            self.b.guard(Opcode::GuardIsNot, &[int, other], Aux::NONE);
        }
    }

    fn new_node(&mut self) {
        if self.b.rng.one_in(6) {
            let int = self.int(1);
            let made = self.b.call(&MAKE_NODE, &[int]);
            let boxed = self.b.emit(Opcode::BoxRef, &[made]);
            return self.set_slot(boxed);
        }
        // Everything that may leave or allocate comes before the object exists.
        let (a, b, c, d) = (self.value(), self.int(1), self.float(1), self.bool(1));
        let next = if self.b.rng.one_in(2) { self.node() } else { self.b.reference(0) };
        let (k, e) = (self.b.int(11), self.b.int(255));
        let aux = Aux::allocation(Node::ID, Node::DESCR.size_bytes);
        let node = self.b.emit_aux(Opcode::New, Some(Kind::Ref), &[], aux);
        let fields = [
            (Node::A, a),
            (Node::B, b),
            (Node::C, c),
            (Node::K, k),
            (Node::NEXT, next),
            (Node::D, d),
            (Node::E, e),
        ];
        for (field, value) in fields {
            self.b.emit_aux(Opcode::StoreField, None, &[node, value], Aux::field(FieldKey::new(field)));
        }
        let boxed = self.b.emit(Opcode::BoxRef, &[node]);
        self.set_slot(boxed);
    }

    fn store_field(&mut self) {
        let node = self.node();
        let (field, value) = match self.b.rng.below(6) {
            0 | 1 => (Node::A, self.value()),
            2 => (Node::B, self.int(2)),
            3 => (Node::C, self.float(2)),
            4 => (Node::D, self.bool(1)),
            _ => (Node::NEXT, self.node()),
        };
        self.b.act(Opcode::StoreField, &[node, value], Aux::field(FieldKey::new(field)));
    }

    fn new_array(&mut self) {
        let length = if self.b.rng.one_in(2) {
            let n = self.b.rng.below(5) as i64;
            self.b.int(n)
        } else {
            let (any, seven) = (self.int(1), self.b.int(7));
            self.b.emit(Opcode::IntAnd, &[any, seven])
        };
        let (array, fill) = if self.b.rng.one_in(3) {
            (Floats::ITEMS_ARRAY, self.float(1))
        } else {
            (List::ITEMS_ARRAY, self.value())
        };
        let made = self.b.emit_aux(Opcode::NewArray, Some(Kind::Ref), &[length, fill], array_aux(array));
        let boxed = self.b.emit(Opcode::BoxRef, &[made]);
        self.set_slot(boxed);
    }

    fn store_item(&mut self) {
        let Some((array, object, index)) = self.item() else { return };
        let value = if array.layout == List::ID { self.value() } else { self.float(2) };
        self.b.act(Opcode::StoreItem, &[object, index, value], array_aux(array));
    }

    fn raising_call(&mut self) {
        let int = self.int(2);
        match self.b.call_raising(&FAIL_IF, &[int]) {
            Ok(result) => {
                let boxed = self.box_int(result);
                self.set_slot(boxed);
            }
            Err(exception) => self.set_slot(exception),
        }
    }

    fn acting_call(&mut self) {
        match self.b.rng.below(5) {
            0 => {
                let int = self.int(2);
                self.b.call(&LOG_INT, &[int]);
            }
            1 => {
                let float = self.float(2);
                self.b.call(&LOG_FLOAT, &[float]);
            }
            2 => {
                let node = self.node();
                self.b.call(&BUMP_B, &[node]);
            }
            3 => {
                let node = self.node();
                let result = self.b.call(&READ_B, &[node]);
                let boxed = self.box_int(result);
                self.set_slot(boxed);
            }
            _ => {
                self.b.call(&DISTURB, &[]);
            }
        }
    }

    fn set_layout(&mut self) {
        let node = self.node();
        let other = if self.object(node).layout_id() == Node::ID { Node2::ID } else { Node::ID };
        self.b.act(Opcode::SetLayout, &[node], Aux::layout(other));
    }

    /// Address and offset of an aligned word of raw memory.
    fn raw_place(&mut self) -> (Operand, Operand) {
        let address = self.b.world.raw_address() as i64;
        let offset = self.b.rng.below(RAW_WORDS) as i64 * 8;
        (self.b.int(address), self.b.int(offset))
    }

    pub(super) fn raw_load(&mut self) -> Operand {
        let (address, offset) = self.raw_place();
        let width = self.b.rng.pick(&RawWidth::ALL);
        if width.is_float() {
            // Raw bits may be any not-a-number; only its truth is looked at.
            let float =
                self.b.emit_aux(Opcode::LoadRaw, Some(Kind::Float), &[address, offset], Aux::raw(width));
            return self.b.emit(Opcode::FloatToInt, &[float]);
        }
        self.b.emit_aux(Opcode::LoadRaw, Some(Kind::Int), &[address, offset], Aux::raw(width))
    }

    fn raw_store(&mut self) {
        let (address, offset) = self.raw_place();
        let width = self.b.rng.pick(&RawWidth::ALL);
        let value = if width.is_float() {
            // Which bits a not-a-number has is not defined, and raw memory would show them.
            let int = self.int(2);
            self.b.emit(Opcode::IntToFloat, &[int])
        } else {
            self.int(2)
        };
        self.b.act(Opcode::StoreRaw, &[address, offset, value], Aux::raw(width));
    }

    fn enter_frame(&mut self) {
        let mut slots = vec![self.value(), self.value()];
        let outer = self.b.frame().slots.clone();
        slots.push(self.b.rng.pick(&outer));
        self.b.push_frame(slots);
    }

    fn leave_frame(&mut self) {
        if self.b.frames.len() == 1 {
            return;
        }
        let slots = self.b.frame().slots.clone();
        let result = self.b.rng.pick(&slots);
        let depth = self.b.frames.len();
        let outer = &self.b.frames[depth - 2];
        let first = (depth == 2) as usize;
        let slot = first + self.b.rng.below(outer.slots.len() - first);
        self.b.pop_frame(result, slot);
    }

    // -- the end

    fn finish(&mut self) {
        self.b.next_instruction();
        match self.b.rng.below(10) {
            0..=6 if self.can_close() => self.close_loop(),
            0..=6 => self.leave(),
            7 => {
                let value = self.value();
                self.b.trace.emit(
                    Opcode::Finish,
                    None,
                    &[value],
                    Aux::NONE,
                    metatrace_ir::SnapshotIndex::NONE,
                );
            }
            8 => {
                let value = self.b.tagged_int(77);
                self.b.trace.emit(
                    Opcode::FinishRaise,
                    None,
                    &[value],
                    Aux::NONE,
                    metatrace_ir::SnapshotIndex::NONE,
                );
            }
            _ => self.leave(),
        }
    }

    fn leave(&mut self) {
        let snapshot = self.b.position_snapshot();
        self.b.trace.emit(Opcode::Leave, None, &[], Aux::NONE, snapshot);
    }

    /// Whether the loop goes round once more.
    fn can_close(&self) -> bool {
        let counter = self.b.bits(self.b.frames[0].slots[0]);
        NanBox::unbox_int(&mut Host, counter) as i64 > 1
    }

    /// Counts slot 0 down and jumps back while it is positive.
    fn close_loop(&mut self) {
        let counter = self.b.frames[0].slots[0];
        let count = self.unbox(counter, Tag::Int, Opcode::UnboxInt);
        let one = self.b.int(1);
        let left = self.b.emit(Opcode::IntSub, &[count, one]);
        let zero = self.b.int(0);
        let goes_on = self.b.emit(Opcode::IntGt, &[left, zero]);
        self.b.guard(Opcode::GuardTrue, &[goes_on], Aux::NONE);
        self.b.frames[0].slots[0] = self.b.emit(Opcode::BoxInt, &[left]);
        // What may be wide must not be looked into by the next iteration either.
        let none = self.b.word(NanBox::NONE);
        let opaque = &self.b.opaque;
        for slot in &mut self.b.frames[0].slots {
            if opaque.contains(slot) {
                *slot = none;
            }
        }
        let snapshot = self.b.header_snapshot();
        let args = self.b.frames[0].slots.clone();
        let target = Aux::label(self.target);
        self.b.trace.emit_var(Opcode::Jump, None, &args, target, snapshot);
    }
}

/// The class of a tagged word, as a number.
fn class_of(word: Word) -> usize {
    let h = &mut Host;
    let tests = [
        NanBox::is_int(h, word),
        NanBox::is_float(h, word),
        NanBox::is_bool(h, word),
        NanBox::is_ref(h, word),
    ];
    tests.iter().position(|is| *is).unwrap_or(tests.len())
}
