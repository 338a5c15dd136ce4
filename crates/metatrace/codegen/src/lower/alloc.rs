//! Allocation: a bump of the mutator's cursor, and a cold call when the limit is reached.
//!
//! Adjacent allocations share one check: from an allocation on, every further one of known size joins its group until
//! an operation may collect, leave, or end the block. The group's headers are all written at its start, so that the
//! heap can be parsed from then on; the fields follow before the next safepoint (a rule of the IR). Leaving ends a group
//! because the objects behind the exit would stay uninitialised.
//!
//! [`Allocations`] also knows which objects are *fresh* (allocated since the last safepoint: no write barrier) and
//! which owners were *logged* since then.

use super::{Lowered, Lowering, TRUSTED};
use crate::runtime::MIN_OBJECT_BYTES;
use crate::unit::has_exit;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use heap::{LayoutId, Mutator, header_word};
use metatrace_ir::{ArrayKey, Op, Opcode, Operand, size_bytes};
use metatrace_machine::{Context, Encoding};

/// A group of allocations stays below this size, and an array of unknown length is bumped only below it: the heap
/// gives contiguous memory for small requests only.
const MAX_INLINE_BYTES: u32 = 1024;
/// Items filled without a loop.
const MAX_UNROLLED_ITEMS: u64 = 8;

/// See the module header. Forgets everything at safepoints and labels.
#[derive(Default)]
pub(super) struct Allocations {
    fresh: Vec<Operand>,
    /// (owner, card)
    logged: Vec<(Operand, i32)>,
    /// Members of the current group that are still to come, with their addresses.
    planned: Vec<(u32, Value)>,
}

impl Allocations {
    pub(super) fn begin_block(&mut self) {
        self.safepoint();
        self.planned.clear();
    }

    /// Everything may be old now, and unlogged again.
    pub(super) fn safepoint(&mut self) {
        self.fresh.clear();
        self.logged.clear();
    }

    pub(super) fn is_fresh(&self, owner: Operand) -> bool {
        self.fresh.contains(&owner)
    }

    /// Notes that a barrier for the owner's card is emitted here; false if one was since the last safepoint.
    pub(super) fn log(&mut self, owner: Operand, card: i32) -> bool {
        let is_first = !self.logged.contains(&(owner, card));
        if is_first {
            self.logged.push((owner, card));
        }
        is_first
    }

    fn take_planned(&mut self, op: u32) -> Option<Value> {
        let at = self.planned.iter().position(|(i, _)| *i == op)?;
        Some(self.planned.swap_remove(at).1)
    }
}

/// An allocation whose size is known while compiling.
struct Fixed {
    header: u64,
    size_bytes: u32,
    /// For arrays: offset of the length word, and the length.
    length: Option<(i32, u64)>,
}

