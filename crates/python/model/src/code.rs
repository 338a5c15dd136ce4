//! Code at run time: what the compiler made, with the words and caches that executing it needs.
//!
//! [`CodeInfo`] is a code object as Python sees it: the compiler's [`CodeObject`] and its constants as words. [`Code`] is a code
//! object *in a module*: the same with the variables of the globals that it names, inline caches and warm cells. A frame refers to
//! a `Code` by address, so globals are green.
//!
//! What only running code needs (constants, caches) is made when the code runs for the first time: most functions of most
//! modules never do.
//! Limits: neither is ever freed.

use crate::maps::{MapRef, Place};
use crate::objects::{Dict, Variable};
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::TypeRef;
use crate::value::{FALSE, NONE, TRUE, Word, float_word, word};
use heap::{Gc, LayoutId};
use metatrace_machine::WarmCell;
use python_compile::code::flags;
use python_compile::opcode::{Instruction, Opcode};
use python_compile::packed::PackedCode;
use python_compile::{CodeObject, Constant};
use rustc_hash::FxHashMap;
use std::cell::{Cell, OnceCell, RefCell};

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

/// See the module header.
pub struct CodeInfo {
    pub object: CodeObject,
    pub names: OnceCell<Box<[Symbol]>>,
    /// Made when the code first runs. Roots of the interpreter.
    constants: OnceCell<Box<[Word]>>,
    /// The code constants, by index.
    children: RefCell<FxHashMap<u32, &'static CodeInfo>>,
    /// The one Python object for this code, once there is one.
    pub value: Cell<Word>,
    /// Where the file of the code is, if not where it was compiled.
    moved: OnceCell<Box<str>>,
}

/// What a site (an instruction that names something) learned.
#[derive(Default)]
pub struct Site {
    /// Of a global: its variable in the module and in the builtins, as addresses.
    module_variable: Cell<usize>,
    builtin_variable: Cell<usize>,
    /// Of an attribute: layout and version of the class that it was last looked up for, and where it was.
    layout: Cell<u32>,
    class: Cell<Option<TypeRef>>,
    version: Cell<u32>,
    plan: Cell<AttributePlan>,
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
    /// A function of the class, to be bound to the instance.
    Method(Word),
    /// A property written in Python: its getter.
    Property(Word),
    /// Storing adds the attribute: the map afterwards. There is room for it.
    Add(Place, MapRef),
}

/// See the module header.
pub struct Code {
    pub info: &'static CodeInfo,
    pub globals: Gc<Dict>,
    /// `globals["__builtins__"]` when the code was made.
    pub builtins: Gc<Dict>,
    /// The instructions, with the number of its warm cell in the unused operand of each backward jump.
    pub instructions: Box<[Instruction]>,
    pub entry: WarmCell,
    pub loops: Box<[WarmCell]>,
    sites: OnceCell<Box<[Site]>>,
    children: RefCell<FxHashMap<u32, &'static Code>>,
}

impl CodeInfo {
    pub fn new(object: CodeObject) -> &'static CodeInfo {
        Box::leak(Box::new(CodeInfo {
            object,
            names: OnceCell::new(),
            constants: OnceCell::new(),
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
    pub fn names(&self, py: Py) -> Result<&[Symbol]> {
        if let Some(names) = self.names.get() {
            return Ok(names);
        }
        let names: Result<Vec<Symbol>> = self.object.names.iter().map(|name| py.intern(name)).collect();
        Ok(self.names.get_or_init(|| names.unwrap_or_default().into()))
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
        let child = CodeInfo::new(match &self.object.constants[index as usize] {
            Constant::Code(code) => (**code).clone(),
            Constant::Packed(code) => unpacked(code),
            _ => unreachable!("the compiler put code there"),
        });
        if let Some(moved) = self.moved.get() {
            child.set_filename(moved);
        }
        self.children.borrow_mut().insert(index, child);
        child
    }
}

/// Code that is kept packed comes from the library in the executable: cached bytecode is unpacked and checked when it is read.
fn unpacked(code: &PackedCode) -> CodeObject {
    code.unpack().expect("the library was packed when the interpreter was built")
}

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
        Constant::Packed(code) => py.code_value(CodeInfo::new(unpacked(code)))?,
    })
}

