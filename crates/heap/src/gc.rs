//! `Gc<T>`: a plain, copyable reference to a heap object.
//!
//! Native stacks are scanned conservatively, so a `Gc` may live in any local variable, argument or register, across
//! collections, without ceremony. It must *not* live in malloc memory (`Vec<Gc<_>>`, `HashMap<_, Gc<_>>`, a `Box`): the
//! collector does not look there. Use [`crate::RootVec`], [`crate::Root`] or a heap object.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::header::{Header, LayoutId};
use crate::layout::{ArrayLayout, Layout};

/// Any heap object: only its header is known.
#[repr(C)]
pub struct Object {
    header: Header,
}

/// Reference to a heap object of layout `T`: one non-null word.
#[repr(transparent)]
pub struct Gc<T = Object>(NonNull<T>, PhantomData<*const T>);

impl<T> Copy for Gc<T> {}
impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Gc<T> {
    /// # Safety
    /// * `address` is the start of a live heap object;
    /// * its layout is `T`, or `T` is `Object`.
    #[inline(always)]
    pub unsafe fn from_address(address: usize) -> Self {
        debug_assert!(address != 0 && address & 7 == 0);
        // SAFETY: the address of an object is not null (caller).
        Gc(unsafe { NonNull::new_unchecked(address as *mut T) }, PhantomData)
    }

    /// The object's address. It is final only for pinned, large or old objects; see [`crate::pin`].
    #[inline(always)]
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    /// # Safety
    /// The object's layout is `U`, or `U` is `Object`.
    #[inline(always)]
    pub unsafe fn cast<U>(self) -> Gc<U> {
        Gc(self.0.cast(), PhantomData)
    }

    /// The reference as `Gc<U>` if the object has exactly that layout.
    #[inline(always)]
    pub fn downcast<U: Layout>(self) -> Option<Gc<U>> {
        if self.layout_id() == U::ID {
            // SAFETY: the layout was just checked.
            Some(unsafe { self.cast() })
        } else {
            None
        }
    }

    #[inline(always)]
    pub fn erase(self) -> Gc<Object> {
        // SAFETY: every object is an `Object`.
        unsafe { self.cast() }
    }

    #[inline(always)]
    pub fn header(&self) -> &Header {
        // SAFETY: a `Gc` refers to a live object, which begins with a header.
        unsafe { self.0.cast::<Header>().as_ref() }
    }

    #[inline(always)]
    pub fn layout_id(self) -> LayoutId {
        self.header().layout_id()
    }
}

impl<T: ArrayLayout> Gc<T> {
    /// Number of items in the variable tail.
    #[inline(always)]
    pub fn length(self) -> usize {
        // SAFETY: the descriptor's length field is a 64-bit count inside the live object.
        unsafe { self.0.as_ptr().cast::<u8>().add(T::ARRAY.length_offset as usize).cast::<usize>().read() }
    }

    /// The variable tail. The object stays where it is while the slice (or `self`) is in use on the native stack.
    #[inline(always)]
    pub fn items(&self) -> &[T::Item] {
        // SAFETY: the object has `length` initialised items at the descriptor's offset; items are cells or immutable.
        unsafe {
            let first = self.0.as_ptr().cast::<u8>().add(T::ARRAY.items_offset as usize);
            std::slice::from_raw_parts(first.cast(), self.length())
        }
    }
}

impl<T: Layout> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Gc<T>` refers to a live, initialised object of layout `T`.
        unsafe { self.0.as_ref() }
    }
}

impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Gc<T> {}
impl<T> Hash for Gc<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.address().hash(state);
    }
}
impl<T> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gc({:#x}, layout {})", self.address(), self.layout_id().0)
    }
}

/// Keeps `object` alive up to this point, whatever the optimiser has done with the variable: for loops over a raw slice
/// derived from it, where only a pointer outside the object might survive.
#[inline(always)]
pub fn keep<T>(object: Gc<T>) {
    // SAFETY: the empty instruction sequence has no effect; naming the operand keeps it in a register until here.
    unsafe {
        std::arch::asm!("/* {0} */", in(reg) object.address(), options(nomem, nostack, preserves_flags))
    }
}
