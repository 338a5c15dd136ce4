//! Operations on built-in values in traces that are known to run no Python code: residual calls with narrow effects ([`crate::quiet`]) instead
//! of ones that may do anything.
//!
//! A value is *plain* (`python_model::plain`) if nothing that the runtime does with it asks user code. The recorder guards that, mostly by
//! tests that the trace has anyway: a tag, a layout; of a tuple from elsewhere the runtime says it. Containers may hold anything, so what is
//! done to them is quiet if it does not compare what they hold (`list.extend`), if they have no key that asks
//! ([`quiet_keys`]), or if the runtime looks at the items first and says unset where it will not do it.
//!
//! Only the recorder comes here: the direct machine claims nothing of what it calls. `None`: nothing is known, and nothing was done.

use crate::items;
use crate::quiet as call;
use crate::quiet_keys;
use heap::{Gc, Layout, LayoutId};
use metatrace_machine::{Arg, CallDescr, Encoding, Machine, MachineExt, NanBox, Raised};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison};
use python_model::py::Py;
use python_model::types::{Ty, TypeRef};
use python_model::value::as_object;

type Known<M> = Result<Option<<M as Machine>::Value>, Raised>;

/// Whether a value is plain. Trace: guards of its tag or layout.
pub fn is_plain<M: Machine>(m: &mut M, value: M::Value) -> bool {
    if m.as_int(value).is_some() {
        return true;
    }
    let Some(object) = m.as_ref(value) else { return true };
    match m.layout_of(object) {
        id if id == Str::ID || id == BigInt::ID || id == Bytes::ID => true,
        id if id == Tuple::ID => {
            let plain = m.call_bool(&call::TUPLE_IS_PLAIN, &[Arg::Ref(object)]).expect("it does not raise");
            m.truth(plain)
        }
        _ => false,
    }
}

/// The layout of an object; `None`: the value is immediate.
fn layout<M: Machine>(m: &mut M, value: M::Value) -> Option<(M::Ref, LayoutId)> {
    if m.as_int(value).is_some() {
        return None;
    }
    let object = m.as_ref(value)?;
    Some((object, m.layout_of(object)))
}

fn is_set(layout: LayoutId) -> bool {
    layout == Set::ID || layout == FrozenSet::ID
}

/// The table of a set or frozenset, if it compares plain values without user code.
fn quiet_table<M: Machine>(m: &mut M, py: Py, set: M::Ref, layout: LayoutId) -> Option<M::Ref> {
    let field = if layout == Set::ID { Set::TABLE } else { FrozenSet::TABLE };
    let table = m.load_ref(field, set);
    quiet_keys::compares_quietly(m, py, table).then_some(table)
}

/// Built-in sequences that are lists, or made of what cannot change.
fn is_sequence(layout: LayoutId) -> bool {
    [List::ID, Tuple::ID, Str::ID, Bytes::ID, Range::ID].contains(&layout)
}

/// Containers over which one iterates without user code.
fn is_iterable(layout: LayoutId) -> bool {
    is_sequence(layout) || is_set(layout) || layout == Dict::ID || layout == DictView::ID
}

