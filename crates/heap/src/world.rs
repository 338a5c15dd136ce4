//! Stopping the world: attached threads, safepoints, blocking regions.
//!
//! ```text
//!             request seen at a safepoint            collection over
//!   RUNNING ------------------------------> PARKED ------------------> RUNNING
//!   RUNNING --- blocking(f) begins -------> BLOCKED -- f ends, no collection --> RUNNING
//! ```
//! One thread collects at a time: it claims `collecting`, sets every other thread's request bit and zeroes its limit, and
//! waits until none is RUNNING. A thread that is PARKED or BLOCKED has published its stack pointer and registers and touches
//! neither heap nor mutator. All transitions happen under one mutex, which also orders the collector's accesses to the
//! stopped threads' mutators.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::census::{Census, DeadStack};
use crate::collector::Collector;
use crate::error::HeapError;
use crate::mutator::{Attached, Mutator, REQUEST_STOP};
use crate::shared::Heap;
use crate::stack::{scrub_dead_stack, stack_base, with_stack_published};

/// What a caller wants of the collector.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(crate) enum Collect {
    /// A minor collection if the nursery is still full, and what pacing adds to it.
    Auto,
    Minor,
    /// Everything, to the end.
    Major,
    /// That, and what is left becomes permanent.
    Freeze,
}

const RUNNING: u8 = 0;
const PARKED: u8 = 1;
const BLOCKED: u8 = 2;

/// The part of a mutator that the handshake uses.
pub(crate) struct ThreadState {
    state: AtomicU8,
    /// Lowest live address of the stopped thread's stack.
    pub stack_pointer: AtomicUsize,
    pub stack_base: usize,
    /// Parts of the stack that hold nothing, from its inner end to its base.
    pub dead_stack: RefCell<Vec<DeadStack>>,
    /// Depth of nested `blocking` calls.
    blocking_depth: Cell<u32>,
}

#[derive(Default)]
pub(crate) struct World {
    threads: Mutex<Threads>,
    changed: Condvar,
}

#[derive(Default)]
struct Threads {
    mutators: Vec<MutatorPointer>,
    collecting: bool,
}

#[derive(Copy, Clone, PartialEq)]
struct MutatorPointer(*const Mutator);
// SAFETY: the pointee is touched only by its thread, or by the collector while that thread is stopped.
unsafe impl Send for MutatorPointer {}

