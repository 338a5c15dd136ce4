//! What goes into the code generator and what comes out of it.

use crate::interpreted::Interpreted;
use crate::lower::Gathers;
use crate::memory::{CodeBlock, CodeMemoryFull};
use crate::stages::StageTimes;
use heap::LayoutId;
use metatrace_ir::{LabelRef, Op, Opcode, Trace, UnitId};
use metatrace_machine::{Context, ExitSlot, Outcome, TraceCell};
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// How to compile one unit.
#[derive(Clone, Debug)]
pub struct CodegenOptions {
    /// Run Cranelift's mid-end (GVN, LICM, algebra) over the code. Our own optimizer has done most of it.
    pub optimise: bool,
    /// Allocate registers in one pass: about half the compile time, somewhat worse code.
    pub single_pass_regalloc: bool,
    /// Check the CLIF before compiling it. Always on in debug builds.
    pub verify: bool,
    /// Stress: every n-th executed guard leaves although its condition holds; 0 = never.
    pub guard_fail_every: u32,
    /// Stress: every allocation takes the slow path.
    pub gc_every_alloc: bool,
    /// Units with fewer exits, that let out no more than eight times as many values, keep what exits read in registers; others store it
    /// once. See `lower/homes.rs`.
    pub homes_from_exits: u32,
    /// The unit counts how often its first label is entered from outside: [`CompiledUnit::entries_count`].
    pub counts_entries: bool,
    /// Calls let frames be seen and changed: see `metatrace_machine`'s `site.rs`.
    pub sites: bool,
    /// Keep a disassembly in [`CompiledUnit::asm`] and the CLIF in [`CompiledUnit::clif`].
    pub disassemble: bool,
}

impl Default for CodegenOptions {
    fn default() -> Self {
        CodegenOptions {
            optimise: false,
            single_pass_regalloc: false,
            verify: cfg!(debug_assertions),
            guard_fail_every: 0,
            gc_every_alloc: false,
            homes_from_exits: 64,
            counts_entries: false,
            sites: false,
            disassemble: false,
        }
    }
}

/// One unit to compile.
#[derive(Clone, Debug)]
pub struct UnitRequest {
    pub trace: Trace,
    /// Number of the unit's first exit; exits are numbered upwards from it in the order of their operations.
    pub first_exit: u64,
    /// Jumps to labels of this unit, or of [`UnitId::THIS`], stay inside the code.
    pub id: UnitId,
    /// A label whose parameters may arrive in registers: the entry of a function for calls ([`CALLED`](metatrace_machine::CALLED)).
    pub called_label: Option<u32>,
    /// Address of a flag word that is not zero any more when an assumption of the trace is broken ([`Assumption::add_dependent`]), to be tested
    /// in place of each. It must outlive the code.
    ///
    /// [`Assumption::add_dependent`]: metatrace_machine::Assumption::add_dependent
    pub validity: Option<u64>,
    pub options: CodegenOptions,
}

/// What the code generator must know about the rest of the world.
pub trait Linker: Send + Sync {
    /// The cell of a label of another unit. It must outlive the code.
    fn cell(&self, label: LabelRef) -> *const TraceCell;
    /// The low 32 bits of the header of *every* object of the layout, if they are the same for all (they are when the
    /// layout has a fixed size, or is always variable). Lets a layout guard be one comparison with memory.
    fn layout_header(&self, layout: LayoutId) -> Option<u32> {
        let _ = layout;
        None
    }
}

/// Compiled code of one unit. Dropping it frees the code memory, so the owner must know that no thread executes the
/// unit and that no cell and no exit slot still points to it.
#[derive(Debug)]
pub struct CompiledUnit {
    /// The unit's function.
    pub code: *const u8,
    pub code_bytes: usize,
    /// One per operation that has an exit, in the order of the operations. The address is part of the code.
    pub slots: Box<[ExitSlot]>,
    /// The operation of each exit.
    pub exit_ops: Vec<u32>,
    /// The home of each operation that has one, ascending by operation: a word behind the site of a call that is under way.
    pub homes: Box<[(u32, u32)]>,
    pub timings: StageTimes,
    /// Virtual-register machine code as text, if asked for.
    pub asm: Option<String>,
    /// Cranelift's IR as text, if asked for.
    pub clif: Option<String>,
    pub(crate) _owned: Owned,
    /// Tables of machine code.
    pub(crate) _gathers: Option<Gathers>,
    /// Entries of the first label, counted by the code.
    pub(crate) entries: Option<Box<AtomicU64>>,
    /// Counter of the `guard_fail_every` stress option, addressed by the code.
    pub(crate) _guard_counter: Option<Box<AtomicU32>>,
}

