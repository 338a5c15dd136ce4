//! One interpreter: everything that is not in the heap and not of one thread.

use crate::gil::Gil;
use crate::index_caches::IndexCaches;
use crate::maps::Maps;
use crate::names::TEXTS;
use crate::native::Args;
use crate::native::NativeKind;
use crate::native_runs::Runs;
use crate::objects::*;
use crate::py::{Py, Result};
use crate::strings::count_chars;
use crate::symbols::Symbols;
use crate::types::{MethodCache, Ty, TypeInfo, TypeRef};
use crate::value::*;
use heap::{Gc, Header, Heap, LayoutId, WordSlot};
use python_number::siphash::HashKey;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// The next item of an iterator; `None`: it is exhausted.
pub type NextItem = Result<Option<Word>>;

/// A flag for the `compile` hook: the source is that of the program, read from a file. CPython words some errors of it otherwise.
pub const FILE_SOURCE: u32 = 1 << 31;

/// What the runtime calls in the interpreter, which it does not depend on.
pub struct Hooks {
    /// Runs a Python function to its end.
    pub call_function: fn(Py, Gc<Function>, Args) -> Result,
    /// Runs the body of a module, class or `exec` with a namespace for its names; `closure` are its free variables.
    pub run_code: fn(Py, &'static crate::code::Code, namespace: Word, function: Word) -> Result,
    /// Resumes a generator until it yields or finishes.
    pub resume_generator:
        fn(Py, Gc<Generator>, crate::generator::Resumption) -> Result<crate::generator::Step>,
    /// Resumes a plain generator again and again, and gives what it yields to a function until that says `false`.
    pub drain_generator: fn(Py, Gc<Generator>, Each) -> Result<()>,
    /// Runs what waits: finalizers, callbacks of weak references, signal handlers.
    pub poll: fn(Py) -> Result<()>,
    /// Advances a [`LazyIter`] as its `__next__` would; `None`: that must be called.
    pub next_lazy: fn(Py, Gc<LazyIter>) -> Option<NextItem>,
    /// Visits the frames of the thread, innermost first, until the visitor says stop.
    pub visit_frames: fn(Py, crate::frames::Visitor),
    /// The same for another thread, which waits for the GIL. Frames must only be read.
    pub visit_frames_of: fn(&Thread, crate::frames::Visitor),
    /// Compiles source: text or bytes, file name, mode ("exec", "eval", "single"), flags ([`FILE_SOURCE`] among them), optimisation level
    /// (-1: the interpreter's).
    pub compile: fn(Py, source: Word, filename: Word, mode: &str, flags: u32, optimize: i64) -> Result,
}

/// Takes the items of an iterator, one by one; `false`: no more of them.
pub type Each<'e> = &'e mut dyn FnMut(Word) -> Result<bool>;

/// What one thread is doing. Made and freed by the holder of the GIL; only its thread uses it, and only [`Thread::frame_limit`] is
/// written by others.
pub struct Thread {
    pub vm: *const Vm,
    /// The system's identity of the thread (`pthread_self`); 0 until it runs.
    pub identity: Cell<i64>,
    /// Python frames that the thread may have: the recursion limit, or 0 if it is to poll.
    pub frame_limit: AtomicU32,
    /// What it is to run, until it does: a function, a tuple of arguments, a dict of keywords.
    pub words: [Cell<Word>; 3],
    /// The exception being handled, or None. On the heap, and never moved, so that a trace takes a store to it for one that can wait: an
    /// exception that a trace raises and handles is not made.
    pub handling: Gc<Handling>,
    /// The generator whose `return` machine code has ended with: what it gave is no item. Else None. Read, and set back, by whoever gets it.
    pub generator_returned: Cell<Word>,
    /// Python frames on all stacks of the thread.
    pub depth: Cell<u32>,
    /// Frame stacks of the thread, innermost run first; owned by the interpreter crate.
    pub runs: Cell<*const ()>,
    /// Where on the native stack the interpreter's frames are.
    pub native_runs: Runs,
    /// The `contextvars.Context` in force, or None before there is one.
    pub context: Cell<Word>,
    /// `sys.set_asyncgen_hooks`: who is told when an asynchronous generator is first iterated, and when it is dropped; None.
    pub async_generator_hooks: [Cell<Word>; 2],
    /// How many frames a coroutine notes of where it was made: `sys.set_coroutine_origin_tracking_depth`.
    pub origin_depth: Cell<usize>,
    /// The JIT of the thread: asked when a loop or a function is hot. It outlives the thread's runs.
    pub when_hot: Cell<Option<*const dyn metatrace_machine::WhenHot>>,
    /// Frame stacks that are not in use, or null before the first run; of the interpreter crate.
    pub pool: Cell<*const ()>,
    /// What `pool` points to. Dropped with the thread.
    pub pool_owner: RefCell<Option<Box<dyn std::any::Any>>>,
    /// What is called for its events.
    pub observer: crate::observation::Observer,
    /// Objects whose `repr` is under way.
    pub repr_stack: RefCell<Vec<Word>>,
}

/// Objects that live as long as the interpreter, where they are.
#[derive(Default)]
struct Immortals {
    all: FxHashSet<Word>,
    /// Those that no minor collection has seen yet.
    fresh: Vec<Word>,
}

impl Immortals {
    fn trace(&mut self, visitor: &mut heap::RootVisitor<'_>) {
        let young_only = visitor.wants_young_only();
        // Pinned: nothing to write back.
        let mut visit = |word: Word| visitor.word(&Cell::new(word));
        match young_only {
            true => self.fresh.drain(..).for_each(&mut visit),
            false => self.all.iter().copied().for_each(&mut visit),
        }
    }
}

/// See the module header.
pub struct Vm {
    pub heap: Arc<Heap>,
    pub symbols: Symbols,
    pub types: Types,
    pub maps: Maps,
    pub method_cache: MethodCache,
    pub hash_secret: HashKey,
    pub hooks: Hooks,
    pub index_caches: IndexCaches,
    /// Also in the threads: to be changed by [`Vm::set_recursion_limit`].
    pub recursion_limit: Cell<u32>,
    pub gil: Arc<Gil>,
    /// The threads that have not ended, the main one first.
    threads: RefCell<Vec<*const Thread>>,
    /// There are several of them, and the interpreter has not ended.
    is_threaded: Cell<bool>,
    pub observation: crate::observation::Observation,
    pub function_stability: crate::function_stability::FunctionStability,
    pub calm_keys: crate::calm::CalmKeys,
    /// A tool of `sys.monitoring` wants events: of all threads.
    pub is_monitored: Cell<bool>,
    /// `-b`
    pub warns_of_bytes: Cell<bool>,
    /// `-X no_debug_ranges`: of code, nothing but lines is shown.
    pub hides_columns: Cell<bool>,
    /// Largest number of digits in conversions between `int` and decimal text; 0: no limit.
    pub int_max_str_digits: Cell<usize>,
    /// The namespace of `builtins`.
    pub builtins: Cell<Word>,
    /// `sys.modules`
    pub modules: Cell<Word>,
    /// The namespace of `sys`.
    pub sys: Cell<Word>,
    /// `list.append`, for call sites that know it, once one of them was executed; 0 before.
    pub list_append: Cell<Word>,
    /// `len`, likewise.
    pub len_function: Cell<Word>,
    empty_tuple: Cell<Word>,
    empty_string: Cell<Word>,
    /// Strings of one code point below 256.
    characters: Cell<Word>,
    type_version: Cell<u32>,
    /// Words that live as long as the interpreter, pinned.
    immortals: RefCell<Immortals>,
    /// What runtime modules keep: see [`Vm::state`].
    states: RefCell<FxHashMap<std::any::TypeId, &'static dyn std::any::Any>>,
}

/// The built-in types.
pub struct Types {
    types: Box<[TypeRef]>,
    by_layout: [Option<Ty>; 128],
}

impl Types {
    fn new() -> Types {
        let types: Box<[TypeRef]> =
            Ty::ALL.iter().map(|ty| TypeInfo::new(ty.name(), Some(*ty), ty.payload(), ty.flags())).collect();
        let mut by_layout = [None; 128];
        let mut map = |id: LayoutId, ty: Ty| by_layout[id.0 as usize] = Some(ty);
        macro_rules! layouts {
            ($($layout:ident $ty:ident)*) => { $(map(<$layout as heap::Layout>::ID, Ty::$ty);)* };
        }
        layouts! {
            Str Str Bytes Bytes Tuple Tuple List List Dict Dict Set Set FrozenSet FrozenSet BigInt Int Function Function
            CellObject Cell Slice Slice Range Range BigRange Range RangeIter RangeIterator
            ListIter ListIterator TupleIter TupleIterator Property Property ClassMethod ClassMethod
            StaticMethod StaticMethod Traceback Traceback CodeRef Code Super Super MappingProxy MappingProxy Plain Object
            Member MemberDescriptor Complex Complex ByteArray ByteArray SimpleNamespace SimpleNamespace
            GenericAlias GenericAlias Union Union FrameRef Frame MemoryView MemoryView Template Template
            Interpolation Interpolation
        }
        map(<metatrace_machine::WideInt as heap::Layout>::ID, Ty::Int);
        Types { types, by_layout }
    }

