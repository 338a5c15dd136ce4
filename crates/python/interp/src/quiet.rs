//! Residual calls that run no Python code: what the interpreter knows of the operands (see [`crate::plain`]) makes their effects narrow, so a
//! trace keeps what it knows of the heap, needs no site for whoever looks at frames, and does not test its assumptions again.
//!
//! Arguments that are not given are unset, and last. A call that finds out itself whether it can be quiet returns unset where it cannot; it has
//! done nothing then.

use crate::displays;
use crate::residual::{DICTS, HANDLED, LISTS, residual, string};
use heap::{Gc, Object};
use metatrace_machine::{CallDescr, CallTarget, Context, Effects, Footprint, Kind, Raised};
use python_model::dict;
use python_model::iterators;
use python_model::native::Args;
use python_model::objects::*;
use python_model::operators::{Binary, Comparison};
use python_model::plain::is_plain;
use python_model::py::{Py, Result};
use python_model::value::*;

/// A function of its plain operands, which may raise.
const PLAIN: Effects = Effects { reads: HANDLED, ..Effects::ALLOCATES.raising() };
/// The same, of a truth value: called again, it says the same.
const PLAIN_TEST: Effects = Effects { elidable: true, may_collect: false, ..PLAIN };
/// Of bytes that change: they are in no field that traces know of.
const BYTES_READS: Effects = Effects { elidable: false, repeatable: true, ..Effects::PURE };
/// What is kept where no field descriptor names it: a buffer, the state of a generator of numbers.
const OWN_CHANGES: Effects = Effects { repeatable: false, ..PLAIN };
const BYTES_GROW: Effects = Effects { repeatable: false, ..PLAIN };
const BYTES_WRITES: Effects = Effects { repeatable: false, ..BYTES_READS };
/// The same, of a result that nothing can change: one of two equal calls is enough. That it is the same object both times says nothing.
const PURE: Effects = Effects { elidable: true, ..PLAIN };
/// What of the containers that these functions look into a trace may have written.
const CONTAINERS: Footprint = Footprint::Only {
    fields: &[
        List::LENGTH,
        List::ITEMS,
        Dict::LIVE,
        Dict::FILLED,
        Dict::FLAGS,
        Dict::ROOM,
        Dict::ENTRIES,
        Dict::INDICES,
        Set::TABLE,
        Variable::VALUE,
        Handling::EXCEPTION,
    ],
    arrays: &[Values::ITEMS_ARRAY],
};
/// A function of what is plain and of containers.
const READS: Effects = Effects { reads: CONTAINERS, ..PLAIN };
const LIST_CHANGES: Effects = Effects { writes: LISTS, repeatable: false, ..READS };
const DICT_CHANGES: Effects = Effects { writes: DICTS, repeatable: false, can_invalidate: true, ..READS };
/// What of a set traces can see: how many there are. That it has no key that asks stays so.
const SET_CHANGES: Effects =
    Effects { writes: Footprint::Only { fields: &[Dict::LIVE], arrays: &[] }, repeatable: false, ..READS };
/// The same two of an operation that may add a calm key, which is noted ([`crate::quiet_keys`]).
const DICT_LEARNS: Effects = Effects {
    writes: Footprint::Only {
        fields: &[
            Dict::LIVE,
            Dict::FILLED,
            Dict::FLAGS,
            Dict::ROOM,
            Dict::ENTRIES,
            Dict::INDICES,
            Variable::VALUE,
        ],
        arrays: &[Values::ITEMS_ARRAY],
    },
    ..DICT_CHANGES
};
const SET_LEARNS: Effects =
    Effects { writes: Footprint::Only { fields: &[Dict::LIVE, Dict::FLAGS], arrays: &[] }, ..SET_CHANGES };
/// The same of an operation that may give a set another table.
const SET_REPLACES: Effects = Effects {
    writes: Footprint::Only { fields: &[Set::TABLE, Dict::LIVE, Dict::FLAGS], arrays: &[] },
    ..SET_CHANGES
};

/// A try. It does not raise: a guard that says so would deliver what it returns as the instruction's result, were it once unset.
const TRIES: Effects = Effects { can_raise: false, ..READS };

/// What a try returns where it would raise: the interpreter comes to the same by the general way.
fn tried(py: Py, result: Result) -> Result {
    result.or_else(|Raised| {
        py.take_raised();
        Ok(UNSET)
    })
}

