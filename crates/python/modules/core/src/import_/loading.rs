//! Which modules the short cut is making, so that two threads that import one get the same.
//!
//! What the import system does with a lock per module is done here for modules that it does not see: a thread that wants a module which another one
//! is making waits until it is made, unless that one waits, over whatever number of threads, for a module of its own: then it
//! gets the module half made, as in a circular import.

use python_model::py::{Py, Result};
use python_model::wait_queue::WaitQueue;
use std::cell::RefCell;

/// See the module header. Threads are named by their identities.
#[derive(Default)]
pub struct Loading {
    making: RefCell<Vec<(&'static str, i64)>>,
    waiting: RefCell<Vec<(i64, &'static str)>>,
    made: WaitQueue,
}

/// The right to make a module, until it is dropped.
pub struct Claim<'a> {
    loading: &'a Loading,
    name: &'static str,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.loading.making.borrow_mut().retain(|(name, _)| *name != self.name);
        self.loading.made.notify_all();
    }
}

impl Loading {
    fn maker(&self, name: &str) -> Option<(&'static str, i64)> {
        self.making.borrow().iter().copied().find(|(made, _)| *made == name)
    }

    /// Whether the thread that makes a module waits for `own`.
    fn is_circular(&self, mut maker: i64, own: i64) -> bool {
        // At most one step for each thread that waits.
        for _ in 0..=self.waiting.borrow().len() {
            if maker == own {
                return true;
            }
            let wanted = self.waiting.borrow().iter().find(|(thread, _)| *thread == maker).map(|wait| wait.1);
            match wanted.and_then(|name| self.maker(name)) {
                Some((_, next)) => maker = next,
                None => return false,
            }
        }
        false
    }
}

/// Claims a module. `None`: another thread has made it meanwhile, or this one gets it half made.
/// Errors: what a signal's handler raises.
pub fn claim<'a>(py: Py<'a>, name: &'static str) -> Result<Option<Claim<'a>>> {
    if wait(py, name)? {
        return Ok(None);
    }
    let loading = py.vm().state::<Loading>();
    loading.making.borrow_mut().push((name, py.thread().identity.get()));
    Ok(Some(Claim { loading, name }))
}

/// If a module is being made, waits until it is, or not at all if that would be for ever. Whether it was being made.
pub fn wait(py: Py, name: &str) -> Result<bool> {
    let loading = py.vm().state::<Loading>();
    let Some((name, maker)) = loading.maker(name) else { return Ok(false) };
    let own = py.thread().identity.get();
    if !py.vm().is_threaded() || loading.is_circular(maker, own) {
        return Ok(true);
    }
    loading.waiting.borrow_mut().push((own, name));
    let waited = loading.made.wait_until(py, None, || loading.maker(name).is_none());
    loading.waiting.borrow_mut().retain(|(thread, _)| *thread != own);
    waited.map(|_| true)
}
