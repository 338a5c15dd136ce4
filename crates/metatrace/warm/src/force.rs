//! Frames of machine code that somebody looks at while it waits for a call: rebuilt, and taken over when the call has returned.
//! The protocol is in `metatrace_machine`'s `site.rs`.

use crate::materialise::{RestoreError, box_bits, restore};
use crate::state::{WarmState, kind_of};
use crate::unit::EXIT_BITS;
use base::counters::Counter;
use heap::RootId;
use metatrace_ir::UnitId;
use metatrace_machine::{Context, Encoding, FORCED, FrameStack, Resume, Site, Status, Word};

/// Rebuilt frames, until their code has left.
pub(crate) struct Rebuilt {
    /// Boxed: sites refer to it.
    stack: Box<FrameStack<Word>>,
    root: RootId,
}

impl<E: Encoding> WarmState<'_, E> {
    fn rebuild(&self, site: &Site) -> Option<*const FrameStack<Word>> {
        let number = site.exit_number();
        let unit = self.unit(UnitId((number >> EXIT_BITS) as u32)).expect("a unit that waits is alive");
        let exit = &unit.exits[(number & ((1 << EXIT_BITS) - 1)) as usize];
        let slot_count = |code| self.interpreter.slot_count(code);
        let frames = unit.trace.frames_of(unit.trace.snapshot(exit.snapshot));
        let slots: u32 = frames.iter().map(|frame| slot_count(unit.trace.frame(*frame).code)).sum();
        let live = unit.exit_live(exit);
        let word = |index: usize| {
            let homes = &unit.compiled.homes;
            let op = live[index].0.as_op().expect("what leaves with an exit is the result of an operation");
            let home = homes.binary_search_by_key(&op, |(op, _)| *op);
            // The result of the call itself has none, and nobody asks for it. SAFETY: machine code stored what is live here.
            home.map_or(0, |at| unsafe { site.home(homes[at].1 as usize) })
        };
        let mut stack = Box::new(FrameStack::new(slots.max(1), frames.len(), E::UNSET));
        let root = self.context().mutator().add_root_source(Box::new(stack.roots()));
        let restored = restore::<E>(self.context(), &unit, exit, &word, &mut stack, &slot_count);
        if restored.is_err() {
            self.context().mutator().remove_root_source(root);
            return None;
        }
        self.counters.add(Counter::Forced, frames.len() as u64);
        let frames: *const FrameStack<Word> = &raw const *stack;
        self.rebuilt.borrow_mut().push(Rebuilt { stack, root });
        Some(frames)
    }

    /// Code has left since its frames were rebuilt; what its call returned is in the transfer buffer.
    pub(crate) fn take_over(&self, stack: &mut FrameStack<Word>, floor: usize) -> Resume<Word> {
        let [status, payload, frames] = [0, 1, 2].map(|index| self.context().transfer[index].get());
        let code = stack.frames().get(floor).map_or(0, |frame| frame.code);
        let rebuilt = {
            let mut all = self.rebuilt.borrow_mut();
            let at = all.iter().position(|r| &raw const *r.stack as u64 == frames);
            all.swap_remove(at.expect("rebuilt frames are kept until their code has left"))
        };
        stack.truncate(floor);
        let mut has_room = true;
        for (index, frame) in rebuilt.stack.frames().iter().enumerate() {
            let Ok(window) = stack.push(frame.code, frame.slot_count) else {
                has_room = false;
                break;
            };
            stack.set_pc(frame.pc);
            stack.set_continuation(frame.continuation);
            let from = rebuilt.stack.window_of(index);
            (0..frame.slot_count).for_each(|slot| window.set(slot, from.get(slot)));
        }
        self.context().mutator().remove_root_source(rebuilt.root);
        if !has_room {
            return self.cannot_resume(RestoreError::StackOverflow, stack, floor, code);
        }
        if self.context().raised.get() != 0 {
            return Resume::Raise;
        }
        Resume::Deliver(box_bits::<E>(self.context(), kind_of(Status(status)), payload))
    }
}

/// Whether an exit's number says that frames were rebuilt.
pub(crate) fn is_forced(number: u64) -> bool {
    number & FORCED != 0
}

/// See [`metatrace_machine::Force`].
///
/// # Safety
/// The context is that of a thread with a warm state of this encoding; the site is one of its machine code, which waits.
pub(crate) unsafe fn force<E: Encoding>(context: &Context, site: &Site) -> Option<*const FrameStack<Word>> {
    // SAFETY: contract.
    let warm = unsafe { &*context.warm.get().cast::<WarmState<'_, E>>() };
    warm.rebuild(site)
}