/// The arguments that are given.
fn given(words: &[Word]) -> &[Word] {
    let count = words.iter().position(|word| *word == UNSET).unwrap_or(words.len());
    &words[..count]
}

fn call(py: Py, function: Gc<Object>, words: &[Word]) -> Result {
    let function: Gc<Builtin> = function.downcast().expect("the interpreter tested the layout");
    function.call_positional(py, given(words))
}

/// `a[start:stop:step]` of a built-in sequence.
fn part(py: Py, a: Word, start: Word, stop: Word, step: Word) -> Result {
    if let Some(part) = py.simple_slice(a, start, stop, step)? {
        return Ok(part);
    }
    let slice = crate::residual::new_slice(py, start, stop, step)?;
    py.get_item(a, slice)
}

fn join(py: Py, parts: &[Word]) -> Result {
    py.concat_all(parts.iter().copied())
}

fn table(object: Gc<Object>) -> Gc<Dict> {
    object.downcast().expect("the interpreter loaded a table")
}

/// Whether what a function gets is plain, or a list of what is plain.
fn are_plain(words: &[Word]) -> bool {
    words.iter().all(|word| match as_object::<List>(*word) {
        Some(list) => list.storage().items()[..list.len()].iter().all(|item| is_plain(item.get())),
        None => is_plain(*word),
    })
}

