//! Special entries of functions: parameters unboxed, their classes tested by whoever calls.
//!
//! ```text
//! label 0 (closure: value, n: value)      what any caller has; tests the classes, once ...
//!   ... jump 1 (unboxed)
//! label 1 (closure: ref, n: int)          ... so that calls from other traces, and of the trace itself, need not box
//! ```
//!
//! What the entry asks of a parameter is read off the recorded trace: the class that it tests, the layout of the
//! object if objects keep that layout for life, and immutable integer fields that it compares with a constant (which
//! is how an interpreter recognises the function inside a closure). A parameter that the recorded path does not look at
//! (the first one recorded is often the end of a recursion) is expected to be of the class that it was of. A call of the function whose arguments are
//! *known* to fit goes to label 1 without any test; no guard is added for it, since a guard at the call would
//! resume behind what the call's instruction has already decided. Where the trace calls itself with an argument that
//! does not fit, the entry asks less of that parameter, and the trace is optimised again.
//!
//! A virtual object among the arguments is forced: the callee's frame would have to describe it in each of its
//! snapshots. A virtual box is what this file is about.
//!
//! The contract of an entry is compared by value: a caller compiled for one contract must never enter code that relies on
//! another one. The owner of the cells keeps one cell per contract ([`Env::entry_cell`](crate::Env::entry_cell)).
//!
//! There is no counterpart in PyPy, where `call_assembler` passes tagged references.

use crate::cx::Cx;
use crate::env::Env;
use crate::force::{unbox_opcode, unboxed_kind};
use crate::info::TagSet;
use crate::pass::{InvalidLoop, Pending};
use crate::pure::NOT_SHORT;
use crate::unroll::recorded_params;
use crate::virtuals::VirtualValue;
use heap::{LayoutId, Mutability};
use metatrace_ir::{Aux, Const, FieldKey, Opcode, Operand, SnapshotIndex, Tag, Trace};
use metatrace_machine::Kind;
use std::rc::Rc;

/// What a special entry asks of one parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EntryParam {
    /// Nothing: it arrives as a tagged value.
    Tagged,
    /// A value of this class, unboxed.
    Unboxed {
        tag: Tag,
        /// Class ref: the layout of the object. One that objects keep for life.
        layout: Option<LayoutId>,
        /// Class ref: immutable integer fields that have these values.
        fields: Vec<(FieldKey, i64)>,
    },
}

/// What a special entry asks of its arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryContract {
    /// One per parameter of the function's generic entry.
    pub params: Vec<EntryParam>,
}

/// A special entry that calls may go to.
#[derive(Clone, Debug)]
pub struct SpecialEntry {
    /// Address of its `TraceCell`.
    pub cell: u64,
    pub contract: Rc<EntryContract>,
}

/// The function whose trace is being optimised.
#[derive(Clone, Copy, Debug)]
pub struct OwnEntry<'a> {
    /// Snapshot of the recorded trace that resumes at the function's entry, with the parameters in its slots.
    pub snapshot: SnapshotIndex,
    /// Address of the `TraceCell` of the generic entry, by which the trace calls itself.
    pub cell: u64,
    /// Class of each argument while the trace was recorded, for a reference with the object's layout; may be empty.
    pub classes: &'a [Option<(Tag, Option<LayoutId>)>],
}

/// How the trace's calls of itself are to be treated.
#[derive(Clone, Debug)]
pub(crate) struct Recursion {
    pub generic_cell: u64,
    pub special: SpecialEntry,
    /// Parameters for which a call of itself had an argument that does not fit.
    pub misfits: Vec<usize>,
}

impl EntryParam {
    pub fn kind(&self) -> Kind {
        match self {
            EntryParam::Tagged => Kind::Value,
            EntryParam::Unboxed { tag, .. } => unboxed_kind(*tag),
        }
    }

    /// The next weaker demand.
    fn weaker(&self) -> EntryParam {
        match self {
            EntryParam::Unboxed { tag: Tag::Ref, layout, fields } if !fields.is_empty() => {
                EntryParam::Unboxed { tag: Tag::Ref, layout: *layout, fields: Vec::new() }
            }
            _ => EntryParam::Tagged,
        }
    }
}