/// `a op b`, `a op= b`
pub fn binary<M: Machine>(
    m: &mut M,
    py: Py,
    op: Binary,
    is_inplace: bool,
    a: M::Value,
    b: M::Value,
) -> Known<M> {
    let descr = match (layout(m, a), layout(m, b)) {
        (Some((x, left)), Some((y, right))) if is_set(left) && is_set(right) => {
            if !matches!(op, Binary::And | Binary::Or | Binary::Sub | Binary::Xor)
                || quiet_table(m, py, x, left).is_none()
                || quiet_table(m, py, y, right).is_none()
            {
                return Ok(None);
            }
            if is_inplace && left == Set::ID { &call::SET_INPLACE } else { &call::READING_BINARY }
        }
        (Some((_, left)), Some((_, right))) if left == List::ID => {
            let is_known = op == Binary::Add && (right == List::ID || is_inplace && is_iterable(right));
            if !is_known {
                return Ok(None);
            }
            if is_inplace { &call::LIST_INPLACE } else { &call::READING_BINARY }
        }
        (Some((_, left)), None) if left == List::ID => {
            if op != Binary::Mul || m.as_int(b).is_none() {
                return Ok(None);
            }
            if is_inplace { &call::LIST_INPLACE } else { &call::READING_BINARY }
        }
        (Some((_, left)), None) if left == Tuple::ID && op == Binary::Mul && m.as_int(b).is_some() => {
            &call::PLAIN_BINARY
        }
        (Some((x, left)), Some((y, right)))
            if left == Tuple::ID && right == Tuple::ID && op == Binary::Add =>
        {
            return m.call_value(&call::TUPLE_JOIN, &[Arg::Ref(x), Arg::Ref(y)]).map(Some);
        }
        (Some((x, ByteArray::ID)), Some((y, Bytes::ID))) if is_inplace && op == Binary::Add => {
            return m.call_value(&call::BYTEARRAY_EXTEND, &[Arg::Ref(x), Arg::Ref(y)]).map(Some);
        }
        (Some((x, Bytes::ID)), Some((y, Bytes::ID))) if op == Binary::Add => {
            return m.call_value(&call::BYTES_JOIN, &[Arg::Ref(x), Arg::Ref(y)]).map(Some);
        }
        _ if is_plain(m, a) && is_plain(m, b) => {
            if is_inplace {
                &call::PLAIN_INPLACE
            } else {
                &call::PLAIN_BINARY
            }
        }
        _ => return Ok(None),
    };
    let op = m.int(op as i64);
    m.call_value(descr, &[Arg::Int(op), Arg::Value(a), Arg::Value(b)]).map(Some)
}

/// A comparison.
pub fn compare<M: Machine>(m: &mut M, py: Py, op: Comparison, a: M::Value, b: M::Value) -> Known<M> {
    let descr = match (layout(m, a), layout(m, b)) {
        (Some((x, left)), Some((y, right))) if is_set(left) && is_set(right) => {
            if quiet_table(m, py, x, left).is_none() || quiet_table(m, py, y, right).is_none() {
                return Ok(None);
            }
            &call::READING_COMPARE
        }
        _ if is_plain(m, a) && is_plain(m, b) => &call::PLAIN_COMPARE,
        _ => return Ok(None),
    };
    let op = m.int(op as i64);
    m.call_value(descr, &[Arg::Int(op), Arg::Value(a), Arg::Value(b)]).map(Some)
}

/// `item in container`, which is no dict.
pub fn contains<M: Machine>(
    m: &mut M,
    py: Py,
    container: M::Value,
    item: M::Value,
) -> Result<Option<M::Bool>, Raised> {
    let Some((object, own)) = layout(m, container) else { return Ok(None) };
    if own == Str::ID {
        let Some((part, Str::ID)) = layout(m, item) else { return Ok(None) };
        return m.call_bool(&call::STR_HAS, &[Arg::Ref(object), Arg::Ref(part)]).map(Some);
    }
    if is_set(own) {
        if !quiet_keys::is_quiet(m, py, item) {
            return Ok(None);
        }
        let Some(table) = quiet_table(m, py, object, own) else { return Ok(None) };
        return m.call_bool(&call::TABLE_HAS, &[Arg::Ref(table), Arg::Value(item)]).map(Some);
    }
    if own != List::ID && own != Tuple::ID || !is_plain(m, item) {
        return Ok(None);
    }
    if own == Tuple::ID {
        if !is_plain(m, container) {
            return Ok(None);
        }
        return m.call_bool(&call::PLAIN_CONTAINS, &[Arg::Value(container), Arg::Value(item)]).map(Some);
    }
    let found = m.call_value(&call::LIST_CONTAINS, &[Arg::Value(container), Arg::Value(item)])?;
    if m.value_is(found, NanBox::UNSET) {
        return Ok(None);
    }
    Ok(m.as_bool(found))
}

/// The byte of a bytearray at an index. Trace: a call, and a guard that there is one.
fn bytearray_item<M: Machine>(m: &mut M, own: M::Ref, index: M::Int) -> Option<M::Int> {
    let byte =
        m.call_int(&call::BYTEARRAY_GET, &[Arg::Ref(own), Arg::Int(index)]).expect("it does not raise");
    let zero = m.int(0);
    let is_missing = m.int_lt(byte, zero);
    (!m.truth(is_missing)).then_some(byte)
}

/// The byte that a value is.
pub(crate) fn byte<M: Machine>(m: &mut M, value: M::Value) -> Option<M::Int> {
    let byte = m.as_int(value)?;
    let limit = m.int(0x100);
    let is_byte = m.uint_lt(byte, limit);
    m.truth(is_byte).then_some(byte)
}

