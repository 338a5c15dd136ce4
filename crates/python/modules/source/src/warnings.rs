//! `_warnings`: issuing warnings, and the filters that decide what becomes of them.
//!
//! `warnings` takes over from here what it also has in Python. Before it is imported, warnings are shown as it would show
//! them; afterwards by its `_showwarnmsg`, whatever that has become. The filters are one list, which `warnings` shares;
//! `sys.flags.context_aware_warnings` puts a context's list before it.
//! Limits: the lock is none, for there is one thread.

use heap::Gc;
use python_model::code::Code;
use python_model::dict;
use python_model::frames::FrameView;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, given};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::cell::Cell;

pub static MODULE: NativeModule = NativeModule {
    name: "_warnings",
    doc: "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    functions: FUNCTIONS,
    fill,
};

/// What the module keeps between warnings.
#[derive(Default)]
struct State {
    /// Changes with the filters: what a registry remembers is valid for one version. The first is 1 more than this.
    mutations: Cell<i64>,
    filters: Cell<Option<Gc<List>>>,
    once: Cell<Option<Gc<Dict>>>,
    /// The `ContextVar` with a context's filters; absent where there are no context variables.
    context: Cell<Option<Word>>,
}

fn fill(py: Py, own: Gc<Dict>) -> Result<()> {
    let state = py.vm().state::<State>();
    let filters = py.new_list(5)?;
    let main = py.str("__main__")?;
    for (action, category, module) in [
        ("default", Ty::DeprecationWarning, main),
        ("ignore", Ty::DeprecationWarning, NONE),
        ("ignore", Ty::PendingDeprecationWarning, NONE),
        ("ignore", Ty::ImportWarning, NONE),
        ("ignore", Ty::ResourceWarning, NONE),
    ] {
        let item = [py.str(action)?, NONE, py.ty(category).word(), module, py.int(0)?];
        let item = py.new_tuple(&item)?;
        python_model::py::list_push(py, filters, item)?;
    }
    let once = dict::new(py)?;
    py.vm().immortal(word(filters));
    py.vm().immortal(word(once));
    state.filters.set(Some(filters));
    state.once.set(Some(once));
    let set = |name: &str, value: Word| dict::set_symbol(py, own, py.intern(name)?, value);
    set("filters", word(filters))?;
    set("_onceregistry", word(once))?;
    set("_defaultaction", py.str("default")?)?;
    let variable = py.import_from("_contextvars", "ContextVar");
    let context = match py.unless(variable, Ty::ImportError)? {
        Some(variable) => {
            let name = py.str("warnings_context")?;
            py.vm().immortal(py.call(variable, &[name])?)
        }
        None => NONE,
    };
    state.context.set((context != NONE).then_some(context));
    set("_warnings_context", context)
}

/// An attribute of `warnings`, if that is imported and has it.
fn attribute(py: Py, name: &str) -> Result<Option<Word>> {
    match py.imported("warnings")? {
        Some(module) => py.get_attr_opt(module, py.intern(name)?),
        None => Ok(None),
    }
}

/// Errors: `TypeError` unless it is a class derived from `Warning`.
fn check_category(py: Py, category: Word) -> Result<()> {
    let warning = py.ty(Ty::Warning);
    match py.as_type(category) {
        Some(class) if class.is_subtype(warning) => Ok(()),
        _ => {
            Err(py
                .type_error(format!("category must be a Warning subclass, not '{}'", py.type_name(category))))
        }
    }
}

/// A place in the program to which a warning is attributed.
struct Place {
    filename: Word,
    line: i64,
    module: Word,
    registry: Word,
}

fn is_internal(code: &Code) -> bool {
    let name = &code.object().filename;
    name.contains("importlib") && name.contains("_bootstrap")
}

