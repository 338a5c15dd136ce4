//! Collections that a program asks for, and from which it wants to know exactly what was garbage: Python's `gc.collect()`.
//!
//! They differ from others in two ways. *Young objects are all promoted where they are*, dead or not, so that marking judges them like old
//! ones and the dead are still intact when they are shown: a minor collection forgets them without having seen them. And *the caller may
//! know parts of its native stack that hold nothing*: a stale word there, left in a gap of a frame that is still active, would keep alive
//! what the program has let go of. An interpreter, whose values are in frames of its own, knows that of its native frame where it makes calls.
//!
//! Cost: marking and tables for garbage that a minor collection would have passed over, and survivors are not brought together.

use crate::collector::Young;
use crate::gc::{Gc, Object};
use crate::mutator::Mutator;
use crate::region::Region;
use crate::trace::Tracer;
use crate::world::Collect;
use std::ops::Range;

/// Told about all unreachable objects, in the pause, before those with finalizers are brought back. It may look at them and at what they
/// refer to, and must neither allocate nor store.
pub type Census<'a> = &'a mut dyn FnMut(&[Gc<Object>]);

/// Addresses of a part of a native stack that holds no reference. That which starts at 0 includes all that is called from there.
pub type DeadStack = Range<usize>;

impl Mutator {
    /// Collects the whole heap, as [`collect_major`](Mutator::collect_major), and shows what was unreachable. The given parts of this thread's
    /// native stack, sorted, are not looked at.
    ///
    /// # Safety
    /// No reference that will be used lies only there.
    pub unsafe fn collect_with_census(&self, dead_stack: &[DeadStack], census: Census) {
        self.heap().collect_with(self, Collect::Major, dead_stack, Some(census));
    }
}

/// Calls `f` with each young object.
///
/// # Safety
/// The world is stopped; the runs hold parseable objects, none of which has moved yet.
pub(crate) unsafe fn each_young(region: &Region, tracer: Tracer, young: &Young, mut f: impl FnMut(usize)) {
    for &(start, end) in &young.runs {
        let mut object = start;
        while object < end {
            // SAFETY: runs parse.
            let next = object + unsafe { tracer.size(object) };
            f(object);
            object = next;
        }
    }
    for &head in &young.large {
        f(region.address(head as usize));
    }
}
