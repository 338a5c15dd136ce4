//! `raise`, `with` and `except*`.

use metatrace_machine::Raised;
use python_compile::opcode::Opcode;
use python_model::code::Code;
use python_model::exceptions::{self, state};
use python_model::names::Name;
use python_model::objects::{List, Tuple};
use python_model::py::{Py, Result, list_push};
use python_model::types::Ty;
use python_model::value::{NONE, UNSET, Word, as_object, word};

/// `raise value from cause`; the cause may be unset.
pub fn raise(py: Py, value: Word, cause: Word) -> Raised {
    let exception = match py.to_exception(value) {
        Ok(exception) => exception,
        Err(raised) => return raised,
    };
    if cause != UNSET {
        let cause = match cause {
            NONE => NONE,
            cause => match to_cause(py, cause) {
                Ok(cause) => cause,
                Err(raised) => return raised,
            },
        };
        py.set_cause(exception, cause);
    }
    py.raise(exception)
}

fn to_cause(py: Py, cause: Word) -> Result {
    let is_class = py.as_type(cause).is_some_and(|class| class.is_subtype(py.ty(Ty::BaseException)));
    if !is_class && !exceptions::is_exception(py, cause) {
        return Err(py.type_error("exception causes must derive from BaseException"));
    }
    py.to_exception(cause)
}

/// Bare `raise`.
pub fn raise_current(py: Py) -> Raised {
    match py.thread().handled() {
        NONE => py.runtime_error("No active exception to reraise"),
        exception => py.reraise(exception),
    }
}

/// Notes that an exception leaves an instruction. A bare `raise` is no new entry: the frame has its own from when the exception
/// first passed.
pub fn note_frame(py: Py, exception: Word, code: u64, pc: u32) {
    let is_again = Code::at(code).instruction(pc).op() == Opcode::RaiseCurrent;
    if is_again && state(exception).is_some_and(|state| state.traceback.get() != NONE) {
        return;
    }
    py.add_traceback(exception, code, pc);
}

/// Calls the `__exit__` of a context manager with an exception.
pub fn call_exit(py: Py, exit: Word, receiver: Word, exception: Word) -> Result {
    let class = py.type_of(exception).word();
    let traceback = state(exception).map_or(NONE, |state| state.traceback.get());
    if receiver == UNSET {
        return py.call(exit, &[class, exception, traceback]);
    }
    py.call(exit, &[receiver, class, exception, traceback])
}

/// `CHECK_EG_MATCH`: (matching part or None, rest or None).
pub fn split_group(py: Py, exception: Word, pattern: Word) -> Result {
    check_group_pattern(py, pattern)?;
    if exception == NONE {
        return py.new_tuple(&[NONE, NONE]);
    }
    if py.exception_matches(exception, pattern)? {
        if py.is_a(exception, Ty::BaseExceptionGroup) {
            return py.new_tuple(&[exception, NONE]);
        }
        // A naked exception is caught as a group of one.
        let inner = py.new_tuple(&[exception])?;
        let group_type =
            if py.is_a(exception, Ty::Exception) { "ExceptionGroup" } else { "BaseExceptionGroup" };
        let group_type = py.import_from("builtins", group_type)?;
        let empty = py.str("")?;
        let group = py.call(group_type, &[empty, inner])?;
        if let (Some(to), Some(from)) = (state(group), state(exception)) {
            to.traceback.set(py.mutator(), to, from.traceback.get());
        }
        return py.new_tuple(&[group, NONE]);
    }
    if py.is_a(exception, Ty::BaseExceptionGroup) {
        let split = py.intern("split")?;
        let parts = py.call_method(exception, split, &[pattern])?;
        let class = py.type_name(exception);
        let Some(parts) = py.cast::<Tuple>(parts) else {
            let got = py.type_name(parts);
            return Err(py.type_error(format!("{class}.split must return a tuple, not {got}")));
        };
        if parts.items().len() < 2 {
            let size = parts.items().len();
            return Err(
                py.type_error(format!("{class}.split must return a 2-tuple, got tuple of size {size}"))
            );
        }
        return py.new_tuple(&[parts.items()[0].get(), parts.items()[1].get()]);
    }
    py.new_tuple(&[NONE, exception])
}

