//! A program ready to run: the compiled functions with what belongs to one run of them, the globals, the maps.
//!
//! To the interpreter all of this is *green*: it may read it like any Rust data, and what it reads is a constant of a trace. That
//! is right because nothing here changes in a way that matters to a trace, with two exceptions that the
//! interpreter must respect: the value of a global that is assigned (a trace depends on an assumption until that happened
//! [`MOST_REBINDS`] times, and loads it from the heap after that), and a constant global before its initialisation (it
//! checks that with a guard).

use crate::bytecode::{FieldIndex, Function, GlobalIndex, Literal, Op, Program};
use crate::maps::{FIELD_LIMIT, FieldCache, FieldPlace, Map, Maps};
use crate::objects::{self, Variable};
use crate::source::{Symbol, Symbols};
use heap::{Gc, Heap, HeapError, Layout, LayoutId, Mutator, OutOfMemory, RootVec};
use metatrace_machine::{Assumption, Encoding, Host, NanBox, WarmCell, Word};
use std::cell::{Cell, RefCell};
use std::io::Write;
use std::rc::Rc;
use std::sync::Arc;

/// Assignments, the declaration among them, after which an assigned global is a plain variable. Each of the earlier ones
/// costs the traces that took it for constant.
const MOST_REBINDS: u32 = 4;

/// A function of a running program.
pub struct Code {
    pub function: Function,
    /// The constants as words.
    constants: Vec<Word>,
    /// One for each instruction that names a field.
    caches: Vec<FieldCache>,
    pub entry: WarmCell,
    /// One for each `Loop` instruction.
    pub loops: Vec<WarmCell>,
}

/// A global variable.
struct Global {
    name: Symbol,
    /// Its [`Variable`].
    variable: Word,
    /// Its value, once it is initialised and will not change any more; else unset.
    constant: Cell<Word>,
    is_constant: bool,
    /// That it keeps its present value.
    stability: RefCell<Assumption>,
    rebinds_count: Cell<u32>,
}

/// Where a stored field goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldStore {
    pub place: FieldPlace,
    /// The record's layout afterwards.
    pub layout: LayoutId,
}

/// See the module header.
pub struct Vm {
    heap: Arc<Heap>,
    codes: Vec<Code>,
    /// The map of each record literal.
    literals: Vec<Rc<Map>>,
    globals: Vec<Global>,
    pub maps: Maps,
    pub symbols: RefCell<Symbols>,
    /// The strings of one byte.
    bytes: Vec<Word>,
    /// Keeps every object alive that a word above refers to. They are pinned, too: a word in malloc memory is not updated.
    pinned: RootVec,
    pub output: RefCell<Box<dyn Write>>,
    /// (function, pc) of the frames at the last exception that nobody catches, innermost first. Empty if it was raised
    /// while recording, which does not see all frames.
    pub traceback: RefCell<Vec<(u32, u32)>>,
}

/// Why a program could not be made ready.
#[derive(Debug)]
pub enum LoadError {
    Heap(HeapError),
    OutOfMemory,
}

impl From<HeapError> for LoadError {
    fn from(error: HeapError) -> Self {
        LoadError::Heap(error)
    }
}

impl From<OutOfMemory> for LoadError {
    fn from(_: OutOfMemory) -> Self {
        LoadError::OutOfMemory
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LoadError::Heap(error) => write!(f, "{error}"),
            LoadError::OutOfMemory => write!(f, "out of memory"),
        }
    }
}