/// `a[key] = value` of a bytearray; whether it is done.
pub fn set_item<M: Machine>(m: &mut M, a: M::Value, key: M::Value, value: M::Value) -> bool {
    let Some((object, ByteArray::ID)) = layout(m, a) else { return false };
    let (Some(index), Some(byte)) = (m.as_int(key), byte(m, value)) else { return false };
    if bytearray_item(m, object, index).is_none() {
        return false;
    }
    let args = [Arg::Ref(object), Arg::Int(index), Arg::Int(byte)];
    m.call_nothing(&call::BYTEARRAY_SET, &args).expect("it does not raise");
    true
}

/// `a[key]` of bytes and bytearrays, and of a sequence and a slice.
pub fn item<M: Machine>(m: &mut M, a: M::Value, key: M::Value) -> Known<M> {
    let Some((object, own)) = layout(m, a) else { return Ok(None) };
    if own == ByteArray::ID {
        let Some(index) = m.as_int(key) else { return Ok(None) };
        let byte = bytearray_item(m, object, index);
        return Ok(byte.map(|byte| m.box_int(byte)));
    }
    if !is_sequence(own) {
        return Ok(None);
    }
    if own == Bytes::ID
        && let Some(index) = m.as_int(key)
    {
        let length = m.load_int(Bytes::SIZE, object);
        let Some(index) = items::index_in(m, index, length) else { return Ok(None) };
        let byte = m.load_item_int(Bytes::BYTES_ARRAY, object, index);
        return Ok(Some(m.box_int(byte)));
    }
    let Some((slice, Slice::ID)) = layout(m, key) else { return Ok(None) };
    let bounds = [Slice::START, Slice::STOP, Slice::STEP].map(|field| m.load_value(field, slice));
    part(m, a, bounds)
}

/// `a[start:stop:step]`
pub fn part<M: Machine>(m: &mut M, a: M::Value, bounds: [M::Value; 3]) -> Known<M> {
    let Some((_, own)) = layout(m, a) else { return Ok(None) };
    if !is_sequence(own) || !bounds.into_iter().all(|bound| is_bound(m, bound)) {
        return Ok(None);
    }
    let [start, stop, step] = bounds.map(Arg::Value);
    // Of what never changes, the part is the same each time.
    let part = if own == Str::ID || own == Bytes::ID { &call::PURE_PART } else { &call::PART };
    m.call_value(part, &[Arg::Value(a), start, stop, step]).map(Some)
}

/// `a[start:stop] = items`; whether it is done.
pub fn store_part<M: Machine>(
    m: &mut M,
    a: M::Value,
    start: M::Value,
    stop: M::Value,
    items: M::Value,
) -> Result<bool, Raised> {
    let (Some((_, List::ID)), Some((_, List::ID))) = (layout(m, a), layout(m, items)) else {
        return Ok(false);
    };
    if !is_bound(m, start) || !is_bound(m, stop) {
        return Ok(false);
    }
    m.call_nothing(&call::STORE_PART, &[a, start, stop, items].map(Arg::Value))?;
    Ok(true)
}

/// Whether a bound of a slice is None or an integer.
fn is_bound<M: Machine>(m: &mut M, bound: M::Value) -> bool {
    m.as_int(bound).is_some() || m.value_is(bound, NanBox::NONE)
}

/// `del a[key]`; whether it is done.
pub fn delete<M: Machine>(m: &mut M, py: Py, a: M::Value, key: M::Value) -> Result<bool, Raised> {
    let Some((object, own)) = layout(m, a) else { return Ok(false) };
    if own == Dict::ID && quiet_keys::is_quiet(m, py, key) && quiet_keys::compares_quietly(m, py, object) {
        m.call_nothing(&call::DICT_DELETE, &[Arg::Ref(object), Arg::Value(key)])?;
        return Ok(true);
    }
    if own == List::ID && m.as_int(key).is_some() {
        m.call_nothing(&call::DELETE_ITEM, &[Arg::Value(a), Arg::Value(key)])?;
        return Ok(true);
    }
    Ok(false)
}

/// `iter(a)` of a container that has no iterator which traces look into.
pub fn iter<M: Machine>(m: &mut M, own: LayoutId, a: M::Value) -> Known<M> {
    if !is_iterable(own) {
        return Ok(None);
    }
    m.call_value(&call::BUILTIN_ITER, &[Arg::Value(a)]).map(Some)
}

