//! The JIT of one thread.

use crate::facts;
use crate::frames::RecordedFrames;
use crate::liveness;
use base::Params;
use heap::{FIRST_DYNAMIC_LAYOUT, LayoutId};
use metatrace_machine::{
    Context, Direct, Encoding, Flow, FrameStack, HotPlace, NanBox, Resume, RunEnd, WarmCell, WhenHot, Word,
};
use metatrace_record::{LiveAt, Recorder, Traced};
use metatrace_warm::{FieldFacts, Interpreter, OFF_VISITS, WarmState};
use python_compile::code::marks;
use python_interp::nested;
use python_interp::run::run;
use python_model::code::{Code, frame};
use python_model::jit_control::{self, JitControl, Parameter};
use python_model::objects::LAYOUTS;
use python_model::observation::Observation;
use python_model::py::Py;
use std::cell::{OnceCell, RefCell};

/// Visits of a place by a frame that was looked at until the next question whether it still is such a frame.
const OBSERVED_VISITS: u32 = 16;

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

/// The JIT of a thread. Its warm state, and with it the code generator, is made when the first loop or function is hot: many programs end
/// before. Dropping it ends the background compilation; code of the thread must not run afterwards.
pub struct Jit(Box<LazyWarmState>);

struct LazyWarmState {
    params: RefCell<Params>,
    context: *const Context,
    /// `None`: the code generator does not work on this machine.
    warm: OnceCell<Option<Box<WarmState<'static, NanBox>>>>,
}

impl LazyWarmState {
    fn py(&self) -> Py<'_> {
        // SAFETY: contract of `Jit::new`.
        unsafe { Py::of(&*self.context) }
    }

    fn make(&self) -> Option<Box<WarmState<'static, NanBox>>> {
        // As long-lived as the process: code refers to the warm state, which refers to it.
        let interpreter: &'static PythonInterpreter =
            Box::leak(Box::new(PythonInterpreter { context: self.context }));
        // SAFETY: contract of `Jit::new`.
        unsafe { WarmState::<NanBox>::new(self.params.borrow().clone(), interpreter, self.context) }.ok()
    }
}

impl WhenHot for LazyWarmState {
    fn hot(&self, stack: &mut FrameStack<Word>, cell: &WarmCell, kind: HotPlace) -> Flow<Word> {
        if self.warm.get().is_none() {
            let threshold = match kind {
                HotPlace::LoopHeader => self.params.borrow().threshold,
                HotPlace::FunctionEntry => self.params.borrow().function_threshold,
            };
            if threshold == 0 {
                cell.ask_after(OFF_VISITS);
                return Flow::Continue;
            }
            if cell.begins_to_count(threshold) {
                return Flow::Continue;
            }
        }
        // A frame that was looked at has an object, which refers to it: the interpreter alone runs it, as it does while somebody observes.
        let code = Code::at(stack.top().code);
        if Observation::of(self.py()).is_on()
            || stack.window().get(code.extra(frame::OBJECT)) != NanBox::UNSET
        {
            cell.ask_after(OBSERVED_VISITS);
            return Flow::Continue;
        }
        let warm = self.warm.get();
        match warm.unwrap_or_else(|| self.warm.get_or_init(|| self.make())) {
            Some(warm) => warm.hot(stack, cell, kind),
            None => {
                cell.ask_after(u32::MAX);
                Flow::Continue
            }
        }
    }
}

impl JitControl for LazyWarmState {
    fn set_params(&self, text: &str) -> Result<(), String> {
        let mut params = self.params.borrow().clone();
        params.apply(text).map_err(|error| error.to_string())?;
        if let Some(Some(warm)) = self.warm.get() {
            warm.set_params(params.clone());
        }
        self.params.replace(params);
        Ok(())
    }

    fn counters(&self) -> Vec<(String, u64)> {
        self.warm.get().and_then(Option::as_ref).map_or(Vec::new(), |warm| warm.counters().by_name())
    }

    fn times(&self) -> Vec<(String, f64)> {
        self.warm.get().and_then(Option::as_ref).map_or(Vec::new(), |warm| warm.counters().seconds_by_name())
    }

    fn parameters(&self) -> Vec<Parameter> {
        let parameters = base::params::PARAMS.iter();
        parameters.map(|p| Parameter { name: p.name, default: p.default, meaning: p.meaning }).collect()
    }

    fn release_all(&self) {
        if let Some(Some(warm)) = self.warm.get() {
            warm.retire_all();
        }
    }
}

impl Jit {
    /// A JIT for the thread that owns the context; from now on the thread's runs ask it.
    ///
    /// # Safety
    /// The context, its thread and its interpreter outlive the JIT, and only this thread uses it.
    pub unsafe fn new(params: Params, context: *const Context) -> Jit {
        let jit = Box::new(LazyWarmState { params: RefCell::new(params), context, warm: OnceCell::new() });
        let when_hot: *const dyn WhenHot = &raw const *jit;
        // SAFETY: the caller's contract.
        let py = unsafe { Py::of(context) };
        py.thread().when_hot.set(Some(when_hot));
        let control: *const dyn JitControl = &raw const *jit;
        // SAFETY: it is forgotten when the JIT is dropped.
        unsafe { jit_control::set(py, Some(control)) };
        Jit(jit)
    }

    /// What there is of a program in machine code.
    pub fn report(&self) -> metatrace_warm::report::Report {
        self.0.warm.get().and_then(Option::as_ref).map(|warm| warm.report()).unwrap_or_default()
    }

    /// Writes the closing sections of the log.
    pub fn log_summary(&self) {
        if let Some(Some(warm)) = self.0.warm.get() {
            warm.log_summary();
        }
    }
}

impl Drop for Jit {
    fn drop(&mut self) {
        // SAFETY: contract of `new`.
        let py = unsafe { Py::of(self.0.context) };
        py.thread().when_hot.set(None);
        // SAFETY: it is forgotten.
        unsafe { jit_control::set(py, None) };
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

    fn frames_left(&self, stack_depth: usize) -> i64 {
        let py = self.py();
        // The frame that code is entered with may have been pushed just now.
        nested::publish(py, stack_depth);
        let depth = py.thread().depth.get().wrapping_add(stack_depth as u32);
        i64::from(py.vm().recursion_limit.get()) - i64::from(depth)
    }

    fn serve_requests(&self) -> bool {
        self.py().check_frame_limit(0).is_ok()
    }

    fn shows_frames(&self) -> bool {
        true
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
