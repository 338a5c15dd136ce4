//! `_imp`: what the code of the import system needs from the interpreter.
//!
//! *Frozen* modules are the two halves of the import system itself and the examples that are there to be imported so; the rest of the library
//! is found along the path. There are no extension modules in shared libraries.

use crate::library;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_model::wait_queue::WaitQueue;
use python_number::siphash::{HashKey, siphash13};
use std::cell::Cell;

/// Name of a frozen module, and of the module of the library that it is.
const FROZEN: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
    ("__hello__", "__hello__"),
    ("__hello_alias__", "__hello__"),
    ("__phello__", "__phello__"),
    ("__phello__.__init__", "__phello__"),
    ("__phello__.ham", "__phello__.ham"),
    ("__phello__.ham.__init__", "__phello__.ham"),
    ("__phello__.ham.eggs", "__phello__.ham.eggs"),
    ("__phello__.spam", "__phello__.spam"),
    ("__phello_alias__", "__hello__"),
    ("__phello_alias__.spam", "__hello__"),
];

/// Whether `FrozenImporter` finds a module.
pub fn is_frozen(name: &str) -> bool {
    frozen(name).is_some()
}

fn frozen(name: &str) -> Option<&'static python_lib::Module> {
    let (_, original) = FROZEN.iter().find(|(frozen, _)| *frozen == name)?;
    python_lib::module(original)
}

fn is_package(name: &str) -> bool {
    frozen(name).is_some_and(|module| module.is_package && !name.ends_with(".__init__"))
        || name == "__phello_alias__"
}

/// The lock of those who look for the locks of modules.
#[derive(Default)]
struct ImportLock {
    /// How often it is held, and by which thread.
    count: Cell<u64>,
    owner: Cell<i64>,
    queue: WaitQueue,
}

/// First bytes of cached bytecode, as a number: changes with the opcodes and the format. The upper half is that of CPython.
fn magic() -> i64 {
    let fingerprint =
        python_compile::opcode::Opcode::fingerprint() ^ u32::from(python_compile::packed::MAGIC[3]);
    i64::from(0x0A0D_0000 | (fingerprint ^ fingerprint >> 16) & 0xFFFF)
}

pub static MODULE: NativeModule = NativeModule {
    name: "_imp",
    doc: "(Extremely) low-level import machinery bits as used by importlib.",
    functions: FUNCTIONS,
    fill: |py, own| {
        dict::set_symbol(py, own, py.intern("check_hash_based_pycs")?, py.str("default")?)?;
        dict::set_symbol(py, own, py.intern("pyc_magic_number_token")?, small_int(magic()))
    },
};