fn check_group_pattern(py: Py, pattern: Word) -> Result<()> {
    if let Some(tuple) = py.cast::<Tuple>(pattern) {
        return tuple.items().iter().try_for_each(|item| check_group_pattern(py, item.get()));
    }
    match py.as_type(pattern) {
        Some(class) if class.is_subtype(py.ty(Ty::BaseExceptionGroup)) => {
            Err(py.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."))
        }
        Some(class) if class.is_subtype(py.ty(Ty::BaseException)) => Ok(()),
        _ => Err(py.type_error("catching classes that do not inherit from BaseException is not allowed")),
    }
}

/// `INTRINSIC prep_reraise_star`: what is left to raise after the clauses of an `except*`, or None.
/// `parts` are the exceptions that clauses raised and the part that none matched.
pub fn combine(py: Py, original: Word, parts: Word) -> Result {
    let parts: heap::Gc<List> = as_object(parts).expect("the compiler put a list there");
    let (raised, reraised) = (py.new_list(4)?, py.new_list(4)?);
    if !py.is_a(original, Ty::BaseExceptionGroup) {
        // A naked exception: at most one part is left.
        for index in 0..parts.len() {
            if parts.item(index) != NONE {
                return Ok(parts.item(index));
            }
        }
        return Ok(NONE);
    }
    for index in 0..parts.len() {
        let part = parts.item(index);
        if part == NONE {
            continue;
        }
        // Parts of the original keep its metadata; what clauses raised anew does not.
        let is_part = match (state(part), state(original)) {
            (Some(a), Some(b)) => {
                py.is_a(part, Ty::BaseExceptionGroup)
                    && a.traceback.get() == b.traceback.get()
                    && a.context.get() == b.context.get()
                    && a.cause.get() == b.cause.get()
            }
            _ => false,
        };
        list_push(py, if is_part { reraised } else { raised }, part)?;
    }
    let rest = match reraised.len() {
        0 => NONE,
        _ => crate::raising::project(py, original, reraised)?,
    };
    if raised.is_empty() {
        return Ok(rest);
    }
    if rest != NONE {
        list_push(py, raised, rest)?;
    }
    if raised.len() == 1 {
        return Ok(raised.item(0));
    }
    let group = py.import_from("builtins", "BaseExceptionGroup")?;
    let empty = py.str("")?;
    py.call(group, &[empty, word(raised)])
}

/// The part of a group whose leaves are in the given groups.
fn project(py: Py, original: Word, groups: heap::Gc<List>) -> Result {
    let leaves = py.new_set(python_model::dict::new(py)?)?;
    for index in 0..groups.len() {
        collect_leaves(py, groups.item(index), leaves)?;
    }
    let matching = filter(py, original, leaves)?;
    Ok(matching.unwrap_or(NONE))
}

fn leaf_key(py: Py, exception: Word) -> Result {
    py.id(exception)
}

fn collect_leaves(py: Py, exception: Word, leaves: Word) -> Result<()> {
    if !py.is_a(exception, Ty::BaseExceptionGroup) {
        let key = leaf_key(py, exception)?;
        return crate::displays::set_add(py, leaves, key);
    }
    for inner in members(py, exception)?.items() {
        collect_leaves(py, inner.get(), leaves)?;
    }
    Ok(())
}

fn members(py: Py, group: Word) -> Result<heap::Gc<Tuple>> {
    let exceptions = py.get_attr(group, Name::Exceptions)?;
    py.tuple_from_iterable(exceptions)
}

fn filter(py: Py, exception: Word, leaves: Word) -> Result<Option<Word>> {
    if !py.is_a(exception, Ty::BaseExceptionGroup) {
        let key = leaf_key(py, exception)?;
        return Ok(py.contains(leaves, key)?.then_some(exception));
    }
    let kept = py.new_list(4)?;
    let all = members(py, exception)?;
    let mut is_whole = true;
    for inner in all.items() {
        match filter(py, inner.get(), leaves)? {
            Some(part) => {
                is_whole &= part == inner.get();
                list_push(py, kept, part)?;
            }
            None => is_whole = false,
        }
    }
    if is_whole {
        return Ok(Some(exception));
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let derive = py.intern("derive")?;
    let made = py.call_method(exception, derive, &[word(kept)])?;
    py.inherit_from_group(made, exception)?;
    Ok(Some(made))
}
