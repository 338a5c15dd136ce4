//! The frame stack while machine code, or a recording, has control.
//!
//! An interpreter that enters machine code holds the only `&mut` to its frame stack. Machine code cannot take a Rust
//! reference along, yet what it calls back ([`complete_call`](crate::calls)) must push frames on that very stack and
//! run the interpreter on them. So the interpreter *lends* its stack for as long as it waits, and whoever is called back
//! *borrows* it. Both nest: the one who has borrowed the stack may lend it again.
//!
//! Invariants: the pointer in the cell is null, or it was made from the `&mut` of a `lend` that is still active on this
//! thread's native stack and that waits for its callee; while it is borrowed the cell is null. So at any time at most
//! one of all these references is in use, and each is a child of the one that it was made from: the rules of exclusive
//! references hold although the path goes through machine code.

use metatrace_machine::{FrameStack, Word};
use std::cell::Cell;
use std::ptr::null_mut;

/// See the module header.
pub struct LentStack(Cell<*mut FrameStack<Word>>);

/// Puts a pointer back into the cell, also when a panic passes.
struct Restore<'a>(&'a Cell<*mut FrameStack<Word>>, *mut FrameStack<Word>);

impl Drop for Restore<'_> {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}

impl LentStack {
    pub const fn new() -> LentStack {
        LentStack(Cell::new(null_mut()))
    }

    /// Runs `callee`, which may borrow the stack.
    pub fn lend<R>(&self, stack: &mut FrameStack<Word>, callee: impl FnOnce() -> R) -> R {
        let _restore = Restore(&self.0, self.0.replace(stack));
        callee()
    }

    /// Uses the stack that was lent last. Panics if none is: then nobody waits in machine code.
    pub fn borrow<R>(&self, user: impl FnOnce(&mut FrameStack<Word>) -> R) -> R {
        let stack = self.0.replace(null_mut());
        assert!(!stack.is_null(), "the frame stack is not lent, or is in use");
        let _restore = Restore(&self.0, stack);
        // SAFETY: the module's invariants: `stack` comes from the `&mut` of an active `lend`, which does not use it
        // before its callee, and so this function, has returned; and nobody else can borrow it, the cell being null.
        user(unsafe { &mut *stack })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lending_and_borrowing_nest() {
        let lent = LentStack::new();
        let mut stack: FrameStack<Word> = FrameStack::new(64, 8, 0);
        stack.push(1, 2).expect("room");
        lent.lend(&mut stack, || {
            lent.borrow(|inner| {
                inner.push(2, 2).expect("room").set(0, 5);
                lent.lend(inner, || lent.borrow(|innermost| assert_eq!(innermost.pop().code, 2)));
                assert_eq!(inner.depth(), 1);
            });
            lent.borrow(|again| assert_eq!(again.top().code, 1));
        });
        assert_eq!(stack.depth(), 1);
    }

    #[test]
    #[should_panic(expected = "not lent")]
    fn a_stack_in_use_cannot_be_borrowed_again() {
        let lent = LentStack::new();
        let mut stack: FrameStack<Word> = FrameStack::new(64, 8, 0);
        lent.lend(&mut stack, || lent.borrow(|_| lent.borrow(|_| ())));
    }
}
