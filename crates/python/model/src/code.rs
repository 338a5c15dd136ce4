//! Code at run time: what the compiler made, with the words and caches that executing it needs.
//!
//! [`CodeInfo`] is a code object as Python sees it: the compiler's [`CodeObject`] and its constants as words. [`Code`] is a code
//! object *in a module*: the same with the variables of the globals that it names, inline caches and warm cells. A frame refers to
//! a `Code` by address, so globals are green.
//!
//! What only running code needs (constants, caches) is made when the code runs for the first time: most functions of most
//! modules never do. Of the library's functions the code itself is unpacked only then, or when somebody looks into it ([`LazyObject`]).
//! Limits: neither is ever freed.

use crate::objects::{Dict, Variable};
use crate::observation::{self, Level, Observation};
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::Ty;
use crate::value::{FALSE, NONE, TRUE, UNSET, Word, float_word, word};
use heap::Gc;
use metatrace_machine::{SLOT_GROUP, WarmCell};
use python_compile::code::flags;
use python_compile::opcode::{Instruction, Opcode};
use python_compile::packed::{Outline, PackedCode};
use python_compile::{CodeObject, Constant};
use rustc_hash::FxHashMap;
use std::cell::{Cell, OnceCell, RefCell};

pub use crate::site::{AttributePlan, Consumers, ShapeSite, Site};

/// Slots of a frame behind its registers.
pub mod frame {
    /// The function that runs, or None.
    pub const FUNCTION: u32 = 0;
    /// The namespace of a module or class body (any mapping), or unset: a function.
    pub const NAMESPACE: u32 = 1;
    /// What an instruction needs between two of its steps; see the interpreter's continuations.
    pub const SCRATCH: u32 = 2;
    /// The generator whose frame it is.
    pub const GENERATOR: u32 = 4;
    /// The object that shows the frame to programs, once one was asked for; else unset.
    pub const OBJECT: u32 = 5;
    pub const COUNT: u32 = 6;
}

/// A code object that is unpacked when it is first looked into.
pub struct LazyObject {
    packed: Option<PackedCode>,
    object: OnceCell<Box<CodeObject>>,
}

impl std::ops::Deref for LazyObject {
    type Target = CodeObject;

    #[inline]
    fn deref(&self) -> &CodeObject {
        match self.object.get() {
            Some(object) => object,
            None => self.unpack(),
        }
    }
}

impl LazyObject {
    #[cold]
    fn unpack(&self) -> &CodeObject {
        let packed = self.packed.as_ref().expect("code is packed until there is an object");
        self.object.get_or_init(|| Box::new(unpacked(packed)))
    }

    /// What making a function asks of the code; does not unpack it.
    pub fn outline(&self) -> Outline<'_> {
        match (self.object.get(), &self.packed) {
            (None, Some(packed)) => packed.outline().expect(EMBEDDED),
            _ => Outline::of(self),
        }
    }
}

/// See the module header.
pub struct CodeInfo {
    pub object: LazyObject,
    pub names: OnceCell<Box<[Symbol]>>,
    /// Made when the code first runs. Roots of the interpreter.
    constants: OnceCell<Box<[Word]>>,
    /// Name and qualified name.
    titles: OnceCell<(Symbol, Symbol)>,
    /// The docstring or None, immortal.
    doc: OnceCell<Word>,
    /// Names of the parameters.
    parameters: OnceCell<Box<[Symbol]>>,
    /// The code constants, by index.
    children: RefCell<FxHashMap<u32, &'static CodeInfo>>,
    /// The one Python object for this code, once there is one.
    pub value: Cell<Word>,
    /// Where the file of the code is, if not where it was compiled.
    moved: OnceCell<Box<str>>,
}

/// Slots that are saved at an instruction; found when it first suspends.
type SavedSlots = OnceCell<Box<[u32]>>;

