//! A Python put together: heap, thread, types, modules, interpreter. What `taipan` and hosts that embed Python use.

use heap::{Attached, Heap, HeapConfig};
use metatrace_machine::Context;
use python_interp::polling::Pollers;
use python_model::gil::Bell;
use python_model::objects::Dict;
use python_model::py::Py;
use python_model::value::{FALSE, NONE, as_object};
use python_model::vm::{Hooks, Thread, Vm};
use python_model::{bootstrap, dict};
use python_number::siphash::HashKey;
#[cfg(feature = "jit")]
use std::cell::Cell;
use std::path::PathBuf;

mod compile;
mod program;
mod prompt;

pub use base::params::{Params, ParamsError};
pub use heap::keep_freed_memory;
pub use program::{Program, run};
pub use python_modules_core::import_::times::Wanted as ImportTimes;
pub use python_modules_core::places;
pub use python_modules_core::sys::{LIBRARY_NAME, Settings};

/// The option `min` of Python's heap. Most programs keep a few megabytes alive: with the heap's own default they would fill ten times that with
/// garbage before the first major collection, in memory that the system has to clear page by page.
const LEAST_LIVE_BYTES: usize = 4 << 20;

/// How an interpreter is made.
#[derive(Clone, Debug)]
pub struct Config {
    pub heap: HeapConfig,
    /// Seed of string hashes; `None`: random.
    pub hash_seed: Option<u32>,
    /// What `sys` says.
    pub settings: Settings,
    /// Parameters of the JIT; `None`: there is none. Without the feature `jit` there never is.
    pub jit: Option<Params>,
    /// `-X jit-report`: where the line view is written, and what it calls the program.
    pub jit_report: Option<(PathBuf, String)>,
    /// `-X int_max_str_digits`; `None`: as CPython.
    pub int_max_str_digits: Option<usize>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            heap: HeapConfig { min: LEAST_LIVE_BYTES, ..HeapConfig::default() },
            hash_seed: None,
            settings: Settings::default(),
            jit: None,
            jit_report: None,
            int_max_str_digits: None,
        }
    }
}

/// An interpreter and its main thread. Fields are dropped in this order.
pub struct Python {
    #[cfg(feature = "jit")]
    line_view: Cell<Option<(python_record::line_view::LineView, String)>>,
    #[cfg(feature = "jit")]
    jit: Option<python_record::Jit>,
    context: Box<Context>,
    #[expect(dead_code, reason = "the context refers to it")]
    thread: Box<Thread>,
    vm: Box<Vm>,
    #[expect(dead_code, reason = "the context refers to it")]
    mutator: Box<Attached>,
}

