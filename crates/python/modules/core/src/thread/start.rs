//! From `start_new_thread` to the end of the thread.
//!
//! The one who starts a thread makes its [`Thread`], with what is to be called among the words that keep it alive, and notes it in the
//! interpreter; the new thread attaches itself to the heap, takes the GIL and runs. It leaves in the opposite order: the heap first, because the frame
//! stacks that are its roots go with the `Thread`, the GIL next, and last it says that it is done. So whoever joined it finds it gone.
//!
//! Threads run on the direct machine: only the main thread records and enters traces.

use crate::operator::call_with;
use heap::Heap;
use metatrace_machine::{Context, native_stack};
use python_model::gil::{Bell, Gil};
use python_model::objects::{Dict, Tuple};
use python_model::protocol::tuple_words;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_model::vm::Thread;
use python_model::wait_queue::{self, Deadline, Wake};
use std::cell::{Cell, RefCell};
use std::os::unix::thread::JoinHandleExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

/// Native stack of a thread, where neither the program nor the system sets a limit.
const DEFAULT_STACK_BYTES: usize = 8 << 20;
/// What a stack has at least; programs may ask for less.
const LEAST_STACK_BYTES: usize = 1 << 20;

/// Which of [`Thread::words`] is what.
pub mod words {
    pub const FUNCTION: usize = 0;
    pub const ARGUMENTS: usize = 1;
    pub const KEYWORDS: usize = 2;
}

/// Whether a thread has ended. Shared by the thread and those who wait for it.
#[derive(Debug, Default)]
pub struct End(AtomicU32);

impl End {
    pub fn is_reached(&self) -> bool {
        self.0.load(SeqCst) != 0
    }

    pub fn reach(&self) {
        self.0.store(1, SeqCst);
        wait_queue::wake(&self.0, i32::MAX);
    }

    /// Waits for it; whether it was reached in time. Errors: what a signal's handler raises.
    pub fn wait(&self, py: Py, limit: Option<Duration>) -> Result<bool> {
        let deadline = limit.map(Deadline::after);
        while !self.is_reached() {
            match py.blocking(|| wait_queue::wait(&self.0, 0, deadline.as_ref())) {
                Wake::TimedOut => return Ok(self.is_reached()),
                Wake::Woken | Wake::Interrupted => py.check_signals()?,
            }
        }
        Ok(true)
    }
}

/// A thread that was started.
#[derive(Clone)]
struct Started {
    identity: i64,
    end: Arc<End>,
    is_daemon: bool,
}

/// The threads that were started and have not ended.
#[derive(Default)]
pub struct Threads {
    /// `stack_size()`; 0: the system's.
    pub stack_bytes: Cell<usize>,
    started: RefCell<Vec<Started>>,
    /// The interpreter ends: no thread may be started.
    is_closed: Cell<bool>,
}

impl Threads {
    /// Threads besides the main one.
    pub fn count(&self) -> usize {
        self.started.borrow_mut().retain(|thread| !thread.end.is_reached());
        self.started.borrow().len()
    }
}

/// What a new thread is given.
struct Birth {
    thread: Box<Thread>,
    heap: Arc<Heap>,
    gil: Arc<Gil>,
    out_of_memory: Word,
    end: Arc<End>,
}

// SAFETY: the starting thread does not use it any more; what it refers to is used under the GIL.
unsafe impl Send for Birth {}

/// Starts a thread that calls `function` with a tuple and a dict (or None); its identity.
/// Errors: `RuntimeError` if the system has no room, `PythonFinalizationError` at the end of the interpreter.
pub fn start(
    py: Py,
    function: Word,
    arguments: Word,
    keywords: Word,
    end: &Arc<End>,
    is_daemon: bool,
) -> Result<i64> {
    let threads = py.vm().state::<Threads>();
    if threads.is_closed.get() {
        return Err(
            py.raise_text(Ty::PythonFinalizationError, "can't create new thread at interpreter shutdown")
        );
    }
    let thread = Box::new(py.check(Thread::new(py.vm(), py.mutator()))?);
    thread.words[words::FUNCTION].set(function);
    thread.words[words::ARGUMENTS].set(arguments);
    thread.words[words::KEYWORDS].set(keywords);
    let address: *const Thread = &raw const *thread;
    // SAFETY: removed by `run`, or below.
    unsafe { py.vm().add_thread(&thread) };
    let birth = Birth {
        thread,
        heap: py.vm().heap.clone(),
        gil: py.vm().gil.clone(),
        out_of_memory: py.context().out_of_memory.get(),
        end: end.clone(),
    };
    let stack_bytes = match threads.stack_bytes.get() {
        0 => system_stack_bytes(),
        given => given.max(LEAST_STACK_BYTES),
    };
    match std::thread::Builder::new().stack_size(stack_bytes).spawn(move || run(birth)) {
        Ok(handle) => {
            let identity = handle.as_pthread_t() as i64;
            threads.count();
            threads.started.borrow_mut().push(Started { identity, end: end.clone(), is_daemon });
            Ok(identity)
        }
        Err(_) => {
            // The closure was dropped, and the thread with it; its address is only compared.
            py.vm().remove_thread(address);
            Err(py.runtime_error("can't start new thread"))
        }
    }
}