impl Vm {
    /// Turns a compiled program into one that runs.
    ///
    /// GC: may collect. Every object made here is pinned: machine code names some of them.
    pub fn load(
        heap: &Arc<Heap>,
        mutator: &Mutator,
        program: Program,
        symbols: Symbols,
        output: Box<dyn Write>,
    ) -> Result<Vm, LoadError> {
        heap.register(metatrace_machine::WideInt::DESCR);
        objects::LAYOUTS.iter().for_each(|descr| heap.register(descr));
        let mut vm = Vm {
            heap: heap.clone(),
            codes: Vec::new(),
            literals: Vec::new(),
            globals: Vec::new(),
            maps: Maps::default(),
            symbols: RefCell::new(symbols),
            bytes: Vec::new(),
            pinned: RootVec::new(mutator),
            output: RefCell::new(output),
            traceback: RefCell::default(),
        };
        for byte in 0..=255 {
            let text = objects::new_text(mutator, &[byte])?;
            let text = vm.pinned_word(text);
            vm.bytes.push(text);
        }
        for fields in &program.records {
            vm.literals.push(vm.maps.of_fields(&vm.heap, fields)?);
        }
        for global in program.globals {
            let variable = objects::new_variable(mutator, NanBox::UNSET)?;
            let variable = vm.pinned_word(variable);
            let constant = Cell::new(NanBox::UNSET);
            vm.globals.push(Global {
                name: global.name,
                variable,
                constant,
                is_constant: global.is_constant,
                stability: RefCell::default(),
                rebinds_count: Cell::new(0),
            });
        }
        for function in program.functions {
            let literals = function.constants.iter();
            let constants: Result<_, _> = literals.map(|literal| vm.literal_word(mutator, literal)).collect();
            vm.codes.push(Code {
                constants: constants?,
                caches: function.fields.iter().map(|_| FieldCache::default()).collect(),
                entry: WarmCell::new(),
                loops: (0..function.loop_count).map(|_| WarmCell::new()).collect(),
                function,
            });
        }
        Ok(vm)
    }

    /// The word of an object that stays alive, and where it is, as long as this machine.
    fn pinned_word<T>(&mut self, object: Gc<T>) -> Word {
        heap::pin(object);
        self.pinned.push(object.erase());
        objects::word(object)
    }

    fn literal_word(&mut self, mutator: &Mutator, literal: &Literal) -> Result<Word, OutOfMemory> {
        let word = match literal {
            Literal::Nil => NanBox::NONE,
            Literal::Bool(value) => NanBox::box_bool(&mut Host, *value),
            Literal::Float(value) => NanBox::box_float(&mut Host, *value),
            Literal::Int(value) => int_word(mutator, *value)?,
            Literal::Text(bytes) => objects::word(objects::new_text(mutator, bytes)?),
        };
        Ok(objects::object(word).map_or(word, |object| self.pinned_word(object)))
    }

    #[inline(always)]
    pub fn code(&self, index: u64) -> &Code {
        &self.codes[index as usize]
    }

    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// The string of one byte.
    pub fn byte_text(&self, byte: u8) -> Word {
        self.bytes[usize::from(byte)]
    }

    /// The map of a record literal.
    #[inline(always)]
    pub fn literal(&self, index: u16) -> &Map {
        &self.literals[usize::from(index)]
    }

    // ---- Globals ----

    /// The value of a global that will never change again.
    #[inline(always)]
    pub fn global_constant(&self, g: GlobalIndex) -> Option<Word> {
        let word = self.globals[usize::from(g.0)].constant.get();
        (word != NanBox::UNSET).then_some(word)
    }

    pub fn global_variable(&self, g: GlobalIndex) -> Gc<Variable> {
        let word = self.globals[usize::from(g.0)].variable;
        objects::as_object(word).expect("made by `load`")
    }

    pub fn global_name(&self, index: usize) -> Symbol {
        self.globals[index].name
    }

    /// Notes the value of a global whose declaration has been executed, if nothing else assigns it.
    pub fn initialise_global(&self, index: usize, value: Word) {
        let global = &self.globals[index];
        if global.is_constant {
            // The variable keeps the object alive; pinned, because this copy of the word is not updated.
            if let Some(object) = objects::object(value) {
                heap::pin(object);
            }
            global.constant.set(value);
        }
    }

    pub fn global_is_constant(&self, g: GlobalIndex) -> bool {
        self.globals[usize::from(g.0)].is_constant
    }