    #[inline(always)]
    pub fn get(&self, ty: Ty) -> TypeRef {
        self.types[ty as usize]
    }

    /// The type of all objects of a layout, if they are of one type.
    #[inline(always)]
    pub fn of_layout(&self, layout: LayoutId) -> Option<TypeRef> {
        self.types.get((*self.by_layout.get(layout.0 as usize)?)? as usize).copied()
    }

    /// The type of an object whose layout does not tell.
    pub(crate) fn of_object(&self, py: Py, value: Word) -> TypeRef {
        let ty = if let Some(object) = as_object::<Type>(value) {
            // SAFETY: set when the class was made.
            let info: TypeRef = unsafe { &*(object.info.get() as usize as *const TypeInfo) };
            return info.metaclass.get().unwrap_or_else(|| self.get(Ty::Type));
        } else if let Some(builtin) = as_object::<Builtin>(value) {
            crate::functions::builtin_type(py, builtin)
        } else if let Some(method) = as_object::<BoundMethod>(value) {
            crate::functions::method_type(py, method)
        } else if let Some(getset) = as_object::<Getset>(value) {
            match getset.definition().kind {
                NativeKind::Member => Ty::MemberDescriptor,
                _ => Ty::GetsetDescriptor,
            }
        } else if let Some(module) = as_object::<Module>(value) {
            return py.as_type(module.class.get()).unwrap_or_else(|| self.get(Ty::Module));
        } else if let Some(iter) = as_object::<DictIter>(value) {
            crate::iterators::dict_iter_type(iter)
        } else if let Some(view) = as_object::<DictView>(value) {
            match crate::dict::View::of(view.mode.get()) {
                crate::dict::View::Keys => Ty::DictKeys,
                crate::dict::View::Values => Ty::DictValues,
                crate::dict::View::Items => Ty::DictItems,
            }
        } else if let Some(generator) = as_object::<Generator>(value) {
            crate::generator::type_of(generator)
        } else if let Some(iter) = as_object::<LazyIter>(value) {
            Ty::ALL[iter.kind.get() as usize]
        } else if let Some(iter) = as_object::<StrIter>(value) {
            match as_object::<Str>(iter.text.get()) {
                Some(text) if text.is_ascii() => Ty::StrAsciiIterator,
                Some(_) => Ty::StrIterator,
                None => Ty::BytesIterator,
            }
        } else if let Some(parameter) = as_object::<TypeParam>(value) {
            Ty::ALL[parameter.kind.get() as usize]
        } else if let Some(reference) = as_object::<WeakReference>(value) {
            [Ty::WeakRef, Ty::WeakProxy, Ty::WeakCallableProxy][reference.kind.get() as usize]
        } else if let Some(awaitable) = as_object::<Awaitable>(value) {
            Ty::ALL[awaitable.kind.get() as usize]
        } else if let Some(foreign) = as_object::<Foreign>(value) {
            // SAFETY: set by `foreign::new` to a leaked `TypeInfo`.
            return unsafe { &*(foreign.type_info.get() as usize as *const TypeInfo) };
        } else if let Some(compact) = as_object::<Compact>(value) {
            return crate::compact::class_of(compact);
        } else {
            unreachable!("an internal object is no Python value")
        };
        self.get(ty)
    }
}

impl Vm {
    /// An interpreter without content: the caller then runs [`crate::bootstrap::start`].
    pub fn new(heap: Arc<Heap>, hash_secret: HashKey, hooks: Hooks) -> Box<Vm> {
        for layout in LAYOUTS {
            heap.register(layout);
        }
        heap.register(<metatrace_machine::WideInt as heap::Layout>::DESCR);
        Box::new(Vm {
            heap,
            symbols: Symbols::default(),
            types: Types::new(),
            maps: Maps::default(),
            method_cache: MethodCache::default(),
            hash_secret,
            hooks,
            index_caches: IndexCaches::default(),
            recursion_limit: Cell::new(1000),
            gil: Arc::default(),
            threads: RefCell::default(),
            is_threaded: Cell::new(false),
            observation: crate::observation::Observation::default(),
            function_stability: crate::function_stability::FunctionStability::default(),
            calm_keys: crate::calm::CalmKeys::default(),
            is_monitored: Cell::new(false),
            warns_of_bytes: Cell::new(false),
            hides_columns: Cell::new(false),
            int_max_str_digits: Cell::new(4300),
            builtins: Cell::new(NONE),
            modules: Cell::new(NONE),
            sys: Cell::new(NONE),
            empty_tuple: Cell::new(NONE),
            empty_string: Cell::new(NONE),
            list_append: Cell::new(0),
            len_function: Cell::new(0),
            characters: Cell::new(NONE),
            type_version: Cell::new(1),
            immortals: RefCell::default(),
            states: RefCell::default(),
        })
    }