impl Code {
    /// Code in a module. Errors: out of memory.
    pub fn new(py: Py, info: &'static CodeInfo, globals: Gc<Dict>) -> Result<&'static Code> {
        crate::dict::make_namespace(py, globals)?;
        let builtins = py.builtins_of(globals)?;
        let mut loops = 0;
        let instructions: Box<[Instruction]> = info
            .object
            .instructions
            .iter()
            .map(|i| {
                if i.op() != Opcode::JumpBackward {
                    return *i;
                }
                loops += 1;
                Instruction::new(i.op(), i.a(), loops - 1, i.c())
            })
            .collect();
        let (globals_word, builtins_word) = (word(globals), word(builtins));
        py.vm().immortal(globals_word);
        py.vm().immortal(builtins_word);
        Ok(Box::leak(Box::new(Code {
            info,
            globals,
            builtins,
            instructions,
            entry: WarmCell::new(),
            loops: (0..loops).map(|_| WarmCell::new()).collect(),
            sites: OnceCell::new(),
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
        self.info.object.register_count + frame::COUNT
    }
    /// Number of the first slot behind the registers.
    #[inline(always)]
    pub fn extra(&self, slot: u32) -> u32 {
        self.info.object.register_count + slot
    }

    /// Whether frames of the code have a namespace: module and class bodies. (Generators keep the slot with their frame.)
    pub fn has_namespace(&self) -> bool {
        let flags = self.object().flags;
        flags & flags::OPTIMIZED == 0 || crate::generator::is_generator(self)
    }

    /// Makes what running the code needs. Must have been called before a frame of the code is pushed.
    #[inline(always)]
    pub fn prepare(&'static self, py: Py) -> Result<()> {
        if self.sites.get().is_some() { Ok(()) } else { self.prepare_cold(py) }
    }

    #[cold]
    fn prepare_cold(&'static self, py: Py) -> Result<()> {
        self.info.constants(py)?;
        self.info.names(py)?;
        let count = self.info.object.sites.len();
        self.sites.get_or_init(|| (0..count).map(|_| Site::default()).collect());
        Ok(())
    }

    #[inline(always)]
    pub fn constant(&self, index: u32) -> Word {
        self.info.constants.get().expect("prepared")[index as usize]
    }
    #[inline(always)]
    pub fn name(&self, index: u32) -> Symbol {
        self.info.names.get().expect("prepared")[index as usize]
    }
    #[inline(always)]
    pub fn site(&self, index: u32) -> &Site {
        &self.sites.get().expect("prepared")[index as usize]
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
        let child = Code::new(py, self.info.child(index), self.globals)?;
        self.children.borrow_mut().insert(index, child);
        Ok(child)
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

    #[cold]
    fn global_cold(&self, py: Py, site: u32) -> Result<(Gc<Variable>, Gc<Variable>)> {
        let name = self.site_name(site);
        let in_module = crate::dict::variable(py, self.globals, name)?;
        let in_builtins = crate::dict::variable(py, self.builtins, name)?;
        py.vm().immortal(word(in_module));
        py.vm().immortal(word(in_builtins));
        let s = self.site(site);
        s.module_variable.set(in_module.address());
        s.builtin_variable.set(in_builtins.address());
        Ok((in_module, in_builtins))
    }

    /// 1-based line of an instruction.
    pub fn line(&self, pc: u32) -> u32 {
        self.info.object.positions.get(pc as usize).line
    }
}

impl Site {
    /// The plan for objects of a layout, and their class, if the cache has it and the class is as it was.
    #[inline(always)]
    pub fn cached(&self, layout: LayoutId) -> Option<(AttributePlan, TypeRef)> {
        if self.layout.get() != layout.0 {
            return None;
        }
        let class = self.class.get()?;
        (class.version() == self.version.get()).then(|| (self.plan.get(), class))
    }
    pub fn set(&self, layout: LayoutId, class: TypeRef, plan: AttributePlan) {
        self.layout.set(layout.0);
        self.class.set(Some(class));
        self.version.set(class.version());
        self.plan.set(plan);
    }
}