/// See the module header.
pub struct Code {
    pub info: &'static CodeInfo,
    pub globals: Gc<Dict>,
    /// `globals["__builtins__"]` when the code was made.
    pub builtins: Gc<Dict>,
    /// The object that a program gave as globals, if its class derives from `dict`: it is asked for each global, by its `__getitem__`,
    /// before the builtins are. UNSET for all others. Its variables are not those that instructions hold.
    pub mapping: Word,
    /// The same for builtins that are neither a module nor a dict, but perhaps a mapping.
    builtins_mapping: Word,
    /// The instructions, with the number of its warm cell in the unused operand of each backward jump. Empty until the code is prepared.
    instructions: Cell<&'static [Instruction]>,
    /// What the interpreter's loop executes: the same, or what observers want ([`crate::observation`]).
    executed: Cell<&'static [Instruction]>,
    /// What observers want, by level, once they did.
    observed: [OnceCell<&'static [Instruction]>; 2],
    pub entry: WarmCell,
    /// One for each backward jump. Empty until the code is prepared.
    loops: Cell<&'static [WarmCell]>,
    /// Of a generator: one for each instruction, at some of which it is suspended. Empty until the code is prepared.
    resumptions: Cell<&'static [WarmCell]>,
    /// Slots of a frame: registers, what else it holds, and as many more as fill a group of those that are written at once.
    slot_count: u32,
    /// Number of registers, of positional parameters and of free variables: copies of the code object's, next to what else a call
    /// reads.
    pub register_count: u32,
    pub arg_count: u32,
    /// All parameters.
    pub parameter_count: u32,
    pub free_count: u32,
    /// The flags of the code object.
    pub flags: u32,
    /// Whether a call makes a generator, coroutine or asynchronous generator.
    pub is_generator: bool,
    /// Whether what a call makes has something to do when it is dropped before its end: `finally` blocks and the like, or to tell.
    pub needs_finalizer: bool,
    /// Whether it is the body of a module or class: its variables are in a namespace.
    pub is_body: bool,
    /// Frames of the code are not shown to programs.
    pub is_hidden: bool,
    /// Of a generator: the code in which builtins consume those of this code.
    pub consumers: Consumers,
    /// Whether all parameters are positional: `arg_count` of them.
    pub is_positional: bool,
    /// The same, and it is no generator and no body.
    pub is_plain: bool,
    /// Arguments of a call that only moves them to their registers: as many as parameters, if the code is plain and prepared;
    /// else a number that no call has.
    pub plain_arguments: Cell<u32>,
    /// The register of the first free variable, once the code is prepared.
    pub first_free: Cell<u32>,
    is_prepared: Cell<bool>,
    /// Empty until the code is prepared.
    constants: Cell<&'static [Word]>,
    names: Cell<&'static [Symbol]>,
    sites: Cell<&'static [Site]>,
    shapes: Cell<&'static [ShapeSite]>,
    /// Of a generator: what is saved at each instruction at which it was ever suspended; see [`Code::saved_slots`].
    saved: OnceCell<Box<[SavedSlots]>>,
    /// Of a generator: see [`Code::is_handling`].
    handling: OnceCell<Box<[bool]>>,
    children: RefCell<FxHashMap<u32, &'static Code>>,
}

impl CodeInfo {
    pub fn new(object: CodeObject) -> &'static CodeInfo {
        CodeInfo::with(LazyObject { packed: None, object: OnceCell::from(Box::new(object)) })
    }