    /// Makes the strings and the tuple that exist once.
    pub(crate) fn make_singletons(&self, py: Py) -> Result<()> {
        for text in TEXTS {
            let object = py.alloc_str(text.len(), count_chars(text.as_bytes()))?;
            // SAFETY: a fresh object with that many bytes.
            unsafe {
                std::ptr::copy_nonoverlapping(text.as_ptr(), object.bytes.as_ptr().cast_mut(), text.len());
            }
            self.symbols.insert(object);
        }
        self.empty_string.set(py.name_word(py.intern("")?));
        let mut characters = [NONE; 256];
        for (point, character) in (0..=255_u8).zip(&mut characters) {
            let mut buffer = [0; 4];
            let text = char::from(point).encode_utf8(&mut buffer);
            *character = py.name_word(py.intern(text)?);
        }
        self.characters.set(self.immortal(py.new_tuple(&characters)?));
        let tuple = py.new_tuple_uninit(0)?;
        self.empty_tuple.set(self.immortal(word(tuple)));
        Ok(())
    }

    pub fn empty_tuple(&self) -> Word {
        self.empty_tuple.get()
    }

    /// The unique string of at most one Latin-1 character.
    #[inline]
    pub(crate) fn short_string(&self, bytes: &[u8]) -> Option<Gc<Str>> {
        match bytes {
            [] => as_object(self.empty_string.get()),
            [byte] => as_object(self.latin1_chars()?.items()[usize::from(*byte)].get()),
            [first @ (0xC2 | 0xC3), second] => {
                let point = usize::from(first & 3) << 6 | usize::from(second & 0x3F);
                as_object(self.latin1_chars()?.items()[point].get())
            }
            _ => None,
        }
    }

