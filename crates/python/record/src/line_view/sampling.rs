//! Where the main thread spends its time, by instruction.
//!
//! Each millisecond another thread asks the main thread to poll, which it does at its next backward jump or call. There it notes its
//! position and charges it with the processor time since the last time. So the time of a loop is at its head and at the calls in it, not at
//! each of its lines; that of a long call of the runtime is where the program polls next. Machine code is left for the poll, which costs
//! microseconds each millisecond.

use metatrace_warm::report::Place;
use python_model::clock::thread_time_ns;
use python_model::gil::Bell;
use python_model::py::{Py, Result};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;

/// The request by which a thread is asked where it is.
const REQUEST_SAMPLE: u32 = 1 << 18;
const _: () = assert!(heap::REQUEST_LANGUAGE_MASK & REQUEST_SAMPLE != 0);
const INTERVAL: Duration = Duration::from_millis(1);

/// What was noted so far.
#[derive(Default)]
struct Samples {
    /// Identity of the thread that is looked at; 0: none.
    thread: Cell<usize>,
    last_ns: Cell<u64>,
    by_place: RefCell<HashMap<Place, u64>>,
}

/// The thread that asks.
pub struct Sampler {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sampler {
    /// # Safety
    /// The thread of `py` lives until [`Self::stop`] returns.
    pub unsafe fn start(py: Py) -> Sampler {
        let samples = py.vm().state::<Samples>();
        samples.thread.set(identity(py));
        samples.last_ns.set(thread_time_ns());
        let bell = Bell::of(py);
        let is_over = Arc::new(AtomicBool::new(false));
        let told = is_over.clone();
        let asks = move || {
            while !told.load(Relaxed) {
                std::thread::sleep(INTERVAL);
                // SAFETY: the caller's contract.
                unsafe { bell.ring(REQUEST_SAMPLE) };
            }
        };
        // Without the thread there are no times; the rest of the view is there.
        let thread = std::thread::Builder::new().name("jit-report".into()).spawn(asks).ok();
        Sampler { is_over, thread }
    }

    /// Nobody is asked any more.
    pub fn stop(self) {}
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.is_over.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            // It cannot panic.
            let _ = thread.join();
        }
    }
}

fn identity(py: Py) -> usize {
    std::ptr::from_ref(py.thread()) as usize
}

/// What the main thread does at a poll; see the module header.
pub fn sample(py: Py) -> Result<()> {
    let samples = py.vm().state::<Samples>();
    if samples.thread.get() != identity(py) {
        return Ok(());
    }
    let now = thread_time_ns();
    let passed = now.saturating_sub(samples.last_ns.replace(now));
    // The frames of the interpreter only: those that machine code holds stay there.
    (py.vm().hooks.visit_frames_of)(py.thread(), &mut |frame| {
        let place = Place { code: frame.code.address(), pc: frame.pc };
        *samples.by_place.borrow_mut().entry(place).or_default() += passed;
        false
    });
    Ok(())
}

/// Nanoseconds by place, once.
pub fn take(py: Py) -> HashMap<Place, u64> {
    let samples = py.vm().state::<Samples>();
    samples.thread.set(0);
    samples.by_place.take()
}