    fn packed(code: &PackedCode) -> &'static CodeInfo {
        CodeInfo::with(LazyObject { packed: Some(code.clone()), object: OnceCell::new() })
    }

    fn with(object: LazyObject) -> &'static CodeInfo {
        Box::leak(Box::new(CodeInfo {
            object,
            names: OnceCell::new(),
            constants: OnceCell::new(),
            titles: OnceCell::new(),
            doc: OnceCell::new(),
            parameters: OnceCell::new(),
            children: RefCell::default(),
            value: Cell::new(0),
            moved: OnceCell::new(),
        }))
    }

    /// `co_filename`
    pub fn filename(&self) -> &str {
        self.moved.get().map_or(&self.object.filename, |moved| moved)
    }

    /// Says where the file of the code, and of all code in it, is now. Cached bytecode may have moved with its source, once.
    pub fn set_filename(&self, filename: &str) {
        if self.filename() == filename {
            return;
        }
        let _ = self.moved.set(filename.into());
        for child in self.children.borrow().values() {
            child.set_filename(filename);
        }
    }

    /// The names that instructions refer to.
    pub fn names(&'static self, py: Py) -> Result<&'static [Symbol]> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let names: Result<Vec<Symbol>> = self.object.names.iter().map(|name| py.intern(name)).collect();
        Ok(self.names.get_or_init(|| names.unwrap_or_default().into()))
    }

    /// Name and qualified name of a function of this code.
    pub fn titles(&self, py: Py) -> Result<(Symbol, Symbol)> {
        if let Some(titles) = self.titles.get() {
            return Ok(*titles);
        }
        let outline = self.object.outline();
        let titles = (py.intern(outline.name)?, py.intern(outline.qualname)?);
        Ok(*self.titles.get_or_init(|| titles))
    }

    /// The docstring of a function of this code, or None.
    pub fn doc(&self, py: Py) -> Result {
        if let Some(doc) = self.doc.get() {
            return Ok(*doc);
        }
        let doc = match &self.object.docstring {
            Some(doc) => py.vm().immortal(constant_word(py, doc)?),
            None => NONE,
        };
        Ok(*self.doc.get_or_init(|| doc))
    }

    /// The name of a parameter.
    pub fn parameter(&self, py: Py, index: usize) -> Result<Symbol> {
        if let Some(parameters) = self.parameters.get() {
            return Ok(parameters[index]);
        }
        let count = self.object.parameter_count() as usize;
        let names: Result<Vec<Symbol>> =
            self.object.varnames[..count].iter().map(|name| py.intern(name)).collect();
        let names = names?;
        Ok(self.parameters.get_or_init(|| names.into())[index])
    }

    /// The constants as words.
    pub fn constants(&'static self, py: Py) -> Result<&'static [Word]> {
        if let Some(constants) = self.constants.get() {
            return Ok(constants);
        }
        let list = py.new_list(self.object.constants.len())?;
        for (index, constant) in self.object.constants.iter().enumerate() {
            let value = match constant {
                Constant::Code(_) | Constant::Packed(_) => NONE,
                other => constant_word(py, other)?,
            };
            let _ = index;
            crate::py::list_push(py, list, value)?;
        }
        let words: Vec<Word> = (0..list.len()).map(|i| py.vm().immortal(list.item(i))).collect();
        Ok(self.constants.get_or_init(|| words.into()))
    }

    /// The code of a nested function: constant number `index`.
    pub fn child(&'static self, index: u32) -> &'static CodeInfo {
        if let Some(child) = self.children.borrow().get(&index) {
            return child;
        }
        let child = match &self.object.constants[index as usize] {
            Constant::Code(code) => CodeInfo::new((**code).clone()),
            Constant::Packed(code) => CodeInfo::packed(code),
            _ => unreachable!("the compiler put code there"),
        };
        if let Some(moved) = self.moved.get() {
            child.set_filename(moved);
        }
        self.children.borrow_mut().insert(index, child);
        child
    }
}

/// Code that is kept packed comes from the library in the executable: cached bytecode is unpacked and checked when it is read.
fn unpacked(code: &PackedCode) -> CodeObject {
    code.unpack().expect(EMBEDDED)
}

/// Why packed code cannot be damaged.
const EMBEDDED: &str = "the library was packed when the interpreter was built";

/// A constant as a word. GC: allocates.
pub fn constant_word(py: Py, constant: &Constant) -> Result {
    Ok(match constant {
        Constant::None => NONE,
        Constant::Ellipsis => crate::value::ELLIPSIS,
        Constant::Bool(true) => TRUE,
        Constant::Bool(false) => FALSE,
        Constant::Int(value) => py.int(*value)?,
        Constant::BigInt(text) => {
            let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("-0x")) {
                Some(digits) => (digits, 16),
                None => (text.trim_start_matches('-'), 10),
            };
            let value =
                dashu_int::IBig::from_str_radix(digits, radix).expect("the compiler checked the digits");
            py.big_int(if text.starts_with('-') { -value } else { value })?
        }
        Constant::Float(bits) => float_word(f64::from_bits(*bits)),
        Constant::Complex(re, im) => py.complex(f64::from_bits(*re), f64::from_bits(*im))?,
        Constant::Str(text) => match text.len() <= 64 {
            // Short strings are likely to be names: sharing them makes attribute and keyword tests pointer tests.
            true => py.name_word(py.intern(text)?),
            false => py.str(text)?,
        },
        Constant::SurrogateStr(bytes) => py.str_bytes(bytes)?,
        Constant::Bytes(bytes) => py.new_bytes(bytes)?,
        Constant::Tuple(items) => {
            let list = py.new_list(items.len())?;
            for item in items {
                let value = constant_word(py, item)?;
                crate::py::list_push(py, list, value)?;
            }
            py.tuple_from_list(list)?
        }
        Constant::FrozenSet(items) => {
            let table = crate::dict::new(py)?;
            for item in items {
                let value = constant_word(py, item)?;
                crate::dict::set(py, table, value, NONE)?;
            }
            py.new_frozenset(table)?
        }
        Constant::Code(code) => py.code_value(CodeInfo::new((**code).clone()))?,
        Constant::Packed(code) => py.code_value(CodeInfo::packed(code))?,
    })
}

