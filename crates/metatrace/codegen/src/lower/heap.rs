//! Loads, stores, and the write barrier.
//!
//! The barrier is one test of the owner's header; an item is then looked at, off the hot path, before it is logged. The barrier is left
//! out where it cannot matter: the value is no reference, the owner was allocated since the last safepoint, or an earlier store since
//! the last safepoint has logged it. A boxed integer is a reference only where it needed a heap box, so its store leaves the barrier to
//! that path of `box_int`.

use super::{Lowered, Lowering, TRUSTED};
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value, types};
use heap::{BARRIER_MASK, BARRIER_OFFSET, FieldKind, HEADER_LAYOUT_MASK};
use metatrace_ir::{ArrayKey, Op, Opcode, Operand, size_bytes};
use metatrace_machine::{Encoding, Host, Kind, RawWidth};

/// Objects with card marking are logged per this many bytes.
const CARD_BYTES: i32 = heap::CARD_BYTES as i32;

/// A field or an item about to be stored.
pub(super) struct Destination {
    owner: Value,
    /// Of an item: its index, and the kind of its array.
    item: Option<(Index, ArrayKey)>,
    offset: i32,
}

/// Which item of an array.
#[derive(Clone, Copy)]
enum Index {
    /// One that is known, as the offset of the item.
    Offset(i32),
    Value(Value),
}

