//! From optimised traces to machine code, on a thread of its own or at once.
//!
//! Code generation is the costly stage (tens to hundreds of microseconds per trace), so by default the interpreter
//! goes on while a background thread compiles. The thread receives plain data (the trace and its options) and touches
//! no heap object; everything that belongs to the interpreter's thread waits in the [`Job`] here.
//! With `sync_compile` the same jobs are compiled in place, so that tests are deterministic; with `install_after` also what happens while a job is
//! under way.

use crate::calls::SPECIAL_LABEL;
use crate::fusion::Fusion;
use crate::links::Links;
use crate::place::PlaceIndex;
use crate::unit::{Exit, ExitState, Keeps, Unit, UnitKind, exit_kind, first_exit, targets_of};
use base::Params;
use base::counters::{Abort, Counters};
use metatrace_codegen::{
    Backend, CodegenError, CodegenOptions, CompiledUnit, Compiler, EnterFn, IrBackend, Linker, UnitRequest,
};
use metatrace_ir::{Trace, UnitId};
use metatrace_machine::{Assumption, Encoding};
use metatrace_opt::{EntryContract, ExitFacts, LabelContract};
use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// A unit on its way to machine code.
pub struct Job {
    pub id: UnitId,
    pub place: PlaceIndex,
    pub kind: UnitKind,
    pub trace: Trace,
    pub labels: Vec<LabelContract>,
    /// What label 1 asks of calls, if it is a function's special entry.
    pub entry: Option<EntryContract>,
    /// What is known about the operands of each exit.
    pub facts: ExitFacts,
    pub keeps: Vec<Rc<Keeps>>,
    /// Broken with any of the assumptions that the trace tests, if all of them are known. See [`WarmState::submit`](crate::state::WarmState).
    pub validity: Option<Assumption>,
    /// Of what the unit is the fusion.
    pub fusion: Option<Fusion>,
}

/// A job and what became of it.
pub struct Finished {
    pub job: Job,
    pub result: Result<CompiledUnit, CodegenError>,
}

impl Job {
    pub fn into_unit(self, compiled: CompiledUnit, eagerness: u32) -> Unit {
        let exits = compiled
            .exit_ops
            .iter()
            .map(|op| {
                let o = &self.trace.ops[*op as usize];
                Exit {
                    op: *op,
                    kind: exit_kind(o.opcode),
                    snapshot: o.snapshot,
                    state: Cell::new(ExitState::Counting),
                    remaining: Cell::new(eagerness),
                    failures_count: Cell::new(0),
                    aborts_count: Cell::new(0),
                    last_abort: Cell::new(None),
                    awaited: Cell::new(None),
                    live: OnceCell::new(),
                }
            })
            .collect();
        Unit {
            id: self.id,
            place: self.place,
            kind: Cell::new(self.kind),
            targets: targets_of(&self.trace),
            trace: self.trace,
            labels: self.labels,
            facts: self.facts,
            exits,
            compiled,
            keeps: self.keeps,
            validity: self.validity,
            is_retired: Cell::new(false),
            last_used: Cell::new(0),
        }
    }
}

enum Mode {
    Here(Box<dyn Backend>),
    Background {
        requests: Option<Sender<UnitRequest>>,
        results: Receiver<(UnitId, Result<CompiledUnit, CodegenError>)>,
        thread: Option<JoinHandle<()>>,
    },
}

/// See the module header.
pub struct Compilation {
    mode: Mode,
    waiting: HashMap<UnitId, Job>,
    /// (`install_after`.) Compiled in place, and handed out when they have been asked for so many times more.
    late: VecDeque<(u32, Finished)>,
    install_after: u32,
    options: CodegenOptions,
}

/// Code of the backend that belongs to no unit: see [`Backend`].
pub struct Entrances {
    pub enter: EnterFn,
    pub exit_stub: *const u8,
    pub call_stub: *const u8,
}

/// Jobs that may wait before new recordings are put off.
const MAX_WAITING: usize = 16;

