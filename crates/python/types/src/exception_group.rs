//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).
//!
//! `ExceptionGroup` has two bases, so it is no entry of the table of built-in types: [`make`] makes it when the interpreter starts.

use heap::Gc;
use python_model::class::{add_member, new_class};
use python_model::dict;
use python_model::exceptions;
use python_model::instance::private_symbol;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, NativeType, class_method, def};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;

const CLASS: &str = "BaseExceptionGroup";
/// Private attribute: what a sequence that is no list or tuple showed when it was given.
const SHOWN: &str = "shown";

/// The class that [`make`] made.
#[derive(Default)]
struct Made {
    group: Cell<Option<TypeRef>>,
}

static METHODS: &[NativeDef] = &[
    def("__str__", "($self, /)", "Return str(self).", to_str),
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("derive", "($self, excs, /)", "", |py, a| {
        py.call(py.ty(Ty::BaseExceptionGroup).word(), &[message(py, a[0]), a[1]])
    }),
    def("split", "($self, matcher_value, /)", "", |py, a| {
        let (matching, rest) = split(py, a[0], a[1], Matcher::of(py, a[1])?)?;
        py.new_tuple(&[matching, rest])
    }),
    def("subgroup", "($self, matcher_value, /)", "", |py, a| {
        Ok(split(py, a[0], a[1], Matcher::of(py, a[1])?)?.0)
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::BaseExceptionGroup,
    doc: "A combination of multiple unrelated exceptions.",
    constructor: Some(construct),
    methods: METHODS,
}];

/// Makes `ExceptionGroup` and adds the members of groups.
pub fn make(py: Py) -> Result<()> {
    let base = py.ty(Ty::BaseExceptionGroup);
    let dict = base.object().dict.get().expect("a type has a namespace");
    for name in ["message", "exceptions"] {
        let key = private_symbol(py, CLASS, name)?;
        // Read-only, None until set.
        add_member(py, base, dict, py.intern(name)?, key, 3)?;
    }
    base.changed(py);
    let namespace = dict::new(py)?;
    let module = py.str("builtins")?;
    dict::set_symbol(py, namespace, Name::ModuleAttr, module)?;
    let bases = [base, py.ty(Ty::Exception)];
    let no_keywords = Args::positional(&[]);
    let group = new_class(py, py.ty(Ty::Type), "ExceptionGroup", &bases, namespace, no_keywords)?;
    group.constructor.set(Some(construct));
    group.set_flag(flags::MUTABLE, false);
    py.vm().state::<Made>().group.set(Some(group));
    if let Some(builtins) = as_object::<Dict>(py.vm().builtins.get()) {
        dict::set_symbol(py, builtins, py.intern("ExceptionGroup")?, group.word())?;
    }
    Ok(())
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [text, members] = *args.positionals() else { return Err(wrong_count(py, args)) };
    if args.keyword_count() > 0 {
        return Err(wrong_count(py, args));
    }
    if py.as_str(text).is_none() {
        return Err(py.type_error(format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            py.argument_type(text)
        )));
    }
    let is_sequence =
        py.type_of(members).lookup(py, Name::GetItem).is_some() && py.cast::<Dict>(members).is_none();
    if !is_sequence {
        return Err(py.type_error("second argument (exceptions) must be a sequence"));
    }
    let tuple = py.tuple_from_iterable(members)?;
    if tuple.items().is_empty() {
        return Err(py.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut only_exceptions = true;
    for (index, item) in tuple.items().iter().enumerate() {
        if !exceptions::is_exception(py, item.get()) {
            return Err(
                py.value_error(format!("Item {index} of second argument (exceptions) is not an exception"))
            );
        }
        only_exceptions &= py.is_a(item.get(), Ty::Exception);
    }
    let group = py.vm().state::<Made>().group.get();
    let mut class = class;
    if class.is(py.ty(Ty::BaseExceptionGroup)) {
        if let (true, Some(group)) = (only_exceptions, group) {
            class = group;
        }
    } else if !only_exceptions && group.is_some_and(|group| class.is(group)) {
        return Err(py.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    } else if !only_exceptions && class.is_subtype(py.ty(Ty::Exception)) {
        let name = class.name.borrow().to_string();
        return Err(py.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    // What a sequence of another kind shows is kept: it may change.
    let shown = match (py.cast::<List>(members), py.cast::<Tuple>(members)) {
        (None, None) => word(py.repr(members)?),
        _ => UNSET,
    };
    let args = py.new_tuple(args.positionals())?;
    let made = exceptions::new(py, class, args)?;
    py.set_private(made, CLASS, "message", text);
    py.set_private(made, CLASS, "exceptions", word(tuple));
    if shown != UNSET {
        py.set_private(made, CLASS, SHOWN, shown);
    }
    Ok(made)
}

/// Shows the exceptions as they were when the group was made, whatever has become of its arguments: in brackets if they came in a list.
fn repr(py: Py, a: &[Word]) -> Result {
    let own = message(py, a[0]);
    let text = py.repr_text(own)?;
    let shown = match py.get_private(a[0], CLASS, SHOWN) {
        Some(shown) => py.to_text(shown)?,
        None => {
            let members = members(py, a[0])?;
            let args = exceptions::state(a[0]).and_then(|state| as_object::<Tuple>(state.args.get()));
            let given = args.and_then(|args| args.items().get(1).map(|item| item.get()));
            match given.and_then(|given| py.cast::<List>(given)) {
                Some(_) => py.repr_text(word(py.list_from_iterable(word(members))?))?,
                None => py.repr_text(word(members))?,
            }
        }
    };
    py.str(&format!("{}({text}, {shown})", py.type_of(a[0]).name.borrow()))
}

fn wrong_count(py: Py, args: Args) -> metatrace_machine::Raised {
    let given = args.positional_count();
    py.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({given} given)"))
}

fn message(py: Py, group: Word) -> Word {
    py.get_private(group, CLASS, "message").unwrap_or(NONE)
}

fn members(py: Py, group: Word) -> Result<Gc<Tuple>> {
    match py.get_private(group, CLASS, "exceptions").and_then(as_object) {
        Some(tuple) => Ok(tuple),
        None => py.tuple_of(&[]),
    }
}

fn to_str(py: Py, a: &[Word]) -> Result {
    let text = py.to_text(message(py, a[0]))?;
    let count = members(py, a[0])?.items().len();
    let plural = if count == 1 { "" } else { "s" };
    py.str(&format!("{text} ({count} sub-exception{plural})"))
}

/// What `split` and `subgroup` select by.
#[derive(Clone, Copy)]
enum Matcher {
    /// A class or a tuple of classes.
    Classes,
    Predicate,
}

impl Matcher {
    fn of(py: Py, value: Word) -> Result<Matcher> {
        let is_class =
            |word: Word| py.as_type(word).is_some_and(|class| class.is_subtype(py.ty(Ty::BaseException)));
        let is_classes = is_class(value)
            || as_object::<Tuple>(value).is_some_and(|t| t.items().iter().all(|item| is_class(item.get())));
        if is_classes {
            return Ok(Matcher::Classes);
        }
        if py.as_type(value).is_none() && py.is_callable(value) {
            return Ok(Matcher::Predicate);
        }
        Err(py.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn matches(self, py: Py, exception: Word, value: Word) -> Result<bool> {
        match self {
            Matcher::Classes => py.exception_matches(exception, value),
            Matcher::Predicate => {
                let result = py.call(value, &[exception])?;
                py.truth(result)
            }
        }
    }
}

/// (matching part or None, rest or None). Errors: what the predicate or `derive` raises; `RecursionError`.
fn split(py: Py, exception: Word, value: Word, matcher: Matcher) -> Result<(Word, Word)> {
    if py.native_stack_is_low() {
        return Err(py.recursion_error("maximum recursion depth exceeded in exceptiongroup_split_recursive"));
    }
    if matcher.matches(py, exception, value)? {
        return Ok((exception, NONE));
    }
    if !py.is_a(exception, Ty::BaseExceptionGroup) {
        return Ok((NONE, exception));
    }
    let (matching, rest) = (py.new_list(4)?, py.new_list(4)?);
    for item in members(py, exception)?.items() {
        let (part, other) = split(py, item.get(), value, matcher)?;
        if part != NONE {
            list_push(py, matching, part)?;
        }
        if other != NONE {
            list_push(py, rest, other)?;
        }
    }
    Ok((subset(py, exception, matching)?, subset(py, exception, rest)?))
}

/// A group like another one with some of its members; None for none.
fn subset(py: Py, original: Word, kept: Gc<List>) -> Result {
    if kept.is_empty() {
        return Ok(NONE);
    }
    let made = py.call_method(original, py.intern("derive")?, &[word(kept)])?;
    let is_group = py.is_a(made, Ty::BaseExceptionGroup);
    if !is_group {
        return Err(py.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    py.inherit_from_group(made, original)?;
    Ok(made)
}