impl World {
    fn lock(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, threads: MutexGuard<'a, Threads>) -> MutexGuard<'a, Threads> {
        self.changed.wait(threads).unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heap {
    /// Attaches the calling thread. It must detach (drop the result) before its stack goes away.
    /// Errors: the stack bounds cannot be found.
    pub fn attach_thread(self: &Arc<Self>) -> Result<Attached, HeapError> {
        let thread = ThreadState {
            state: AtomicU8::new(RUNNING),
            stack_pointer: AtomicUsize::new(0),
            dead_stack: RefCell::default(),
            stack_base: stack_base()?,
            blocking_depth: Cell::new(0),
        };
        let attached = Attached::new(Mutator::new(self.clone(), thread));
        let mut threads = self.world.lock();
        while threads.collecting {
            threads = self.world.wait(threads);
        }
        threads.mutators.push(MutatorPointer(attached.as_ptr()));
        Ok(attached)
    }

    pub(crate) fn detach(&self, mutator: &Mutator) {
        // A collector may be waiting for this thread: it then has to park as at a safepoint.
        with_stack_published(|stack_pointer| {
            mutator.thread.stack_pointer.store(stack_pointer, Relaxed);
            let mut threads = self.world.lock();
            while threads.collecting {
                threads = self.park_locked(mutator, threads);
            }
            mutator.handles.close();
            mutator.close_runs();
            // SAFETY: under the lock and not collecting: nobody else reads the lists.
            unsafe { self.adopt(mutator) };
            threads.mutators.retain(|m| !std::ptr::eq(m.0, mutator));
        });
    }

    fn park_locked<'a>(
        &'a self,
        mutator: &Mutator,
        mut threads: MutexGuard<'a, Threads>,
    ) -> MutexGuard<'a, Threads> {
        mutator.thread.state.store(PARKED, SeqCst);
        self.world.changed.notify_all();
        while threads.collecting {
            threads = self.world.wait(threads);
        }
        mutator.thread.state.store(RUNNING, SeqCst);
        mutator.request.fetch_and(!REQUEST_STOP, SeqCst);
        threads
    }

    /// Calls `body`, which forks, while no other thread is inside the handshake. Where `is_child` says so, the calling thread is
    /// from then on the only one: it takes over what the others allocated and their root sources; their stacks are no roots
    /// any more, their handles are closed.
    pub(crate) fn fork<R>(
        &self,
        mutator: &Mutator,
        body: impl FnOnce() -> R,
        is_child: impl FnOnce(&R) -> bool,
    ) -> R {
        let mut threads = self.world.lock();
        assert!(!threads.collecting, "a thread that runs forks, so nobody can be collecting");
        let result = body();
        if is_child(&result) {
            for other in threads.mutators.drain(..).filter(|other| !std::ptr::eq(other.0, mutator)) {
                // SAFETY: its thread does not exist in this process, and its memory is a copy of what it was between two
                // transitions; the caller runs, so that one was stopped.
                unsafe {
                    (*other.0).handles.close();
                    self.adopt(&*other.0);
                    mutator.adopt_sources(&*other.0);
                }
            }
            threads.mutators.push(MutatorPointer(mutator));
        }
        result
    }

    /// Waits at a safepoint while another thread collects.
    #[cold]
    #[inline(never)]
    pub(crate) fn park(&self, mutator: &Mutator) {
        with_stack_published(|stack_pointer| {
            mutator.thread.stack_pointer.store(stack_pointer, Relaxed);
            let mut threads = self.world.lock();
            if threads.collecting {
                threads = self.park_locked(mutator, threads);
            }
            mutator.request.fetch_and(!REQUEST_STOP, SeqCst);
            drop(threads);
        });
        mutator.set_limit();
    }

    pub(crate) fn blocking<R>(&self, mutator: &Mutator, f: impl FnOnce() -> R) -> R {
        /// Leaves the blocking region also when `f` unwinds.
        struct Leave<'a>(&'a Heap, &'a Mutator);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                let Leave(heap, mutator) = *self;
                let depth = mutator.thread.blocking_depth.get() - 1;
                mutator.thread.blocking_depth.set(depth);
                if depth > 0 {
                    return;
                }
                let mut threads = heap.world.lock();
                while threads.collecting {
                    threads = heap.world.wait(threads);
                }
                mutator.thread.state.store(RUNNING, SeqCst);
                mutator.request.fetch_and(!REQUEST_STOP, SeqCst);
                drop(threads);
                mutator.set_limit();
            }
        }
        with_stack_published(|stack_pointer| {
            let depth = mutator.thread.blocking_depth.get();
            mutator.thread.blocking_depth.set(depth + 1);
            if depth == 0 {
                mutator.thread.stack_pointer.store(stack_pointer, Relaxed);
                let threads = self.world.lock();
                mutator.thread.state.store(BLOCKED, SeqCst);
                drop(threads);
                self.world.changed.notify_all();
            }
            let leave = Leave(self, mutator);
            let result = f();
            drop(leave);
            result
        })
    }

    /// Stops all threads and collects. With `Collect::Auto`, does nothing if another thread did it meanwhile.
    #[cold]
    #[inline(never)]
    pub(crate) fn collect(&self, mutator: &Mutator, what: Collect) {
        self.collect_with(mutator, what, &[], None);
    }

    /// The same; see [`crate::census`].
    pub(crate) fn collect_with(
        &self,
        mutator: &Mutator,
        what: Collect,
        dead_stack: &[DeadStack],
        census: Option<Census>,
    ) {
        mutator.expect_may_collect();
        mutator.thread.dead_stack.borrow_mut().extend_from_slice(dead_stack);
        let epoch = self.epoch.load(SeqCst);
        self.stop_and(mutator, |stopped| {
            if what == Collect::Auto && self.epoch.load(SeqCst) != epoch {
                return;
            }
            // SAFETY: the world is stopped, by us.
            unsafe { self.collect_stopped(stopped, what, census) };
            self.epoch.fetch_add(1, SeqCst);
        });
        mutator.thread.dead_stack.borrow_mut().clear();
        scrub_dead_stack();
        mutator.set_limit();
        self.after_collection(mutator);
    }

    /// Brings all other threads to a safepoint, calls `f` with all mutators, and lets them go on.
    fn stop_and(&self, mutator: &Mutator, f: impl FnOnce(&[&Mutator])) {
        assert!(
            mutator.thread.blocking_depth.get() == 0,
            "a collection was started inside a blocking region"
        );
        with_stack_published(|stack_pointer| {
            mutator.thread.stack_pointer.store(stack_pointer, Relaxed);
            let mut threads = self.world.lock();
            while threads.collecting {
                threads = self.park_locked(mutator, threads);
            }
            threads.collecting = true;
            for other in &threads.mutators {
                if std::ptr::eq(other.0, mutator) {
                    continue;
                }
                // SAFETY: registered mutators are valid; these two fields are atomics meant for other threads.
                unsafe {
                    (*other.0).request.fetch_or(REQUEST_STOP, SeqCst);
                    (*other.0).limit.store(0, SeqCst);
                }
            }
            let running = |m: &MutatorPointer| {
                // SAFETY: as above.
                !std::ptr::eq(m.0, mutator) && unsafe { (*m.0).thread.state.load(SeqCst) } == RUNNING
            };
            while threads.mutators.iter().any(running) {
                threads = self.world.wait(threads);
            }
            // SAFETY: registered mutators are valid while we hold the lock, and all but ours are stopped.
            let stopped: Vec<&Mutator> = threads.mutators.iter().map(|m| unsafe { &*m.0 }).collect();
            /// Lets the others go on also when the verifier panics, so that the report is seen and the process ends.
            struct Restart<'a>(MutexGuard<'a, Threads>, &'a Condvar);
            impl Drop for Restart<'_> {
                fn drop(&mut self) {
                    self.0.collecting = false;
                    self.1.notify_all();
                }
            }
            let restart = Restart(threads, &self.world.changed);
            f(&stopped);
            drop(restart);
        });
    }

    /// Reads or changes the collector's state while no collection is under way. From an attached thread, which is running,
    /// so no collection can be beyond its stop; the lock keeps others from starting one.
    pub(crate) fn with_collector<R>(&self, f: impl FnOnce(&mut Collector) -> R) -> R {
        let _threads = self.world.lock();
        // SAFETY: a collection holds this lock from before it stops the world until after it, except while it waits for
        // threads to stop, when it does not touch the collector's state.
        f(unsafe { &mut *self.collector.get() })
    }

    /// Stops all threads and calls `f` on the quiet heap.
    pub(crate) fn with_world_stopped<R>(&self, mutator: &Mutator, f: impl FnOnce(&mut Collector) -> R) -> R {
        self.with_all_stopped(mutator, |c, _| f(c))
    }

    /// The same, and the threads that are stopped.
    pub(crate) fn with_all_stopped<R>(
        &self,
        mutator: &Mutator,
        f: impl FnOnce(&mut Collector, &[&Mutator]) -> R,
    ) -> R {
        let mut f = Some(f);
        let mut result = None;
        self.stop_and(mutator, |stopped| {
            // SAFETY: the world is stopped.
            let c = unsafe { &mut *self.collector.get() };
            for thread in stopped {
                // SAFETY: as above.
                unsafe { self.gather(c, thread) };
            }
            c.young.runs.sort_unstable();
            result = f.take().map(|f| f(c, stopped));
        });
        mutator.set_limit();
        result.expect("the closure ran")
    }
}