impl EntryContract {
    /// What the recorded trace tests of its parameters. Of those that it does not test: what they were.
    pub(crate) fn of(trace: &Trace, own: OwnEntry<'_>, env: &dyn Env) -> EntryContract {
        let count = recorded_params(trace).len();
        let mut params = vec![EntryParam::Tagged; count];
        // Per operation: the parameter whose object it is, or whose field.
        let mut objects: Vec<(Operand, usize)> = Vec::new();
        let mut loads: Vec<(Operand, usize, FieldKey)> = Vec::new();
        for (index, op) in trace.ops.iter().enumerate().skip(count + 1) {
            let subject = op.args[0];
            let object = objects.iter().find(|(o, _)| *o == subject).map(|(_, p)| *p);
            match op.opcode {
                Opcode::GuardTag | Opcode::UnboxRef => {
                    let Some(param) = subject.as_op().map(|i| i as usize - 1).filter(|i| *i < count) else {
                        continue;
                    };
                    if op.opcode == Opcode::UnboxRef {
                        objects.push((Operand::op(index as u32), param));
                    } else if op.aux.as_tag() != Tag::Ref && params[param] == EntryParam::Tagged {
                        let tag = op.aux.as_tag();
                        params[param] = EntryParam::Unboxed { tag, layout: None, fields: Vec::new() };
                    }
                }
                Opcode::GuardLayout if env.layout_is_stable(op.aux.as_layout()) => {
                    if let Some(param) = object
                        && params[param] == EntryParam::Tagged
                    {
                        let layout = Some(op.aux.as_layout());
                        params[param] = EntryParam::Unboxed { tag: Tag::Ref, layout, fields: Vec::new() };
                    }
                }
                Opcode::LoadField => {
                    let key = op.aux.as_field();
                    if let Some(param) = object
                        && key.mutability() == Mutability::Immutable
                        && key.kind() == Kind::Int
                    {
                        loads.push((Operand::op(index as u32), param, key));
                    }
                }
                Opcode::GuardIs => {
                    if let Some((_, param, key)) = loads.iter().find(|(load, ..)| *load == subject)
                        && let Some(c) = trace.as_const(op.args[1])
                        && let EntryParam::Unboxed { layout: Some(_), fields, .. } = &mut params[*param]
                        && !fields.iter().any(|(k, _)| k == key)
                    {
                        fields.push((*key, c.bits as i64));
                    }
                }
                _ => {}
            }
        }
        for (param, class) in params.iter_mut().zip(own.classes) {
            if let (EntryParam::Tagged, Some((tag, layout))) = (&*param, *class)
                && (tag != Tag::Ref || layout.is_some_and(|layout| env.layout_is_stable(layout)))
            {
                *param = EntryParam::Unboxed { tag, layout, fields: Vec::new() };
            }
        }
        EntryContract { params }
    }

    /// Kinds of the entry's parameters.
    pub fn kinds(&self) -> Vec<Kind> {
        self.params.iter().map(EntryParam::kind).collect()
    }

    /// Whether it differs from the generic entry.
    pub fn is_special(&self) -> bool {
        self.params.iter().any(|p| *p != EntryParam::Tagged)
    }

    /// The contract that asks less of some parameters.
    pub(crate) fn weaken(&self, params: &[usize]) -> EntryContract {
        let mut weaker = self.clone();
        for param in params {
            weaker.params[*param] = weaker.params[*param].weaker();
        }
        weaker
    }
}

