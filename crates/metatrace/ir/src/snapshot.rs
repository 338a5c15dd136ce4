//! Snapshots: what a guard needs to rebuild the interpreter's state.
//!
//! A snapshot is a chain of frame shots, innermost first; outer frames do not change while a callee runs, so
//! their shots are shared (`parent`). In recorded traces a slot names an operation or a constant. In optimised
//! traces it may also name a *virtual*: an object, or a box, that is made only when the exit is taken.
//!
//! The live operands of an exit (what machine code stores into the transfer buffer) are derived, not stored:
//! see [`exit_operands`]. Code generator, IR interpreter and resume all derive the same order from it.

use crate::op::{ArrayKey, FieldKey};
use crate::trace::{Operand, OperandView, Trace};
use heap::LayoutId;
use metatrace_machine::Kind;

/// Index into [`Trace::snapshots`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SnapshotIndex(pub u32);

impl SnapshotIndex {
    pub const NONE: SnapshotIndex = SnapshotIndex(u32::MAX);
}

/// Index into [`Trace::frames`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FrameShotIndex(pub u32);

impl FrameShotIndex {
    pub const NONE: FrameShotIndex = FrameShotIndex(u32::MAX);
}

/// How the interpreter goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ResumeMode {
    /// Execute the instruction at the innermost frame's pc.
    Execute,
    /// The call made by the instruction at pc has returned `Snapshot::result`: deliver it.
    Deliver,
    /// The call made by the instruction at pc has raised; the exception is pending in the context.
    Raise,
}

/// See the module header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Snapshot {
    pub top: FrameShotIndex,
    pub mode: ResumeMode,
    /// For [`ResumeMode::Deliver`]; else [`Operand::NONE`].
    pub result: Operand,
    /// Delayed stores to perform on exit, as triples (object, key index, value) would need a type each; they
    /// are kept as virtuals of kind [`VirtualKind::Store`]: first index and count in [`Trace::virtuals`].
    pub stores_start: u32,
    pub stores_count: u32,
}

/// One frame of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameShot {
    /// The code object, a green constant of the language.
    pub code: u64,
    pub pc: u32,
    /// The language's continuation word of this frame.
    pub continuation: u32,
    /// The calling frame.
    pub parent: FrameShotIndex,
    pub slots_start: u32,
    pub slots_count: u32,
}

/// Something that exists only when an exit is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Virtual {
    pub kind: VirtualKind,
    /// Operands in [`Trace::virtual_fields`].
    pub fields_start: u32,
    pub fields_count: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VirtualKind {
    /// A tagged value made of the one unboxed operand.
    BoxInt,
    BoxFloat,
    BoxBool,
    BoxRef,
    /// The reference inside the one tagged operand.
    UnboxRef,
    /// An object of the layout. Its fields' keys: [`Trace::virtual_keys`] order, i.e. operands alternate
    /// (constant holding the `FieldKey` bits, value).
    Object {
        layout: LayoutId,
        size_bytes: u32,
    },
    /// An array object: operands are the items.
    Array {
        array: ArrayKey,
    },
    /// A delayed store: operands are (object, value).
    Store {
        field: FieldKey,
    },
    /// A delayed store of an item: operands are (object, index, value).
    StoreItem {
        array: ArrayKey,
    },
}

impl Virtual {
    /// The kind of value this is when an exit makes it.
    pub fn kind(&self) -> Kind {
        match self.kind {
            VirtualKind::BoxInt | VirtualKind::BoxFloat | VirtualKind::BoxBool | VirtualKind::BoxRef => {
                Kind::Value
            }
            _ => Kind::Ref,
        }
    }
}

/// The operands whose values leave the trace with a snapshot, each once, in a fixed order: frames from the
/// innermost outwards, slots in order, virtuals depth first, then the result, then delayed stores. The position in
/// the list is the index in the transfer buffer.
///
/// For one exit; [`LiveOperands`] lists those of many.
pub fn exit_operands(trace: &Trace, snapshot: &Snapshot) -> Vec<Operand> {
    let mut all = LiveOperands::new(trace);
    all.of(snapshot);
    all.live
}

/// Lists what leaves with exits of a trace, one after the other, in the order of [`exit_operands`].
pub struct LiveOperands<'t> {
    trace: &'t Trace,
    live: Vec<Operand>,
    /// By operation, and by virtual: the last exit, counted from 1, whose list has it.
    seen: Vec<u32>,
    seen_virtuals: Vec<u32>,
    exit: u32,
}

impl<'t> LiveOperands<'t> {
    pub fn new(trace: &'t Trace) -> LiveOperands<'t> {
        LiveOperands {
            trace,
            live: Vec::with_capacity(32),
            seen: vec![0; trace.ops.len()],
            seen_virtuals: vec![0; trace.virtuals.len()],
            exit: 0,
        }
    }

    /// The operands that leave with a snapshot of the trace.
    pub fn of(&mut self, snapshot: &Snapshot) -> &[Operand] {
        self.exit += 1;
        self.live.clear();
        let mut frame = snapshot.top;
        while frame != FrameShotIndex::NONE {
            let trace = self.trace;
            for (_, operand) in trace.slots_of(frame) {
                self.visit(*operand);
            }
            frame = trace.frame(frame).parent;
        }
        self.visit(snapshot.result);
        for v in snapshot.stores_start..snapshot.stores_start + snapshot.stores_count {
            self.visit(Operand::virtual_object(v));
        }
        &self.live
    }

    #[inline(always)]
    fn visit(&mut self, operand: Operand) {
        match operand.view() {
            OperandView::Op(i) => {
                if std::mem::replace(&mut self.seen[i as usize], self.exit) != self.exit {
                    self.live.push(operand);
                }
            }
            OperandView::Virtual(i) => self.visit_virtual(i),
            OperandView::Const(_) | OperandView::None => {}
        }
    }

    fn visit_virtual(&mut self, i: u32) {
        if std::mem::replace(&mut self.seen_virtuals[i as usize], self.exit) != self.exit {
            let trace = self.trace;
            let v = &trace.virtuals[i as usize];
            let fields = v.fields_start as usize..(v.fields_start + v.fields_count) as usize;
            for operand in &trace.virtual_fields[fields] {
                self.visit(*operand);
            }
        }
    }
}
