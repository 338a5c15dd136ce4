//! The random expressions of random programs: values read from slots and heap, and what is computed from them.

use super::generate::Generator;
use super::world::{Floats, List, MIX, Node, Node2, SCALE};
use heap::{ArrayDescr, FieldDescr, Gc, Layout, LayoutId, Object};
use metatrace_ir::{ArrayKey, Aux, FieldKey, Opcode, Operand, Tag};
use metatrace_machine::{Encoding, Host, Kind, NanBox, Word};

/// Deepest nesting of an expression.
pub(super) const DEPTH: usize = 3;

impl Generator<'_> {
    // -- reading

    pub(super) fn object(&self, reference: Operand) -> Gc<Object> {
        let address = self.b.bits(reference);
        assert_ne!(address, 0, "null was tested");
        // SAFETY: an operand of kind `ref` that is not null is a live object, which the stepper keeps in place.
        unsafe { Gc::from_address(address as usize) }
    }

    /// A slot of the current frame whose word passes the test.
    pub(super) fn slot(&mut self, test: impl Fn(Word) -> bool) -> Option<Operand> {
        let slots = self.b.frame().slots.clone();
        let start = self.b.rng.below(slots.len().max(1));
        let rotated = slots[start.min(slots.len())..].iter().chain(&slots[..start.min(slots.len())]);
        rotated.copied().find(|s| !self.b.opaque.contains(s) && test(self.b.bits(*s)))
    }

    /// An unboxed result of this instruction, of a kind.
    pub(super) fn known(&mut self, kind: Kind) -> Option<Operand> {
        let known = self.b.known.iter().copied().filter(|k| self.b.kind(*k) == kind).collect::<Vec<_>>();
        if known.is_empty() { None } else { Some(self.b.rng.pick(&known)) }
    }

    pub(super) fn unbox(&mut self, value: Operand, tag: Tag, opcode: Opcode) -> Operand {
        self.b.guard(Opcode::GuardTag, &[value], Aux::tag(tag));
        self.b.emit(opcode, &[value])
    }

    /// A non-null reference whose layout is tested, and that layout.
    pub(super) fn reference(&mut self) -> (Operand, LayoutId) {
        let slot = self.slot(|w| NanBox::is_ref(&mut Host, w));
        let world = self.b.world;
        let reference = match slot {
            Some(slot) if !self.b.rng.one_in(4) => self.unbox(slot, Tag::Ref, Opcode::UnboxRef),
            _ => {
                let constants =
                    [&world.nodes[..], &world.nodes, &world.lists, &world.floats].concat_addresses();
                let address = self.b.rng.pick(&constants);
                self.b.reference(address)
            }
        };
        (reference, self.test_layout(reference))
    }

    pub(super) fn test_layout(&mut self, reference: Operand) -> LayoutId {
        let id = self.object(reference).layout_id();
        if self.b.rng.one_in(10) {
            let other = if id == List::ID { Floats::ID } else { List::ID };
            self.b.guard(Opcode::GuardNotLayout, &[reference], Aux::layout(other));
        }
        self.b.guard(Opcode::GuardLayout, &[reference], Aux::layout(id));
        id
    }

    /// A node, of either layout.
    pub(super) fn node(&mut self) -> Operand {
        for _ in 0..4 {
            let (reference, id) = self.reference();
            if id != Node::ID && id != Node2::ID {
                continue;
            }
            if self.b.rng.one_in(3) {
                return self.next_node(reference);
            }
            return reference;
        }
        let reference = self.b.reference(self.b.world.nodes[0].address());
        self.test_layout(reference);
        reference
    }

    /// Follows `next`, if there is one.
    pub(super) fn next_node(&mut self, reference: Operand) -> Operand {
        let next = self.load(Node::NEXT, reference);
        let null = self.b.reference(0);
        if self.b.bits(next) == 0 {
            self.b.guard(Opcode::GuardIs, &[next, null], Aux::NONE);
            return reference;
        }
        self.b.guard(Opcode::GuardIsNot, &[next, null], Aux::NONE);
        self.test_layout(next);
        next
    }

    pub(super) fn load(&mut self, field: FieldDescr, object: Operand) -> Operand {
        let key = FieldKey::new(field);
        self.b.emit_aux(Opcode::LoadField, Some(key.kind()), &[object], Aux::field(key))
    }

    /// A list or float array with an index that is tested; `None` if there is none at hand.
    pub(super) fn item(&mut self) -> Option<(ArrayDescr, Operand, Operand)> {
        let (reference, id) = self.reference();
        let array = match id {
            List::ID => List::ITEMS_ARRAY,
            Floats::ID => Floats::ITEMS_ARRAY,
            _ => return None,
        };
        let length = self.b.emit_aux(Opcode::ArrayLen, Some(Kind::Int), &[reference], array_aux(array));
        let index = if self.b.rng.one_in(2) {
            let i = self.b.rng.below(4) as i64;
            self.b.int(i)
        } else {
            let any = self.int(1);
            let three = self.b.int(3);
            self.b.emit(Opcode::IntAnd, &[any, three])
        };
        let inside = self.b.emit(Opcode::UintLt, &[index, length]);
        self.b.guard_truth(inside).then_some((array, reference, index))
    }

    // -- expressions

    pub(super) fn int(&mut self, depth: usize) -> Operand {
        let choice = if depth == 0 { self.b.rng.below(6) } else { self.b.rng.below(24) };
        match choice {
            0 => {
                let i = self.b.rng.int();
                self.b.int(i)
            }
            1..=3 => match self.slot(|w| NanBox::is_int(&mut Host, w)) {
                Some(slot) => self.unbox(slot, Tag::Int, Opcode::UnboxInt),
                None => self.b.int(3),
            },
            4 | 5 => self.known(Kind::Int).unwrap_or_else(|| self.b.int(-1)),
            6 => {
                let node = self.node();
                let field = self.b.rng.pick(&[Node::B, Node::K, Node::E]);
                self.load(field, node)
            }
            7 => {
                let bool = self.bool(depth - 1);
                self.b.emit(Opcode::BoolToInt, &[bool])
            }
            8 => {
                let float = self.float(depth - 1);
                self.b.emit(Opcode::FloatToInt, &[float])
            }
            9 => {
                let float = self.float(depth - 1);
                let is_number = self.b.emit(Opcode::FloatEq, &[float, float]);
                if self.b.guard_truth(is_number) {
                    self.b.emit(Opcode::FloatBits, &[float])
                } else {
                    self.b.int(9)
                }
            }
            10 => {
                let (a, b) = (self.int(depth - 1), self.int(depth - 1));
                let condition = self.bool(depth - 1);
                self.b.emit(Opcode::Select, &[condition, a, b])
            }
            11 => {
                let (a, b) = (self.int(depth - 1), self.int(depth - 1));
                self.b.call(&MIX, &[a, b])
            }
            12 => {
                let a = self.int(depth - 1);
                let opcode = self.b.rng.pick(&[Opcode::IntNeg, Opcode::IntNot]);
                self.b.emit(opcode, &[a])
            }
            13..=15 => self.division(depth - 1),
            16 => self.raw_load(),
            _ => {
                const BINARY: [Opcode; 11] = [
                    Opcode::IntAdd,
                    Opcode::IntAdd,
                    Opcode::IntSub,
                    Opcode::IntMul,
                    Opcode::IntAnd,
                    Opcode::IntOr,
                    Opcode::IntXor,
                    Opcode::IntShl,
                    Opcode::IntShr,
                    Opcode::IntUshr,
                    Opcode::UintMulHigh,
                ];
                let opcode = self.b.rng.pick(&BINARY);
                let (a, b) = (self.int(depth - 1), self.int(depth - 1));
                self.b.emit(opcode, &[a, b])
            }
        }
    }

    /// By a constant, or by something made positive.
    pub(super) fn division(&mut self, depth: usize) -> Operand {
        const DIVIDING: [Opcode; 4] = [Opcode::IntDiv, Opcode::IntRem, Opcode::IntFloorDiv, Opcode::IntMod];
        let opcode = self.b.rng.pick(&DIVIDING);
        let a = self.int(depth);
        let divisor = if self.b.rng.one_in(2) {
            let d = self.b.rng.int();
            self.b.int(if d == 0 || d == -1 { 8 } else { d })
        } else {
            let any = self.int(depth);
            let mask = self.b.int(0xFF);
            let low = self.b.emit(Opcode::IntAnd, &[any, mask]);
            let one = self.b.int(1);
            self.b.emit(Opcode::IntAdd, &[low, one])
        };
        self.b.emit(opcode, &[a, divisor])
    }

    pub(super) fn float(&mut self, depth: usize) -> Operand {
        let choice = if depth == 0 { self.b.rng.below(6) } else { self.b.rng.below(16) };
        match choice {
            0 => {
                let f = self.b.rng.float();
                self.b.float(f)
            }
            1..=3 => match self.slot(|w| NanBox::is_float(&mut Host, w)) {
                Some(slot) => self.unbox(slot, Tag::Float, Opcode::UnboxFloat),
                None => self.b.float(1.25),
            },
            4 | 5 => self.known(Kind::Float).unwrap_or_else(|| self.b.float(-0.0)),
            6 => {
                let int = self.int(depth - 1);
                self.b.emit(Opcode::IntToFloat, &[int])
            }
            7 => {
                let node = self.node();
                self.load(Node::C, node)
            }
            8 => {
                let (a, b) = (self.float(depth - 1), self.float(depth - 1));
                self.b.call(&SCALE, &[a, b])
            }
            9 => {
                let (a, b) = (self.float(depth - 1), self.float(depth - 1));
                let condition = self.bool(depth - 1);
                self.b.emit(Opcode::Select, &[condition, a, b])
            }
            10 | 11 => {
                const UNARY: [Opcode; 6] = [
                    Opcode::FloatNeg,
                    Opcode::FloatAbs,
                    Opcode::FloatSqrt,
                    Opcode::FloatFloor,
                    Opcode::FloatCeil,
                    Opcode::FloatTrunc,
                ];
                let opcode = self.b.rng.pick(&UNARY);
                let a = self.float(depth - 1);
                self.b.emit(opcode, &[a])
            }
            _ => {
                const BINARY: [Opcode; 4] =
                    [Opcode::FloatAdd, Opcode::FloatSub, Opcode::FloatMul, Opcode::FloatDiv];
                let opcode = self.b.rng.pick(&BINARY);
                let (a, b) = (self.float(depth - 1), self.float(depth - 1));
                self.b.emit(opcode, &[a, b])
            }
        }
    }

    pub(super) fn bool(&mut self, depth: usize) -> Operand {
        const INT: [Opcode; 8] = [
            Opcode::IntEq,
            Opcode::IntNe,
            Opcode::IntLt,
            Opcode::IntLe,
            Opcode::IntGt,
            Opcode::IntGe,
            Opcode::UintLt,
            Opcode::UintLe,
        ];
        const FLOAT: [Opcode; 6] = [
            Opcode::FloatEq,
            Opcode::FloatNe,
            Opcode::FloatLt,
            Opcode::FloatLe,
            Opcode::FloatGt,
            Opcode::FloatGe,
        ];
        let depth = depth.saturating_sub(1);
        match self.b.rng.below(12) {
            0 => match self.slot(|w| NanBox::is_bool(&mut Host, w)) {
                Some(slot) => self.unbox(slot, Tag::Bool, Opcode::UnboxBool),
                None => {
                    let node = self.node();
                    self.load(Node::D, node)
                }
            },
            1 => {
                let a = self.bool(depth);
                self.b.emit(Opcode::BoolNot, &[a])
            }
            2 if depth > 0 => {
                let (a, b) = (self.bool(depth), self.bool(depth));
                let opcode = self.b.rng.pick(&[Opcode::BoolAnd, Opcode::BoolOr]);
                self.b.emit(opcode, &[a, b])
            }
            3 => {
                let (a, b) = (self.node(), self.node());
                self.b.emit(Opcode::RefEq, &[a, b])
            }
            4 => {
                let slots = self.b.frame().slots.clone();
                let visible = slots.into_iter().filter(|s| !self.b.opaque.contains(s)).collect::<Vec<_>>();
                if visible.is_empty() {
                    return self.b.trace.constant(metatrace_ir::Const::bool(true));
                }
                let (a, none) = (self.b.rng.pick(&visible), self.b.word(NanBox::NONE));
                self.b.emit(Opcode::ValueEq, &[a, none])
            }
            5 => self
                .known(Kind::Bool)
                .unwrap_or_else(|| self.b.trace.constant(metatrace_ir::Const::bool(false))),
            6..=9 => {
                let opcode = self.b.rng.pick(&INT);
                let (a, b) = (self.int(depth), self.int(depth));
                self.b.emit(opcode, &[a, b])
            }
            _ => {
                let opcode = self.b.rng.pick(&FLOAT);
                let (a, b) = (self.float(depth), self.float(depth));
                self.b.emit(opcode, &[a, b])
            }
        }
    }

    /// A boxed integer in the immediate range.
    pub(super) fn box_int(&mut self, int: Operand) -> Operand {
        let bits = self.b.int(14);
        let high = self.b.emit(Opcode::IntShl, &[int, bits]);
        let cut = self.b.emit(Opcode::IntShr, &[high, bits]);
        self.b.emit(Opcode::BoxInt, &[cut])
    }

    pub(super) fn value(&mut self) -> Operand {
        match self.b.rng.below(12) {
            0..=3 => {
                let int = self.int(DEPTH);
                self.box_int(int)
            }
            4..=6 => {
                let float = self.float(DEPTH);
                self.b.emit(Opcode::BoxFloat, &[float])
            }
            7 => {
                let bool = self.bool(DEPTH);
                self.b.emit(Opcode::BoxBool, &[bool])
            }
            8 => {
                let (reference, _) = self.reference();
                self.b.emit(Opcode::BoxRef, &[reference])
            }
            9 => {
                let node = self.node();
                self.load(Node::A, node)
            }
            10 => match self.item() {
                Some((array, list, index)) if array.layout == List::ID => {
                    self.b.emit_aux(Opcode::LoadItem, Some(Kind::Value), &[list, index], array_aux(array))
                }
                Some((array, floats, index)) => {
                    let item = self.b.emit_aux(
                        Opcode::LoadItem,
                        Some(Kind::Float),
                        &[floats, index],
                        array_aux(array),
                    );
                    self.b.emit(Opcode::BoxFloat, &[item])
                }
                None => self.b.word(NanBox::NONE),
            },
            _ => {
                let i = self.b.rng.below(5) as i64;
                self.b.tagged_int(i)
            }
        }
    }
}

pub(super) fn array_aux(array: ArrayDescr) -> Aux {
    Aux::array(ArrayKey::new(array))
}

trait ConcatAddresses {
    fn concat_addresses(&self) -> Vec<usize>;
}

impl ConcatAddresses for [&[heap::StableRef]; 4] {
    fn concat_addresses(&self) -> Vec<usize> {
        self.iter().flat_map(|part| part.iter().map(heap::StableRef::address)).collect()
    }
}