impl Cx<'_> {
    /// Emits what the generic entry does: the tests, then the jump to the special one.
    pub(crate) fn test_entry(
        &mut self,
        contract: &EntryContract,
        params: &[Operand],
        entry: SnapshotIndex,
    ) -> Result<Vec<Operand>, InvalidLoop> {
        let mut unboxed = Vec::with_capacity(params.len());
        for (value, param) in params.iter().zip(&contract.params) {
            let EntryParam::Unboxed { tag, layout, fields } = param else {
                unboxed.push(*value);
                continue;
            };
            self.emit_guard(Opcode::GuardTag, &[*value], Aux::tag(*tag), entry)?;
            let inner = self.unbox(*tag, *value)?;
            if let Some(layout) = layout {
                self.emit_guard(Opcode::GuardLayout, &[inner], Aux::layout(*layout), entry)?;
            }
            for (key, expected) in fields {
                let field = self.emit(Opcode::LoadField, Some(Kind::Int), &[inner], Aux::field(*key))?;
                let expected = self.intern(Const::int(*expected));
                self.emit_guard(Opcode::GuardIs, &[field, expected], Aux::NONE, entry)?;
            }
            unboxed.push(inner);
        }
        Ok(unboxed)
    }

    /// The parameters of the special entry as the values that the recorded trace began with.
    pub(crate) fn begin_entry(&mut self, contract: &EntryContract, params: &[Operand]) -> Vec<Operand> {
        let mut values = Vec::with_capacity(params.len());
        for (value, param) in params.iter().zip(&contract.params) {
            let EntryParam::Unboxed { tag, layout, fields } = param else {
                values.push(*value);
                continue;
            };
            if *tag == Tag::Ref
                && let Some(info) = self.info_mut(*value)
            {
                info.non_null = true;
            }
            if let Some(layout) = layout {
                self.set_layout_fact(*value, *layout);
            }
            for (key, expected) in fields {
                let load = Pending::new(Opcode::LoadField, Some(Kind::Int), &[*value], Aux::field(*key));
                let expected = self.intern(Const::int(*expected));
                self.know_short(&load, expected, NOT_SHORT);
            }
            values.push(self.virtuals.add(VirtualValue::Box { tag: *tag, inner: *value }));
        }
        values
    }

    /// Sends a call to the special entry of its target if the arguments are known to fit; see the module header.
    pub(crate) fn specialise_call(&mut self, op: &mut Pending) -> Result<(), InvalidLoop> {
        let cell = op.aux.0;
        let own = self.recursion.as_ref().filter(|r| r.generic_cell == cell).map(|r| r.special.clone());
        let is_own = own.is_some();
        let Some(entry) = own.or_else(|| self.env.special_entry(cell)) else { return Ok(()) };
        if entry.contract.params.len() != op.varargs.len() {
            return Ok(());
        }
        let mut args = Vec::with_capacity(op.varargs.len());
        let mut misfits = Vec::new();
        for (place, param) in entry.contract.params.iter().enumerate() {
            match self.argument_for(op.varargs[place], param)? {
                Some(arg) => args.push(arg),
                None => misfits.push(place),
            }
        }
        if misfits.is_empty() {
            op.aux = Aux(entry.cell);
            op.varargs = args;
        } else if is_own && let Some(recursion) = &mut self.recursion {
            recursion.misfits.extend(misfits);
        }
        Ok(())
    }

    /// The argument in the form that the parameter wants, if it is known to fit. May append operations without effect.
    fn argument_for(&mut self, value: Operand, param: &EntryParam) -> Result<Option<Operand>, InvalidLoop> {
        let EntryParam::Unboxed { tag, layout, fields } = param else { return Ok(Some(value)) };
        let value = self.resolve(value);
        let inner = match self.unboxed(value) {
            Some((have, inner)) if have == *tag => inner,
            Some(_) => return Ok(None),
            None if self.tags_of(value) == TagSet::of(*tag) => {
                self.emit(unbox_opcode(*tag), Some(unboxed_kind(*tag)), &[value], Aux::NONE)?
            }
            None => return Ok(None),
        };
        if layout.is_some() && self.layout_of(inner) != *layout {
            return Ok(None);
        }
        for (key, expected) in fields {
            // The layout is known: the load is safe.
            let field = self.emit(Opcode::LoadField, Some(Kind::Int), &[inner], Aux::field(*key))?;
            if self.int_of(field) != Some(*expected) {
                return Ok(None);
            }
        }
        Ok(Some(inner))
    }
}