impl Python {
    /// Starts an interpreter on this thread. The `GC_*` variables of the environment are heard (docs/heap.md).
    /// Errors: no memory for the heap, a variable that does not parse, or the start itself raised.
    pub fn new(config: Config) -> std::result::Result<Python, String> {
        let mut options = config.heap;
        options.set_from_environment()?;
        let heap = Heap::new(options).map_err(|error| error.to_string())?;
        let mutator = Box::new(heap.attach_thread().map_err(|error| error.to_string())?);
        let secret = match config.hash_seed {
            Some(seed) => HashKey::from_seed(seed),
            None => random_secret(),
        };
        let hooks = Hooks {
            call_function: python_interp::nested::call_function,
            run_code: python_interp::nested::run_code,
            resume_generator: python_interp::nested::resume_generator,
            drain_generator: python_interp::nested::drain_generator,
            poll: python_interp::polling::poll,
            next_lazy: python_types::lazy::next,
            visit_frames: python_interp::nested::visit_frames,
            visit_frames_of: python_interp::nested::visit_frames_of,
            compile: compile::compile,
        };
        let vm = Vm::new(heap, secret, hooks);
        if let Some(digits) = config.int_max_str_digits {
            vm.int_max_str_digits.set(digits);
        }
        vm.warns_of_bytes.set(config.settings.bytes_warning > 0);
        vm.hides_columns.set(config.settings.hides_columns);
        vm.state::<python_modules_core::import_::times::Times>().wanted.set(config.settings.import_times);
        let thread = Box::new(Thread::new(&vm, &mutator).map_err(|error| error.to_string())?);
        thread.identity.set(python_modules_core::thread::own_identity());
        // SAFETY: both are dropped together, the thread first, when no code runs any more.
        unsafe { vm.add_thread(&thread) };
        // SAFETY: the mutator is boxed and dropped after the context (order of the fields).
        let context = unsafe { Context::new(mutator.as_ptr()) };
        context.vm.set((&raw const *thread).cast_mut().cast());
        metatrace_machine::native_stack::set_limit(&context);
        // The main thread has the lock before there is anybody to share it with.
        // SAFETY: context, thread and interpreter live for the length of the expression.
        let bell = Bell::of(unsafe { Py::of(&raw const *context) });
        vm.gil.acquire(bell);
        // The process ends with its interpreter: the sources are never removed, the fields are dropped together.
        mutator.add_root_source(Box::new(context.roots()));
        mutator.add_root_source(Box::new(vm.roots()));
        let python = Python {
            #[cfg(feature = "jit")]
            line_view: Cell::new(None),
            #[cfg(feature = "jit")]
            jit: config.jit.filter(|params| !params.is_off()).map(|params| {
                // SAFETY: context, thread and interpreter are boxed and dropped after the JIT (order of the fields).
                unsafe { python_record::Jit::new(params, &raw const *context) }
            }),
            context,
            thread,
            vm,
            mutator,
        };
        let result = python.enter(|py| {
            bootstrap::start(py, python_types::TYPES)?;
            python_types::exception::add_members(py)?;
            py.vm().state::<Pollers>().functions.borrow_mut().push(python_types::weakref::run_callbacks);
            py.vm().state::<Pollers>().functions.borrow_mut().push(python_modules_os::signals::run_pending);
            python_modules_core::import_::register(py, python_modules_core::MODULES);
            python_modules_core::import_::register(py, python_modules_io::MODULES);
            python_modules_core::import_::register(py, python_modules_os::MODULES);
            python_modules_core::import_::register(py, python_modules_text::MODULES);
            python_modules_core::import_::register(py, python_modules_data::MODULES);
            python_modules_core::import_::register(py, python_modules_source::MODULES);
            python_modules_core::import_::register(py, python_types::modules::MODULES);
            if config.settings.is_library_embedded {
                python_modules_core::library::place(py, &config.settings.library);
            }
            python_modules_core::builtins::install(py)?;
            python_modules_core::sys::install(py, &config.settings)?;
            python_modules_io::stdio::install(py, &config.settings)?;
            python_modules_os::signals::install(py)?;
            if let Some(own) = as_object::<Dict>(py.vm().sys.get()) {
                let function = python_model::functions::new_builtin(py, &prompt::BASE_PROMPT, NONE)?;
                dict::set_symbol(py, own, py.intern("_baserepl")?, function)?;
            }
            let level = config.settings.optimize;
            py.vm().state::<compile::Level>().0.set(level);
            if let Some(builtins) = as_object::<Dict>(py.vm().builtins.get())
                && level > 0
            {
                dict::set_symbol(py, builtins, py.intern("__debug__")?, FALSE)?;
            }
            python_modules_core::import_::start(py)?;
            start_as_asked(py, &config.settings)?;
            if config.settings.has_no_site { Ok(()) } else { python_modules_core::import_::import_site(py) }
        });
        match result {
            Ok(()) => {
                #[cfg(feature = "jit")]
                if let Some((path, program)) = config.jit_report {
                    python.begin_line_view(path, program);
                }
                Ok(python)
            }
            Err(_) => Err(format!("the interpreter could not start: {}", python.describe_raised())),
        }
    }

    #[cfg(feature = "jit")]
    fn begin_line_view(&self, path: PathBuf, program: String) {
        self.enter(|py| {
            py.vm().state::<Pollers>().functions.borrow_mut().push(python_record::line_view::sample);
            // SAFETY: the view is written, or dropped, before the thread (order of the fields).
            let view = unsafe { python_record::line_view::LineView::begin(py, path) };
            self.line_view.set(Some((view, program)));
        });
    }

    /// Runs `body` in the interpreter.
    pub fn enter<T>(&self, body: impl FnOnce(Py) -> T) -> T {
        // SAFETY: the context and what it refers to live as long as `self`.
        body(unsafe { Py::of(&raw const *self.context) })
    }

    /// Ends the interpreter, and what it holds outside the heap. Threads that still run stop when they want to run Python next;
    /// what they may use until then is not freed.
    pub fn finish(self) {
        if self.vm.stop_other_threads() {
            std::mem::forget(self);
        }
    }

    /// Writes the closing sections of the JIT's log, and the line view.
    pub fn log_summary(&self) {
        #[cfg(feature = "jit")]
        if let Some((view, program)) = self.line_view.take() {
            let written = self.enter(|py| view.write(py, self.jit.as_ref(), &program));
            if let Err(error) = written {
                eprintln!("taipan: the report of the JIT cannot be written: {error}");
            }
        }
        #[cfg(feature = "jit")]
        if let Some(jit) = &self.jit {
            jit.log_summary();
        }
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

/// What options want to happen before the program.
fn start_as_asked(py: Py, settings: &Settings) -> python_model::py::Result<()> {
    if !settings.checks_hashes.is_empty() {
        let how = py.str(&settings.checks_hashes)?;
        py.set_attr(py.import("_imp")?, py.intern("check_hash_based_pycs")?, how)?;
    }
    if settings.handles_faults {
        py.call(py.import_from("faulthandler", "enable")?, &[])?;
    }
    if let Some(frames) = settings.traced_frames {
        python_modules_core::tracemalloc::start(py, i64::from(frames));
    }
    Ok(())
}

fn random_secret() -> HashKey {
    use std::hash::{BuildHasher, Hasher};
    let random = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    HashKey { k0: random(), k1: random() }
}