residual! {
    TUPLE_IS_PLAIN(_py, tuple: Ref) -> Bool, Effects::PURE => Ok(is_plain(word(tuple)));

    PLAIN_BINARY(py, op: Int, a: Value, b: Value) -> Value, PLAIN => py.binary(Binary::ALL[op as usize], a, b);
    PLAIN_INPLACE(py, op: Int, a: Value, b: Value) -> Value, PLAIN => py.inplace(Binary::ALL[op as usize], a, b);
    PLAIN_COMPARE(py, op: Int, a: Value, b: Value) -> Value, PLAIN => py.compare(Comparison::ALL[op as usize], a, b);
    /// Of sequences and of sets without keys that ask.
    READING_BINARY(py, op: Int, a: Value, b: Value) -> Value, READS => py.binary(Binary::ALL[op as usize], a, b);
    READING_COMPARE(py, op: Int, a: Value, b: Value) -> Value, READS => {
        py.compare(Comparison::ALL[op as usize], a, b)
    };
    LIST_INPLACE(py, op: Int, a: Value, b: Value) -> Value, LIST_CHANGES => {
        py.inplace(Binary::ALL[op as usize], a, b)
    };
    SET_INPLACE(py, op: Int, a: Value, b: Value) -> Value, SET_REPLACES => {
        py.inplace(Binary::ALL[op as usize], a, b)
    };
    /// `int(text)`; unset if that raises.
    INT_OF_TEXT(py, text: Ref) -> Value, TRIES => Ok(python_model::int_literal::of_text(py, string(text)).unwrap_or(UNSET));
    /// What the `ValueError` of such a text says; unset if it is another one.
    INT_MESSAGE(py, text: Ref) -> Value, TRIES => {
        let text = string(text);
        let is_refused = text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
        if is_refused { tried(py, python_model::int_literal::message_for(py, text)) } else { Ok(UNSET) }
    };
    /// `a + b` of tuples.
    TUPLE_JOIN(py, a: Ref, b: Ref) -> Value, PLAIN => {
        let (a, b): (Gc<Tuple>, Gc<Tuple>) = a.downcast().zip(b.downcast()).expect("the interpreter tested the layouts");
        py.tuple_join(a, b)
    };
    /// `a + b` of bytes.
    BYTES_JOIN(py, a: Ref, b: Ref) -> Value, PLAIN => {
        let (a, b): (Gc<Bytes>, Gc<Bytes>) = a.downcast().zip(b.downcast()).expect("the interpreter tested the layouts");
        py.join_bytes(a, b)
    };
    /// `a += b` of a bytearray and bytes.
    BYTEARRAY_EXTEND(py, a: Ref, b: Ref) -> Value, BYTES_GROW => py.inplace(Binary::Add, word(a), word(b));
    /// −1, 0 or 1. WTF-8 is ordered as its code points are.
    STR_ORDER(_py, a: Ref, b: Ref) -> Int, Effects::PURE => {
        Ok(string(a).as_bytes().cmp(string(b).as_bytes()) as i64)
    };
    /// `str(value)` of an integer.
    DECIMAL(py, value: Int) -> Value, PLAIN => py.decimal(value);
    /// A byte of a bytearray; negative: there is none at the index.
    BYTEARRAY_GET(_py, own: Ref, index: Int) -> Int, BYTES_READS => {
        let own: Gc<ByteArray> = own.downcast().expect("the interpreter tested the layout");
        Ok(match usize::try_from(index) {
            Ok(index) if index < own.len() => i64::from(own.get(index)),
            _ => -1,
        })
    };
    /// Sets a byte of a bytearray. Precondition: there is one at the index.
    BYTEARRAY_SET(_py, own: Ref, index: Int, byte: Int) -> Nothing, BYTES_WRITES => {
        let own: Gc<ByteArray> = own.downcast().expect("the interpreter tested the layout");
        own.write(index as usize, &[byte as u8]);
        Ok(())
    };
    /// Appends a byte to a bytearray.
    BYTEARRAY_PUSH(py, own: Ref, byte: Int) -> Nothing, BYTES_GROW => {
        let own: Gc<ByteArray> = own.downcast().expect("the interpreter tested the layout");
        own.push(py, own, byte as u8)
    };
    /// How many bytes a bytearray has.
    BYTEARRAY_LEN(_py, own: Ref) -> Int, BYTES_READS => {
        let own: Gc<ByteArray> = own.downcast().expect("the interpreter tested the layout");
        Ok(own.len() as i64)
    };
    /// Whether a string has another one in it. Short ones are looked through here.
    STR_HAS(py, text: Ref, part: Ref) -> Bool, Effects::PURE => match (string(text).as_bytes(), string(part).as_bytes()) {
        (bytes, [byte]) if bytes.len() <= 16 => Ok(bytes.contains(byte)),
        _ => py.contains(word(text), word(part)),
    };
    /// Of a plain tuple.
    PLAIN_CONTAINS(py, container: Value, item: Value) -> Bool, PLAIN_TEST => py.contains(container, item);
    /// Whether a list has an item: TRUE, FALSE or, if not all items are plain, unset.
    LIST_CONTAINS(py, list: Value, item: Value) -> Value, TRIES => {
        if are_plain(&[list]) { tried(py, py.contains(list, item).map(bool_word)) } else { Ok(UNSET) }
    };
    TABLE_HAS(py, own: Ref, item: Value) -> Bool, READS => dict::contains(py, table(own), item);
    TABLE_ADD(py, own: Ref, item: Value) -> Nothing, SET_CHANGES => dict::add_element(py, table(own), item);
    TABLE_ADD_CALM(py, own: Ref, item: Value) -> Nothing, SET_LEARNS => dict::add_element(py, table(own), item);
    /// Sets an item whose key is calm, which the dict notes.
    DICT_SET_CALM(py, own: Ref, key: Value, value: Value) -> Nothing, DICT_LEARNS => {
        dict::set(py, table(own), key, value)
    };
    /// Whether a key is calm. Pure as long as calm keys are assumed to stay so.
    IS_CALM(py, key: Value) -> Bool, Effects::PURE => Ok(python_model::calm::is_calm(py, key));
    DICT_DELETE(py, own: Ref, key: Value) -> Nothing, DICT_CHANGES => match dict::remove(py, table(own), key)? {
        Some(_) => Ok(()),
        None => Err(py.key_error(key)),
    };
    DELETE_ITEM(py, list: Value, key: Value) -> Nothing, LIST_CHANGES => py.del_item(list, key);
    /// `a[start:stop:step]` of a built-in sequence, without a slice object where that can be.
    PART(py, a: Value, start: Value, stop: Value, step: Value) -> Value, READS => part(py, a, start, stop, step);
    PURE_PART(py, a: Value, start: Value, stop: Value, step: Value) -> Value, PURE => part(py, a, start, stop, step);
    /// `a[start:stop] = items` of two lists.
    STORE_PART(py, a: Value, start: Value, stop: Value, items: Value) -> Nothing, LIST_CHANGES => {
        if py.simple_slice_store(a, start, stop, items)? {
            return Ok(());
        }
        let slice = crate::residual::new_slice(py, start, stop, NONE)?;
        py.set_item(a, slice, items)
    };
    /// `before, *middle, after = a` of a list or tuple.
    UNPACK_PARTS(py, a: Value, before: Int, after: Int) -> Value, READS => {
        crate::unpack::starred(py, a, before as usize, after as usize)
    };
    /// An iterator of a built-in container.
    BUILTIN_ITER(py, a: Value) -> Value, READS => {
        Ok(iterators::builtin_iter(py, a)?.expect("the interpreter tested the layout"))
    };

    /// A set of the plain items of a tuple.
    PLAIN_SET(py, items: Value) -> Value, PLAIN => displays::set_of(py, items);
    /// A dict of key, value, key, value, … in a tuple; the keys are plain.
    PLAIN_DICT(py, items: Value) -> Value, READS => displays::dict_of(py, items);
    EXTEND(py, list: Value, items: Value) -> Nothing, LIST_CHANGES => displays::list_extend(py, list, items);
    PLAIN_FORMAT(py, a: Value, spec: Value) -> Value, PLAIN => displays::format(py, a, spec);
    PLAIN_CONVERT(py, a: Value, how: Int) -> Value, PLAIN => displays::convert(py, a, how as u32);
    JOIN2(py, a: Value, b: Value) -> Value, PLAIN => join(py, &[a, b]);
    JOIN3(py, a: Value, b: Value, c: Value) -> Value, PLAIN => join(py, &[a, b, c]);
    JOIN4(py, a: Value, b: Value, c: Value, d: Value) -> Value, PLAIN => join(py, &[a, b, c, d]);
    JOIN6(py, a: Value, b: Value, c: Value, d: Value, e: Value, f: Value) -> Value, PLAIN => {
        join(py, given(&[a, b, c, d, e, f]))
    };

    PLAIN_CALL(py, function: Ref, a: Value, b: Value) -> Value, PLAIN => call(py, function, &[a, b]);
    PLAIN_CALL_MORE(py, function: Ref, a: Value, b: Value, c: Value, d: Value, e: Value) -> Value, PLAIN => {
        call(py, function, &[a, b, c, d, e])
    };
    /// A function that may change what its receiver alone knows of.
    OWN_CALL(py, function: Ref, a: Value, b: Value) -> Value, OWN_CHANGES => call(py, function, &[a, b]);
    OWN_CALL_MORE(py, function: Ref, a: Value, b: Value, c: Value, d: Value, e: Value) -> Value, OWN_CHANGES => {
        call(py, function, &[a, b, c, d, e])
    };
    /// `id(value)`
    ID(py, value: Value) -> Value, PURE => py.id(value);
    PURE_CALL(py, function: Ref, a: Value, b: Value) -> Value, PURE => call(py, function, &[a, b]);
    PURE_CALL_MORE(py, function: Ref, a: Value, b: Value, c: Value, d: Value, e: Value) -> Value, PURE => {
        call(py, function, &[a, b, c, d, e])
    };
    READING_CALL(py, function: Ref, a: Value, b: Value, c: Value) -> Value, READS => call(py, function, &[a, b, c]);
    /// Unset if an argument is not plain, nor a list of what is; and if the function raises.
    TRIED_CALL(py, function: Ref, a: Value, b: Value, c: Value) -> Value, TRIES => {
        if are_plain(given(&[a, b, c])) { tried(py, call(py, function, &[a, b, c])) } else { Ok(UNSET) }
    };
    LIST_CALL(py, function: Ref, a: Value, b: Value, c: Value) -> Value, LIST_CHANGES => {
        call(py, function, &[a, b, c])
    };
    DICT_CALL(py, function: Ref, a: Value, b: Value, c: Value) -> Value, DICT_CHANGES => {
        call(py, function, &[a, b, c])
    };
    DICT_CALL_CALM(py, function: Ref, a: Value, b: Value, c: Value) -> Value, DICT_LEARNS => {
        call(py, function, &[a, b, c])
    };
    SET_CALL(py, function: Ref, a: Value, b: Value) -> Value, SET_CHANGES => call(py, function, &[a, b]);
    SET_CALL_CALM(py, function: Ref, a: Value, b: Value) -> Value, SET_LEARNS => call(py, function, &[a, b]);
    /// Calls of built-in classes; the constructor of this one does all.
    PLAIN_CLASS(py, class: Value, a: Value, b: Value) -> Value, PLAIN => {
        let info = py.as_type(class).expect("the interpreter promoted a class");
        match info.constructor.get() {
            Some(constructor) => constructor(py, info, Args::positional(given(&[a, b]))),
            None => py.call(class, given(&[a, b])),
        }
    };
    READING_CLASS(py, class: Value, a: Value) -> Value, READS => py.call(class, given(&[a]));
}
