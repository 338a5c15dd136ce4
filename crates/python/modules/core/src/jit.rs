//! `pypyjit`, which programs written for PyPy know, and the same as `taipanjit`: parameters and counters of the JIT.
//!
//! Parameters are those of `--jit` (one list: `base::params`). Where there is no JIT the functions check nothing and do nothing, and the tables are
//! empty, so that a program need not ask.
//!
//! Known limits: no hooks (`set_compile_hook` and the like): what they would be told is in the log. Parameters of the code generator
//! (`sync_compile`, `ir_interp`, `guard_fail_every`, `code_limit_bytes`) count until the first loop is hot.
//!
//! Source: PyPy `pypy/module/pypyjit`, `doc/jit-hooks.rst`.

use python_model::dict;
use python_model::jit_control;
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, def, raw};
use python_model::objects::{Dict, SimpleNamespace};
use python_model::py::{Py, Result};
use python_model::value::{NONE, Word, float_word, word};

pub static MODULE: NativeModule = module("taipanjit");
pub static PYPY_MODULE: NativeModule = module("pypyjit");

const fn module(name: &'static str) -> NativeModule {
    NativeModule { name, doc: "Parameters and counters of the JIT.", functions: FUNCTIONS, fill: add_tables }
}

const FUNCTIONS: &[NativeDef] = &[
    raw(
        "set_param",
        "(*args, **kwargs)",
        "Change parameters of the JIT: set_param('name=value,name=value'), set_param(name=value), set_param('off'),\n\
         set_param('default'). PARAMETER_DOCS says what there is.",
        set_param,
    ),
    def(
        "get_stats_snapshot",
        "()",
        "What the JIT has counted until now: an object with `counters`, a dict by name, and `counter_times`, in seconds.",
        stats_snapshot,
    ),
    def("releaseall", "()", "Throw all machine code away; what is hot is compiled again.", |py, _| {
        if let Some(jit) = jit_control::of(py) {
            jit.release_all();
        }
        Ok(NONE)
    }),
    def("enable_debug", "()", "Nothing to do: counters always count.", |_, _| Ok(NONE)),
    def("disable_debug", "()", "Nothing to do: counters always count.", |_, _| Ok(NONE)),
];

/// Errors: `ValueError` names what means nothing; `TypeError` for values that are no integers.
fn set_param(py: Py, args: Args) -> Result<Word> {
    let mut items = Vec::new();
    for text in args.positionals() {
        items.push(py.expect_str(*text, "set_param() argument")?.to_text());
    }
    for (name, value) in args.named() {
        items.push(format!("{}={}", name.to_text(), py.to_text(value)?));
    }
    match jit_control::of(py).map(|jit| jit.set_params(&items.join(","))) {
        Some(Err(error)) => Err(py.value_error(error)),
        Some(Ok(())) | None => Ok(NONE),
    }
}

fn stats_snapshot(py: Py, _: &[Word]) -> Result<Word> {
    let (counters, times) = (dict::new(py)?, dict::new(py)?);
    if let Some(jit) = jit_control::of(py) {
        for (name, count) in jit.counters() {
            dict::set_symbol(py, counters, py.intern(&name)?, py.int(count as i64)?)?;
        }
        for (name, seconds) in jit.times() {
            dict::set_symbol(py, times, py.intern(&name)?, float_word(seconds))?;
        }
    }
    let named = dict::new(py)?;
    dict::set_symbol(py, named, py.intern("counters")?, word(counters))?;
    dict::set_symbol(py, named, py.intern("counter_times")?, word(times))?;
    let namespace = SimpleNamespace { header: heap::Header::EMPTY, dict: heap::Slot::new(Some(named)) };
    Ok(word(py.alloc(namespace)?))
}

/// `defaults` and `PARAMETER_DOCS`, by the names of the parameters.
fn add_tables(py: Py, own: heap::Gc<Dict>) -> Result<()> {
    let (defaults, docs) = (dict::new(py)?, dict::new(py)?);
    for parameter in jit_control::of(py).map_or(Vec::new(), |jit| jit.parameters()) {
        let name = py.intern(parameter.name)?;
        dict::set_symbol(py, defaults, name, py.int(parameter.default as i64)?)?;
        dict::set_symbol(py, docs, name, py.str(parameter.meaning)?)?;
    }
    dict::set_symbol(py, own, py.intern("defaults")?, word(defaults))?;
    dict::set_symbol(py, own, py.intern("PARAMETER_DOCS")?, word(docs))
}
