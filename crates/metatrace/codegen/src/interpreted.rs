//! The second backend: units are executed by the IR interpreter (`jit=ir-interp`).
//!
//! It keeps the protocol of machine code, so that whoever enters units, attaches bridges and finishes calls need not
//! know which backend made them. A unit's *code* is the address of its [`Interpreted`]; cells and exit slots hold such
//! addresses, or that of a sentinel which plays the exit stub. [`enter`] is the trampoline: an exit goes where
//! its slot points to, a jump where the label's cell does, and only calls of traces grow the native stack.
//!
//! Slow (tens of nanoseconds per operation), and that is all that is different: a program that misbehaves as machine code
//! and not here shows a bug of the code generator, one that misbehaves here too shows one of the optimizer, or of
//! the recorder if it does so with every pass off (`enable-opts=`).
//!
//! Known limits: those of `metatrace_ir`'s interpreter; memory that runs out outside of a call ends the process.

use crate::runtime::NOT_CALLED;
use crate::stages::StageTimes;
use crate::unit::{Backend, CodegenError, CompiledUnit, EnterFn, Linker, Owned, UnitRequest, has_exit};
use metatrace_ir::{
    Aux, ExecutableTrace, Hooks, LabelRef, Leaving, Opcode, Trace, UnitId, exit_operands, verify,
};
use metatrace_machine::{
    CALLED, Context, Encoding, ExitSlot, Kind, Outcome, Status, TRANSFER_WORDS, TraceCell,
};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// See the module header.
pub struct IrBackend<E: Encoding>(PhantomData<fn() -> E>);

impl<E: Encoding> IrBackend<E> {
    #[allow(clippy::new_without_default, reason = "a backend is chosen, not defaulted to")]
    pub fn new() -> Self {
        IrBackend(PhantomData)
    }
}

/// What the code pointer of an interpreted unit points to.
#[derive(Debug)]
pub(crate) struct Interpreted {
    trace: ExecutableTrace,
    first_exit: u64,
    /// The slots of the [`CompiledUnit`], one per exit.
    slots: *const ExitSlot,
    /// The labels of other units that it jumps to.
    targets: Vec<(LabelRef, *const TraceCell)>,
    /// Stress: every n-th guard leaves; 0: none.
    guard_fail_every: u32,
    guards_left: AtomicU32,
    /// See [`crate::CodegenOptions::sites`].
    sites: bool,
}

static STUB: u8 = 0;

fn stub() -> *const u8 {
    &raw const STUB
}

impl<E: Encoding> Backend for IrBackend<E> {
    fn compile(&mut self, request: &UnitRequest, linker: &dyn Linker) -> Result<CompiledUnit, CodegenError> {
        check_limits(&request.trace)?;
        let mut trace = request.trace.clone();
        verify(&trace).map_err(|errors| CodegenError::Malformed { op: 0, what: errors.to_string() })?;
        let mut targets = Vec::new();
        for op in trace.ops.iter_mut().filter(|op| op.opcode == Opcode::Jump) {
            let label = op.aux.as_label();
            if label.unit == request.id {
                op.aux = Aux::label(LabelRef { unit: UnitId::THIS, ..label });
            } else if label.unit != UnitId::THIS && !targets.iter().any(|(known, _)| *known == label) {
                targets.push((label, linker.cell(label)));
            }
        }
        let unit_ops = trace.ops.len() as u32;
        let trace = ExecutableTrace::new(trace);
        let exit_ops = trace.exit_ops().to_vec();
        let slot = |_: &u32| ExitSlot { target: AtomicPtr::new(stub().cast_mut()) };
        let slots: Box<[ExitSlot]> = exit_ops.iter().map(slot).collect();
        let every = request.options.guard_fail_every;
        let unit = Box::new(Interpreted {
            trace,
            first_exit: request.first_exit,
            slots: slots.as_ptr(),
            targets,
            guard_fail_every: every,
            guards_left: AtomicU32::new(every),
            sites: request.options.sites,
        });
        Ok(CompiledUnit {
            code: (&raw const *unit).cast(),
            code_bytes: 0,
            slots,
            exit_ops,
            homes: (0..unit_ops).map(|op| (op, op)).collect(),
            timings: StageTimes::default(),
            asm: None,
            clif: None,
            _owned: Owned::Interpreted(unit),
            _gathers: None,
            entries: None,
            _guard_counter: None,
        })
    }

    fn enter(&self) -> EnterFn {
        enter::<E>
    }

    fn exit_stub(&self) -> *const u8 {
        stub()
    }

    /// Calls between interpreted units leave their arguments in the buffer.
    fn call_stub(&self) -> *const u8 {
        stub()
    }
}

