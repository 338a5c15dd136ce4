//! What the tests of this crate share: a heap, a context, a compiler, and a short way to write units.
#![allow(dead_code, reason = "every test file uses its own part of it")]

use heap::{
    Attached, FieldDescr, Header, Heap, HeapConfig, Items, Layout, LayoutDescr, LayoutId, RootId, Slot,
    WordSlot,
};
use metatrace_codegen::{CodegenError, CodegenOptions, CompiledUnit, Compiler, Linker, UnitRequest};
use metatrace_ir::{
    Aux, Const, FieldKey, FrameShot, FrameShotIndex, LabelRef, Opcode, Operand, ResumeMode, Snapshot,
    SnapshotIndex, Tag, Trace, UnitId,
};
use metatrace_machine::{CALLED, Context, Encoding, Host, Kind, NanBox, Outcome, Status, TraceCell, WideInt};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// One field of every kind.
#[derive(Layout)]
#[layout(id = 40, name = "zoo")]
#[repr(C)]
pub struct Zoo {
    pub header: Header,
    pub value: WordSlot,
    pub reference: Slot,
    pub i64: Cell<i64>,
    pub f64: Cell<f64>,
    pub i32: Cell<i32>,
    pub u32: Cell<u32>,
    pub word: Cell<u64>,
    pub u16: Cell<u16>,
    pub u8: Cell<u8>,
    pub bool: Cell<bool>,
}

/// A list cell.
#[derive(Layout)]
#[layout(id = 41, name = "cons")]
#[repr(C)]
pub struct Cons {
    pub header: Header,
    pub head: WordSlot,
    pub tail: Slot<Cons>,
}

/// Same size as [`Cons`].
#[derive(Layout)]
#[layout(id = 42, name = "snoc")]
#[repr(C)]
pub struct Snoc {
    pub header: Header,
    pub head: WordSlot,
    pub tail: Slot<Cons>,
}

#[derive(Layout)]
#[layout(id = 43, name = "values")]
#[repr(C)]
pub struct Values {
    pub header: Header,
    pub len: Cell<i64>,
    #[array(length = "len")]
    pub items: Items<WordSlot>,
}

#[derive(Layout)]
#[layout(id = 44, name = "floats")]
#[repr(C)]
pub struct Floats {
    pub header: Header,
    pub len: Cell<i64>,
    #[array(length = "len")]
    pub items: Items<Cell<f64>>,
}

#[derive(Layout)]
#[layout(id = 45, name = "bytes")]
#[repr(C)]
pub struct Bytes {
    pub header: Header,
    pub len: Cell<i64>,
    #[array(length = "len")]
    pub items: Items<Cell<u8>>,
}

pub const LAYOUTS: &[&LayoutDescr] =
    &[Zoo::DESCR, Cons::DESCR, Snoc::DESCR, Values::DESCR, Floats::DESCR, Bytes::DESCR, WideInt::DESCR];

/// Cells by label, and optionally exact layout headers.
#[derive(Default)]
pub struct Cells {
    pub cells: HashMap<LabelRef, Box<TraceCell>>,
    pub exact_headers: bool,
}

impl Linker for Cells {
    fn cell(&self, label: LabelRef) -> *const TraceCell {
        &*self.cells[&label]
    }
    fn layout_header(&self, layout: LayoutId) -> Option<u32> {
        let descr = LAYOUTS.iter().find(|d| d.id == layout)?;
        self.exact_headers.then_some(descr.header_word() as u32)
    }
}

impl Cells {
    /// A cell that leads to nothing yet.
    pub fn add(&mut self, unit: u32, label: u32) -> *const TraceCell {
        self.add_cell(unit, label, false)
    }
    /// The same for calls that leave their first arguments in registers.
    pub fn add_called(&mut self, unit: u32, label: u32) -> *const TraceCell {
        self.add_cell(unit, label, true)
    }
    fn add_cell(&mut self, unit: u32, label: u32, takes_registers: bool) -> *const TraceCell {
        let selector = u64::from(label) | if takes_registers { CALLED } else { 0 };
        let cell =
            TraceCell { code: AtomicPtr::default(), selector: AtomicU64::new(selector), takes_registers };
        let key = LabelRef { unit: UnitId(unit), label };
        &**self.cells.entry(key).or_insert(Box::new(cell))
    }
    pub fn point(&self, unit: u32, label: u32, code: *const u8) {
        self.cells[&LabelRef { unit: UnitId(unit), label }].code.store(code.cast_mut(), Ordering::Release);
    }
}