/// Adds an item to the set that a comprehension makes; whether it is done.
pub fn set_add<M: Machine>(m: &mut M, py: Py, set: M::Value, item: M::Value) -> Result<bool, Raised> {
    let Some((object, Set::ID)) = layout(m, set) else { return Ok(false) };
    if !quiet_keys::is_quiet(m, py, item) {
        return Ok(false);
    }
    let Some(table) = quiet_table(m, py, object, Set::ID) else { return Ok(false) };
    let add = quiet_keys::table_add(m, item);
    m.call_nothing(add, &[Arg::Ref(table), Arg::Value(item)])?;
    Ok(true)
}

/// `[*items]`; whether it is done.
pub fn extend<M: Machine>(m: &mut M, list: M::Value, items: M::Value) -> Result<bool, Raised> {
    match layout(m, items) {
        Some((_, own)) if is_iterable(own) => {
            m.call_nothing(&call::EXTEND, &[Arg::Value(list), Arg::Value(items)])?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// `format(value, spec)`; the spec may be unset.
pub fn format<M: Machine>(m: &mut M, value: M::Value, spec: M::Value) -> Known<M> {
    let has_spec = !m.value_is(spec, NanBox::UNSET);
    if !has_spec && let Some((_, Str::ID)) = layout(m, value) {
        return Ok(Some(value));
    }
    if !has_spec && let Some(value) = m.as_int(value) {
        return m.call_value(&call::DECIMAL, &[Arg::Int(value)]).map(Some);
    }
    if !is_plain(m, value) || has_spec && !is_plain(m, spec) {
        return Ok(None);
    }
    m.call_value(&call::PLAIN_FORMAT, &[Arg::Value(value), Arg::Value(spec)]).map(Some)
}

/// `!s`, `!r`, `!a`
pub fn convert<M: Machine>(m: &mut M, value: M::Value, how: u32) -> Known<M> {
    if let Some(value) = m.as_int(value) {
        return m.call_value(&call::DECIMAL, &[Arg::Int(value)]).map(Some);
    }
    if !is_plain(m, value) {
        return Ok(None);
    }
    let how = m.int(i64::from(how));
    m.call_value(&call::PLAIN_CONVERT, &[Arg::Value(value), Arg::Int(how)]).map(Some)
}

/// The concatenation of two to six strings, without a tuple of them.
pub fn join<M: Machine>(m: &mut M, parts: &[M::Value]) -> Known<M> {
    let descr = match parts.len() {
        2 => &call::JOIN2,
        3 => &call::JOIN3,
        4 => &call::JOIN4,
        5 | 6 => &call::JOIN6,
        _ => return Ok(None),
    };
    call_with(m, descr, None, parts).map(Some)
}

/// Calls a residual function with a function or class and its arguments, and unset for each parameter that is left.
fn call_with<M: Machine>(
    m: &mut M,
    descr: &'static CallDescr,
    callable: Option<Arg<M>>,
    args: &[M::Value],
) -> Result<M::Value, Raised> {
    let unset = m.value(NanBox::UNSET);
    let missing = descr.params.len() - args.len() - usize::from(callable.is_some());
    let args = args.iter().copied().chain(std::iter::repeat_n(unset, missing));
    let all: Vec<Arg<M>> = callable.into_iter().chain(args.map(Arg::Value)).collect();
    m.call_value(descr, &all)
}

/// What is known of the arguments of a call.
#[derive(PartialEq)]
enum Arguments {
    Plain,
    /// Plain values, and lists of who knows what.
    Lists,
    Unknown,
}

fn arguments<M: Machine>(m: &mut M, args: &[M::Value]) -> Arguments {
    let mut known = Arguments::Plain;
    for arg in args {
        if let Some((_, List::ID)) = layout(m, *arg) {
            known = Arguments::Lists;
        } else if !is_plain(m, *arg) {
            return Arguments::Unknown;
        }
    }
    known
}

/// Classes whose methods are functions of their plain arguments.
const IMMUTABLE: &[Ty] = &[Ty::Str, Ty::Bytes, Ty::Int, Ty::Float, Ty::Bool, Ty::Complex, Ty::Tuple];

/// Methods of these classes that may go by something else: a codec is looked up.
const NOT_QUIET: &[&str] = &["encode", "decode", "__new__"];

/// Methods of these classes whose plain arguments decide the result, which nothing can change: called with the same ones, they need not be
/// called again. (Formatting asks for the locale, and for how many digits an integer may have.)
#[rustfmt::skip]
const ELIDABLE: &[&str] = &[
    "bit_count", "bit_length", "capitalize", "casefold", "center", "count", "decode", "encode", "endswith", "expandtabs", "find", "from_bytes", "index",
    "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle",
    "isupper", "is_integer", "ljust", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
    "rpartition", "rstrip", "startswith", "strip", "swapcase", "title", "to_bytes", "upper", "zfill",
];

/// Methods of these classes themselves that make nothing of a class but its values.
const CLASS_METHODS: &[&str] = &["from_bytes", "fromhex"];

/// Codecs, and ways to handle errors, for which nobody is asked.
const OWN_CODECS: &[&[u8]] =
    &[b"utf-8", b"utf8", b"UTF-8", b"ascii", b"latin-1", b"latin1", b"strict", b"surrogatepass"];

/// Whether an argument of `encode` or `decode` is a constant that names one of them.
fn is_own_codec<M: Machine>(m: &mut M, arg: M::Value) -> bool {
    let name: Option<Gc<Str>> = m.constant(arg).and_then(as_object);
    name.is_some_and(|name| OWN_CODECS.contains(&name.as_bytes()))
}

fn is_elidable(method: &str) -> bool {
    ELIDABLE.contains(&method)
}

/// The residual call of such a method with so many arguments.
fn pure_call(count: usize) -> &'static CallDescr {
    if count <= 2 { &call::PURE_CALL } else { &call::PURE_CALL_MORE }
}

/// A call of a function or method written in Rust.
pub fn call<M: Machine>(m: &mut M, py: Py, function: M::Ref, args: &[M::Value]) -> Known<M> {
    let Some(builtin) = m.promote_ref(function).downcast::<Builtin>() else { return Ok(None) };
    let (def, owner) = (builtin.def(), py.as_type(builtin.owner.get()).and_then(|owner| owner.builtin));
    if args.len() > 5 || args.is_empty() && !def.is_contained {
        return Ok(None);
    }
    let callable = |m: &mut M| Arg::Ref(m.reference(builtin.erase()));
    let descr = match owner {
        Some(ty) if IMMUTABLE.contains(&ty) => {
            if NOT_QUIET.contains(&def.name)
                && (def.name == "__new__" || !args[1..].iter().all(|arg| is_own_codec(m, *arg)))
            {
                return Ok(None);
            }
            // What `join` finds in a list it takes, or refuses, as it is.
            let is_of_class = CLASS_METHODS.contains(&def.name) && m.value_is(args[0], py.ty(ty).word());
            let known = arguments(m, &args[usize::from(is_of_class)..]);
            match known {
                Arguments::Plain if is_elidable(def.name) => pure_call(args.len()),
                Arguments::Plain if args.len() <= 2 => &call::PLAIN_CALL,
                Arguments::Plain => &call::PLAIN_CALL_MORE,
                Arguments::Lists if def.name == "join" && args.len() == 2 => &call::READING_CALL,
                _ => return Ok(None),
            }
        }
        Some(Ty::List) => match list_method(m, def.name, args) {
            true => &call::LIST_CALL,
            false => return Ok(None),
        },
        Some(Ty::Dict) => match dict_method(m, py, def.name, args) {
            true => quiet_keys::dict_call(m, args.get(1).copied()),
            false => return Ok(None),
        },
        Some(Ty::Set) => match set_method(m, py, def.name, args) {
            true => quiet_keys::set_call(m, args.get(1).copied()),
            false => return Ok(None),
        },
        _ if def.is_contained || is_quiet_method(m, py, builtin, args) => {
            if args.len() <= 2 {
                &call::OWN_CALL
            } else {
                &call::OWN_CALL_MORE
            }
        }
        None if def.is_quiet => match arguments(m, args) {
            Arguments::Plain if args.len() <= 2 => &call::PLAIN_CALL,
            Arguments::Plain => &call::PLAIN_CALL_MORE,
            Arguments::Lists if args.len() <= 3 => {
                let callable = callable(m);
                let found = call_with(m, &call::TRIED_CALL, Some(callable), args)?;
                return Ok(if m.value_is(found, NanBox::UNSET) { None } else { Some(found) });
            }
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    let callable = callable(m);
    call_with(m, descr, Some(callable), args).map(Some)
}

/// Whether a function is a quiet method of a class other than those of numbers and strings, and what it gets besides its receiver is plain.
fn is_quiet_method<M: Machine>(m: &mut M, py: Py, builtin: Gc<Builtin>, args: &[M::Value]) -> bool {
    builtin.def().is_quiet
        && py.as_type(builtin.owner.get()).is_some()
        && !args.is_empty()
        && arguments(m, &args[1..]) == Arguments::Plain
}

/// Whether a call of a list's method compares nothing and asks nobody.
fn list_method<M: Machine>(m: &mut M, name: &str, args: &[M::Value]) -> bool {
    let Some((_, List::ID)) = layout(m, args[0]) else { return false };
    match (name, args) {
        ("reverse" | "clear" | "copy", [_]) => true,
        ("pop", [_, index]) | ("insert", [_, index, _]) => m.as_int(*index).is_some(),
        ("extend", [_, items]) => layout(m, *items).is_some_and(|(_, own)| is_iterable(own)),
        _ => false,
    }
}

/// The same for a dict.
fn dict_method<M: Machine>(m: &mut M, py: Py, name: &str, args: &[M::Value]) -> bool {
    let Some((object, Dict::ID)) = layout(m, args[0]) else { return false };
    match (name, args) {
        ("keys" | "values" | "items" | "copy" | "clear" | "popitem", [_]) => true,
        ("setdefault" | "pop" | "__contains__", [_, key, ..]) if args.len() <= 3 => {
            quiet_keys::is_quiet(m, py, *key) && quiet_keys::compares_quietly(m, py, object)
        }
        _ => false,
    }
}

/// The same for a set.
fn set_method<M: Machine>(m: &mut M, py: Py, name: &str, args: &[M::Value]) -> bool {
    let Some((object, Set::ID)) = layout(m, args[0]) else { return false };
    match (name, args) {
        ("pop" | "clear" | "copy", [_]) => true,
        ("add" | "discard" | "remove", [_, item]) => {
            quiet_keys::is_quiet(m, py, *item) && quiet_table(m, py, object, Set::ID).is_some()
        }
        _ => false,
    }
}

/// A call of a built-in class.
pub fn class<M: Machine>(
    m: &mut M,
    py: Py,
    callable: M::Value,
    class: TypeRef,
    args: &[M::Value],
) -> Known<M> {
    let callable = Arg::Value(callable);
    if let (Some(Ty::Str), &[a]) = (class.builtin, args)
        && let Some(value) = m.as_int(a)
    {
        return m.call_value(&call::DECIMAL, &[Arg::Int(value)]).map(Some);
    }
    match (class.builtin, args) {
        (Some(Ty::Str | Ty::Float | Ty::Bool), &[a]) if is_plain(m, a) => {
            call_with(m, &call::PLAIN_CLASS, Some(callable), args).map(Some)
        }
        (Some(Ty::Int), &[a] | &[a, _]) if is_plain(m, a) => {
            if args.len() == 2 && m.as_int(args[1]).is_none() {
                return Ok(None);
            }
            call_with(m, &call::PLAIN_CLASS, Some(callable), args).map(Some)
        }
        (Some(Ty::Set), &[]) => call_with(m, &call::PLAIN_CLASS, Some(callable), args).map(Some),
        (Some(Ty::List | Ty::Tuple), &[a]) => match layout(m, a) {
            Some((_, own)) if is_iterable(own) => {
                call_with(m, &call::READING_CLASS, Some(callable), args).map(Some)
            }
            _ => Ok(None),
        },
        (Some(Ty::Set | Ty::FrozenSet), &[a]) => match layout(m, a) {
            Some((_, Str::ID | Range::ID)) => {
                call_with(m, &call::READING_CLASS, Some(callable), args).map(Some)
            }
            Some((object, own)) if is_set(own) && quiet_table(m, py, object, own).is_some() => {
                call_with(m, &call::READING_CLASS, Some(callable), args).map(Some)
            }
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Whether what a display holds is plain.
pub fn are_plain<M: Machine>(m: &mut M, values: impl IntoIterator<Item = M::Value>) -> bool {
    values.into_iter().all(|value| is_plain(m, value))
}
