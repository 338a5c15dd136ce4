//! Running a program: heap, context, frame stack and machine, put together and taken apart in the right order.

use crate::compile::compile;
use crate::interp;
use crate::jit::ToyInterpreter;
use crate::source::{Symbols, SyntaxError};
use crate::values;
use crate::vm::{LoadError, Vm};
use base::Params;
use heap::{Heap, HeapConfig, RootId};
use metatrace_machine::{Context, Direct, Encoding, FrameStack, NanBox, Resume, RunEnd, Word};
use metatrace_warm::WarmState;
use std::io::Write;

/// Slots of the frame stack.
const STACK_SLOTS: u32 = 1 << 21;
/// Frames at once. Deeper recursion raises an error of kind "stack".
const FRAME_LIMIT: usize = 50_000;

/// How to run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub heap: HeapConfig,
    pub jit: Params,
}

/// Why a program did not run to its end.
#[derive(Debug)]
pub enum Failure {
    Syntax(SyntaxError),
    Load(LoadError),
    /// The code generator does not work on this machine.
    Jit(String),
    Uncaught {
        /// The thrown value as text.
        thrown: String,
        /// "line:column in function", innermost first.
        traceback: Vec<String>,
    },
}

/// Compiles and runs a program.
pub fn run(text: &str, options: &Options, output: Box<dyn Write>) -> Result<(), Failure> {
    let mut symbols = Symbols::default();
    let program = compile(text, &mut symbols).map_err(Failure::Syntax)?;
    let load_error = |error: heap::HeapError| Failure::Load(error.into());
    let heap = Heap::new(options.heap.clone()).map_err(load_error)?;
    let mutator = heap.attach_thread().map_err(load_error)?;
    let vm = Vm::load(&heap, &mutator, program, symbols, output).map_err(Failure::Load)?;

    // SAFETY: the mutator is attached to this thread and is dropped after the context, which this function owns.
    let context = unsafe { Context::new(mutator.as_ptr()) };
    context.vm.set((&raw const vm).cast_mut().cast());
    let memory = values::new_error(&vm, &mutator, "memory", "out of memory");
    context.out_of_memory.set(crate::objects::word(memory.map_err(|error| Failure::Load(error.into()))?));
    let mut stack = FrameStack::new(STACK_SLOTS, FRAME_LIMIT, NanBox::UNSET);
    let sources = [
        mutator.add_root_source(Box::new(context.roots())),
        mutator.add_root_source(Box::new(stack.roots())),
    ];
    let result = match execute(&vm, &context, &mut stack, &options.jit) {
        Ok(end) => finish(&vm, &context, end),
        Err(error) => Err(Failure::Jit(error)),
    };
    sources.into_iter().for_each(|source: RootId| mutator.remove_root_source(source));
    result
}

fn execute(
    vm: &Vm,
    context: &Context,
    stack: &mut FrameStack<Word>,
    jit: &Params,
) -> Result<RunEnd<Word>, String> {
    let registers = vm.code(0).function.register_count;
    let window = stack.push(0, registers.into()).expect("one frame fits an empty stack");
    window.set(0, NanBox::NONE);
    if jit.is_off() {
        // SAFETY: the context outlives the machine, and only this thread uses it.
        let mut machine = unsafe { Direct::<NanBox>::new(context) };
        return Ok(interp::run(&mut machine, vm, stack, 0, Resume::Execute));
    }
    let interpreter = ToyInterpreter { vm };
    // SAFETY: the context outlives the warm state, and only this thread uses it.
    let warm = unsafe { WarmState::<NanBox>::new(jit.clone(), &interpreter, context) };
    let warm = warm.map_err(|error| error.to_string())?;
    let end = warm.run(stack, Resume::Execute, 0);
    warm.log_summary();
    Ok(end)
}

fn finish(vm: &Vm, context: &Context, end: RunEnd<Word>) -> Result<(), Failure> {
    // A closed pipe is the reader's decision, not this program's error.
    let _ = vm.output.borrow_mut().flush();
    match end {
        RunEnd::Returned(_) => Ok(()),
        RunEnd::Left => unreachable!("only a recording leaves"),
        RunEnd::Raised => {
            let mut thrown = Vec::new();
            values::show(vm, context.raised.replace(0), 0, &mut thrown);
            let frames = vm.traceback.borrow();
            Err(Failure::Uncaught {
                thrown: String::from_utf8_lossy(&thrown).into_owned(),
                traceback: frames.iter().map(|&(code, pc)| vm.describe(code, pc)).collect(),
            })
        }
    }
}

/// The bytecode of a program, as text.
pub fn listing(text: &str) -> Result<String, SyntaxError> {
    let mut symbols = Symbols::default();
    let program = compile(text, &mut symbols)?;
    Ok(crate::listing::program(&program, &symbols))
}
