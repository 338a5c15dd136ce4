//! What instructions that name something learned while they ran: inline caches, one for each site of a code object in a module.

use crate::code::Code;
use crate::maps::{MapRef, Place};
use crate::objects::{Module, Variable};
use crate::py::Py;
use crate::types::TypeRef;
use crate::value::{Word, word};
use heap::{Gc, LayoutId};
use std::cell::{Cell, OnceCell, RefCell};

/// What a site (an instruction that names something) learned.
#[derive(Default)]
pub struct Site {
    /// Of a global: its variable in the module and in the builtins, as addresses. Of an attribute of a module: the variable.
    pub(crate) module_variable: Cell<usize>,
    pub(crate) builtin_variable: Cell<usize>,
    /// Of an attribute: the one module, if any, that `module_variable` is for. Of an attribute of `super()`: the class behind which the
    /// ways start to look.
    module: Cell<usize>,
    first: Way,
    /// For a site that has seen objects of several layouts: each has one place.
    others: OnceCell<Box<[Way; OTHER_WAYS]>>,
}

/// Code in which built-in functions consume the generators of some code; what it is, and which function has which number, is the
/// interpreter's business.
#[derive(Default)]
pub struct Consumers {
    calls: Cell<u32>,
    codes: RefCell<Vec<(u8, &'static Code)>>,
}

impl Consumers {
    /// Counts a call; whether it is one of the first `most`.
    #[inline]
    pub fn is_cold(&self, most: u32) -> bool {
        let calls = self.calls.get();
        if calls < most {
            self.calls.set(calls + 1);
        }
        calls < most
    }
    /// The code of the function with this number.
    #[inline]
    pub fn get(&self, function: u8) -> Option<&'static Code> {
        self.codes.borrow().iter().find(|(number, _)| *number == function).map(|(_, code)| *code)
    }
    pub fn add(&self, function: u8, code: &'static Code) {
        self.codes.borrow_mut().push((function, code));
    }
}

/// What a call with keywords learned.
#[derive(Default)]
pub struct ShapeSite {
    /// The tuple of keywords, immortal; 0 before it is needed.
    pub names: Cell<Word>,
    /// For which callee (the address of its [`Code`], and whether there is a receiver) `order` holds.
    callee: Cell<(u64, bool)>,
    order: Cell<Option<&'static [u32]>>,
}

impl ShapeSite {
    /// The parameter of each argument of a call of `callee`; `None`: it takes more than that to bind them. `find` works it out. What it
    /// finds is kept as long as the code: a site that calls ever other functions would keep too much, so it stops after the first.
    #[inline]
    pub fn order(
        &self,
        callee: &'static Code,
        has_receiver: bool,
        find: impl FnOnce() -> Option<Vec<u32>>,
    ) -> Option<std::borrow::Cow<'static, [u32]>> {
        let key = (callee.address(), has_receiver);
        if self.callee.get() == key {
            return self.order.get().map(std::borrow::Cow::Borrowed);
        }
        let found = find();
        if self.callee.get().0 == 0 {
            self.callee.set(key);
            self.order.set(found.clone().map(|order| &*Box::leak(order.into_boxed_slice())));
        }
        found.map(std::borrow::Cow::Owned)
    }
}

/// In place of a variable's address: its site was passed.
const PASSED: usize = 1;

/// Layouts that a site remembers besides the first. They are numbered as they are made, so those of related classes rarely meet.
const OTHER_WAYS: usize = 8;

/// An attribute that was looked up for objects of a layout: where it was, while the class keeps its version.
#[derive(Default)]
struct Way {
    layout: Cell<u32>,
    version: Cell<u32>,
    /// If the plan is an inline slot: the slot and one. Else 0.
    slot: Cell<u32>,
    class: Cell<Option<TypeRef>>,
    plan: Cell<AttributePlan>,
}

impl Way {
    #[inline(always)]
    fn get(&self, layout: LayoutId) -> Option<(AttributePlan, TypeRef)> {
        if self.layout.get() != layout.0 {
            return None;
        }
        let class = self.class.get()?;
        (class.version() == self.version.get()).then(|| (self.plan.get(), class))
    }
    fn set(&self, layout: LayoutId, class: TypeRef, plan: AttributePlan) {
        self.layout.set(layout.0);
        self.class.set(Some(class));
        self.version.set(class.version());
        self.slot.set(match plan {
            AttributePlan::Field(Place::Inline(slot)) => slot + 1,
            _ => 0,
        });
        self.plan.set(plan);
    }
    /// The inline slot of the attribute, if the plan is one and holds.
    #[inline(always)]
    fn slot(&self, layout: LayoutId) -> Option<u32> {
        if self.layout.get() != layout.0 {
            return None;
        }
        let class = self.class.get()?;
        (class.version() == self.version.get()).then(|| self.slot.get().checked_sub(1))?
    }
    /// Whether it is of no use to objects of other layouts.
    fn is_free_for(&self, layout: LayoutId) -> bool {
        self.layout.get() == layout.0 || self.class.get().is_none_or(|c| c.version() != self.version.get())
    }
}

