//! Residual calls: runtime functions that the interpreter calls and traces do not look into.
//!
//! Each is declared once with its signature and effects; an effect that is missing is a miscompiled program. Convention: a call that may raise
//! is the last thing an instruction does, and what it returns is the instruction's result.

use heap::{Gc, Object};
use metatrace_machine::{
    CallDescr, CallTarget, Context, Effects, Encoding, Footprint, Host, Kind, NanBox, Raised,
};
use python_model::code::{Code, CodeInfo};
use python_model::dict;
use python_model::exceptions;
use python_model::frames;
use python_model::functions;
use python_model::native::Args;
use python_model::objects::*;
use python_model::operators::{Binary, Comparison, Unary};
use python_model::py::{Py, Result, list_push};
use python_model::symbols::Symbol;
use python_model::types::Ty;
use python_model::value::*;

macro_rules! residual {
    ($($(#[doc = $doc:literal])* $name:ident($py:ident $(, $arg:ident: $kind:ident)*) -> $result:ident, $effects:expr => $body:expr;)*) => { $(
        $(#[doc = $doc])*
        pub static $name: CallDescr = {
            extern "C" fn shim(context: *mut Context $(, $arg: u64)*) -> u64 {
                // SAFETY: machines pass the context that they were made with, which lives as long as the run, with its thread.
                let $py = unsafe { Py::of(context) };
                $(let $arg = residual!(@in $kind $arg);)*
                let body = || -> Result<residual!(@type $result)> { $body };
                match body() {
                    Ok(result) => residual!(@out $result result),
                    Err(Raised) => 0,
                }
            }
            CallDescr {
                name: stringify!($name),
                target: CallTarget::new(shim as *const ()),
                params: &[$(Kind::$kind),*],
                result: residual!(@kind $result),
                effects: $effects,
            }
        };
    )* };
    (@in Value $arg:ident) => { $arg };
    (@in Int $arg:ident) => { $arg as i64 };
    (@in Float $arg:ident) => { f64::from_bits($arg) };
    // SAFETY: a `Ref` argument is the address of a live object, never null here.
    (@in Ref $arg:ident) => { unsafe { Gc::<Object>::from_address($arg as usize) } };
    (@type Value) => { Word };
    (@type Ref) => { Gc<Object> };
    (@type Int) => { i64 };
    (@type Float) => { f64 };
    (@type Bool) => { bool };
    (@type Nothing) => { () };
    (@out Value $result:ident) => { $result };
    (@out Ref $result:ident) => { $result.address() as u64 };
    (@out Int $result:ident) => { $result as u64 };
    (@out Float $result:ident) => { f64::to_bits($result) };
    (@out Bool $result:ident) => { u64::from($result) };
    (@out Nothing $result:ident) => {{
        let () = $result;
        0
    }};
    (@kind Nothing) => { None };
    (@kind $kind:ident) => { Some(Kind::$kind) };
}
pub(crate) use residual;

const ANY: Effects = Effects::ANY;
/// What whatever raises reads: the exception being handled is the context of the new one.
pub(crate) const HANDLED: Footprint = Footprint::Only { fields: &[Handling::EXCEPTION], arrays: &[] };
/// Allocates its result of what nothing can change, may raise.
const MAKES: Effects = Effects { reads: HANDLED, ..Effects::ALLOCATES.raising() };
/// Reads anything, writes nothing old, allocates, may raise.
const READS: Effects = Effects { reads: Footprint::Everything, ..Effects::ALLOCATES.raising() };
pub(crate) const LISTS: Footprint =
    Footprint::Only { fields: &[List::LENGTH, List::ITEMS], arrays: &[Values::ITEMS_ARRAY] };
/// What changes of a dict whose keys are plain, and the variables of modules. Traces make and read small ones (`traced_dict.rs`): what is left
/// out here they would take for unchanged, or store again behind the change.
pub(crate) const DICTS: Footprint = Footprint::Only {
    fields: &[Dict::LIVE, Dict::FILLED, Dict::ROOM, Dict::ENTRIES, Dict::INDICES, Variable::VALUE],
    arrays: &[Values::ITEMS_ARRAY],
};
const READS_DICTS: Effects = Effects {
    reads: Footprint::Only {
        fields: &[
            Dict::LIVE,
            Dict::FILLED,
            Dict::FLAGS,
            Dict::ROOM,
            Dict::ENTRIES,
            Dict::INDICES,
            Variable::VALUE,
            Handling::EXCEPTION,
        ],
        arrays: &[Values::ITEMS_ARRAY],
    },
    ..READS
};
/// A namespace may be among them: what is bound anew in it is no constant any more.
const CHANGES_DICTS: Effects = Effects { writes: DICTS, can_invalidate: true, ..READS_DICTS };
/// Steps an iterator of the runtime whose items need no user code.
const STEPS: Effects = Effects {
    writes: Footprint::Only {
        fields: &[
            StrIter::TEXT,
            StrIter::INDEX,
            DictIter::INDEX,
            DictIter::LIVE,
            DictIter::LEFT,
            DictIter::DICT,
        ],
        arrays: &[],
    },
    ..READS_DICTS
};
const CHANGES_LISTS: Effects = Effects {
    reads: Footprint::Only {
        fields: &[List::LENGTH, List::ITEMS, Handling::EXCEPTION],
        arrays: &[Values::ITEMS_ARRAY],
    },
    writes: LISTS,
    ..MAKES
};
/// Reads anything.
const LOOKS: Effects = Effects { reads: Footprint::Everything, ..Effects::ALLOCATES };
/// Adds to the traceback of an exception.
const NOTES: Effects = Effects { writes: Footprint::Everything, ..Effects::ALLOCATES };
/// Touches only what no field descriptor names: the thread's state.
const THREAD: Effects = Effects { elidable: false, ..Effects::PURE };

pub(crate) fn string(object: Gc<Object>) -> Gc<Str> {
    object.downcast().expect("the interpreter tested the layout")
}

fn code_at(address: i64) -> &'static Code {
    Code::at(address as u64)
}

residual! {
    BINARY(py, op: Int, a: Value, b: Value) -> Value, ANY => py.binary(Binary::ALL[op as usize], a, b);
    INPLACE(py, op: Int, a: Value, b: Value) -> Value, ANY => py.inplace(Binary::ALL[op as usize], a, b);
    COMPARE(py, op: Int, a: Value, b: Value) -> Value, ANY => py.compare(Comparison::ALL[op as usize], a, b);
    /// The same three when the left operand's method has returned `NotImplemented`.
    BINARY_REFLECTED(py, op: Int, is_inplace: Int, a: Value, b: Value) -> Value, ANY => {
        py.binary_reflected(Binary::ALL[op as usize], is_inplace != 0, a, b)
    };
    INPLACE_REFUSED(py, op: Int, a: Value, b: Value) -> Value, ANY => py.inplace_refused(Binary::ALL[op as usize], a, b);
    COMPARE_REFLECTED(py, op: Int, a: Value, b: Value) -> Value, ANY => {
        py.compare_reflected(Comparison::ALL[op as usize], a, b)
    };
    /// The same when the right operand's method has returned it, too.
    COMPARE_REFUSED(py, op: Int, a: Value, b: Value) -> Value, ANY => {
        py.compare_refused(Comparison::ALL[op as usize], a, b)
    };
    UNARY(py, op: Int, a: Value) -> Value, ANY => {
        py.unary([Unary::Pos, Unary::Neg, Unary::Invert][op as usize], a)
    };
    FLOAT_MOD(_py, a: Float, b: Float) -> Float, Effects::PURE => Ok(python_floor_mod(a, b));
    FLOAT_FLOOR_DIV(_py, a: Float, b: Float) -> Float, Effects::PURE => Ok(python_floor_div(a, b));
    FLOAT_POW(_py, a: Float, b: Float) -> Float, Effects::PURE => Ok(a.powf(b));
    /// Of a function that [computes](python_model::native::FloatFunction) something.
    FLOAT_FUNCTION(_py, function: Ref, x: Float) -> Float, Effects::PURE => {
        let function: Gc<Builtin> = function.downcast().expect("the recorder tested the layout");
        Ok((function.def().computes.expect("the recorder asked").function)(x))
    };
    /// The length of a vector of two parts; infinite if it is beyond a float.
    HYPOT(_py, x: Float, y: Float) -> Float, Effects::PURE => Ok(python_number::complex::length(x, y));
    CONCAT(py, a: Ref, b: Ref) -> Value, MAKES => py.concat(string(a), string(b));
    STR_EQUAL(_py, a: Ref, b: Ref) -> Bool, Effects::PURE => {
        Ok(a.address() == b.address() || string(a).as_bytes() == string(b).as_bytes())
    };
    IS_SAME(py, a: Value, b: Value) -> Bool, Effects::PURE => Ok(py.is_same(a, b));
    TRUTH(py, a: Value) -> Bool, ANY => py.truth(a);
    CONTAINS(py, container: Value, item: Value) -> Bool, ANY => py.contains(container, item);
    GET_ITEM(py, a: Value, key: Value) -> Value, ANY => py.get_item(a, key);
    SET_ITEM(py, a: Value, key: Value, value: Value) -> Nothing, ANY => py.set_item(a, key, value);
    DEL_ITEM(py, a: Value, key: Value) -> Nothing, ANY => py.del_item(a, key);
    NEW_SLICE(py, start: Value, stop: Value, step: Value) -> Value, MAKES => new_slice(py, start, stop, step);
    /// The item of a dict whose key needs no user code; unset if it is not there.
    DICT_GET(py, d: Ref, key: Value) -> Value, READS_DICTS => {
        let d: Gc<Dict> = d.downcast().expect("the interpreter tested the layout");
        Ok(dict::get(py, d, key)?.unwrap_or(UNSET))
    };
    DICT_SET(py, d: Ref, key: Value, value: Value) -> Nothing, CHANGES_DICTS => {
        dict::set(py, d.downcast().expect("the interpreter tested the layout"), key, value)
    };
    /// The character at an index that is in range.
    STR_ITEM(py, text: Ref, index: Int) -> Value, MAKES => {
        let text = string(text);
        if text.is_ascii() {
            return Ok(py.vm().latin1_char(text.as_bytes()[index as usize]));
        }
        py.get_item(word(text), py.int(index)?)
    };

    GET_ATTR(py, a: Value, name: Int) -> Value, ANY => py.get_attr(a, Symbol(name as u32));
    SET_ATTR(py, a: Value, name: Int, value: Value) -> Nothing, ANY => py.set_attr(a, Symbol(name as u32), value);
    DEL_ATTR(py, a: Value, name: Int) -> Nothing, ANY => py.del_attr(a, Symbol(name as u32));
    SUPER_ATTR(py, callable: Value, class: Value, receiver: Value, name: Int) -> Value, ANY => {
        let object = py.call(callable, &[class, receiver])?;
        py.get_attr(object, Symbol(name as u32))
    };
    /// Tells an exception that `__getattr__` raised what was asked for.
    TELL_ATTRIBUTE(py, exception: Value, a: Value, name: Int) -> Nothing, NOTES => {
        py.tell_attribute(exception, a, Symbol(name as u32));
        Ok(())
    };
    /// A special method, bound; raises that the object lacks it.
    LOAD_SPECIAL(py, a: Value, method: Int) -> Value, ANY => crate::special::load(py, a, method as u32);

    CALL0(py, f: Value) -> Value, ANY => py.call(f, &[]);
    CALL1(py, f: Value, a: Value) -> Value, ANY => py.call(f, &[a]);
    CALL2(py, f: Value, a: Value, b: Value) -> Value, ANY => py.call(f, &[a, b]);
    CALL3(py, f: Value, a: Value, b: Value, c: Value) -> Value, ANY => py.call(f, &[a, b, c]);
    CALL4(py, f: Value, a: Value, b: Value, c: Value, d: Value) -> Value, ANY => py.call(f, &[a, b, c, d]);
    CALL5(py, f: Value, a: Value, b: Value, c: Value, d: Value, e: Value) -> Value, ANY => py.call(f, &[a, b, c, d, e]);
    /// Calls with a tuple of arguments, the last of them named by a tuple of keywords (or None).
    CALL_TUPLE(py, f: Value, args: Value, names: Value) -> Value, ANY => {
        let tuple: Gc<Tuple> = as_object(args).expect("the interpreter made a tuple");
        let words = python_model::protocol::tuple_words(tuple);
        let result = py.call_args(f, Args { words: &words, keywords: as_object(names) });
        heap::keep(tuple);
        result
    };
    /// `f(*args, **keywords)`: an iterable, a dict or None.
    CALL_EX(py, f: Value, args: Value, keywords: Value) -> Value, ANY => crate::calls::call_ex(py, f, args, keywords);
    /// The dict of keyword arguments that no parameter takes: name, value, name, value, … in a tuple.
    KEYWORD_DICT(py, items: Value) -> Value, READS_DICTS => crate::displays::dict_of(py, items);
    /// The code of the only character of a string.
    STR_ORD(_py, text: Ref) -> Int, Effects::PURE => {
        Ok(python_model::strings::code_points(string(text).as_bytes()).next().map_or(0, i64::from))
    };
    /// Binds arguments (see `CALL_TUPLE`) to the parameters of a Python function: an array with one item per parameter.
    BIND(py, function: Value, args: Value, names: Value) -> Ref, ANY => {
        let tuple: Gc<Tuple> = as_object(args).expect("the interpreter made a tuple");
        let words = python_model::protocol::tuple_words(tuple);
        let function: Gc<Function> = as_object(function).expect("the interpreter tested the layout");
        let bound = crate::bind::bind(py, function, Args { words: &words, keywords: as_object(names) });
        heap::keep(tuple);
        Ok(bound?.erase())
    };
    RECURSION_ERROR(py) -> Nothing, READS => Err(py.recursion_error("maximum recursion depth exceeded"));
    NEW_FUNCTION(py, code: Int, child: Int) -> Value, READS => {
        let code = code_at(code).child(py, child as u32)?;
        Ok(word(functions::new_function(py, code, NONE)?))
    };
    SET_FUNCTION_ATTRIBUTE(py, function: Value, attribute: Int, value: Value) -> Nothing, READS => {
        crate::functions::set_attribute(py, function, attribute as u32, value)
    };
    INTRINSIC(py, kind: Int, args: Value, namespace: Value) -> Value, ANY => {
        crate::intrinsics::run(py, kind as u32, as_object(args).expect("the interpreter made a tuple"), namespace)
    };

    /// `__init__` returned something else than None.
    INIT_RETURNED(py, value: Value) -> Nothing, ANY => {
        let name = py.type_name(value);
        Err(py.type_error(format!("__init__() should return None, not '{name}'")))
    };
    /// Whether the length of an object is not zero; raises for what is no length, and for what its `__bool__` returned that is no bool.
    LENGTH_TRUTH(py, owner: Value, length: Value) -> Bool, ANY => {
        if py.type_of(owner).lookup(py, python_model::names::Name::Bool).is_some() {
            return Err(py.type_error(format!("__bool__ should return bool, returned {}", py.type_name(length))));
        }
        Ok(py.length_of_result(length)? != 0)
    };

    LENGTH_OF_RESULT(py, result: Value) -> Value, ANY => py.int(py.length_of_result(result)? as i64);

    ITER(py, a: Value) -> Value, ANY => py.iter(a);
    /// Next item; unset when the iterator is exhausted.
    NEXT(py, iterator: Value) -> Value, ANY => Ok(py.next(iterator)?.unwrap_or(UNSET));
    /// The same for an iterator of a runtime module, by its class's `__next__`.
    ADVANCE(py, method: Ref, iterator: Value) -> Value, ANY => {
        let method: Gc<Builtin> = method.downcast().expect("the recorder asked");
        let advance = method.def().advances.expect("the recorder asked");
        // An iterator over an iterator over an iterator needs native stack for each.
        if py.native_stack_is_low() {
            return Err(py.recursion_error("maximum recursion depth exceeded"));
        }
        match advance(py, iterator) {
            Ok(item) => Ok(item.unwrap_or(UNSET)),
            Err(raised) => py.unless::<()>(Err(raised), Ty::StopIteration).map(|_| UNSET),
        }
    };
    /// The same for an iterator over a string or dict.
    NEXT_PLAIN(py, iterator: Value) -> Value, STEPS => {
        let step = python_model::iterators::builtin_next(py, iterator).expect("the interpreter tested the layout");
        Ok(step?.unwrap_or(UNSET))
    };
    LEN(py, a: Value) -> Value, ANY => {
        let length = py.len(a)?;
        py.int(length as i64)
    };
    UNPACK(py, a: Value, count: Int) -> Value, ANY => crate::unpack::exactly(py, a, count as usize);
    UNPACK_EX(py, a: Value, before: Int, after: Int) -> Value, ANY => {
        crate::unpack::starred(py, a, before as usize, after as usize)
    };

    LIST_PUSH(py, list: Value, item: Value) -> Nothing, CHANGES_LISTS => {
        list_push(py, as_object(list).expect("the compiler put a list there"), item)
    };
    LIST_EXTEND(py, list: Value, items: Value) -> Nothing, ANY => crate::displays::list_extend(py, list, items);
    LIST_TO_TUPLE(py, list: Value) -> Value, READS => {
        py.tuple_from_list(as_object(list).expect("the compiler put a list there"))
    };
    NEW_SET(py, items: Value) -> Value, ANY => crate::displays::set_of(py, items);
    SET_ADD(py, set: Value, item: Value) -> Nothing, ANY => crate::displays::set_add(py, set, item);
    SET_UPDATE(py, set: Value, items: Value) -> Nothing, ANY => crate::displays::set_update(py, set, items);
    /// A dict of key, value, key, value, … in a tuple.
    NEW_DICT(py, items: Value) -> Value, ANY => crate::displays::dict_of(py, items);
    MAP_ADD(py, d: Value, key: Value, value: Value) -> Nothing, ANY => {
        dict::set(py, as_object(d).expect("the compiler put a dict there"), key, value)
    };
    DICT_UPDATE(py, d: Value, other: Value) -> Nothing, ANY => crate::displays::dict_update(py, d, other);
    DICT_MERGE(py, d: Value, other: Value, callable: Value) -> Nothing, ANY => {
        crate::displays::dict_merge(py, d, other, callable)
    };
    BUILD_STRING(py, items: Value) -> Value, READS => crate::displays::join(py, items);
    FORMAT(py, a: Value, spec: Value) -> Value, ANY => crate::displays::format(py, a, spec);
    CONVERT(py, a: Value, how: Int) -> Value, ANY => crate::displays::convert(py, a, how as u32);
    BUILD_INTERPOLATION(py, value: Value, expression: Value, conversion: Value, spec: Value) -> Value, READS => {
        crate::displays::interpolation(py, value, expression, conversion, spec)
    };
    BUILD_TEMPLATE(py, strings: Value, interpolations: Value) -> Value, READS => {
        crate::displays::template(py, strings, interpolations)
    };

    /// `raise a from cause`; the cause may be unset.
    RAISE(py, a: Value, cause: Value) -> Nothing, ANY => Err(crate::raising::raise(py, a, cause));
    RAISE_CURRENT(py) -> Nothing, ANY => Err(crate::raising::raise_current(py));
    /// Notes a frame in the traceback of the pending exception.
    /// Notes a frame in the traceback of an exception that was taken.
    ADD_TRACEBACK_TO(py, exception: Value, code: Int, pc: Int) -> Nothing, NOTES => {
        crate::raising::note_frame(py, exception, code as u64, pc as u32);
        Ok(())
    };
    /// The same in compiled code, where frame number `index` of the trace has caught it.
    NOTE_CAUGHT(py, exception: Value, code: Int, pc: Int, index: Int) -> Nothing, NOTES => {
        crate::raising::note_frame(py, exception, code as u64, pc as u32);
        frames::note_caught(py, exception, code_at(code), crate::nested::number_of(py, index as u32));
        Ok(())
    };
    /// The same where the exception leaves a frame with these registers.
    NOTE_LEFT(py, exception: Value, code: Int, pc: Int, index: Int, registers: Ref) -> Nothing, NOTES => {
        crate::raising::note_frame(py, exception, code as u64, pc as u32);
        let number = crate::nested::number_of(py, index as u32);
        frames::note_left(py, exception, code_at(code), pc as u32, number, word(registers));
        Ok(())
    };
    /// Registers a generator that needs a finalizer.
    NEEDS_FINALIZER(py, own: Value) -> Nothing, THREAD => {
        py.mutator().register_finalizable::<Generator>(as_object(own).expect("a generator"));
        Ok(())
    };
    /// The same for a coroutine, which may have to tell where it was made. Returns it.
    GENERATOR_MADE(py, own: Value) -> Value, ANY => {
        python_model::generator::made(py, as_object(own).expect("a generator"))?;
        Ok(own)
    };
    /// The generator has ended: it may die as any other object.
    FORGET_FINALIZER(py, own: Value) -> Nothing, THREAD => {
        py.mutator().forget_finalizable::<Generator>(as_object(own).expect("a generator"));
        Ok(())
    };
    /// A coroutine is about to be suspended. It has no finalizer yet if it was awaited where it was made.
    SUSPENDS(py, own: Value) -> Nothing, THREAD => {
        py.mutator().ensure_finalizable::<Generator>(as_object(own).expect("a coroutine"));
        Ok(())
    };
    EXCEPTION_MATCHES(py, exception: Value, pattern: Value) -> Bool, ANY => py.exception_matches(exception, pattern);
    SPLIT_GROUP(py, exception: Value, pattern: Value) -> Value, ANY => {
        crate::raising::split_group(py, exception, pattern)
    };
    WITH_EXCEPT_START(py, exit: Value, receiver: Value, exception: Value) -> Value, ANY => {
        crate::raising::call_exit(py, exit, receiver, exception)
    };
    /// Raises that a variable has no value: kind 0 local, 1 free, 2 global.
    UNBOUND(py, name: Int, kind: Int) -> Nothing, READS => Err(crate::names::unbound(py, Symbol(name as u32), kind));
    LOAD_NAME(py, namespace: Value, code: Int, site: Int) -> Value, ANY => {
        crate::names::load_name(py, namespace, code_at(code), site as u32)
    };
    STORE_NAME(py, namespace: Value, name: Int, value: Value) -> Nothing, ANY => {
        crate::names::store_name(py, namespace, Symbol(name as u32), value)
    };
    LOAD_FROM(py, mapping: Value, code: Int, name: Int, cell: Value) -> Value, ANY => {
        crate::names::load_from(py, mapping, code_at(code), Symbol(name as u32), cell)
    };
    STORE_GLOBAL(py, code: Int, site: Int, value: Value) -> Nothing,
        Effects { can_invalidate: true, writes: Footprint::Everything, ..READS } => {
        crate::names::store_global(py, code_at(code), site as u32, value)
    };
    BUILD_CLASS_FUNCTION(py, code: Int) -> Value, READS => crate::names::build_class_function(py, code_at(code));
    SETUP_ANNOTATIONS(py, namespace: Value) -> Nothing, ANY => crate::names::setup_annotations(py, namespace);
    IMPORT_NAME(py, code: Int, name: Int, level: Value, from: Value, namespace: Value) -> Value, ANY => {
        crate::names::import_name(py, code_at(code), Symbol(name as u32), level, from, namespace)
    };
    IMPORT_FROM(py, module: Value, name: Int) -> Value, ANY => {
        crate::names::import_from(py, module, Symbol(name as u32))
    };

    MATCH_MAPPING(py, a: Value) -> Bool, READS => Ok(crate::patterns::is_mapping(py, a));
    MATCH_SEQUENCE(py, a: Value) -> Bool, READS => Ok(crate::patterns::is_sequence(py, a));
    MATCH_KEYS(py, a: Value, keys: Value) -> Value, ANY => crate::patterns::match_keys(py, a, keys);
    MATCH_CLASS(py, a: Value, class: Value, names: Value, count: Int) -> Value, ANY => {
        crate::patterns::match_class(py, a, class, names, count as usize)
    };

    /// What leaves a generator's frame instead of the pending exception (PEP 479).
    GENERATOR_RAISED(py, generator: Value) -> Nothing, ANY => crate::generators::raised(py, generator);
    /// Machine code ends with the `return` of this generator.
    GENERATOR_RETURNED(py, generator: Value) -> Nothing, NOTES => {
        py.thread().generator_returned.set(generator);
        Ok(())
    };
    /// The generator that runs when this one is resumed, if not itself; None. Unset: it runs already.
    INNERMOST(py, root: Value) -> Value, LOOKS => Ok(crate::delegation::innermost_word(py, root));
    /// The generator of a chain that delegates to another one of it; None.
    DELEGATOR(_py, root: Value, inner: Value) -> Value, LOOKS => Ok(crate::delegation::delegator_word(root, inner));
    YIELD_FROM_ITER(py, a: Value, code: Int) -> Value, ANY => crate::generators::yield_from_iter(py, a, code_at(code));
    AWAITABLE(py, a: Value, where_: Int) -> Value, ANY => crate::generators::awaitable(py, a, where_);
    AITER(py, a: Value) -> Value, ANY => crate::generators::aiter(py, a);
    ANEXT(py, a: Value) -> Value, ANY => crate::generators::anext(py, a);
    /// `a.send(value)`: a tuple of whether it yielded and the value.
    SEND(py, a: Value, value: Value) -> Value, ANY => crate::generators::send(py, a, value);
    ASYNC_GEN_WRAP(py, a: Value) -> Value, READS => crate::generators::wrap(py, a);
    /// The value of a `StopIteration`; anything else is raised again.
    CLEANUP_THROW(py, exception: Value) -> Value, READS => crate::generators::cleanup_throw(py, exception);
    END_ASYNC_FOR(py, exception: Value) -> Nothing, READS => {
        if py.is_a(exception, Ty::StopAsyncIteration) { Ok(()) } else { Err(py.reraise(exception)) }
    };
    /// Runs signal handlers and pending finalizers.
    POLL(py) -> Nothing, ANY => crate::polling::poll(py);
    /// Class and value of `StopIteration`: the value if the exception is one, else unset.
    STOP_VALUE(py, exception: Value) -> Value, READS => Ok(crate::generators::stop_value(py, exception).unwrap_or(UNSET));
    CODE_OBJECT(py, info: Int) -> Value, READS => {
        // SAFETY: the interpreter passes addresses of code that is never freed.
        py.code_value(unsafe { &*(info as usize as *const CodeInfo) })
    };
}

pub fn new_slice(py: Py, start: Word, stop: Word, step: Word) -> Result {
    Ok(word(py.alloc(Slice {
        header: heap::Header::EMPTY,
        start: heap::WordSlot::new(start),
        stop: heap::WordSlot::new(stop),
        step: heap::WordSlot::new(step),
    })?))
}

/// `a % b` of floats; b is not zero.
pub fn python_floor_mod(a: f64, b: f64) -> f64 {
    let r = a % b;
    if r == 0.0 {
        f64::copysign(0.0, b)
    } else if (b < 0.0) != (r < 0.0) {
        r + b
    } else {
        r
    }
}

/// `a // b` of floats; b is not zero.
pub fn python_floor_div(a: f64, b: f64) -> f64 {
    let r = a % b;
    let mut quotient = (a - r) / b;
    if r != 0.0 && (b < 0.0) != (r < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return f64::copysign(0.0, a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

/// A word is an immediate float.
pub fn is_float(word: Word) -> bool {
    NanBox::is_float(&mut Host, word)
}

/// Whether a value is an exception; for tests of what is raised.
pub fn is_exception(py: Py, value: Word) -> bool {
    exceptions::is_exception(py, value)
}