pub struct Rig {
    pub ctx: Box<Context>,
    context_root: RootId,
    pub mutator: Attached,
    pub heap: Arc<Heap>,
    pub compiler: Compiler<NanBox>,
    pub cells: Cells,
    pub options: CodegenOptions,
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.mutator.remove_root_source(self.context_root);
    }
}

impl Rig {
    pub fn new() -> Rig {
        Rig::with_heap(&[])
    }

    /// `gc`: stress knobs of the heap.
    pub fn with_heap(gc: &[&str]) -> Rig {
        let mut config = HeapConfig::default();
        for knob in gc {
            config.set("gc", knob).unwrap();
        }
        Rig::with_config(config)
    }

    pub fn with_config(config: HeapConfig) -> Rig {
        let heap = Heap::new(config).unwrap();
        for layout in LAYOUTS {
            heap.register(layout);
        }
        let mutator = heap.attach_thread().unwrap();
        // SAFETY: the rig owns both, and drops the context first.
        let ctx = unsafe { Context::new(mutator.as_ptr()) };
        let context_root = mutator.add_root_source(Box::new(ctx.roots()));
        let compiler = Compiler::new().unwrap();
        Rig {
            ctx,
            context_root,
            mutator,
            heap,
            compiler,
            cells: Cells::default(),
            options: CodegenOptions::default(),
        }
    }

    pub fn compile(&mut self, unit: Unit, first_exit: u64) -> CompiledUnit {
        self.try_compile(unit, first_exit).unwrap_or_else(|e| panic!("{e}"))
    }

    pub fn try_compile(&mut self, unit: Unit, first_exit: u64) -> Result<CompiledUnit, CodegenError> {
        let request = UnitRequest {
            trace: unit.trace,
            first_exit,
            id: UnitId(unit.id),
            called_label: Some(1),
            validity: None,
            options: self.options.clone(),
        };
        self.compiler.compile(&request, &self.cells)
    }

    pub fn enter(&self, unit: &CompiledUnit, selector: u64, args: &[u64]) -> Outcome {
        for (word, arg) in self.ctx.transfer.iter().zip(args) {
            word.set(*arg);
        }
        let enter = self.compiler.enter();
        // SAFETY: the unit is live and `args` are the parameters of the label.
        unsafe { enter((&raw const *self.ctx).cast_mut(), unit.code, selector) }
    }

    /// Compiles the unit and enters label 0.
    pub fn run(&mut self, unit: Unit, args: &[u64]) -> Outcome {
        let compiled = self.compile(unit, 0);
        self.enter(&compiled, 0, args)
    }

    pub fn transfer(&self, count: usize) -> Vec<u64> {
        self.ctx.transfer[..count].iter().map(Cell::get).collect()
    }
}

pub fn returned(kind: Kind, payload: u64) -> Outcome {
    Outcome { status: Status::returned(kind).0, payload }
}
pub fn int(i: i64) -> Outcome {
    returned(Kind::Int, i as u64)
}
pub fn exit(number: u64) -> Outcome {
    Outcome { status: Status::EXIT.0, payload: number }
}
pub fn raised() -> Outcome {
    Outcome { status: Status::RAISED.0, payload: 0 }
}
pub fn tagged_int(i: i64) -> u64 {
    NanBox::box_int(&mut Host, i as u64)
}
pub fn tagged_float(f: f64) -> u64 {
    NanBox::box_float(&mut Host, f)
}

/// A unit being written.
pub struct Unit {
    pub trace: Trace,
    pub id: u32,
}

pub fn unit() -> Unit {
    Unit { trace: Trace::new(), id: 0 }
}

pub fn unit_numbered(id: u32) -> Unit {
    Unit { trace: Trace::new(), id }
}

