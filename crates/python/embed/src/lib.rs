//! A Python put together: heap, thread, types, modules, interpreter. What `taipan` and hosts that embed Python use.

use heap::{Attached, Heap, HeapConfig};
use metatrace_machine::Context;
use python_compile::{Mode, Options};
use python_model::code::{Code, CodeInfo};
use python_model::hash::HashSecret;
use python_model::names::Name;
use python_model::objects::{Dict, Module};
use python_model::py::{Py, Result};
use python_model::value::{NONE, UNSET, Word, as_object, word};
use python_model::vm::{Hooks, Thread, Vm};
use python_model::{bootstrap, dict};

mod compile;

/// How an interpreter is made.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub heap: HeapConfig,
    /// Seed of string hashes; `None`: random.
    pub hash_seed: Option<u32>,
}

/// An interpreter and its main thread. Fields are dropped in this order.
pub struct Python {
    context: Box<Context>,
    #[expect(dead_code, reason = "the context refers to it")]
    thread: Box<Thread>,
    #[expect(dead_code, reason = "the thread refers to it")]
    vm: Box<Vm>,
    #[expect(dead_code, reason = "the context refers to it")]
    mutator: Box<Attached>,
}

impl Python {
    /// Starts an interpreter on this thread. Errors: no memory for the heap, or the start itself raised.
    pub fn new(config: Config) -> std::result::Result<Python, String> {
        let heap = Heap::new(config.heap).map_err(|error| error.to_string())?;
        let mutator = Box::new(heap.attach_thread().map_err(|error| error.to_string())?);
        let secret = match config.hash_seed {
            Some(seed) => HashSecret::from_seed(seed),
            None => random_secret(),
        };
        let hooks = Hooks {
            call_function: python_interp::nested::call_function,
            run_code: python_interp::nested::run_code,
            resume_generator: python_interp::nested::resume_generator,
            visit_frames: python_interp::nested::visit_frames,
            compile: compile::compile,
        };
        let vm = Vm::new(heap, secret, hooks);
        let thread = Box::new(Thread::new(&vm));
        // SAFETY: the mutator is boxed and dropped after the context (order of the fields).
        let context = unsafe { Context::new(mutator.as_ptr()) };
        context.vm.set((&raw const *thread).cast_mut().cast());
        metatrace_machine::native_stack::set_limit(&context);
        // The process ends with its interpreter: the sources are never removed, the fields are dropped together.
        mutator.add_root_source(Box::new(context.roots()));
        mutator.add_root_source(Box::new(vm.roots(&thread)));
        let python = Python { context, thread, vm, mutator };
        let result = python.enter(|py| {
            bootstrap::start(py, python_types::TYPES)?;
            python_types::exception::add_members(py)?;
            python_modules_core::builtins::install(py)
        });
        match result {
            Ok(()) => Ok(python),
            Err(_) => Err(format!("the interpreter could not start: {}", python.describe_raised())),
        }
    }

    /// Runs `body` in the interpreter.
    pub fn enter<T>(&self, body: impl FnOnce(Py) -> T) -> T {
        // SAFETY: the context and what it refers to live as long as `self`.
        body(unsafe { Py::of(&raw const *self.context) })
    }

    /// Takes the pending exception and describes it in one line.
    pub fn describe_raised(&self) -> String {
        self.enter(|py| {
            let exception = py.take_raised();
            let name = py.type_name(exception);
            match py.to_text(exception) {
                Ok(text) => format!("{name}: {text}"),
                Err(_) => {
                    py.take_raised();
                    name
                }
            }
        })
    }
}

/// Compiles and runs source as `__main__`.
pub fn run_main(py: Py, source: &[u8], filename: &str) -> Result {
    let name = py.str("__main__")?;
    let module = python_model::modules::new(py, "__main__", NONE)?;
    let globals = module.dict.get().expect("a module has a namespace");
    dict::set_symbol(py, globals, Name::NameAttr, name)?;
    if let Some(builtins) = py.imported("builtins")? {
        dict::set_symbol(py, globals, py.intern("__builtins__")?, builtins)?;
    }
    if let Some(modules) = as_object::<Dict>(py.vm().modules.get()) {
        dict::set_symbol(py, modules, py.intern("__main__")?, word(module))?;
    }
    let info = compile::to_code(py, source, filename, Mode::Exec, &Options::default())?;
    run_info(py, info, module)
}

fn run_info(py: Py, info: &'static CodeInfo, module: heap::Gc<Module>) -> Result {
    let globals = module.dict.get().expect("a module has a namespace");
    let code = Code::new(py, info, globals)?;
    let namespace: Word = word(globals);
    (py.vm().hooks.run_code)(py, code, namespace, UNSET)
}

fn random_secret() -> HashSecret {
    use std::hash::{BuildHasher, Hasher};
    let random = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    HashSecret { k0: random(), k1: random() }
}