impl Compilation {
    pub fn new<E: Encoding>(
        params: &Params,
        sites: bool,
        links: &Arc<Links>,
        _counters: &Arc<Counters>,
    ) -> Result<(Compilation, Entrances), CodegenError> {
        let mut backend: Box<dyn Backend> = if params.ir_interp {
            Box::new(IrBackend::<E>::new())
        } else {
            let compiler = Compiler::<E>::new()?;
            let limit_bytes = usize::try_from(params.code_limit_bytes).unwrap_or(usize::MAX);
            compiler.memory().set_limit_bytes(limit_bytes);
            Box::new(compiler)
        };
        let entrances = Entrances {
            enter: backend.enter(),
            exit_stub: backend.exit_stub(),
            call_stub: backend.call_stub(),
        };
        let options = CodegenOptions {
            guard_fail_every: params.guard_fail_every,
            disassemble: base::log::is_enabled("jit-backend-dump"),
            sites,
            ..CodegenOptions::default()
        };
        let mode = if params.sync_compile {
            Mode::Here(backend)
        } else {
            let (requests, incoming) = channel::<UnitRequest>();
            let (outgoing, results) = channel();
            let links = links.clone();
            let thread = std::thread::Builder::new().name("taipan-compile".into()).spawn(move || {
                while let Ok(request) = incoming.recv() {
                    let result = backend.compile(&request, &*links);
                    if outgoing.send((request.id, result)).is_err() {
                        return;
                    }
                }
            });
            match thread {
                Ok(thread) => Mode::Background { requests: Some(requests), results, thread: Some(thread) },
                Err(error) => {
                    return Err(CodegenError::UnsupportedTarget(format!("no thread to compile on: {error}")));
                }
            }
        };
        Ok((
            Compilation {
                mode,
                waiting: HashMap::new(),
                late: VecDeque::new(),
                install_after: params.install_after,
                options,
            },
            entrances,
        ))
    }

    /// Whether so much is waiting that recording more makes no sense.
    pub fn is_busy(&self) -> bool {
        self.waiting.len() + self.late.len() >= MAX_WAITING
    }

    /// Compiles a job, or sends it to the thread that does.
    pub fn submit(&mut self, job: Job, linker: &dyn Linker) -> Option<Finished> {
        let request = UnitRequest {
            trace: job.trace.clone(),
            first_exit: first_exit(job.id),
            id: job.id,
            called_label: (job.kind == UnitKind::Function).then_some(SPECIAL_LABEL),
            validity: job.validity.as_ref().map(|validity| validity.flag_address() as u64),
            options: CodegenOptions {
                counts_entries: matches!(job.kind, UnitKind::Bridge { .. }),
                ..self.options.clone()
            },
        };
        match &mut self.mode {
            Mode::Here(backend) => {
                let finished = Finished { result: backend.compile(&request, linker), job };
                if self.install_after == 0 {
                    return Some(finished);
                }
                self.late.push_back((self.install_after, finished));
                None
            }
            Mode::Background { requests, .. } => {
                let sent = requests.as_ref().is_some_and(|r| r.send(request).is_ok());
                if sent {
                    self.waiting.insert(job.id, job);
                    return None;
                }
                let gone = CodegenError::Rejected("the compiling thread has ended".into());
                Some(Finished { job, result: Err(gone) })
            }
        }
    }

    /// A job that the thread has finished.
    pub fn poll(&mut self) -> Option<Finished> {
        let Mode::Background { results, .. } = &self.mode else {
            let (left, _) = self.late.front_mut()?;
            *left -= 1;
            return if *left == 0 { self.late.pop_front().map(|(_, finished)| finished) } else { None };
        };
        let (id, result) = results.try_recv().ok()?;
        let job = self.waiting.remove(&id)?;
        Some(Finished { job, result })
    }

    /// Waits until the thread is idle; what it finished is dropped.
    pub fn drain(&mut self) {
        if let Mode::Background { requests, thread, .. } = &mut self.mode {
            requests.take();
            if let Some(thread) = thread.take() {
                // A panic of the compiling thread was reported when it happened.
                let _ = thread.join();
            }
        }
        self.waiting.clear();
        self.late.clear();
    }
}

impl Drop for Compilation {
    fn drop(&mut self) {
        self.drain();
    }
}

/// The reason under which a refusal of the code generator is counted.
pub fn abort_of(error: &CodegenError) -> Abort {
    match error {
        CodegenError::CodeMemoryFull { .. } => Abort::CodeMemoryFull,
        CodegenError::TooManyLiveValues { .. } => Abort::TooManyLive,
        CodegenError::NoExecutableMemory { .. }
        | CodegenError::UnsupportedTarget(_)
        | CodegenError::Malformed { .. }
        | CodegenError::Rejected(_) => Abort::Compiling,
    }
}