impl Unit {
    pub fn label<const N: usize>(&mut self, label: u32, kinds: [Kind; N]) -> [Operand; N] {
        self.trace.emit_label(label, &kinds).try_into().expect("one parameter per kind")
    }
    pub fn int(&mut self, i: i64) -> Operand {
        self.trace.constant(Const::int(i))
    }
    pub fn float(&mut self, f: f64) -> Operand {
        self.trace.constant(Const::float(f))
    }
    pub fn bool(&mut self, b: bool) -> Operand {
        self.trace.constant(Const::bool(b))
    }
    pub fn word(&mut self, w: u64) -> Operand {
        self.trace.constant(Const::value(w))
    }
    pub fn null(&mut self) -> Operand {
        self.trace.constant(Const::reference(0))
    }

    /// An operation without auxiliary word whose result kind the opcode fixes.
    pub fn op(&mut self, opcode: Opcode, args: &[Operand]) -> Operand {
        let kind = match opcode.result() {
            metatrace_ir::ResultKind::Kind(kind) => Some(kind),
            metatrace_ir::ResultKind::Nothing => None,
            metatrace_ir::ResultKind::Varies => self.trace.kind_of(args[args.len() - 1]),
        };
        self.trace.emit(opcode, kind, args, Aux::NONE, SnapshotIndex::NONE)
    }
    pub fn op_aux(&mut self, opcode: Opcode, kind: Option<Kind>, args: &[Operand], aux: Aux) -> Operand {
        self.trace.emit(opcode, kind, args, aux, SnapshotIndex::NONE)
    }

    /// One frame whose slots are `live`.
    pub fn snapshot(&mut self, live: &[Operand]) -> SnapshotIndex {
        self.snapshot_mode(live, ResumeMode::Execute, Operand::NONE)
    }
    pub fn snapshot_mode(&mut self, live: &[Operand], mode: ResumeMode, result: Operand) -> SnapshotIndex {
        let t = &mut self.trace;
        let slots_start = t.slots.len() as u32;
        t.slots.extend(live.iter().enumerate().map(|(i, v)| (i as u32, *v)));
        t.frames.push(FrameShot {
            code: 1,
            pc: 0,
            continuation: 0,
            parent: FrameShotIndex::NONE,
            slots_start,
            slots_count: live.len() as u32,
        });
        let top = FrameShotIndex(t.frames.len() as u32 - 1);
        t.snapshots.push(Snapshot { top, mode, result, stores_start: 0, stores_count: 0 });
        SnapshotIndex(t.snapshots.len() as u32 - 1)
    }

    pub fn guard(&mut self, opcode: Opcode, args: &[Operand], aux: Aux, snapshot: SnapshotIndex) -> Operand {
        let kind = match opcode.result() {
            metatrace_ir::ResultKind::Kind(kind) => Some(kind),
            _ => None,
        };
        self.trace.emit(opcode, kind, args, aux, snapshot)
    }
    pub fn guard_tag(&mut self, value: Operand, tag: Tag, snapshot: SnapshotIndex) {
        self.guard(Opcode::GuardTag, &[value], Aux::tag(tag), snapshot);
    }

    pub fn load(&mut self, field: FieldDescr, object: Operand) -> Operand {
        let key = FieldKey::new(field);
        self.op_aux(Opcode::LoadField, Some(key.kind()), &[object], Aux::field(key))
    }
    pub fn store(&mut self, field: FieldDescr, object: Operand, value: Operand) {
        self.op_aux(Opcode::StoreField, None, &[object, value], Aux::field(FieldKey::new(field)));
    }
    pub fn new_object<T: Layout>(&mut self) -> Operand {
        let aux = Aux::allocation(T::ID, T::DESCR.size_bytes);
        self.op_aux(Opcode::New, Some(Kind::Ref), &[], aux)
    }

    pub fn jump(&mut self, unit: UnitId, label: u32, args: &[Operand]) {
        let aux = Aux::label(LabelRef { unit, label });
        self.trace.emit_var(Opcode::Jump, None, args, aux, SnapshotIndex::NONE);
    }
    pub fn finish(&mut self, value: Operand) {
        self.trace.emit(Opcode::Finish, None, &[value], Aux::NONE, SnapshotIndex::NONE);
    }
}
