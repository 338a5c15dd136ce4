//! Pure operations: computed once, and at compile time where the operands are constants.
//!
//! The table maps (opcode, auxiliary word, operands) to a result; commutative operations are entered with their operands in
//! order. Loads of immutable fields and items, array lengths and elidable calls are pure in this sense. An
//! overflow-checked operation answers for the same plain operation as well, not the other way round.
//!
//! At the label of a peeled loop the table starts with the *short operations* (`short.rs`): entries whose result is
//! a parameter of the label. Using one is noted, for everyone who jumps to the label must then supply it.
//!
//! Source: PyPy `optimizeopt/pure.py`; there a ring of the 16 latest operations per opcode.

use crate::cx::Cx;
use crate::fold::fold;
use crate::pass::{Flow, InvalidLoop, OpcodeSet, Pending};
use metatrace_ir::{Aux, Class, Const, Opcode, Operand, Trace};
use metatrace_machine::CallDescr;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Key {
    aux: u64,
    args: [Operand; 3],
    opcode: Opcode,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Key,
    value: Operand,
    /// Number of the short operation, or [`NOT_SHORT`].
    short: u32,
}

pub(crate) const NOT_SHORT: u32 = u32::MAX;

/// See the module header. Open addressing, linear probing; never shrinks or deletes.
#[derive(Clone, Default, Debug)]
pub struct PureTable {
    entries: Vec<Entry>,
    /// Entry number + 1; 0 is empty.
    buckets: Vec<u32>,
    /// Elidable calls: few, with any number of arguments.
    calls: Vec<KnownCall>,
}

#[derive(Clone, Debug)]
struct KnownCall {
    callee: u64,
    args: Vec<Operand>,
    value: Operand,
}

fn hash(key: &Key) -> usize {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let a = (key.args[0].0 as u64) << 32 | key.args[1].0 as u64;
    let b = (key.args[2].0 as u64) << 8 | key.opcode as u64;
    let h = (a ^ key.aux.rotate_left(17)).wrapping_mul(K) ^ b.wrapping_mul(K.rotate_left(23));
    (h ^ h >> 29).wrapping_mul(K) as usize >> 20
}

impl PureTable {
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.buckets.fill(0);
        self.calls.clear();
    }

    fn find(&self, key: &Key) -> Option<Entry> {
        if self.buckets.is_empty() {
            return None;
        }
        let mask = self.buckets.len() - 1;
        let mut at = hash(key) & mask;
        loop {
            match self.buckets[at] {
                0 => return None,
                n if self.entries[n as usize - 1].key == *key => return Some(self.entries[n as usize - 1]),
                _ => at = (at + 1) & mask,
            }
        }
    }

    fn insert(&mut self, entry: Entry) {
        if self.buckets.len() < (self.entries.len() + 1) * 2 {
            let capacity = (self.buckets.len() * 2).max(256);
            self.buckets.clear();
            self.buckets.resize(capacity, 0);
            self.entries.reserve(capacity / 2 - self.entries.len());
            for i in 0..self.entries.len() {
                self.place(i);
            }
        }
        // A later result of the same key (the earlier one was forgotten, or the pass could not use it) takes over.
        let mask = self.buckets.len() - 1;
        let mut at = hash(&entry.key) & mask;
        while self.buckets[at] != 0 {
            let known = &mut self.entries[self.buckets[at] as usize - 1];
            if known.key == entry.key {
                *known = entry;
                return;
            }
            at = (at + 1) & mask;
        }
        self.entries.push(entry);
        self.buckets[at] = self.entries.len() as u32;
    }

    fn place(&mut self, index: usize) {
        let mask = self.buckets.len() - 1;
        let mut at = hash(&self.entries[index].key) & mask;
        while self.buckets[at] != 0 {
            at = (at + 1) & mask;
        }
        self.buckets[at] = index as u32 + 1;
    }
}

/// Whether an operation is a function of its operands, so that its result may be used again.
pub(crate) fn is_pure(opcode: Opcode, aux: Aux) -> bool {
    match opcode {
        Opcode::IntAddOvf | Opcode::IntSubOvf | Opcode::IntMulOvf | Opcode::ArrayLen => true,
        Opcode::LoadField => aux.as_field().mutability() == heap::Mutability::Immutable,
        Opcode::LoadItem => aux.as_array().immutable(),
        _ => opcode.class() == Class::Pure,
    }
}

#[inline]
fn key_of(cx: &Cx<'_>, opcode: Opcode, aux: Aux, args: &[Operand; 3]) -> Key {
    // One by one: `map` is a call for each.
    let mut args = [cx.resolve(args[0]), cx.resolve(args[1]), cx.resolve(args[2])];
    if opcode.is_commutative() && args[0].0 > args[1].0 {
        args.swap(0, 1);
    }
    Key { aux: aux.0, args, opcode }
}

/// The overflow-checked form of an operation.
fn checked_form(opcode: Opcode) -> Option<Opcode> {
    match opcode {
        Opcode::IntAdd => Some(Opcode::IntAddOvf),
        Opcode::IntSub => Some(Opcode::IntSubOvf),
        Opcode::IntMul => Some(Opcode::IntMulOvf),
        _ => None,
    }
}

pub(crate) const VISITS: OpcodeSet = OpcodeSet::of_class(Class::Pure).union(OpcodeSet::of(&[
    Opcode::IntAddOvf,
    Opcode::IntSubOvf,
    Opcode::IntMulOvf,
    Opcode::ArrayLen,
    Opcode::LoadField,
    Opcode::LoadItem,
    Opcode::Call,
    Opcode::GuardNoRaise,
]));
pub(crate) const LEARNS_FROM: OpcodeSet = VISITS.with(Opcode::GuardRaise);

