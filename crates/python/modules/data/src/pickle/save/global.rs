//! Pickles of what is found under a name: functions, classes, values that `__reduce__` names.

use super::*;

impl Saver<'_> {
    pub(super) fn save_type(&mut self, value: Word) -> Result<()> {
        let py = self.py;
        for (ty, singleton) in
            [(Ty::NoneType, NONE), (Ty::NotImplementedType, NOT_IMPLEMENTED), (Ty::EllipsisType, ELLIPSIS)]
        {
            if value == py.ty(ty).word() {
                let args = py.new_tuple(&[singleton])?;
                return self.save_call(value, py.ty(Ty::Type).word(), args);
            }
        }
        self.save_global(value, None)
    }

    pub(super) fn save_global(&mut self, value: Word, name: Option<Word>) -> Result<()> {
        let py = self.py;
        let name = match name {
            Some(name) => name,
            None => match py.get_attr_opt(value, Name::Qualname)? {
                Some(name) => name,
                None => py.get_attr(value, Name::NameAttr)?,
            },
        };
        let text = py.to_text(name)?;
        let module = which_module(py, value, &text)?;
        if self.protocol >= 2 && self.save_extension(module, name)? {
            return Ok(());
        }
        if self.protocol >= 4 {
            self.save(module, true)?;
            self.save(name, true)?;
            self.opcode(op::STACK_GLOBAL);
            return self.memoize(value);
        }
        let mut parts = text.split('.');
        let first = parts.next().unwrap_or("");
        let rest: Vec<&str> = parts.collect();
        for _ in &rest {
            let getattr = py.import_from("builtins", "getattr")?;
            self.save(getattr, true)?;
            if self.protocol < 2 {
                self.opcode(op::MARK);
            }
        }
        self.save_by_name(module, first)?;
        for part in rest {
            self.save(py.str(part)?, true)?;
            self.opcode(if self.protocol < 2 { op::TUPLE } else { op::TUPLE2 });
            self.opcode(op::REDUCE);
        }
        self.memoize(value)
    }

    /// A registered extension's code, if there is one.
    pub(super) fn save_extension(&mut self, module: Word, name: Word) -> Result<bool> {
        let py = self.py;
        let Some(registry) = py.cast::<Dict>(py.import_from("copyreg", "_extension_registry")?) else {
            return Ok(false);
        };
        if dict::len(registry) == 0 {
            return Ok(false);
        }
        let key = py.new_tuple(&[module, name])?;
        let Some(code) = dict::get(py, registry, key)? else { return Ok(false) };
        let code = py.index(code)?;
        let [a, b, c, d] = (code as u32).to_le_bytes();
        match code {
            1..=0xff => self.write(&[op::EXT1, a]),
            0x100..=0xffff => self.write(&[op::EXT2, a, b]),
            0x1_0000..=0x7fff_ffff => self.write(&[op::EXT4, a, b, c, d]),
            _ => return Err(py.runtime_error(format!("extension code {code} is out of range"))),
        }
        Ok(true)
    }

    pub(super) fn save_by_name(&mut self, module: Word, name: &str) -> Result<()> {
        let py = self.py;
        let (mut module, mut name) = (module, py.str(name)?);
        if self.fix_imports {
            let names = py.cast::<Dict>(py.import_from("_compat_pickle", "REVERSE_NAME_MAPPING")?);
            let key = py.new_tuple(&[module, name])?;
            let renamed = match names {
                Some(names) => dict::get(py, names, key)?.and_then(|pair| py.cast::<Tuple>(pair)),
                None => None,
            };
            if let Some(pair) = renamed.filter(|pair| pair.items().len() == 2) {
                (module, name) = (pair.items()[0].get(), pair.items()[1].get());
            } else if let Some(modules) =
                py.cast::<Dict>(py.import_from("_compat_pickle", "REVERSE_IMPORT_MAPPING")?)
                && let Some(renamed) = dict::get(py, modules, module)?
            {
                module = renamed;
            }
        }
        let (module, name) = (py.expect_str(module, "module name")?, py.expect_str(name, "name")?);
        if self.protocol < 3 && !(module.is_ascii() && name.is_ascii()) {
            let shown =
                String::from_utf8_lossy(if module.is_ascii() { name.as_bytes() } else { module.as_bytes() })
                    .into_owned();
            let kind = if module.is_ascii() { "global" } else { "module" };
            let text =
                format!("can't pickle {kind} identifier '{shown}' using pickle protocol {}", self.protocol);
            return Err(pickling_error(py, text));
        }
        self.opcode(op::GLOBAL);
        self.write(module.as_bytes());
        self.write(b"\n");
        self.write(name.as_bytes());
        self.write(b"\n");
        Ok(())
    }
}

/// What messages call the class of a value: `module.qualname`, without `builtins`.
pub(super) fn class_name(py: Py, value: Word) -> String {
    let class = py.type_of(value);
    let text = |word: Word| as_object::<Str>(word).map(|text| text.to_text());
    let own = class.object();
    let name = text(own.qualname.get()).unwrap_or_else(|| class.name.borrow().to_string());
    match text(own.module.get()).as_deref() {
        None | Some("builtins") => name,
        Some(module) => format!("{module}.{name}"),
    }
}

/// The module in which a value is found under a name. Errors: `PicklingError`.
pub(super) fn which_module(py: Py, value: Word, name: &str) -> Result {
    let mut module = match py.as_type(value) {
        Some(class) if class.builtin.is_some() => class.object().module.get(),
        _ => py.get_attr_opt(value, Name::ModuleAttr)?.unwrap_or(NONE),
    };
    if name.split('.').any(|part| part == "<locals>") {
        let shown = py.repr_text(value)?;
        return Err(pickling_error(py, format!("Can't pickle local object {shown}")));
    }
    if module == NONE {
        module = search_modules(py, value, name)?;
    }
    let module_text = py.to_text(module)?;
    let found = match py.import(&module_text) {
        Ok(found) => found,
        Err(raised) => {
            let pending = py.context().raised.get();
            if !(py.is_a(pending, Ty::ImportError)
                || py.is_a(pending, Ty::ValueError)
                || py.is_a(pending, Ty::KeyError))
            {
                return Err(raised);
            }
            py.take_raised();
            let (shown, reason) = (py.repr_text(value)?, py.to_text(pending)?);
            return Err(pickling_error(py, format!("Can't pickle {shown}: {reason}")));
        }
    };
    match py.unless(dotted(py, found, name), Ty::AttributeError)? {
        Some(other) if py.is_same(other, value) => Ok(module),
        other => {
            let shown = py.repr_text(value)?;
            let why = if other.is_some() { "it's not the same object as" } else { "it's not found as" };
            Err(pickling_error(py, format!("Can't pickle {shown}: {why} {module_text}.{name}")))
        }
    }
}

pub(super) fn search_modules(py: Py, value: Word, name: &str) -> Result {
    if let Some(modules) = as_object::<Dict>(py.vm().modules.get()) {
        let modules = dict::copy(py, modules)?;
        let mut at = 0;
        while let Some((entry, key, module)) = dict::next(modules, at) {
            at = entry + 1;
            let skipped =
                py.as_str(key).is_none_or(|key| matches!(key.as_bytes(), b"__main__" | b"__mp_main__"));
            if skipped || module == NONE {
                continue;
            }
            if py.unless(dotted(py, module, name), Ty::AttributeError)? == Some(value) {
                return Ok(key);
            }
        }
    }
    py.str("__main__")
}