impl Code {
    /// Code in a module. Errors: out of memory.
    pub fn new(py: Py, info: &'static CodeInfo, globals: Gc<Dict>) -> Result<&'static Code> {
        Code::with_globals(py, info, word(globals))
    }

    /// Code whose globals are a dict or an instance of a subclass of `dict`. Errors: `TypeError` if they are neither; out of memory.
    pub fn with_globals(py: Py, info: &'static CodeInfo, given: Word) -> Result<&'static Code> {
        let globals: Gc<Dict> = py.expect(given, Ty::Dict, "__getitem__")?;
        let mapping = if given == word(globals) { UNSET } else { py.vm().immortal(given) };
        crate::dict::make_namespace(py, globals)?;
        let (builtins, asked) = py.builtins_of(globals)?;
        let builtins_mapping = asked.map_or(UNSET, |asked| py.vm().immortal(asked));
        let (globals_word, builtins_word) = (word(globals), word(builtins));
        py.vm().immortal(globals_word);
        py.vm().immortal(builtins_word);
        let outline = info.object.outline();
        let has = |any: u32| outline.flags & any != 0;
        let is_generator = has(flags::ANY_GENERATOR);
        let tells = has(flags::COROUTINE | flags::ASYNC_GENERATOR);
        let needs_finalizer = is_generator && (tells || !info.object.exception_table.is_empty());
        let is_positional = !has(flags::VARARGS | flags::VARKEYWORDS) && outline.kwonly_count == 0;
        let extra_count = u32::from(has(flags::VARARGS)) + u32::from(has(flags::VARKEYWORDS));
        Ok(Box::leak(Box::new(Code {
            info,
            globals,
            builtins,
            mapping,
            builtins_mapping,
            instructions: Cell::new(&[]),
            executed: Cell::new(&[]),
            observed: [const { OnceCell::new() }; 2],
            entry: WarmCell::new(),
            loops: Cell::new(&[]),
            resumptions: Cell::new(&[]),
            slot_count: (outline.register_count + frame::COUNT).next_multiple_of(SLOT_GROUP),
            register_count: outline.register_count,
            arg_count: outline.arg_count,
            parameter_count: outline.arg_count + outline.kwonly_count + extra_count,
            free_count: outline.free_count,
            flags: outline.flags,
            is_generator,
            is_body: !has(flags::OPTIMIZED),
            is_hidden: has(flags::HIDDEN),
            consumers: Consumers::default(),
            needs_finalizer,
            is_positional,
            is_plain: is_positional && !is_generator && has(flags::OPTIMIZED),
            plain_arguments: Cell::new(u32::MAX),
            first_free: Cell::new(0),
            is_prepared: Cell::new(false),
            constants: Cell::new(&[]),
            names: Cell::new(&[]),
            sites: Cell::new(&[]),
            shapes: Cell::new(&[]),
            saved: OnceCell::new(),
            handling: OnceCell::new(),
            children: RefCell::default(),
        })))
    }

    /// The code that a frame refers to.
    #[inline(always)]
    pub fn at(address: u64) -> &'static Code {
        // SAFETY: frames, functions and generators hold addresses of leaked `Code`s.
        unsafe { &*(address as usize as *const Code) }
    }
    #[inline(always)]
    pub fn address(&'static self) -> u64 {
        std::ptr::from_ref(self) as usize as u64
    }

    #[inline(always)]
    pub fn object(&self) -> &'static CodeObject {
        &self.info.object
    }