impl<E: Encoding> Lowering<'_, E> {
    pub(super) fn new_object(&mut self, op: &Op) -> Lowered<()> {
        let fixed = self.fixed_size(op).ok_or_else(|| self.malformed("object size"))?;
        let address = self.allocate_fixed(fixed);
        self.define(address);
        Ok(())
    }

    pub(super) fn new_array(&mut self, op: &Op) -> Lowered<()> {
        let key = op.aux.as_array();
        let address = match self.fixed_size(op) {
            Some(fixed) => {
                let count = fixed.length.map_or(0, |(_, n)| n);
                let address = self.allocate_fixed(fixed);
                let fill = self.word(op.args[1])?;
                if count <= MAX_UNROLLED_ITEMS {
                    for i in 0..count {
                        let offset = i32::from(key.items_offset()) + 8 * i as i32;
                        self.cur.ins().store(TRUSTED, fill, address, offset);
                    }
                } else {
                    let bytes = self.constant_word(8 * count);
                    self.fill_items(key, address, bytes, fill);
                }
                address
            }
            None => self.allocate_variable(op, key)?,
        };
        self.define(address);
        Ok(())
    }

    /// The size of an allocation that can join a group.
    fn fixed_size(&self, op: &Op) -> Option<Fixed> {
        match op.opcode {
            Opcode::New => {
                let (layout, size_bytes) = op.aux.as_allocation();
                (size_bytes >= MIN_OBJECT_BYTES as u32 && size_bytes % 8 == 0).then_some(Fixed {
                    header: header_word(layout, size_bytes as usize),
                    size_bytes,
                    length: None,
                })
            }
            Opcode::NewArray => {
                let key = op.aux.as_array();
                let length = self.trace.as_const(op.args[0])?.bits;
                let item_bytes = size_bytes(key.item_kind()) as u64;
                if item_bytes != 8 || length > u64::from(MAX_INLINE_BYTES) / 8 {
                    return None;
                }
                let size = u32::from(key.items_offset()) + 8 * length as u32;
                (size <= MAX_INLINE_BYTES).then_some(Fixed {
                    header: array_header(key.layout()),
                    size_bytes: size.max(MIN_OBJECT_BYTES as u32),
                    length: Some((i32::from(key.length_offset()), length)),
                })
            }
            _ => None,
        }
    }

    /// May this operation collect?
    fn collects(&self, op: &Op) -> bool {
        match op.opcode {
            Opcode::Call => {
                let effects = op.aux.as_call().effects;
                effects.may_collect || effects.runs_user_code
            }
            Opcode::BoxInt | Opcode::New | Opcode::NewArray | Opcode::CallTrace => true,
            _ => false,
        }
    }

    /// The address of an object with its header (and length) written.
    fn allocate_fixed(&mut self, first: Fixed) -> Value {
        if let Some(address) = self.allocations.take_planned(self.op) {
            return address;
        }
        let mut total = first.size_bytes;
        let mut members = vec![(self.op, 0, first)];
        for (i, op) in self.trace.ops.iter().enumerate().skip(self.op as usize + 1) {
            if has_exit(op) || op.opcode.is_final() {
                break;
            }
            match self.fixed_size(op) {
                Some(fixed) if total + fixed.size_bytes <= MAX_INLINE_BYTES => {
                    let size = fixed.size_bytes;
                    members.push((i as u32, total, fixed));
                    total += size;
                }
                _ if self.collects(op) => break,
                _ => {}
            }
        }
        let header = self.constant_word(members[0].2.header);
        let size = self.constant_word(u64::from(total));
        let is_small = total <= MAX_INLINE_BYTES;
        let base = self.bump(header, size, is_small.then_some(size));
        self.allocations.safepoint();
        for (op, offset, fixed) in &members {
            let address = match offset {
                0 => base,
                _ => self.cur.ins().iadd_imm_s(base, i64::from(*offset)),
            };
            let header = self.constant_word(fixed.header);
            self.cur.ins().store(TRUSTED, header, address, 0);
            if let Some((offset, length)) = fixed.length {
                let length = self.constant_word(length);
                self.cur.ins().store(TRUSTED, length, address, offset);
            }
            self.allocations.fresh.push(Operand::op(*op));
            self.allocations.planned.push((*op, address));
        }
        self.allocations.take_planned(self.op).expect("the first member was planned")
    }

    /// `size` fresh bytes; the slow path writes `header`. Without `inline_size` always the slow path.
    fn bump(&mut self, header: Value, size: Value, inline_size: Option<Value>) -> Value {
        let Some(inline_size) = inline_size.filter(|_| !self.request.options.gc_every_alloc) else {
            let address = self.call_stub(self.stubs.allocate, &[header, size]);
            return self.check_allocated(address);
        };
        let (fast, slow, done) = (self.block(), self.cold_block(), self.block());
        let result = self.cur.func.dfg.append_block_param(done, types::I64);
        let mutator = self.cur.ins().load(types::I64, TRUSTED, self.ctx, Context::MUTATOR_OFFSET);
        let cursor = self.cur.ins().load(types::I64, TRUSTED, mutator, Mutator::CURSOR_OFFSET);
        let end = self.cur.ins().iadd(cursor, inline_size);
        let limit = self.cur.ins().load(types::I64, TRUSTED, mutator, Mutator::LIMIT_OFFSET);
        let full = self.cur.ins().icmp(IntCC::UnsignedGreaterThan, end, limit);
        self.cur.ins().brif(full, slow, &[], fast, &[]);
        self.at(slow);
        let address = self.call_stub(self.stubs.allocate, &[header, size]);
        self.jump_allocated(address, done);
        self.at(fast);
        self.cur.ins().store(TRUSTED, end, mutator, Mutator::CURSOR_OFFSET);
        self.cur.ins().jump(done, &[cursor.into()]);
        self.at(done);
        result
    }

    fn check_allocated(&mut self, address: Value) -> Value {
        let done = self.block();
        let result = self.cur.func.dfg.append_block_param(done, types::I64);
        self.jump_allocated(address, done);
        self.at(done);
        result
    }

    /// An array whose length is known only at run time: inline while it is small, else one call that does it all.
    fn allocate_variable(&mut self, op: &Op, key: ArrayKey) -> Lowered<Value> {
        let length = self.value(op.args[0])?;
        let fill = self.word(op.args[1])?;
        self.allocations.safepoint();
        self.allocations.fresh.push(Operand::op(self.op));
        if size_bytes(key.item_kind()) != 8 || self.request.options.gc_every_alloc {
            let key = self.constant_word(key.0);
            let address = self.call_stub(self.stubs.allocate_array, &[key, length, fill]);
            return Ok(self.check_allocated(address));
        }
        let (small, large, done) = (self.block(), self.cold_block(), self.block());
        let result = self.cur.func.dfg.append_block_param(done, types::I64);
        let most = (MAX_INLINE_BYTES - u32::from(key.items_offset()).min(MAX_INLINE_BYTES)) / 8;
        let fits = self.cur.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, length, i64::from(most));
        self.cur.ins().brif(fits, small, &[], large, &[]);

        self.at(large);
        let key_word = self.constant_word(key.0);
        let address = self.call_stub(self.stubs.allocate_array, &[key_word, length, fill]);
        self.jump_allocated(address, done);

        self.at(small);
        let bytes = self.cur.ins().ishl_imm_u(length, 3);
        let size = self.cur.ins().iadd_imm_s(bytes, i64::from(key.items_offset()));
        let header = self.constant_word(array_header(key.layout()));
        let address = self.bump(header, size, Some(size));
        self.cur.ins().store(TRUSTED, header, address, 0);
        self.cur.ins().store(TRUSTED, length, address, i32::from(key.length_offset()));
        self.fill_items(key, address, bytes, fill);
        self.cur.ins().jump(done, &[address.into()]);

        self.at(done);
        Ok(result)
    }

    /// Stores `fill` into the first `bytes / 8` items, last first.
    fn fill_items(&mut self, key: ArrayKey, array: Value, bytes: Value, fill: Value) {
        let (header, body, done) = (self.block(), self.block(), self.block());
        let rest = self.cur.func.dfg.append_block_param(header, types::I64);
        self.cur.ins().jump(header, &[bytes.into()]);
        self.at(header);
        self.cur.ins().brif(rest, body, &[], done, &[]);
        self.at(body);
        let next = self.cur.ins().iadd_imm_s(rest, -8);
        let address = self.cur.ins().iadd(array, next);
        self.cur.ins().store(TRUSTED, fill, address, i32::from(key.items_offset()));
        self.cur.ins().jump(header, &[next.into()]);
        self.at(done);
    }
}

/// Objects with a variable part have no size in the header.
fn array_header(layout: LayoutId) -> u64 {
    header_word(layout, 0)
}