/// How an attribute of objects of one layout is reached. Valid while the class keeps its version.
#[derive(Clone, Copy, Default)]
pub enum AttributePlan {
    /// By the generic path.
    #[default]
    Generic,
    /// A slot of the instance; the class has no data descriptor of that name.
    Field(Place),
    /// An attribute of the class that is not bound: the word is rooted by the class as long as the version holds, and
    /// pinned by whoever fills the site.
    ClassConstant(Word),
    /// A [`AttributePlan::ClassConstant`] that is an instance and no descriptor, as long as it stays of its class and that class as it is, too. Who cannot make sure of
    /// both goes the generic way.
    ClassInstance(Word),
    /// The same of an attribute that programs assign again and again: its variable ([`crate::class_variables`]).
    ClassVariable(Word),
    /// A function of the class, to be bound to the instance.
    Method(Word),
    /// A property written in Python: its getter.
    Property(Word),
    /// There is none; `__getattr__`, a plain function of two parameters, is asked.
    Fallback(Word),
    /// An item of the tuple that the instance holds: the field of a named tuple.
    Item(u32),
    /// Storing adds the attribute: the map afterwards. There is room for it.
    Add(Place, MapRef),
}

impl Site {
    /// The plan for objects of a layout, and their class, if the cache has it and the class is as it was.
    #[inline(always)]
    pub fn cached(&self, layout: LayoutId) -> Option<(AttributePlan, TypeRef)> {
        match self.first.get(layout) {
            Some(known) => Some(known),
            None => Self::other(self.others.get()?, layout).get(layout),
        }
    }
    /// The inline slot of the attribute in objects of a layout, if the cache knows that it is one.
    #[inline(always)]
    pub fn cached_slot(&self, layout: LayoutId) -> Option<u32> {
        if let Some(slot) = self.first.slot(layout) {
            return Some(slot);
        }
        Self::other(self.others.get()?, layout).slot(layout)
    }
    pub fn set(&self, layout: LayoutId, class: TypeRef, plan: AttributePlan) {
        let way = match self.first.is_free_for(layout) {
            true => &self.first,
            false => Self::other(self.others.get_or_init(Box::default), layout),
        };
        way.set(layout, class, plan);
    }

    /// The place of a layout among those behind the first.
    #[inline(always)]
    fn other(others: &[Way; OTHER_WAYS], layout: LayoutId) -> &Way {
        &others[layout.0 as usize % OTHER_WAYS]
    }

    /// What [`Site::cached`] gives for `super()` with this class.
    #[inline(always)]
    pub fn cached_super(&self, behind: TypeRef, layout: LayoutId) -> Option<(AttributePlan, TypeRef)> {
        if self.module.get() != std::ptr::from_ref(behind) as usize {
            return None;
        }
        self.first.get(layout)
    }
    /// Remembers it, in place of what was remembered for another class.
    pub fn set_super(&self, behind: TypeRef, layout: LayoutId, class: TypeRef, plan: AttributePlan) {
        self.module.set(std::ptr::from_ref(behind) as usize);
        self.first.set(layout, class, plan);
    }

    /// Whether an instruction that names a variable was passed before, as far as the site knows. What runs once need not find the
    /// variables, one of which may have to be made.
    #[inline(always)]
    pub fn is_passed_again(&self) -> bool {
        self.module_variable.get() != 0 || self.builtin_variable.replace(PASSED) == PASSED
    }

    /// The variable of this name in a module, if the site knows the module.
    #[inline(always)]
    pub fn variable_in(&self, module: Gc<Module>) -> Option<Gc<Variable>> {
        // SAFETY: set below together with the module; both are immortal.
        (self.module.get() == module.address())
            .then(|| unsafe { Gc::from_address(self.module_variable.get()) })
    }
    /// Remembers a variable of a module; only the first that the site sees, as both become immortal.
    pub fn set_variable_in(&self, py: Py, module: Gc<Module>, variable: Gc<Variable>) {
        if self.module.get() == 0 {
            py.vm().immortal(word(module));
            py.vm().immortal(word(variable));
            self.module_variable.set(variable.address());
            self.module.set(module.address());
        }
    }
}