impl<E: Encoding> Lowering<'_, E> {
    /// Where the next operation stores the result of the current one, a box. It then leaves its write barrier to the
    /// current one. (No safepoint can be between two operations.)
    pub(super) fn store_of_box(&mut self) -> Lowered<Option<Destination>> {
        let trace = self.trace;
        let after = self.op + 1;
        let positions = trace.ops[after as usize..].iter().take_while(|op| op.opcode == Opcode::At).count();
        let store = after + positions as u32;
        let Some(op) = trace.ops.get(store as usize) else { return Ok(None) };
        let boxed = Operand::op(self.op);
        let (item, offset) = match op.opcode {
            Opcode::StoreField if op.args[1] == boxed => (None, i32::from(op.aux.as_field().offset())),
            Opcode::StoreItem if op.args[2] == boxed => {
                let key = op.aux.as_array();
                (Some((self.index(key, op.args[1])?, key)), 0)
            }
            _ => return Ok(None),
        };
        let owner = self.value(op.args[0])?;
        self.barrier_done = Some(store);
        Ok(Some(Destination { owner, item, offset }))
    }

    /// The write barrier of a store to the destination, for which nothing was computed yet.
    pub(super) fn barrier_of(&mut self, destination: Destination, go_on: Block) {
        let Destination { owner, item, offset } = destination;
        let (base, offset) = match item {
            Some((index, key)) => self.item_address(key, owner, index),
            None => (owner, offset),
        };
        self.barrier(owner, base, offset, go_on);
    }

    pub(super) fn load(&mut self, op: &Op) -> Lowered<()> {
        let base = self.value(op.args[0])?;
        let result = match op.opcode {
            Opcode::LoadField => {
                let key = op.aux.as_field();
                self.load_kind(key.field_kind(), base, i32::from(key.offset()))
            }
            Opcode::ArrayLen => {
                let offset = i32::from(op.aux.as_array().length_offset());
                self.cur.ins().load(types::I64, TRUSTED, base, offset)
            }
            Opcode::LoadItem => {
                let key = op.aux.as_array();
                let index = self.index(key, op.args[1])?;
                let (base, offset) = self.item_address(key, base, index);
                self.load_kind(key.item_kind(), base, offset)
            }
            _ => {
                let offset = self.value(op.args[1])?;
                let address = self.cur.ins().iadd(base, offset);
                self.load_raw(op.aux.as_raw(), address)
            }
        };
        self.define(result);
        Ok(())
    }

    pub(super) fn store(&mut self, op: &Op) -> Lowered<()> {
        match op.opcode {
            Opcode::StoreField => {
                let key = op.aux.as_field();
                let offset = i32::from(key.offset());
                let owner = self.value(op.args[0])?;
                let value = self.value(op.args[1])?;
                if self.needs_barrier(key.field_kind(), op.args[0], op.args[1])
                    && self.allocations.log(op.args[0], offset / CARD_BYTES)
                {
                    let go_on = self.block();
                    self.barrier(owner, owner, offset, go_on);
                }
                self.store_kind(key.field_kind(), value, owner, offset);
            }
            Opcode::StoreItem => {
                let key = op.aux.as_array();
                let owner = self.value(op.args[0])?;
                let index = self.index(key, op.args[1])?;
                let (base, offset) = self.item_address(key, owner, index);
                let value = self.value(op.args[2])?;
                if self.needs_barrier(key.item_kind(), op.args[0], op.args[2]) {
                    self.item_barrier(owner, base, offset, (key.item_kind(), value));
                }
                self.store_kind(key.item_kind(), value, base, offset);
            }
            Opcode::SetLayout => self.set_layout(op)?,
            _ => {
                let base = self.value(op.args[0])?;
                let offset = self.value(op.args[1])?;
                let value = self.value(op.args[2])?;
                let address = self.cur.ins().iadd(base, offset);
                self.store_raw(op.aux.as_raw(), value, address);
            }
        }
        Ok(())
    }

    /// An index that is known is part of the offset that an instruction adds to the array's address.
    fn index(&mut self, key: ArrayKey, index: Operand) -> Lowered<Index> {
        if let Some(known) = self.trace.as_const(index)
            && let Ok(number) = i32::try_from(known.bits as i64)
            && let Some(bytes) = number.checked_mul(size_bytes(key.item_kind()) as i32)
            && let Some(offset) = bytes.checked_add(i32::from(key.items_offset()))
        {
            return Ok(Index::Offset(offset));
        }
        Ok(Index::Value(self.value(index)?))
    }

    /// Where an item is: an address, and an offset that is still to be added.
    fn item_address(&mut self, key: ArrayKey, array: Value, index: Index) -> (Value, i32) {
        let index = match index {
            Index::Offset(offset) => return (array, offset),
            Index::Value(index) => index,
        };
        let shift = size_bytes(key.item_kind()).trailing_zeros();
        let scaled = if shift == 0 { index } else { self.cur.ins().ishl_imm_u(index, i64::from(shift)) };
        (self.cur.ins().iadd(array, scaled), i32::from(key.items_offset()))
    }

    fn load_kind(&mut self, kind: FieldKind, base: Value, offset: i32) -> Value {
        match kind {
            FieldKind::Value | FieldKind::Ref | FieldKind::I64 | FieldKind::Word => {
                self.cur.ins().load(types::I64, TRUSTED, base, offset)
            }
            FieldKind::F64 => self.cur.ins().load(types::F64, TRUSTED, base, offset),
            FieldKind::I32 => self.cur.ins().sload32(TRUSTED, base, offset),
            FieldKind::U32 => self.cur.ins().uload32(TRUSTED, base, offset),
            FieldKind::U16 => self.cur.ins().uload16(types::I64, TRUSTED, base, offset),
            FieldKind::U8 => self.cur.ins().uload8(types::I64, TRUSTED, base, offset),
            FieldKind::Bool => self.cur.ins().load(types::I8, TRUSTED, base, offset),
        }
    }

    pub(super) fn store_kind(&mut self, kind: FieldKind, value: Value, base: Value, offset: i32) {
        match kind {
            FieldKind::I32 | FieldKind::U32 => self.cur.ins().istore32(TRUSTED, value, base, offset),
            FieldKind::U16 => self.cur.ins().istore16(TRUSTED, value, base, offset),
            FieldKind::U8 => self.cur.ins().istore8(TRUSTED, value, base, offset),
            _ => self.cur.ins().store(TRUSTED, value, base, offset),
        };
    }

    fn load_raw(&mut self, width: RawWidth, address: Value) -> Value {
        // Foreign memory need not be aligned.
        let flags = MemFlagsData::new().with_notrap();
        match width {
            RawWidth::I8 => self.cur.ins().sload8(types::I64, flags, address, 0),
            RawWidth::U8 => self.cur.ins().uload8(types::I64, flags, address, 0),
            RawWidth::I16 => self.cur.ins().sload16(types::I64, flags, address, 0),
            RawWidth::U16 => self.cur.ins().uload16(types::I64, flags, address, 0),
            RawWidth::I32 => self.cur.ins().sload32(flags, address, 0),
            RawWidth::U32 => self.cur.ins().uload32(flags, address, 0),
            RawWidth::I64 => self.cur.ins().load(types::I64, flags, address, 0),
            RawWidth::F64 => self.cur.ins().load(types::F64, flags, address, 0),
            RawWidth::F32 => {
                let narrow = self.cur.ins().load(types::F32, flags, address, 0);
                self.cur.ins().fpromote(types::F64, narrow)
            }
        }
    }

    fn store_raw(&mut self, width: RawWidth, value: Value, address: Value) {
        let flags = MemFlagsData::new().with_notrap();
        match width {
            RawWidth::I8 | RawWidth::U8 => self.cur.ins().istore8(flags, value, address, 0),
            RawWidth::I16 | RawWidth::U16 => self.cur.ins().istore16(flags, value, address, 0),
            RawWidth::I32 | RawWidth::U32 => self.cur.ins().istore32(flags, value, address, 0),
            RawWidth::I64 | RawWidth::F64 => self.cur.ins().store(flags, value, address, 0),
            RawWidth::F32 => {
                let narrow = self.cur.ins().fdemote(types::F32, value);
                self.cur.ins().store(flags, narrow, address, 0)
            }
        };
    }

    /// Replaces the layout id and keeps the size bits; the flag and stamp bytes belong to the collector.
    fn set_layout(&mut self, op: &Op) -> Lowered<()> {
        let object = self.value(op.args[0])?;
        let layout = op.aux.as_layout();
        let low = match self.linker.layout_header(layout) {
            Some(low) => self.cur.ins().iconst(types::I32, i64::from(low)),
            None => {
                let old = self.cur.ins().load(types::I32, TRUSTED, object, 0);
                let size = self.cur.ins().band_imm_u(old, i64::from(!HEADER_LAYOUT_MASK));
                self.cur.ins().bor_imm_u(size, i64::from(layout.0))
            }
        };
        self.cur.ins().store(TRUSTED, low, object, 0);
        Ok(())
    }

    fn needs_barrier(&self, kind: FieldKind, owner: Operand, value: Operand) -> bool {
        kind.may_be_reference()
            && self.barrier_done != Some(self.op)
            && !self.allocations.is_fresh(owner)
            && self.may_be_reference(value)
    }

    fn may_be_reference(&self, value: Operand) -> bool {
        if let Some(c) = self.trace.as_const(value) {
            return match c.kind {
                Kind::Value => E::is_ref(&mut Host, c.bits),
                _ => c.bits != 0,
            };
        }
        let Some(op) = value.as_op().map(|i| &self.trace.ops[i as usize]) else { return true };
        match op.opcode {
            Opcode::BoxImmediate | Opcode::BoxFloat | Opcode::BoxBool => false,
            // A boxed integer may be wide, hence a reference.
            Opcode::BoxInt => self.trace.as_const(op.args[0]).is_none_or(|c| !E::int_fits(&mut Host, c.bits)),
            _ => true,
        }
    }

    /// The write barrier of an item. The headers of large arrays, whose stores are logged by cards, ask for every store to be logged. What
    /// programs exchange in long lists is often numbers, as tagged as they were loaded: the call is saved for those.
    fn item_barrier(&mut self, owner: Value, base: Value, offset: i32, (kind, value): (FieldKind, Value)) {
        let go_on = self.block();
        if kind != FieldKind::Value {
            return self.barrier(owner, base, offset, go_on);
        }
        let is_old = self.needs_log(owner);
        let look = self.cold_block();
        self.cur.ins().brif(is_old, look, &[], go_on, &[]);
        self.at(look);
        let is_reference = E::is_ref(&mut self.words(), value);
        let log = self.cold_block();
        self.cur.ins().brif(is_reference, log, &[], go_on, &[]);
        self.log_store(log, owner, base, offset, go_on);
    }

    /// `base + offset` is the word about to be stored in `owner`. Goes on in the block `go_on`.
    fn barrier(&mut self, owner: Value, base: Value, offset: i32, go_on: Block) {
        let log = self.cold_block();
        let is_old = self.needs_log(owner);
        self.cur.ins().brif(is_old, log, &[], go_on, &[]);
        self.log_store(log, owner, base, offset, go_on);
    }

    /// Not zero if the owner's header asks for stores to be logged.
    fn needs_log(&mut self, owner: Value) -> Value {
        let header = self.cur.ins().load(types::I32, TRUSTED, owner, BARRIER_OFFSET);
        self.cur.ins().band_imm_u(header, i64::from(BARRIER_MASK))
    }

    fn log_store(&mut self, log: Block, owner: Value, base: Value, offset: i32, go_on: Block) {
        self.at(log);
        let slot = self.cur.ins().iadd_imm_s(base, i64::from(offset));
        self.call_stub(self.stubs.barrier, &[owner, slot]);
        self.cur.ins().jump(go_on, &[]);
        self.at(go_on);
    }
}