    /// The string of one Latin-1 character.
    #[inline]
    pub fn latin1_char(&self, point: u8) -> Word {
        self.latin1_chars().expect("made with the interpreter").items()[usize::from(point)].get()
    }

    /// The strings of the Latin-1 characters, each of which exists once, in a tuple that stays where it is; `None` while the interpreter is made.
    #[inline]
    pub fn latin1_chars(&self) -> Option<Gc<Tuple>> {
        as_object(self.characters.get())
    }

    /// Keeps a value alive, and where it is, for as long as the interpreter.
    pub fn immortal(&self, value: Word) -> Word {
        if let Some(object) = object(value) {
            heap::pin(object);
            let mut immortals = self.immortals.borrow_mut();
            if immortals.all.insert(value) {
                immortals.fresh.push(value);
            }
        }
        value
    }

    pub fn next_type_version(&self) -> u32 {
        let version = self.type_version.get() + 1;
        self.type_version.set(version);
        version
    }

    /// The state of a runtime module, by its Rust type; made when it is first asked for, never freed. Words in it must be
    /// made [`Vm::immortal`] or be held in a [`heap::Root`].
    pub fn state<T: Default + 'static>(&self) -> &'static T {
        let key = std::any::TypeId::of::<T>();
        let known = self.states.borrow().get(&key).copied();
        let state = known.unwrap_or_else(|| {
            let made: &'static T = Box::leak(Box::default());
            self.states.borrow_mut().insert(key, made);
            made
        });
        state.downcast_ref().expect("the key is the type")
    }
}

impl heap::RootSource for VmRoots {
    fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
        // SAFETY: the interpreter outlives its registration (contract of `Vm::roots`).
        let vm = unsafe { &*self.vm };
        vm.symbols.trace(visitor);
        vm.method_cache.trace(visitor);
        for cell in [&vm.builtins, &vm.modules, &vm.sys] {
            visitor.word(cell);
        }
        vm.immortals.borrow_mut().trace(visitor);
        for thread in vm.threads.borrow().iter() {
            // SAFETY: a thread is in the list for as long as it lives.
            unsafe { &**thread }.trace(visitor);
        }
    }
}

/// See [`Vm::roots`].
pub struct VmRoots {
    vm: *const Vm,
}