/// Whether the transfer buffer has room for what every jump and exit hands over.
fn check_limits(trace: &Trace) -> Result<(), CodegenError> {
    for (index, op) in trace.ops.iter().enumerate() {
        let count = match op.opcode {
            Opcode::Jump => op.args[1].0 as usize,
            _ if has_exit(op) && (op.snapshot.0 as usize) < trace.snapshots.len() => {
                exit_operands(trace, trace.snapshot(op.snapshot)).len()
            }
            _ => 0,
        };
        if count > TRANSFER_WORDS {
            return Err(CodegenError::TooManyLiveValues { op: index as u32, count });
        }
    }
    Ok(())
}

/// See [`EnterFn`].
unsafe extern "C" fn enter<E: Encoding>(ctx: *mut Context, code: *const u8, selector: u64) -> Outcome {
    // SAFETY: the context is the calling thread's and outlives the call (contract of `EnterFn`).
    let context = unsafe { &*ctx };
    let (mut code, mut selector) = (code, selector);
    loop {
        let from_slot = (selector as i64) < 0;
        if code == stub() {
            let number = if from_slot { !selector } else { selector };
            return Outcome { status: Status::EXIT.0, payload: number };
        }
        // SAFETY: code that is not the stub is that of a live unit of this backend (contract of `EnterFn`; cells and
        // slots are pointed to live code only).
        let unit = unsafe { &*code.cast::<Interpreted>() };
        let label = if from_slot { 0 } else { (selector & !CALLED) as u32 };
        // SAFETY: `compile` verified the trace; what it mentions lives as long as its unit; the label's parameters are in
        // the transfer buffer, left there by the caller, an exit or a jump.
        let leaving = unsafe { unit.trace.run::<E>(context, label, &mut Surroundings::<E>::of(unit)) };
        match leaving {
            Leaving::Exit { exit, .. } => {
                // SAFETY: the slots live as long as the unit; there is one per exit.
                let slot = unsafe { &*unit.slots.add(exit as usize) };
                code = slot.target.load(Ordering::Acquire);
                selector = !(unit.first_exit + u64::from(exit));
            }
            Leaving::Jump(label) => {
                let target = unit.targets.iter().find(|(known, _)| *known == label);
                // SAFETY: cells outlive the code that jumps through them (contract of `Linker::cell`).
                let cell = unsafe { &*target.expect("`compile` listed every target").1 };
                (code, selector) = load(cell);
            }
            done => return done.outcome(unit.first_exit).expect("neither an exit nor a jump"),
        }
    }
}

fn load(cell: &TraceCell) -> (*mut u8, u64) {
    let code = cell.code.load(Ordering::Acquire);
    assert!(!code.is_null(), "a cell is entered before it points to code");
    (code, cell.selector.load(Ordering::Acquire))
}

struct Surroundings<'u, E> {
    unit: &'u Interpreted,
    encoding: PhantomData<E>,
}

impl<'u, E> Surroundings<'u, E> {
    fn of(unit: &'u Interpreted) -> Self {
        Surroundings { unit, encoding: PhantomData }
    }
}

impl<E: Encoding> Hooks for Surroundings<'_, E> {
    fn call_trace(&mut self, context: &Context, cell: u64, expected: Kind, frames: i64) -> Outcome {
        let ctx = (&raw const *context).cast_mut();
        let here = 0u8;
        let frames_left = context.frames_left.get();
        let is_deep =
            (&raw const here as usize) < context.call_limit.load(Ordering::Relaxed) || frames_left < frames;
        let outcome = if is_deep {
            Outcome { status: NOT_CALLED, payload: cell }
        } else {
            // SAFETY: the auxiliary word of `call_trace` is the address of a cell that outlives the code.
            let (code, selector) = load(unsafe { &*(cell as *const TraceCell) });
            context.frames_left.set(frames_left - frames);
            // SAFETY: the cell points to live code, and its parameters are in the transfer buffer.
            let outcome = unsafe { enter::<E>(ctx, code, selector) };
            context.frames_left.set(frames_left);
            outcome
        };
        if outcome.status == Status::returned(expected).0 {
            return outcome;
        }
        let complete = context.complete_call.get().expect("whoever compiles calls of traces completes them");
        context.frames_left.set(frames_left - frames + 1);
        // SAFETY: the context is the calling thread's; status and payload are those of the call.
        let outcome = unsafe { complete(ctx, outcome.status, outcome.payload, Status::returned(expected).0) };
        context.frames_left.set(frames_left);
        outcome
    }

    fn first_exit_of_sites(&self) -> Option<u64> {
        self.unit.sites.then_some(self.unit.first_exit)
    }

    fn forces_exit(&mut self) -> bool {
        if self.unit.guard_fail_every == 0 {
            return false;
        }
        // Only the thread that executes the unit counts.
        let left = self.unit.guards_left.load(Ordering::Relaxed).saturating_sub(1);
        let fails = left == 0;
        self.unit.guards_left.store(if fails { self.unit.guard_fail_every } else { left }, Ordering::Relaxed);
        fails
    }
}
