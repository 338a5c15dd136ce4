//! The JIT of one thread.

use crate::facts;
use crate::frames::RecordedFrames;
use crate::liveness;
use base::Params;
use heap::{FIRST_DYNAMIC_LAYOUT, LayoutId};
use metatrace_machine::{Context, Direct, FrameStack, NanBox, Resume, RunEnd, Word};
use metatrace_record::{LiveAt, Recorder, Traced};
use metatrace_warm::{FieldFacts, Interpreter, WarmState};
use python_compile::code::marks;
use python_interp::nested;
use python_interp::run::run;
use python_model::code::Code;
use python_model::objects::LAYOUTS;
use python_model::py::Py;

/// The interpreter of a thread, as the warm state sees it.
struct PythonInterpreter {
    context: *const Context,
}

impl PythonInterpreter {
    fn py(&self) -> Py<'_> {
        // SAFETY: contract of `Jit::new`.
        unsafe { Py::of(self.context) }
    }
}

/// The warm state of a thread. Dropping it ends the background compilation; code of the thread must not run afterwards.
pub struct Jit {
    warm: Box<WarmState<'static, NanBox>>,
    context: *const Context,
}

impl Jit {
    /// A JIT for the thread that owns the context; from now on the thread's runs ask it.
    ///
    /// Errors: the code generator does not work on this machine.
    ///
    /// # Safety
    /// The context, its thread and its interpreter outlive the JIT, and only this thread uses it.
    pub unsafe fn new(params: Params, context: *const Context) -> Result<Jit, String> {
        // As long-lived as the process: code refers to the warm state, which refers to it.
        let interpreter: &'static PythonInterpreter = Box::leak(Box::new(PythonInterpreter { context }));
        // SAFETY: the caller's contract.
        let warm = unsafe { WarmState::<NanBox>::new(params, interpreter, context) };
        let warm = warm.map_err(|error| error.to_string())?;
        let when_hot: *const dyn metatrace_machine::WhenHot = &raw const *warm;
        interpreter.py().thread().when_hot.set(Some(when_hot));
        Ok(Jit { warm, context })
    }

    /// Writes the closing sections of the log.
    pub fn log_summary(&self) {
        self.warm.log_summary();
    }
}

impl Drop for Jit {
    fn drop(&mut self) {
        // SAFETY: contract of `new`.
        let py = unsafe { Py::of(self.context) };
        py.thread().when_hot.set(None);
    }
}

impl Interpreter<NanBox> for PythonInterpreter {
    fn run(
        &self,
        machine: &mut Direct<NanBox>,
        stack: &mut FrameStack<Word>,
        resume: Resume<Word>,
        floor: usize,
    ) -> RunEnd<Word> {
        nested::run_above(machine, self.py(), stack, resume, floor)
    }

    fn record(
        &self,
        machine: &mut Recorder<'_, NanBox>,
        stack: &mut FrameStack<Traced<Word>>,
        resume: Resume<Traced<Word>>,
        floor: usize,
    ) -> RunEnd<Traced<Word>> {
        let frames = RecordedFrames(&raw const *stack);
        // SAFETY: `frames` and the stack live until the recording has ended.
        unsafe {
            nested::record_above(self.py(), &raw const frames, || {
                run(machine, self.py(), stack, floor, resume)
            })
        }
    }

    fn live_slots(&self, code: u64, pc: u32, at: LiveAt, out: &mut Vec<u32>) {
        liveness::live_slots(Code::at(code), pc, at, out);
    }

    /// Loop headers are none: there, the merge point decides.
    fn is_join_point(&self, code: u64, pc: u32) -> bool {
        let marks = Code::at(code).object().marks[pc as usize];
        marks & (marks::JOIN | marks::LOOP_HEADER) == marks::JOIN
    }

    fn slot_count(&self, code: u64) -> u32 {
        Code::at(code).slot_count()
    }

    fn location(&self, code: u64, pc: u32) -> String {
        let code = Code::at(code);
        format!("{}:{}", code.object().qualname, code.line(pc))
    }

    fn raise_stack_overflow(&self, _machine: &mut Direct<NanBox>) {
        let _ = self.py().recursion_error("maximum recursion depth exceeded");
    }

    /// All but instances keep their layout.
    fn layout_is_stable(&self, layout: LayoutId) -> bool {
        layout.0 < FIRST_DYNAMIC_LAYOUT
    }

    fn field_facts(&self, layout: LayoutId, offset: u16) -> FieldFacts {
        facts::field_facts(layout, offset)
    }

    fn layout_size_bytes(&self, layout: LayoutId) -> u32 {
        if layout.0 >= FIRST_DYNAMIC_LAYOUT {
            return self.py().vm().maps.get(layout).size_bytes();
        }
        let known = LAYOUTS.iter().find(|descr| descr.id == layout);
        known.map_or(0, |descr| if descr.array.is_some() { 0 } else { descr.size_bytes })
    }
}