impl Vm {
    /// A root source for everything that the interpreter and its threads hold. It must be removed from the heap before it is dropped.
    pub fn roots(&self) -> VmRoots {
        VmRoots { vm: self }
    }

    /// Whether there are threads besides the running one that may want to run.
    #[inline(always)]
    pub fn is_threaded(&self) -> bool {
        self.is_threaded.get()
    }

    /// The threads that have not ended, the main one first. Valid until the GIL is released.
    pub fn threads(&self) -> Vec<&Thread> {
        // SAFETY: a thread is in the list for as long as it lives.
        self.threads.borrow().iter().map(|thread| unsafe { &**thread }).collect()
    }

    /// Visits them. For handlers of signals, which must not allocate.
    pub fn each_thread(&self, mut visit: impl FnMut(&Thread)) {
        if let Ok(threads) = self.threads.try_borrow() {
            // SAFETY: a thread is in the list for as long as it lives.
            threads.iter().for_each(|thread| visit(unsafe { &**thread }));
        }
    }

    /// Whether this is the thread that signals are handled on.
    pub fn is_main(&self, thread: &Thread) -> bool {
        self.threads.borrow().first().is_some_and(|first| std::ptr::eq(*first, thread))
    }

    /// Notes a thread that is to run. The first one is the main thread.
    ///
    /// # Safety
    /// The thread is removed before it is dropped.
    pub unsafe fn add_thread(&self, thread: &Thread) {
        let mut threads = self.threads.borrow_mut();
        threads.push(thread);
        self.is_threaded.set(threads.len() > 1);
    }

    /// Forgets a thread that ends.
    pub fn remove_thread(&self, thread: *const Thread) {
        let mut threads = self.threads.borrow_mut();
        threads.retain(|known| *known != thread);
        self.is_threaded.set(self.is_threaded.get() && threads.len() > 1);
    }

    /// After a fork: `thread` is the only one.
    pub(crate) fn forget_other_threads(&self, thread: &Thread) {
        self.threads.borrow_mut().retain(|known| std::ptr::eq(*known, thread));
        self.is_threaded.set(false);
    }

    /// Stops all threads but the running one for ever, where they are or as soon as they want to run. Whether there are any: then
    /// nothing that they may use must be freed.
    pub fn stop_other_threads(&self) -> bool {
        self.gil.close();
        self.is_threaded.set(false);
        self.threads.borrow().len() > 1
    }

    pub fn set_recursion_limit(&self, limit: u32) {
        self.recursion_limit.set(limit);
        for thread in self.threads() {
            // The others look it up when they call next.
            thread.frame_limit.store(0, Relaxed);
        }
    }
}

impl Thread {
    /// Errors: there is no memory.
    pub fn new(vm: &Vm, mutator: &heap::Mutator) -> std::result::Result<Thread, heap::OutOfMemory> {
        let handling = mutator.alloc(Handling { header: Header::EMPTY, exception: WordSlot::new(NONE) })?;
        heap::pin(handling);
        Ok(Thread {
            vm,
            identity: Cell::new(0),
            frame_limit: AtomicU32::new(vm.recursion_limit.get()),
            words: [const { Cell::new(NONE) }; 3],
            handling,
            generator_returned: Cell::new(NONE),
            depth: Cell::new(0),
            runs: Cell::new(std::ptr::null()),
            native_runs: Runs::default(),
            context: Cell::new(NONE),
            async_generator_hooks: [Cell::new(NONE), Cell::new(NONE)],
            origin_depth: Cell::new(0),
            when_hot: Cell::new(None),
            pool: Cell::new(std::ptr::null()),
            pool_owner: RefCell::default(),
            observer: crate::observation::Observer::default(),
            repr_stack: RefCell::default(),
        })
    }

    /// The exception being handled, or None.
    #[inline(always)]
    pub fn handled(&self) -> Word {
        self.handling.exception.get()
    }

    #[inline(always)]
    pub fn set_handled(&self, mutator: &heap::Mutator, exception: Word) {
        self.handling.exception.set(mutator, self.handling, exception);
    }

    fn trace(&self, visitor: &mut heap::RootVisitor<'_>) {
        visitor.word(&Cell::new(word(self.handling)));
        for cell in [&self.context, &self.generator_returned]
            .into_iter()
            .chain(&self.words)
            .chain(&self.async_generator_hooks)
        {
            visitor.word(cell);
        }
        self.observer.each_word(visitor);
        for word in self.repr_stack.borrow_mut().iter_mut() {
            let cell = Cell::new(*word);
            visitor.word(&cell);
            *word = cell.get();
        }
    }
}