static FUNCTIONS: &[NativeDef] = &[
    def("lock_held", "()", "Return True if the import lock is currently held, else False.", |py, _| {
        Ok(bool_word(py.vm().state::<ImportLock>().count.get() > 0))
    }),
    def("acquire_lock", "()", "Acquires the interpreter's import lock for the current thread.", |py, _| {
        let lock = py.vm().state::<ImportLock>();
        let own = py.thread().identity.get();
        lock.queue.wait_until(py, None, || {
            lock.count.get() == 0 || lock.owner.get() == own || !py.vm().is_threaded()
        })?;
        let is_nested = lock.count.get() > 0 && lock.owner.get() == own;
        lock.owner.set(own);
        lock.count.set(if is_nested { lock.count.get() + 1 } else { 1 });
        Ok(NONE)
    }),
    def("release_lock", "()", "Release the interpreter's import lock.", |py, _| {
        let lock = py.vm().state::<ImportLock>();
        match lock.count.get().checked_sub(1) {
            Some(count) if lock.owner.get() == py.thread().identity.get() => {
                lock.count.set(count);
                if count == 0 {
                    lock.queue.notify_one();
                }
                Ok(NONE)
            }
            _ => Err(py.runtime_error("not holding the import lock")),
        }
    }),
    def(
        "extension_suffixes",
        "()",
        "Returns the list of file suffixes used to identify extension modules.",
        |py, _| Ok(word(py.new_list(0)?)),
    ),
    def("create_builtin", "(spec, /)", "Create an extension module.", |py, a| {
        let name = py.get_attr(a[0], py.intern("name")?)?;
        let Some(text) = py.as_str(name) else {
            return Err(py.type_error(format!("name must be string, not {}", py.type_name(name))));
        };
        let text = text.to_text();
        match (super::native(py, &text), text.as_str()) {
            (Some(native), _) => Ok(word(native.make(py)?)),
            (None, "sys" | "builtins") => Ok(py.imported(&text)?.unwrap_or(NONE)),
            _ => Ok(NONE),
        }
    }),
    def("exec_builtin", "(mod, /)", "Initialize a built-in module.", |py, _| py.int(0)),
    def("create_dynamic", "(spec, file=None, /)", "Create an extension module.", |py, a| {
        for attribute in ["name", "origin"] {
            let value = py.get_attr(a[0], py.intern(attribute)?)?;
            if py.as_str(value).is_some_and(|text| text.as_bytes().contains(&0)) {
                return Err(py.value_error("embedded null character"));
            }
        }
        Err(py.import_error_text("there are no extension modules"))
    }),
    def("exec_dynamic", "(mod, /)", "Initialize an extension module.", |py, _| py.int(0)),
    def(
        "is_builtin",
        "(name, /)",
        "Returns True if the module name corresponds to a built-in module.",
        |py, a| {
            let name = text(py, "is_builtin", a[0])?;
            py.int(match name.as_str() {
                "sys" | "builtins" => -1,
                name => i64::from(super::native(py, name).is_some()),
            })
        },
    ),
    def(
        "is_frozen",
        "(name, /)",
        "Returns True if the module name corresponds to a frozen module.",
        |py, a| Ok(bool_word(is_frozen(&text(py, "is_frozen", a[0])?))),
    ),
    def(
        "is_frozen_package",
        "(name, /)",
        "Returns True if the module name is of a frozen package.",
        |py, a| {
            let name = text(py, "is_frozen_package", a[0])?;
            if !is_frozen(&name) {
                return Err(no_frozen(py, &name));
            }
            Ok(bool_word(is_package(&name)))
        },
    ),
    def(
        "find_frozen",
        "(name, /, *, withdata=False)",
        "Return info about the corresponding frozen module (if there is one) or None.",
        |py, a| {
            let name = text(py, "find_frozen", a[0])?;
            let Some(module) = frozen(&name) else { return Ok(NONE) };
            let data = match a[1] != UNSET && py.truth(a[1])? {
                true => py.new_bytes(module.code())?,
                false => NONE,
            };
            let original = match is_package(&name) {
                true if name.ends_with("_alias__") => NONE,
                _ if name.ends_with(".__init__") => py.str(&format!("<{}", module.name))?,
                _ => py.str(module.name)?,
            };
            py.new_tuple(&[data, bool_word(is_package(&name)), original])
        },
    ),
    def("init_frozen", "(name, /)", "Initializes a frozen module.", |py, a| {
        let name = text(py, "init_frozen", a[0])?;
        match is_frozen(&name) {
            true => super::import_absolute(py, &name),
            false => Ok(NONE),
        }
    }),
    def("get_frozen_object", "(name, data=None, /)", "Create a code object for a frozen module.", |py, a| {
        let name = text(py, "get_frozen_object", a[0])?;
        if a[1] != UNSET && a[1] != NONE {
            let read = py.call(py.import_from("marshal", "loads")?, &[a[1]]);
            return match read.map(|code| (code, as_object::<CodeRef>(code))) {
                Ok((code, Some(_))) => Ok(code),
                Ok((_, None)) => Err(py.type_error(format!("frozen object '{name}' is not a code object"))),
                Err(_) => {
                    py.take_raised();
                    Err(frozen_error(py, &format!("Frozen object named '{name}' is invalid"), &name))
                }
            };
        }
        match frozen(&name) {
            Some(module) => py.code_value(library::code(module, &format!("<frozen {}>", module.name))),
            None => Err(no_frozen(py, &name)),
        }
    }),
    def("_frozen_module_names", "()", "Returns the list of available frozen modules.", |py, _| {
        let names = py.new_list(FROZEN.len())?;
        for (name, _) in FROZEN {
            list_push(py, names, py.str(name)?)?;
        }
        Ok(word(names))
    }),
    def(
        "_override_frozen_modules_for_tests",
        "(override, /)",
        "(internal-only) Override PyConfig.use_frozen_modules.",
        |_, _| Ok(NONE),
    ),
    def(
        "_override_multi_interp_extensions_check",
        "(override, /)",
        "(internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.",
        |py, _| py.int(0),
    ),
    def(
        "_fix_co_filename",
        "(code, path, /)",
        "Changes code.co_filename to specify the passed-in path.",
        |py, a| {
            let Some(code) = as_object::<CodeRef>(a[0]) else {
                let what = py.argument_type(a[0]);
                return Err(py.type_error(format!("_fix_co_filename() argument 1 must be code, not {what}")));
            };
            code.info().set_filename(&text(py, "_fix_co_filename", a[1])?);
            Ok(NONE)
        },
    ),
    def("source_hash", "(key, source)", "", |py, a| {
        let key = py.index(a[0])?;
        let source = python_types::buffer::get(py, a[1])?;
        let hash = siphash13(HashKey { k0: key as u64, k1: 0 }, &source);
        source.keep();
        py.new_bytes(&hash.to_le_bytes())
    }),
    // The embedded library.
    def(
        "library_find",
        "(directory, name, /)",
        "What an entry of the path has in the embedded library: file and whether it is a package, or None.",
        |py, a| {
            let (directory, name) = (text(py, "library_find", a[0])?, text(py, "library_find", a[1])?);
            let found = library::below(py, &directory).and_then(|directory| library::find(directory, &name));
            let Some(module) = found else { return Ok(NONE) };
            let file = py.str(&format!("{}/{}", library::directory(py), module.file().path))?;
            py.new_tuple(&[file, bool_word(module.is_package)])
        },
    ),
    def(
        "library_list",
        "(directory, /)",
        "Names of the files and directories in a directory of the embedded library; None: there is no such directory.",
        |py, a| {
            let directory = text(py, "library_list", a[0])?;
            let Some(entries) = library::below(py, &directory).and_then(library::entries) else {
                return Ok(NONE);
            };
            let list = py.new_list(entries.len())?;
            for entry in entries {
                list_push(py, list, py.str(entry)?)?;
            }
            Ok(word(list))
        },
    ),
    def(
        "library_data",
        "(path, /)",
        "What is in a file of the embedded library; None: there is no such file.",
        |py, a| match library::read(py, &text(py, "library_data", a[0])?) {
            Some(data) => py.new_bytes(&data),
            None => Ok(NONE),
        },
    ),
    def(
        "library_code",
        "(path, /)",
        "The code of a source file of the embedded library; None: there is no such file.",
        |py, a| {
            let path = text(py, "library_code", a[0])?;
            match library::below(py, &path).and_then(library::module_of_file) {
                Some(module) => py.code_value(library::code(module, &path)),
                None => Ok(NONE),
            }
        },
    ),
];

fn text(py: Py, function: &str, value: Word) -> Result<String> {
    match py.as_str(value) {
        Some(text) => Ok(text.to_text()),
        None => {
            Err(py.type_error(format!("{function}() argument must be str, not {}", py.argument_type(value))))
        }
    }
}

fn no_frozen(py: Py, name: &str) -> metatrace_machine::Raised {
    frozen_error(py, &format!("No such frozen object named '{name}'"), name)
}

/// `ImportError` with the name of a module.
fn frozen_error(py: Py, message: &str, name: &str) -> metatrace_machine::Raised {
    let raised = py.import_error_text(message);
    if let Ok(name) = py.str(name) {
        py.set_private(py.context().raised.get(), "ImportError", "name", name);
    }
    raised
}
