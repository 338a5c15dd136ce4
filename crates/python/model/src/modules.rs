//! Modules as objects.

use crate::dict;
use crate::names::Name;
use crate::native::NativeDef;
use crate::objects::{Dict, Module};
use crate::py::{Py, Result};
use crate::symbols::Symbol;
use crate::types::{Ty, TypeRef};
use crate::value::{NONE, UNSET, Word, as_object, word};
use heap::{Gc, Header, Slot, WordSlot};

/// A module with `__name__`, `__doc__`, `__package__`, `__loader__` and `__spec__`.
pub fn new(py: Py, name: &str, doc: Word) -> Result<Gc<Module>> {
    let dict = dict::new_namespace(py)?;
    let module =
        py.alloc(Module { header: Header::EMPTY, dict: Slot::new(Some(dict)), class: WordSlot::new(UNSET) })?;
    let name = py.str(name)?;
    dict::set_symbol(py, dict, Name::NameAttr, name)?;
    dict::set_symbol(py, dict, Name::Doc, doc)?;
    for empty in [Name::Package, Name::Loader, Name::Spec] {
        dict::set_symbol(py, dict, empty, NONE)?;
    }
    Ok(module)
}

/// Gives a module another class, a subclass of `module` that adds no slots (or `module` itself): packages do that to have properties.
/// Traces that took variables of the module for constant are dropped, as a property of the class goes before them.
pub fn set_class(py: Py, module: Gc<Module>, class: TypeRef) -> Result<()> {
    let class = if class.is(py.ty(Ty::Module)) { UNSET } else { class.word() };
    module.class.set(py.mutator(), module, class);
    let Some(own) = module.dict.get() else { return Ok(()) };
    let mut at = 0;
    while let Some((entry, name, value)) = dict::next(own, at) {
        at = entry + 1;
        dict::set(py, own, name, value)?;
    }
    Ok(())
}

/// What a crate adds to the table of built-in modules.
pub struct NativeModule {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    /// Adds what is not a function: types, constants.
    pub fill: fn(Py, Gc<Dict>) -> Result<()>,
}

impl NativeModule {
    /// Makes the module. Errors: what `fill` raises.
    pub fn make(&'static self, py: Py) -> Result<Gc<Module>> {
        let doc = py.str(self.doc)?;
        let module = new(py, self.name, doc)?;
        let dict = module.dict.get().expect("a module has a namespace");
        for def in self.functions {
            let function = crate::functions::new_builtin(py, def, word(module))?;
            dict::set_symbol(py, dict, py.intern(def.name)?, function)?;
        }
        (self.fill)(py, dict)?;
        Ok(module)
    }
}

/// Whether a value is a module with a `__getattr__` for names that it lacks.
pub(crate) fn has_fallback(py: Py, value: Word) -> bool {
    let dict = py.cast::<Module>(value).and_then(|module| module.dict.get());
    dict.is_some_and(|dict| dict::get_symbol(py, dict, Name::GetAttr).is_some())
}

/// `module.__getattr__`, and the error if there is none.
pub(crate) fn missing_attribute(py: Py, module: Gc<Module>, value: Word, name: Symbol) -> Result {
    let dict = module.dict.get().expect("a module has a namespace");
    if let Some(fallback) = dict::get_symbol(py, dict, Name::GetAttr) {
        return py.call(fallback, &[py.name_word(name)]);
    }
    let text = py.vm().symbols.text(name).to_text();
    let message = crate::module_errors::no_attribute(py, dict, &text)?;
    Err(py.attribute_error(value, py.name_word(name), message))
}

impl<'a> Py<'a> {
    /// The builtins of a global namespace: those of its `__builtins__`, else the interpreter's.
    ///
    /// Also an object that is to be asked for them instead, if the program has put something else there than a module or a dict.
    pub fn builtins_of(self, globals: Gc<Dict>) -> Result<(Gc<Dict>, Option<Word>)> {
        let key = self.intern("__builtins__")?;
        let mut asked = None;
        let found = match dict::get_symbol(self, globals, key) {
            Some(value) => match self.cast::<Module>(value) {
                Some(module) => module.dict.get(),
                None => {
                    asked = as_object::<Dict>(value).is_none().then_some(value);
                    self.cast::<Dict>(value)
                }
            },
            None => None,
        };
        let builtins = match found {
            Some(dict) => dict,
            None => match as_object(self.vm().builtins.get()) {
                Some(dict) => dict,
                None => dict::new_namespace(self)?,
            },
        };
        dict::make_namespace(self, builtins)?;
        Ok((builtins, asked))
    }

    /// A module that has been imported, if it has.
    pub fn imported(self, name: &str) -> Result<Option<Word>> {
        match as_object::<Dict>(self.vm().modules.get()) {
            None => Ok(None),
            Some(modules) => Ok(dict::get_symbol(self, modules, self.intern(name)?)),
        }
    }

    /// Adds a module to `sys.modules`: one that another brings along.
    pub fn enter_module(self, name: &str, module: Word) -> Result<()> {
        match as_object::<Dict>(self.vm().modules.get()) {
            None => Ok(()),
            Some(modules) => dict::set_symbol(self, modules, self.intern(name)?, module),
        }
    }

    /// `import name`, by way of `builtins.__import__`; returns the module itself, not its top package.
    pub fn import(self, name: &str) -> Result {
        if let Some(module) = self.imported(name)? {
            return Ok(module);
        }
        let builtins: Gc<Dict> = as_object(self.vm().builtins.get())
            .ok_or_else(|| self.system_error("the interpreter has no builtins yet"))?;
        let import = dict::get_symbol(self, builtins, Name::Import)
            .ok_or_else(|| self.import_error_text("__import__ not found"))?;
        let text = self.str(name)?;
        self.call(import, &[text])?;
        match self.imported(name)? {
            Some(module) => Ok(module),
            None => Err(self.import_error_text(format!("import of {name} did not put it into sys.modules"))),
        }
    }

    /// `from module import name`
    pub fn import_from(self, module: &str, name: &str) -> Result {
        let module = self.import(module)?;
        self.get_attr(module, self.intern(name)?)
    }
}