/// The frame that is `stack_level` frames out, and its registry.
fn place(py: Py, stack_level: i64, skip: &[String]) -> Result<Place> {
    let mut left = stack_level;
    let mut all_count: Option<bool> = None;
    let mut found: Option<(&'static Code, u32)> = None;
    (py.vm().hooks.visit_frames)(py, &mut |view: FrameView| {
        let Some(all_count) = all_count else {
            all_count = Some(left <= 0 || is_internal(view.code));
            found = (left <= 1).then_some((view.code, view.pc));
            return left > 1;
        };
        let name = &view.code.object().filename;
        if !all_count && (is_internal(view.code) || skip.iter().any(|prefix| name.starts_with(&**prefix))) {
            return true;
        }
        left -= 1;
        found = (left <= 1).then_some((view.code, view.pc));
        left > 1
    });
    let (globals, filename, line) = match found {
        Some((code, pc)) => (Some(code.globals), py.str(&code.object().filename)?, i64::from(code.line(pc))),
        None => (as_object(py.vm().sys.get()), py.str("<sys>")?, 0),
    };
    let Some(globals) = globals else {
        let module = py.str("<string>")?;
        return Ok(Place { filename, line, module, registry: NONE });
    };
    let key = py.intern("__warningregistry__")?;
    let registry = match dict::get_symbol(py, globals, key) {
        Some(registry) => registry,
        None => {
            let registry = word(dict::new(py)?);
            dict::set_symbol(py, globals, key, registry)?;
            registry
        }
    };
    let name = dict::get_symbol(py, globals, py.intern("__name__")?);
    let module = match name.filter(|&name| name == NONE || py.as_str(name).is_some()) {
        Some(name) => name,
        None => py.str("<string>")?,
    };
    Ok(Place { filename, line, module, registry })
}

fn warn(py: Py, a: &[Word]) -> Result {
    let category = category_of(py, a[0], a[1])?;
    let mut stack_level = if a[2] == UNSET { 1 } else { py.index(a[2])? };
    let mut skip = Vec::new();
    if a[4] != UNSET {
        let Some(prefixes) = py.cast::<Tuple>(a[4]) else {
            return Err(py.type_error(format!(
                "warn() argument 'skip_file_prefixes' must be tuple, not {}",
                py.argument_type(a[4])
            )));
        };
        for prefix in prefixes.items() {
            match py.as_str(prefix.get()) {
                Some(text) => skip.push(text.to_text()),
                None => {
                    return Err(py.type_error(format!(
                        "Found non-str '{}' in skip_file_prefixes.",
                        py.type_name(prefix.get())
                    )));
                }
            }
        }
        if !skip.is_empty() {
            stack_level = stack_level.max(2);
        }
    }
    let Place { filename, line, module, registry } = place(py, stack_level, &skip)?;
    issue(py, &Warning { message: a[0], category, filename, line, module, registry, source: a[3] })
}

/// The category of a message that may be a warning itself.
fn category_of(py: Py, message: Word, category: Word) -> Result {
    if py.is_a(message, Ty::Warning) {
        return Ok(py.type_of(message).word());
    }
    match given(category) {
        None => Ok(py.ty(Ty::UserWarning).word()),
        Some(category) => {
            check_category(py, category)?;
            Ok(category)
        }
    }
}

/// A warning and where it belongs. `module` may be UNSET, `registry` and `source` UNSET or None.
struct Warning {
    message: Word,
    category: Word,
    filename: Word,
    line: i64,
    module: Word,
    registry: Word,
    source: Word,
}

fn warn_explicit(py: Py, a: &[Word]) -> Result {
    let filename = py.expect_str(a[2], "warn_explicit() argument 'filename'")?;
    let line = py.index(a[3])?;
    let category = if py.is_a(a[0], Ty::Warning) { py.type_of(a[0]).word() } else { a[1] };
    check_category(py, category)?;
    if let Some(globals) = given(a[6]) {
        let Some(globals) = py.cast::<Dict>(globals) else {
            return Err(
                py.type_error(format!("module_globals must be a dict, not '{}'", py.type_name(globals)))
            );
        };
        prime_line_cache(py, word(filename), globals)?;
    }
    issue(
        py,
        &Warning {
            message: a[0],
            category,
            filename: word(filename),
            line,
            module: a[4],
            registry: a[5],
            source: a[7],
        },
    )
}

/// Lets `linecache` find a source that only the module's loader knows.
fn prime_line_cache(py: Py, filename: Word, globals: Gc<Dict>) -> Result<()> {
    let known =
        |name: &str| Ok(dict::get_symbol(py, globals, py.intern(name)?).filter(|&value| value != NONE));
    if known("__loader__")?.is_none() || known("__name__")?.is_none() {
        return Ok(());
    }
    let function = py.import_from("linecache", "getlines");
    if let Some(function) = py.unless(function, Ty::ImportError)? {
        py.call(function, &[filename, word(globals)])?;
    }
    Ok(())
}

/// Lets the filters decide, and acts.
fn issue(py: Py, warning: &Warning) -> Result {
    let &Warning { message, category, filename, line, registry, source, .. } = warning;
    let module = match given(warning.module) {
        Some(module) => module,
        None if warning.module == NONE => return Ok(NONE),
        None => module_of_file(py, filename)?,
    };
    let registry = match given(registry) {
        None => None,
        Some(registry) => match py.cast::<Dict>(registry) {
            Some(registry) => Some(registry),
            None => {
                return Err(py.type_error("'registry' must be a dict or None"));
            }
        },
    };
    let is_instance = py.is_a(message, Ty::Warning);
    let text = if is_instance { word(py.to_str(message)?) } else { message };
    let message = if is_instance { message } else { py.call(category, &[message])? };
    let line_word = py.int(line)?;
    let key = py.new_tuple(&[text, category, line_word])?;
    if let Some(registry) = registry
        && already_warned(py, registry, key, false)?
    {
        return Ok(NONE);
    }
    let (action, item) = action_for(py, text, category, module, line)?;
    match action.as_str() {
        "ignore" => return Ok(NONE),
        "error" => return Err(py.raise(message)),
        "always" | "all" => {}
        _ => {
            if let Some(registry) = registry {
                dict::set(py, registry, key, TRUE)?;
            }
            let seen = match (action.as_str(), registry) {
                ("once", None) => Some(once_registry(py)?),
                ("once" | "module", registry) => registry,
                ("default", _) => None,
                _ => {
                    let action = py.str(&action)?;
                    return Err(py.raise_text(
                        Ty::RuntimeError,
                        &format!(
                            "Unrecognized action ({}) in warnings.filters:\n {}",
                            py.repr_text(action)?,
                            py.repr_text(item)?
                        ),
                    ));
                }
            };
            if let Some(seen) = seen {
                let zero = py.int(0)?;
                let key = match action.as_str() {
                    "once" => py.new_tuple(&[text, category])?,
                    _ => py.new_tuple(&[text, category, zero])?,
                };
                if already_warned(py, seen, key, true)? {
                    return Ok(NONE);
                }
            }
        }
    }
    show(py, message, text, category, filename, line, source)?;
    Ok(NONE)
}

/// The module of a file: its path without `.py`.
fn module_of_file(py: Py, filename: Word) -> Result {
    let text = py.to_text(filename)?;
    match text.as_str() {
        "" => py.str("<unknown>"),
        name => py.str(name.strip_suffix(".py").unwrap_or(name)),
    }
}

fn once_registry(py: Py) -> Result<Gc<Dict>> {
    if let Some(registry) = attribute(py, "onceregistry")? {
        return py.cast::<Dict>(registry).ok_or_else(|| {
            py.type_error(format!("_warnings.onceregistry must be a dict, not '{}'", py.type_name(registry)))
        });
    }
    let state = py.vm().state::<State>();
    state.once.get().ok_or_else(|| py.system_error("_warnings is not imported"))
}

/// Whether a registry knows a warning. What it learnt under other filters is forgotten first.
fn already_warned(py: Py, registry: Gc<Dict>, key: Word, add: bool) -> Result<bool> {
    let version = py.vm().state::<State>().mutations.get() + 1;
    let name = py.intern("version")?;
    let known = dict::get_symbol(py, registry, name).and_then(as_i64);
    if known != Some(version) {
        dict::clear(py, registry);
        let version = py.int(version)?;
        dict::set_symbol(py, registry, name, version)?;
    } else if let Some(seen) = dict::get(py, registry, key)?
        && py.truth(seen)?
    {
        return Ok(true);
    }
    if add {
        dict::set(py, registry, key, TRUE)?;
    }
    Ok(false)
}

/// What to do with a warning, and the filter that says so.
fn action_for(py: Py, text: Word, category: Word, module: Word, line: i64) -> Result<(String, Word)> {
    if let Some(context) = context_filters(py)?
        && let Some(found) = search(py, context, "warnings_context", text, category, module, line)?
    {
        return Ok(found);
    }
    let state = py.vm().state::<State>();
    let filters = match attribute(py, "filters")? {
        Some(filters) => match py.cast::<List>(filters) {
            Some(list) => Some(list),
            None => return Err(py.value_error("_warnings.filters must be a list")),
        },
        None => state.filters.get(),
    };
    if let Some(filters) = filters
        && let Some(found) = search(py, filters, "_warnings", text, category, module, line)?
    {
        return Ok(found);
    }
    match attribute(py, "defaultaction")? {
        None => Ok(("default".into(), NONE)),
        Some(action) => match py.as_str(action) {
            Some(text) => Ok((text.to_text(), NONE)),
            None => Err(py.type_error(format!(
                "_warnings.defaultaction must be a string, not '{}'",
                py.type_name(action)
            ))),
        },
    }
}

/// The filters of the running context, if contexts have some (`-X context_aware_warnings`).
fn context_filters(py: Py) -> Result<Option<Gc<List>>> {
    let Some(variable) = py.vm().state::<State>().context.get() else { return Ok(None) };
    let sys = py.import("sys")?;
    let sys_flags = py.get_attr(sys, py.intern("flags")?)?;
    match py.get_attr_opt(sys_flags, py.intern("context_aware_warnings")?)? {
        Some(flag) if py.truth(flag)? => {}
        _ => return Ok(None),
    }
    let context = py.call_method(variable, py.intern("get")?, &[NONE])?;
    if context == NONE {
        return Ok(None);
    }
    let filters = py.get_attr(context, py.intern("_filters")?)?;
    match py.cast::<List>(filters) {
        Some(filters) => Ok(Some(filters)),
        None => Err(py.value_error("_filters of warnings_context must be a list")),
    }
}

fn search(
    py: Py,
    filters: Gc<List>,
    owner: &str,
    text: Word,
    category: Word,
    module: Word,
    line: i64,
) -> Result<Option<(String, Word)>> {
    let mut index = 0;
    // Matching may change the list.
    while index < filters.len() {
        let item = filters.item(index);
        let Some(fields) = py.cast::<Tuple>(item).filter(|fields| fields.items().len() == 5) else {
            return Err(py.value_error(format!("{owner}.filters item {index} isn't a 5-tuple")));
        };
        let field = |at: usize| fields.items()[at].get();
        let Some(action) = py.as_str(field(0)) else {
            return Err(py.type_error(format!("action must be a string, not '{}'", py.type_name(field(0)))));
        };
        let class = py.import_from("builtins", "issubclass")?;
        if matches(py, field(1), text)?
            && py.call(class, &[category, field(2)])? == TRUE
            && matches(py, field(3), module)?
            && (py.index(field(4))? == 0 || py.index(field(4))? == line)
        {
            return Ok(Some((action.to_text(), item)));
        }
        index += 1;
    }
    Ok(None)
}

/// Whether a pattern of a filter (None, a string, a compiled expression) matches.
fn matches(py: Py, pattern: Word, text: Word) -> Result<bool> {
    if pattern == NONE {
        return Ok(true);
    }
    if as_object::<Str>(pattern).is_some() {
        return py.is_equal(pattern, text);
    }
    let found = py.call_method(pattern, py.intern("match")?, &[text])?;
    py.truth(found)
}

fn show(
    py: Py,
    message: Word,
    text: Word,
    category: Word,
    filename: Word,
    line: i64,
    source: Word,
) -> Result<()> {
    if given(source).is_some() {
        // What was destroyed can say where it was allocated: only the library knows how.
        let imported = py.import("warnings");
        py.unless(imported, Ty::ImportError)?;
    }
    let Some(function) = attribute(py, "_showwarnmsg")? else {
        return show_plainly(py, text, category, filename, line);
    };
    if !py.is_callable(function) {
        return Err(py.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let class = attribute(py, "WarningMessage")?
        .ok_or_else(|| py.raise_text(Ty::RuntimeError, "unable to get warnings.WarningMessage"))?;
    let source = given(source).unwrap_or(NONE);
    let line = py.int(line)?;
    let made = py.call(class, &[message, category, filename, line, NONE, NONE, source])?;
    py.call(function, &[made])?;
    Ok(())
}

/// Writes a warning to `sys.stderr` as `warnings` would.
fn show_plainly(py: Py, text: Word, category: Word, filename: Word, line: i64) -> Result<()> {
    let name = py.as_type(category).map_or_else(String::new, |class| class.name.borrow().to_string());
    let filename = py.to_text(filename)?;
    let mut shown = format!("{filename}:{line}: {name}: {}\n", py.to_text(text)?);
    let read = std::fs::read(&filename).ok().and_then(|bytes| {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        let text = python_compile::source::decode(&bytes).ok()?;
        text.lines().nth(at).map(|line| line.trim().to_string())
    });
    if let Some(source) = read.filter(|source| !source.is_empty()) {
        shown.push_str(&format!("  {source}\n"));
    }
    let sys = py.import("sys")?;
    let stream = py.get_attr_opt(sys, py.intern("stderr")?)?;
    if let Some(stream) = stream.filter(|&stream| stream != NONE) {
        let shown = py.str(&shown)?;
        py.call_method(stream, py.intern("write")?, &[shown])?;
    }
    Ok(())
}

static FUNCTIONS: &[NativeDef] = &[
    def(
        "warn",
        "($module, /, message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())",
        "Issue a warning, or maybe ignore it or raise an exception.\n\n  message\n    Text of the warning message.\n  category\n    \
         The Warning category subclass. Defaults to UserWarning.\n  stacklevel\n    How far up the call stack to make this warning \
         appear. A value of 2 for\n    example attributes the warning to the caller of the code calling warn().\n  source\n    \
         If supplied, the destroyed object which emitted a ResourceWarning\n  skip_file_prefixes\n    An optional tuple of \
         module filename prefixes indicating frames to skip\n    during stacklevel computations for stack frame attribution.",
        warn,
    ),
    def(
        "warn_explicit",
        "($module, /, message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              \
         module_globals=None, source=None)",
        "Issue a warning, or maybe ignore it or raise an exception.",
        warn_explicit,
    ),
    def("_filters_mutated_lock_held", "($module, /)", "", |py, _| {
        let mutations = &py.vm().state::<State>().mutations;
        mutations.set(mutations.get() + 1);
        Ok(NONE)
    }),
    def("_acquire_lock", "($module, /)", "", |_, _| Ok(NONE)),
    def("_release_lock", "($module, /)", "", |_, _| Ok(NONE)),
];