impl CompiledUnit {
    /// How often the first label was entered from outside, if the unit counts that.
    pub fn entries_count(&self) -> u64 {
        self.entries.as_ref().map_or(0, |count| count.load(Ordering::Relaxed))
    }
}

/// What the code pointer of a unit points into.
#[derive(Debug)]
#[expect(dead_code, reason = "kept until the unit is dropped")]
pub(crate) enum Owned {
    Machine(CodeBlock),
    Interpreted(Box<Interpreted>),
}

// SAFETY: `code` and `_gathers` point into what the unit owns; slots are atomics, cells that an interpreted unit knows live as long as
// the linker.
unsafe impl Send for CompiledUnit {}
// SAFETY: shared access only reads addresses and atomics.
unsafe impl Sync for CompiledUnit {}

/// Enters a unit from Rust.
///
/// # Safety
/// * `ctx` is the calling thread's context and its mutator is attached;
/// * `code` is the code of a live unit, `selector` one of its labels;
/// * the transfer buffer holds the label's parameters.
pub type EnterFn = unsafe extern "C" fn(ctx: *mut Context, code: *const u8, selector: u64) -> Outcome;

/// A way to turn units into something that can be entered.
pub trait Backend: Send {
    /// Compiles a unit.
    ///
    /// Errors: see [`CodegenError`]; the backend stays usable.
    fn compile(&mut self, request: &UnitRequest, linker: &dyn Linker) -> Result<CompiledUnit, CodegenError>;
    /// The function that enters any unit made by this backend.
    fn enter(&self) -> EnterFn;
    /// Code that exit slots and dead cells point to: returns `(EXIT, n)` for the selector `n` or `!n`.
    fn exit_stub(&self) -> *const u8;
    /// The same for dead cells that [take arguments in registers](TraceCell::takes_registers): these are in the transfer buffer then.
    fn call_stub(&self) -> *const u8;
}

/// Whether the operation can leave the unit through an exit of its own.
pub fn has_exit(op: &Op) -> bool {
    op.opcode.is_guard() || op.opcode == Opcode::Leave
}

/// Why a unit was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodegenError {
    /// A limit: the code memory is used up.
    CodeMemoryFull { limit_bytes: usize },
    /// A limit: an exit or a label has more values than the transfer buffer has words.
    TooManyLiveValues { op: u32, count: usize },
    /// The system refuses executable memory.
    NoExecutableMemory { errno: i32 },
    /// This processor has no backend.
    UnsupportedTarget(String),
    /// A bug in whoever made the trace: it breaks a rule that the IR verifier checks.
    Malformed { op: u32, what: String },
    /// A bug here: Cranelift refused the function.
    Rejected(String),
}

impl From<CodeMemoryFull> for CodegenError {
    fn from(full: CodeMemoryFull) -> Self {
        match full {
            CodeMemoryFull::Limit { limit_bytes } => CodegenError::CodeMemoryFull { limit_bytes },
            CodeMemoryFull::Refused { errno } => CodegenError::NoExecutableMemory { errno },
        }
    }
}

impl fmt::Display for CodegenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodegenError::CodeMemoryFull { limit_bytes } => {
                write!(f, "code memory full ({limit_bytes} bytes)")
            }
            CodegenError::TooManyLiveValues { op, count } => {
                write!(f, "%{op}: {count} live values are too many")
            }
            CodegenError::NoExecutableMemory { errno } => write!(f, "no executable memory (errno {errno})"),
            CodegenError::UnsupportedTarget(why) => write!(f, "unsupported processor: {why}"),
            CodegenError::Malformed { op, what } => write!(f, "malformed trace at %{op}: {what}"),
            CodegenError::Rejected(why) => write!(f, "code generator rejects the unit: {why}"),
        }
    }
}
impl std::error::Error for CodegenError {}