pub(crate) fn visit(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    if op.opcode == Opcode::Call {
        return visit_call(cx, op);
    }
    if op.opcode == Opcode::GuardNoRaise {
        // It goes with its call: not a matter of the guards, which may be left out.
        return Ok(if std::mem::take(&mut cx.call_was_removed) { Flow::Drop } else { Flow::Next });
    }
    if !is_pure(op.opcode, op.aux) {
        return Ok(Flow::Next);
    }
    if let Some(c) = fold_now(cx, op) {
        return Ok(Flow::Value(cx.intern(c)));
    }
    let mut key = key_of(cx, op.opcode, op.aux, &op.args);
    let mut found = cx.pure.find(&key);
    if found.is_none()
        && let Some(checked) = checked_form(op.opcode)
    {
        key.opcode = checked;
        found = cx.pure.find(&key);
    }
    match found {
        Some(entry) => {
            cx.touch(entry.short);
            Ok(Flow::Value(entry.value))
        }
        None => Ok(Flow::Next),
    }
}

/// The constant that the operation yields, if its operands are constants.
fn fold_now(cx: &Cx<'_>, op: &Pending) -> Option<Const> {
    let mut consts = [Const::int(0); 3];
    let mut count = 0;
    for arg in op.args.iter().take_while(|a| !a.is_none()) {
        consts[count] = cx.constant_of(*arg)?;
        count += 1;
    }
    match op.opcode {
        Opcode::LoadField => cx.env.constant_field(consts[0].bits, op.aux.as_field()),
        Opcode::LoadItem => cx.env.constant_item(consts[0].bits, op.aux.as_array(), consts[1].bits as i64),
        Opcode::ArrayLen => cx.env.constant_length(consts[0].bits, op.aux.as_array()).map(Const::int),
        Opcode::BoxInt | Opcode::BoxImmediate | Opcode::BoxFloat | Opcode::BoxBool | Opcode::BoxRef => None,
        _ => fold(op.opcode, &consts[..count]),
    }
}

fn visit_call(cx: &mut Cx<'_>, op: &mut Pending) -> Result<Flow, InvalidLoop> {
    let callee = op.aux.as_call();
    cx.call_was_removed = false;
    if !callee.effects.elidable {
        return Ok(Flow::Next);
    }
    for arg in &mut op.varargs {
        *arg = cx.force(*arg)?;
    }
    if let Some(c) = fold_call(cx, callee, op) {
        cx.call_was_removed = callee.effects.can_raise;
        return Ok(Flow::Value(cx.intern(c)));
    }
    let known = cx.pure.calls.iter().find(|k| {
        k.callee == op.aux.0
            && k.args.len() == op.varargs.len()
            && k.args.iter().zip(&op.varargs).all(|(a, b)| cx.resolve(*a) == *b)
    });
    match known {
        Some(known) => {
            let value = known.value;
            cx.call_was_removed = callee.effects.can_raise;
            Ok(Flow::Value(value))
        }
        None => Ok(Flow::Next),
    }
}

fn fold_call(cx: &Cx<'_>, callee: &'static CallDescr, op: &Pending) -> Option<Const> {
    let mut consts = Vec::with_capacity(op.varargs.len());
    for arg in &op.varargs {
        consts.push(cx.constant_of(*arg)?);
    }
    cx.env.fold_call(callee, &consts)
}

pub(crate) fn emitted(cx: &mut Cx<'_>, op: &Pending, result: Operand) -> Result<(), InvalidLoop> {
    if is_pure(op.opcode, op.aux) {
        let key = key_of(cx, op.opcode, op.aux, &op.args);
        cx.pure.insert(Entry { key, value: result, short: NOT_SHORT });
        return Ok(());
    }
    match op.opcode {
        Opcode::Call => {
            let effects = &op.aux.as_call().effects;
            cx.call_to_remember = None;
            if effects.elidable {
                let call = result.as_op();
                // A call that raised is not worth remembering, and must not be: its exception would be lost.
                if effects.can_raise { cx.call_to_remember = call } else { remember_call(cx, result) }
            }
        }
        Opcode::GuardNoRaise => {
            if let Some(call) = cx.call_to_remember.take() {
                remember_call(cx, Operand::op(call));
            }
        }
        Opcode::GuardRaise => cx.call_to_remember = None,
        _ => {}
    }
    Ok(())
}

fn remember_call(cx: &mut Cx<'_>, result: Operand) {
    let Some(op) = result.as_op() else { return };
    let op = cx.out.ops[op as usize];
    let args = Trace::args(&cx.out, &op).to_vec();
    cx.pure.calls.push(KnownCall { callee: op.aux.0, args, value: result });
}

impl Cx<'_> {
    /// Enters a pure operation whose result is a parameter of the label.
    pub(crate) fn know_short(&mut self, op: &Pending, value: Operand, short: u32) {
        let key = key_of(self, op.opcode, op.aux, &op.args);
        self.pure.insert(Entry { key, value, short });
    }

    /// What the table answers for an operation, without using it.
    pub(crate) fn known_result(&self, opcode: Opcode, aux: Aux, args: &[Operand]) -> Option<Operand> {
        self.known_entry(opcode, aux, args).map(|(value, _)| value)
    }

    /// The same, with the number of the short operation that whoever relies on the answer must [`Cx::touch`].
    pub(crate) fn known_entry(&self, opcode: Opcode, aux: Aux, args: &[Operand]) -> Option<(Operand, u32)> {
        let mut fixed = [Operand::NONE; 3];
        fixed[..args.len()].copy_from_slice(args);
        let key = key_of(self, opcode, aux, &fixed);
        self.pure.find(&key).map(|e| (self.resolve(e.value), e.short))
    }
}