fn system_stack_bytes() -> usize {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: fills one `rlimit` of this frame.
    let status = unsafe { libc::getrlimit(libc::RLIMIT_STACK, &mut limit) };
    if status != 0 || limit.rlim_cur == libc::RLIM_INFINITY {
        return DEFAULT_STACK_BYTES;
    }
    usize::try_from(limit.rlim_cur).map_or(DEFAULT_STACK_BYTES, |bytes| bytes.max(LEAST_STACK_BYTES))
}

/// The identity of the calling thread: what `get_ident` says.
pub fn own_identity() -> i64 {
    // SAFETY: a plain query.
    unsafe { libc::pthread_self() as i64 }
}

/// A bug must not leave the GIL taken for ever.
struct AbortOnPanic;

impl Drop for AbortOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}

/// The whole life of a thread.
fn run(birth: Birth) {
    let _abort = AbortOnPanic;
    let Birth { thread, heap, gil, out_of_memory, end } = birth;
    let mutator =
        Box::new(heap.attach_thread().expect("the stack of a thread that was just made has bounds"));
    // SAFETY: the mutator is dropped after the context is not used any more, below.
    let context = unsafe { Context::new(mutator.as_ptr()) };
    context.vm.set((&raw const *thread).cast_mut().cast());
    native_stack::set_limit(&context);
    // SAFETY: context, thread and interpreter live until the end of this function, or nobody runs any more.
    let py = unsafe { Py::of(&raw const *context) };
    let bell = Bell::of(py);
    drop(heap);
    mutator.blocking(|| gil.acquire(bell));
    context.out_of_memory.set(out_of_memory);
    thread.identity.set(own_identity());
    mutator.add_root_source(Box::new(context.roots()));
    call(py);
    py.vm().remove_thread(&raw const *thread);
    gil.silence();
    // The heap may collect from here on without what only this thread kept alive.
    drop(mutator);
    drop(thread);
    drop(context);
    gil.release();
    end.reach();
}

/// Calls what the thread is for, and reports what it raises.
fn call(py: Py) {
    let own = &py.thread().words;
    let take = |index: usize| own[index].replace(NONE);
    let (function, arguments, keywords) =
        (take(words::FUNCTION), take(words::ARGUMENTS), take(words::KEYWORDS));
    let result = match (as_object::<Tuple>(arguments), py.cast::<Dict>(keywords)) {
        (Some(arguments), Some(keywords)) => call_with(py, function, &[], arguments, keywords),
        (Some(arguments), None) => py.call(function, &tuple_words(arguments)),
        (None, _) => py.call(function, &[]),
    };
    if result.is_err() {
        let exception = py.take_raised();
        if !py.is_a(exception, Ty::SystemExit) {
            let shown = py.repr_text(function).unwrap_or_else(|_| {
                py.take_raised();
                String::from("<function>")
            });
            let message = format!("Exception ignored in thread started by {shown}");
            python_model::unraisable::report(py, exception, NONE, &message);
        }
    }
    super::local::end_thread(py);
}

/// Waits for the threads that are not daemons. Errors: what a signal's handler raises.
pub fn join_all(py: Py) -> Result<()> {
    let threads = py.vm().state::<Threads>();
    let own = own_identity();
    loop {
        threads.count();
        let next = threads.started.borrow().iter().find(|t| !t.is_daemon && t.identity != own).cloned();
        match next {
            Some(thread) => thread.end.wait(py, None)?,
            None => return Ok(()),
        };
    }
}

/// No thread can be started any more.
pub fn close(py: Py) {
    py.vm().state::<Threads>().is_closed.set(true);
}

pub fn is_closed(py: Py) -> bool {
    py.vm().state::<Threads>().is_closed.get()
}

/// After a fork: the threads that were not copied have ended.
pub fn after_fork_in_child(py: Py) {
    let own = own_identity();
    py.vm().state::<Threads>().started.borrow_mut().retain(|thread| {
        if thread.identity != own {
            thread.end.reach();
        }
        thread.identity == own
    });
    super::local::after_fork_in_child(py);
}