    /// Slots of a frame of this code.
    #[inline(always)]
    pub fn slot_count(&self) -> u32 {
        self.slot_count
    }
    /// Number of the first slot behind the registers.
    #[inline(always)]
    pub fn extra(&self, slot: u32) -> u32 {
        self.register_count + slot
    }

    /// Whether frames of the code have a namespace: module and class bodies. (Generators keep the slot with their frame.)
    pub fn has_namespace(&self) -> bool {
        self.is_body || crate::generator::is_generator(self)
    }

    /// Makes what running the code needs. Must have been called before a frame of the code is pushed.
    #[inline(always)]
    pub fn prepare(&'static self, py: Py) -> Result<()> {
        if self.is_prepared.get() { Ok(()) } else { self.prepare_cold(py) }
    }

    #[cold]
    fn prepare_cold(&'static self, py: Py) -> Result<()> {
        self.constants.set(self.info.constants(py)?);
        self.names.set(self.info.names(py)?);
        let mut loops = 0;
        let numbered: Vec<Instruction> = (self.object().instructions.iter())
            .map(|i| match i.op() {
                Opcode::JumpBackward => {
                    loops += 1;
                    Instruction::new(i.op(), i.a(), loops - 1, i.c())
                }
                _ => *i,
            })
            .collect();
        self.instructions.set(if loops == 0 { &self.object().instructions } else { numbered.leak() });
        self.loops.set(Box::leak((0..loops).map(|_| WarmCell::new()).collect()));
        if self.is_generator {
            let count = self.object().instructions.len();
            self.resumptions.set(Box::leak((0..count).map(|_| WarmCell::new()).collect()));
        }
        let count = self.info.object.sites.len();
        self.sites.set(Box::leak((0..count).map(|_| Site::default()).collect()));
        let count = self.info.object.call_shapes.len();
        self.shapes.set(Box::leak((0..count).map(|_| ShapeSite::default()).collect()));
        self.first_free.set(u32::from(self.object().first_free()));
        if self.is_plain {
            self.plain_arguments.set(self.arg_count);
        }
        self.executed.set(self.instructions.get());
        self.is_prepared.set(true);
        Observation::of(py).note(self);
        Ok(())
    }