    /// The value that an assigned global has, and the assumption that it keeps it. None while it is unset, and once it
    /// has changed so often that it will again.
    pub fn global_binding(&self, g: GlobalIndex) -> Option<(Word, Assumption)> {
        let word = self.global_variable(g).value.get();
        let is_stable = word != NanBox::UNSET && self.rebinds_matter(g);
        is_stable.then(|| (word, self.globals[usize::from(g.0)].stability.borrow().clone()))
    }

    /// Whether [`Vm::rebind_global`] must be told about assignments.
    #[inline(always)]
    pub fn rebinds_matter(&self, g: GlobalIndex) -> bool {
        let global = &self.globals[usize::from(g.0)];
        !global.is_constant && global.rebinds_count.get() < MOST_REBINDS
    }

    /// A global is assigned: no trace may take it for what it was.
    pub fn rebind_global(&self, index: usize) {
        let global = &self.globals[index];
        global.rebinds_count.set(global.rebinds_count.get().saturating_add(1));
        global.stability.replace(Assumption::new()).invalidate();
    }

    // ---- Fields ----

    /// Where records of `layout` have the field that an instruction of `code` names.
    #[inline(always)]
    pub fn field_load(&self, code: &Code, name: FieldIndex, layout: LayoutId) -> Option<FieldPlace> {
        match code.caches[usize::from(name.0)].get(layout) {
            Some((place, _)) => Some(place),
            None => self.field_load_uncached(code, name, layout),
        }
    }

    #[cold]
    #[inline(never)]
    fn field_load_uncached(&self, code: &Code, name: FieldIndex, layout: LayoutId) -> Option<FieldPlace> {
        let place = self.maps.get(layout)?.find(code.function.fields[usize::from(name.0)])?;
        code.caches[usize::from(name.0)].set(layout, place, layout);
        Some(place)
    }

    /// Where an instruction of `code` stores its field in records of `layout`, provided that they have it, or have room
    /// for it.
    #[inline(always)]
    pub fn field_store(&self, code: &Code, name: FieldIndex, layout: LayoutId) -> Option<FieldStore> {
        match code.caches[usize::from(name.0)].get(layout) {
            Some((place, layout)) => Some(FieldStore { place, layout }),
            None => self.field_store_uncached(code, name, layout),
        }
    }

    #[cold]
    #[inline(never)]
    fn field_store_uncached(&self, code: &Code, name: FieldIndex, layout: LayoutId) -> Option<FieldStore> {
        let map = self.maps.get(layout)?;
        let symbol = code.function.fields[usize::from(name.0)];
        let (place, next) = match map.find(symbol) {
            Some(place) => (place, layout),
            None => {
                if map.fields.len() >= FIELD_LIMIT {
                    return None;
                }
                let next = self.maps.with_field(&self.heap, &map, symbol).ok()?;
                if next.overflow_capacity() != map.overflow_capacity() {
                    return None;
                }
                (map.place(map.fields.len() as u32), next.layout)
            }
        };
        code.caches[usize::from(name.0)].set(layout, place, next);
        Some(FieldStore { place, layout: next })
    }

    // ---- Listings ----

    /// "line:column in function", for tracebacks.
    pub fn describe(&self, code: u32, pc: u32) -> String {
        let function = &self.codes[code as usize].function;
        let symbols = self.symbols.borrow();
        format!("{} in {}", function.places[pc as usize], symbols.text(function.name))
    }
}

impl Code {
    /// By reference: the compiler then reads the operands where they are used, and not all of them before it branches.
    #[inline(always)]
    pub fn op(&self, pc: u32) -> &Op {
        &self.function.code[pc as usize]
    }

    #[inline(always)]
    pub fn constant(&self, index: u16) -> Word {
        self.constants[usize::from(index)]
    }
}

/// An integer as a word. GC: may collect if the integer fits no immediate.
pub fn int_word(mutator: &Mutator, value: i64) -> Result<Word, OutOfMemory> {
    if NanBox::int_fits(&mut Host, value as u64) {
        return Ok(NanBox::box_int(&mut Host, value as u64));
    }
    let wide = metatrace_machine::WideInt { header: heap::Header::EMPTY, value: Cell::new(value) };
    Ok(objects::word(mutator.alloc(wide)?))
}