    /// The instructions as they are when nobody observes.
    pub(crate) fn originals(&self) -> &'static [Instruction] {
        self.instructions.get()
    }

    /// Lets the interpreter show the code to observers, from the next instruction on.
    pub fn observe(&self, level: Level) {
        let place = match level {
            Level::Nothing => return self.executed.set(self.instructions.get()),
            Level::Lines => &self.observed[0],
            Level::Instructions => &self.observed[1],
        };
        self.executed.set(place.get_or_init(|| observation::observed(self, level).leak()));
    }

    /// The instruction at a pc.
    #[inline(always)]
    pub fn instruction(&self, pc: u32) -> Instruction {
        debug_assert!((pc as usize) < self.instructions.get().len());
        // SAFETY: pcs are those of this code: the compiler's verifier checked that every jump and every handler leads to an
        // instruction and that the last one does not go on.
        unsafe { *self.instructions.get().get_unchecked(pc as usize) }
    }

    /// The warm cell of a backward jump.
    #[inline(always)]
    pub fn loop_cell(&self, number: u32) -> &'static WarmCell {
        debug_assert!((number as usize) < self.loops.get().len());
        // SAFETY: `prepare` numbered the jumps and made a cell for each.
        unsafe { self.loops.get().get_unchecked(number as usize) }
    }

    /// The warm cell of a generator's going on behind the instruction at which it was suspended.
    #[inline(always)]
    pub fn resumption_cell(&self, suspended_at: u32) -> &'static WarmCell {
        debug_assert!((suspended_at as usize) < self.resumptions.get().len());
        // SAFETY: `prepare` made a cell for each instruction, and no generator exists whose code is not prepared.
        unsafe { self.resumptions.get().get_unchecked(suspended_at as usize) }
    }

    /// The parts of the instruction at a pc.
    #[inline(always)]
    pub fn decoded(&self, pc: u32) -> (Opcode, u32, u32, u32) {
        decode(self.instructions.get(), pc)
    }

    /// The same, as the interpreter's loop wants them: the operation may be [`Opcode::Observe`].
    #[inline(always)]
    pub fn executed(&self, pc: u32) -> (Opcode, u32, u32, u32) {
        decode(self.executed.get(), pc)
    }

    /// The operation of the instruction at a pc, and its first operand.
    #[inline(always)]
    pub fn operation(&self, pc: u32) -> (Opcode, u32) {
        let (op, a, ..) = self.decoded(pc);
        (op, a)
    }

    #[inline(always)]
    pub fn constant(&self, index: u32) -> Word {
        debug_assert!((index as usize) < self.constants.get().len());
        // SAFETY: an operand of this code, which is prepared: the compiler's verifier checked it.
        unsafe { *self.constants.get().get_unchecked(index as usize) }
    }
    #[inline(always)]
    pub fn name(&self, index: u32) -> Symbol {
        self.names.get()[index as usize]
    }
    #[inline(always)]
    pub fn site(&self, index: u32) -> &'static Site {
        debug_assert!((index as usize) < self.sites.get().len());
        // SAFETY: as for `constant`.
        unsafe { self.sites.get().get_unchecked(index as usize) }
    }
    #[inline(always)]
    pub fn shape(&self, index: u32) -> &'static ShapeSite {
        &self.shapes.get()[index as usize]
    }
    #[inline(always)]
    pub fn site_name(&self, index: u32) -> Symbol {
        self.name(self.info.object.sites[index as usize])
    }

    /// The code of a nested function in the same module.
    pub fn child(&'static self, py: Py, index: u32) -> Result<&'static Code> {
        if let Some(child) = self.children.borrow().get(&index) {
            return Ok(child);
        }
        let child = Code::with_globals(py, self.info.child(index), self.globals_word())?;
        self.children.borrow_mut().insert(index, child);
        Ok(child)
    }

    /// What `globals()` shows.
    pub fn globals_word(&self) -> Word {
        if self.mapping == UNSET { word(self.globals) } else { self.mapping }
    }

    /// What `__builtins__` shows.
    pub fn builtins_word(&self) -> Word {
        if self.builtins_mapping == UNSET { word(self.builtins) } else { self.builtins_mapping }
    }

    /// Are objects of the program asked for global names, and not variables?
    pub fn asks_for_globals(&self) -> bool {
        self.mapping != UNSET || self.builtins_mapping != UNSET
    }

    /// What a name means for this code when the interpreter itself looks for it: of the builtins.
    pub fn builtin(&self, py: Py, name: impl Into<Symbol>) -> Result<Option<Word>> {
        match self.builtins_mapping {
            UNSET => Ok(crate::dict::get_symbol(py, self.builtins, name)),
            mapping => py.unless(py.get_item(mapping, py.name_word(name)), Ty::KeyError),
        }
    }

    /// The variables that a global name of this code may mean: of the module, then of the builtins.
    #[inline(always)]
    pub fn global(&self, py: Py, site: u32) -> Result<(Gc<Variable>, Gc<Variable>)> {
        let s = self.site(site);
        match s.module_variable.get() {
            0 => self.global_cold(py, site),
            module => {
                // SAFETY: pinned variables, rooted below.
                unsafe { Ok((Gc::from_address(module), Gc::from_address(s.builtin_variable.get()))) }
            }
        }
    }

    /// The value of a global whose variables a site knows; `None`: it does not, or the name is unbound.
    #[inline(always)]
    pub fn global_value(&self, site: u32) -> Option<Word> {
        let s = self.site(site);
        if s.module_variable.get() == 0 {
            return None;
        }
        // SAFETY: as in `global`.
        let (in_module, in_builtins): (Gc<Variable>, Gc<Variable>) = unsafe {
            (Gc::from_address(s.module_variable.get()), Gc::from_address(s.builtin_variable.get()))
        };
        let value = in_module.value.get();
        let value = if value == UNSET { in_builtins.value.get() } else { value };
        (value != UNSET).then_some(value)
    }

    #[cold]
    fn global_cold(&self, py: Py, site: u32) -> Result<(Gc<Variable>, Gc<Variable>)> {
        let name = self.site_name(site);
        let (in_module, in_builtins) = if !self.asks_for_globals() {
            (crate::dict::variable(py, self.globals, name)?, crate::dict::variable(py, self.builtins, name)?)
        } else {
            // Never set, so that the object is asked.
            let nowhere = crate::dict::new_namespace(py)?;
            let hollow = crate::dict::variable(py, nowhere, name)?;
            (hollow, hollow)
        };
        py.vm().immortal(word(in_module));
        py.vm().immortal(word(in_builtins));
        if py.vm().symbols.text(name).as_bytes() == b"len"
            && crate::functions::is_len(py, in_builtins.value.get())
        {
            py.vm().len_function.set(py.vm().immortal(in_builtins.value.get()));
        }
        let s = self.site(site);
        s.module_variable.set(in_module.address());
        s.builtin_variable.set(in_builtins.address());
        Ok((in_module, in_builtins))
    }

    /// The slots that the frame of a generator keeps while it is suspended at a pc: live registers behind the instruction and in its
    /// handler, and the extra slots.
    #[inline]
    pub fn saved_slots(&self, pc: u32) -> &[u32] {
        let all =
            self.saved.get_or_init(|| self.instructions.get().iter().map(|_| OnceCell::new()).collect());
        all[pc as usize].get_or_init(|| self.find_saved_slots(pc))
    }

    /// Whether an exception is being handled at an instruction.
    #[inline]
    pub fn is_handling(&self, pc: u32) -> bool {
        let all = self.handling.get_or_init(|| self.object().handling());
        all.get(pc as usize).is_some_and(|is_handling| *is_handling)
    }

    #[cold]
    fn find_saved_slots(&self, pc: u32) -> Box<[u32]> {
        let object = self.object();
        let handler = object.handler_at(pc).map(|entry| entry.handler);
        let i = object.instructions[pc as usize];
        let destination = match i.op() {
            Opcode::Yield | Opcode::YieldDelegated => u32::from(i.a()),
            _ => u32::MAX,
        };
        let is_live = |pc: u32, register: u32| object.liveness.is_live(pc as usize, register as u16);
        (0..object.register_count)
            .filter(|&register| {
                let follows = is_live(pc + 1, register) || handler.is_some_and(|h| is_live(h, register));
                register != destination && follows || is_live(pc, register)
            })
            .chain([self.extra(frame::FUNCTION), self.extra(frame::NAMESPACE)])
            .collect()
    }

    /// 1-based line of an instruction.
    pub fn line(&self, pc: u32) -> u32 {
        self.info.object.positions.get(pc as usize).line
    }
}

/// The parts of an instruction of prepared code.
#[inline(always)]
fn decode(instructions: &[Instruction], pc: u32) -> (Opcode, u32, u32, u32) {
    debug_assert!((pc as usize) < instructions.len());
    // One load for each operand. Spelled with the operands' methods, the optimizer splits them into bytes that it joins again.
    // SAFETY: the pc is as for `Code::instruction`; the eight bytes of an instruction lie as its type says, and the first is that of an
    // `Opcode`.
    unsafe {
        let bytes = instructions.as_ptr().add(pc as usize).cast::<u8>();
        let op = std::mem::transmute::<u8, Opcode>(bytes.read());
        let a = u16::from_le(bytes.add(1).cast::<u16>().read_unaligned());
        let b = u16::from_le(bytes.add(3).cast::<u16>().read_unaligned());
        let c = u32::from_le(bytes.add(4).cast::<u32>().read_unaligned()) >> 8;
        (op, u32::from(a), u32::from(b), c)
    }
}
