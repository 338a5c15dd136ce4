//! Runtime functions: everything that is not worth tracing, called by the interpreter as *residual calls*.
//!
//! Each is declared once, with its signature and its **effects**. The optimizer's knowledge about the heap survives a call
//! exactly as far as the effects say, so an effect that is missing here is a miscompiled program. `PURE` calls may be
//! removed, merged and repeated; what only allocates may be neither merged nor reordered with a failure, but
//! forgets nothing; and so on.
//!
//! Convention (see [`crate::interp`]): a call that may raise is the last thing an instruction does, and what it returns
//! is the instruction's result.

use crate::builtins::Builtin;
use crate::maps::FIELD_LIMIT;
use crate::objects::{self, List, Text, Values};
use crate::source::Symbol;
use crate::values::{self, Value};
use crate::vm::{self, Vm};
use heap::{Gc, Mutator, Object, OutOfMemory};
use metatrace_machine::{
    CallDescr, CallTarget, Context, Effects, Encoding, Footprint, Host, Kind, NanBox, Raised, Word,
};

/// What a runtime function works with.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    context: &'a Context,
    vm: &'a Vm,
}

type Result<T> = std::result::Result<T, Raised>;

macro_rules! runtime {
    ($($(#[doc = $doc:literal])* $name:ident($cx:ident $(, $arg:ident: $kind:ident)*) -> $result:ident, $effects:expr => $body:expr)*) => { $(
        $(#[doc = $doc])*
        pub static $name: CallDescr = {
            extern "C" fn shim(context: *mut Context $(, $arg: u64)*) -> u64 {
                // SAFETY: machines pass the context that they were made with; `engine::run` keeps it and its `Vm` alive.
                let $cx = unsafe { Cx::of(context) };
                $(let $arg = runtime!(@in $kind $arg);)*
                let body = || -> Result<runtime!(@type $result)> { $body };
                match body() {
                    Ok(result) => runtime!(@out $result result),
                    Err(Raised) => 0,
                }
            }
            CallDescr {
                name: stringify!($name),
                target: CallTarget::new(shim as *const ()),
                params: &[$(Kind::$kind),*],
                result: runtime!(@kind $result),
                effects: $effects,
            }
        };
    )* };
    (@in Value $arg:ident) => { $arg };
    (@in Int $arg:ident) => { $arg as i64 };
    // SAFETY: a `Ref` argument is the address of a live object, never null here.
    (@in Ref $arg:ident) => { unsafe { Gc::<Object>::from_address($arg as usize) } };
    (@type Value) => { Word };
    (@type Bool) => { bool };
    (@type Nothing) => { () };
    (@out Value $result:ident) => { $result };
    (@out Bool $result:ident) => { u64::from($result) };
    (@out Nothing $result:ident) => {{
        let () = $result;
        0
    }};
    (@kind Nothing) => { None };
    (@kind $kind:ident) => { Some(Kind::$kind) };
}

/// Reads any object, writes none, allocates.
const READS: Effects = Effects { reads: Footprint::Everything, ..Effects::ALLOCATES.raising() };
/// Reads and writes lists.
const LISTS: Footprint =
    Footprint::Only { fields: &[List::LENGTH, List::ITEMS], arrays: &[Values::ITEMS_ARRAY] };
const CHANGES_LISTS: Effects = Effects { reads: LISTS, writes: LISTS, ..Effects::ALLOCATES.raising() };
/// Reads and writes lists and records.
const CHANGES_ANYTHING: Effects = Effects { writes: Footprint::Everything, ..READS };

runtime! {
    /// Raises the error number `fault` (see [`Fault`]) about two values and a number.
    FAULT(cx, fault: Int, a: Value, b: Value, n: Int) -> Value, Effects::ALLOCATES.raising() => {
        Err(cx.fault(Fault::ALL[fault as usize], a, b, n))
    }
    CONCAT(cx, a: Ref, b: Ref) -> Value, Effects::ALLOCATES.raising() => {
        cx.join(text(a).items(), text(b).items())
    }
    TEXT_EQUAL(_cx, a: Ref, b: Ref) -> Bool, Effects::PURE => Ok(text(a).items() == text(b).items())
    TEXT_LESS(_cx, a: Ref, b: Ref) -> Bool, Effects::PURE => Ok(text(a).items() < text(b).items())
    TEXT_LESS_EQUAL(_cx, a: Ref, b: Ref) -> Bool, Effects::PURE => Ok(text(a).items() <= text(b).items())
    /// The string of one byte at an index that is in range.
    TEXT_ITEM(cx, a: Ref, index: Int) -> Value, Effects::PURE => {
        Ok(cx.vm.byte_text(text(a).items()[index as usize]))
    }
    /// Appends to a list whose storage is full.
    PUSH_GROWING(cx, list: Ref, value: Value) -> Value, CHANGES_LISTS => cx.push_growing(list, value)
    /// Reads a record's field by a name that is known at run time only. Everything else is an error.
    INDEX(cx, object: Value, index: Value) -> Value, READS => cx.index(object, index)
    /// Stores into a record's field by a name that is known at run time only. Everything else is an error.
    INDEX_SET(cx, object: Value, index: Value, value: Value) -> Nothing, CHANGES_ANYTHING => {
        cx.index_set(object, index, value)
    }
    /// Stores into a field that the record has no room for, or that nothing has.
    FIELD_SET(cx, object: Value, value: Value, name: Int) -> Nothing, CHANGES_ANYTHING => {
        cx.field_set(object, Symbol(name as u32), value)
    }
    /// Notes the value of a global constant.
    GLOBAL_INITIALISE(cx, index: Int, value: Value) -> Nothing,
        Effects { elidable: false, can_invalidate: true, ..Effects::PURE } => {
        cx.vm.initialise_global(index as usize, value);
        Ok(())
    }
    /// Notes that a global is assigned that traces may have taken for constant.
    GLOBAL_REBIND(cx, index: Int) -> Nothing,
        Effects { elidable: false, can_invalidate: true, ..Effects::PURE } => {
        cx.vm.rebind_global(index as usize);
        Ok(())
    }
    /// Writes one argument of `print`; `last` says whether a line end follows, or a space.
    PRINT_ITEM(cx, value: Value, last: Int) -> Nothing,
        Effects { elidable: false, reads: Footprint::Everything, ..Effects::PURE } => {
        cx.print(Some(value), last != 0);
        Ok(())
    }
    PRINT_LINE_END(cx) -> Nothing, Effects { elidable: false, ..Effects::PURE } => {
        cx.print(None, true);
        Ok(())
    }

    LEN(cx, value: Value) -> Value, READS => match cx.value(value) {
        Value::Text(text) => cx.int(text.length.get()),
        Value::List(list) => cx.int(list.length.get()),
        Value::Record(_, map) => cx.int(map.fields.len() as i64),
        other => Err(cx.wrong("len", &other)),
    }
    STR(cx, value: Value) -> Value, READS => {
        let mut out = Vec::new();
        values::show(cx.vm, value, 0, &mut out);
        cx.text(&out)
    }
    INT(cx, value: Value) -> Value, READS => match cx.value(value) {
        Value::Int(_) => Ok(value),
        Value::Float(float) if float.abs() < TWO_TO_63 => cx.int(float as i64),
        Value::Text(text) => match cx.parse(&text) {
            Some(int) => cx.int(int),
            None => Err(cx.error("value", "this string is not an integer")),
        },
        Value::Float(_) => Err(cx.error("value", "this float is no 64-bit integer")),
        other => Err(cx.wrong("int", &other)),
    }
    FLOAT(cx, value: Value) -> Value, READS => match cx.value(value) {
        Value::Int(int) => Ok(float_word(int as f64)),
        Value::Float(_) => Ok(value),
        Value::Text(text) => match cx.parse(&text) {
            Some(float) => Ok(float_word(float)),
            None => Err(cx.error("value", "this string is not a number")),
        },
        other => Err(cx.wrong("float", &other)),
    }
    TYPE(cx, value: Value) -> Value, READS => cx.text(cx.value(value).type_name().as_bytes())
    /// Only for what is no list.
    PUSH(cx, list: Value, _value: Value) -> Value, READS => Err(cx.wrong("push", &cx.value(list)))
    POP(cx, list: Value) -> Value, CHANGES_LISTS => match cx.value(list) {
        Value::List(list) => {
            let length = list.length.get();
            let Some(last) = usize::try_from(length - 1).ok() else {
                return Err(cx.error("index", "pop from an empty list"));
            };
            let storage = list.storage();
            let value = storage.items()[last].get();
            storage.items()[last].init(NanBox::UNSET);
            list.length.set(length - 1);
            Ok(value)
        }
        other => Err(cx.wrong("pop", &other)),
    }
    ORD(cx, value: Value) -> Value, Effects::ALLOCATES.raising() => match cx.value(value) {
        Value::Text(text) if text.length.get() > 0 => cx.int(i64::from(text.items()[0])),
        Value::Text(_) => Err(cx.error("value", "ord of an empty string")),
        other => Err(cx.wrong("ord", &other)),
    }
    CHR(cx, value: Value) -> Value, Effects::ALLOCATES.raising() => match cx.value(value) {
        Value::Int(int) => match u8::try_from(int) {
            Ok(byte) => Ok(cx.vm.byte_text(byte)),
            Err(_) => Err(cx.error("value", "chr needs an integer from 0 to 255")),
        },
        other => Err(cx.wrong("chr", &other)),
    }
    /// Only for what is no number.
    SQRT(cx, value: Value) -> Value, READS => Err(cx.wrong("sqrt", &cx.value(value)))
    /// Only for floats beyond 64 bits and for what is no number.
    FLOOR(cx, value: Value) -> Value, READS => match cx.value(value) {
        Value::Float(_) => Err(cx.error("value", "this float is no 64-bit integer")),
        other => Err(cx.wrong("floor", &other)),
    }
    SLICE(cx, value: Value, from: Value, to: Value) -> Value, READS => cx.slice(value, from, to)
    FIND(cx, value: Value, part: Value) -> Value, READS => match (cx.value(value), cx.value(part)) {
        (Value::Text(text), Value::Text(part)) => {
            let (text, part) = (text.items(), part.items());
            let last = text.len().checked_sub(part.len());
            let found = last.and_then(|last| (0..=last).find(|&at| text[at..].starts_with(part)));
            cx.int(found.map_or(-1, |at| at as i64))
        }
        (Value::Text(_), other) | (other, _) => Err(cx.wrong("find", &other)),
    }
    JOIN(cx, list: Value, separator: Value) -> Value, READS => match (cx.value(list), cx.value(separator)) {
        (Value::List(list), Value::Text(separator)) => {
            let mut out = Vec::new();
            for (at, item) in list.storage().items()[..list.len()].iter().enumerate() {
                out.extend(if at > 0 { separator.items() } else { &[] });
                values::show(cx.vm, item.get(), 0, &mut out);
            }
            cx.text(&out)
        }
        (Value::List(_), other) | (other, _) => Err(cx.wrong("join", &other)),
    }
    KEYS(cx, value: Value) -> Value, READS => match cx.value(value) {
        Value::Record(_, map) => {
            let list = cx.check(objects::new_list(cx.mutator(), map.fields.len()))?;
            for &name in &map.fields {
                let text = cx.text(cx.vm.symbols.borrow().text(name).as_bytes())?;
                cx.push_growing(list.erase(), text)?;
            }
            Ok(objects::word(list))
        }
        other => Err(cx.wrong("keys", &other)),
    }
    HAS(cx, value: Value, name: Value) -> Value, READS => match (cx.value(value), cx.value(name)) {
        (Value::Record(_, map), Value::Text(name)) => {
            Ok(bool_word(cx.symbol(&name).is_some_and(|name| map.find(name).is_some())))
        }
        (Value::Record(..), other) | (other, _) => Err(cx.wrong("has", &other)),
    }
    CLOCK(_cx) -> Value, Effects { elidable: false, ..Effects::PURE } => {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        Ok(float_word(START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()))
    }
}

pub const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// The residual function behind a builtin, for the arguments that the interpreter does not handle itself.
pub fn builtin(builtin: Builtin) -> &'static CallDescr {
    match builtin {
        Builtin::Print => &PRINT_LINE_END,
        Builtin::Len => &LEN,
        Builtin::Str => &STR,
        Builtin::Int => &INT,
        Builtin::Float => &FLOAT,
        Builtin::Type => &TYPE,
        Builtin::Push => &PUSH,
        Builtin::Pop => &POP,
        Builtin::Ord => &ORD,
        Builtin::Chr => &CHR,
        Builtin::Sqrt => &SQRT,
        Builtin::Floor => &FLOOR,
        Builtin::Slice => &SLICE,
        Builtin::Find => &FIND,
        Builtin::Join => &JOIN,
        Builtin::Keys => &KEYS,
        Builtin::Has => &HAS,
        Builtin::Clock => &CLOCK,
    }
}

macro_rules! faults {
    ($($variant:ident $kind:literal)*) => {
        /// The errors that the interpreter itself raises.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Fault { $($variant,)* }

        impl Fault {
            pub const ALL: &[Fault] = &[$(Fault::$variant),*];

            /// The `kind` field of the error.
            fn kind(self) -> &'static str {
                match self { $(Fault::$variant => $kind,)* }
            }
        }
    };
}

faults! {
    Add "type" Subtract "type" Multiply "type" Divide "type" FloorDivide "type" Modulo "type" Negate "type"
    Compare "type" DivisionByZero "value" Range "type" Each "type" NoField "field" NotCallable "type"
    Arity "arity" Unset "name" StackOverflow "stack"
}

/// Makes the error of a full stack pending.
pub fn raise_stack_overflow(context: &Context, vm: &Vm) {
    let nil = NanBox::NONE;
    let Raised = Cx { context, vm }.fault(Fault::StackOverflow, nil, nil, 0);
}

fn text(object: Gc<Object>) -> Gc<Text> {
    object.downcast().expect("the interpreter tested the layout")
}

fn float_word(value: f64) -> Word {
    NanBox::box_float(&mut Host, value)
}

fn bool_word(value: bool) -> Word {
    NanBox::box_bool(&mut Host, value)
}

impl<'a> Cx<'a> {
    /// # Safety
    /// The context is alive, and its `vm` points to a live [`Vm`]; both for the lifetime that the caller picks.
    unsafe fn of(context: *const Context) -> Cx<'a> {
        // SAFETY: the caller's promise.
        unsafe { Cx { context: &*context, vm: &*(*context).vm.get().cast::<Vm>() } }
    }

    fn mutator(self) -> &'a Mutator {
        self.context.mutator()
    }

    fn value(self, word: Word) -> Value {
        Value::of(self.vm, word)
    }

    /// Turns running out of memory into the exception that was made for that in advance.
    fn check<T>(self, result: std::result::Result<T, OutOfMemory>) -> Result<T> {
        result.map_err(|OutOfMemory| {
            self.context.raised.set(self.context.out_of_memory.get());
            Raised
        })
    }

    fn error(self, kind: &str, message: &str) -> Raised {
        // If there is no room for it, "out of memory" is pending instead.
        if let Ok(error) = self.check(values::new_error(self.vm, self.mutator(), kind, message)) {
            self.context.raised.set(objects::word(error));
        }
        Raised
    }

    /// A builtin does not take this kind of value.
    fn wrong(self, builtin: &str, value: &Value) -> Raised {
        self.error("type", &format!("{builtin} does not take a {}", value.type_name()))
    }

    fn text(self, bytes: &[u8]) -> Result<Word> {
        match bytes {
            [byte] => Ok(self.vm.byte_text(*byte)),
            _ => self.check(objects::new_text(self.mutator(), bytes)).map(objects::word),
        }
    }

    /// The two parts are not put together in Rust's memory first: when that has no more, the process ends.
    fn join(self, a: &[u8], b: &[u8]) -> Result<Word> {
        match (a, b) {
            ([], [byte]) | ([byte], []) => Ok(self.vm.byte_text(*byte)),
            _ => self.check(objects::join_texts(self.mutator(), a, b)).map(objects::word),
        }
    }

    fn int(self, value: i64) -> Result<Word> {
        self.check(vm::int_word(self.mutator(), value))
    }

    fn parse<T: std::str::FromStr>(self, text: &Gc<Text>) -> Option<T> {
        std::str::from_utf8(text.items()).ok()?.trim().parse().ok()
    }

    /// The symbol of a string, if any field ever had that name.
    fn symbol(self, name: &Gc<Text>) -> Option<Symbol> {
        self.vm.symbols.borrow().find(std::str::from_utf8(name.items()).ok()?)
    }

    fn fault(self, fault: Fault, a: Word, b: Word, n: i64) -> Raised {
        let (first, second) = (self.value(a).type_name(), self.value(b).type_name());
        let symbols = self.vm.symbols.borrow();
        let name = |symbol: Symbol| symbols.text(symbol);
        let message = match fault {
            Fault::Add => format!("cannot add {first} and {second}"),
            Fault::Subtract => format!("cannot subtract {second} from {first}"),
            Fault::Multiply => format!("cannot multiply {first} and {second}"),
            Fault::Divide | Fault::FloorDivide => format!("cannot divide {first} by {second}"),
            Fault::Modulo => format!("cannot take {first} modulo {second}"),
            Fault::Negate => format!("cannot negate {first}"),
            Fault::Compare => format!("cannot order {first} and {second}"),
            Fault::DivisionByZero => "integer division by zero".into(),
            Fault::Range => format!("a range needs two ints, not {first} and {second}"),
            Fault::Each => format!("cannot iterate over {first}"),
            Fault::NoField => match self.value(a) {
                Value::Record(..) => format!("no field '{}'", name(Symbol(n as u32))),
                _ => format!("{first} has no field '{}'", name(Symbol(n as u32))),
            },
            Fault::NotCallable => format!("cannot call {first}"),
            Fault::Arity => match self.value(a) {
                Value::Closure(closure) => {
                    let function = &self.vm.code(closure.function.get() as u64).function;
                    let takes = function.parameter_count;
                    format!("{} takes {takes} arguments, not {n}", name(function.name))
                }
                _ => unreachable!("only closures are called"),
            },
            Fault::Unset => {
                format!("'{}' is used before its declaration", name(self.vm.global_name(n as usize)))
            }
            Fault::StackOverflow => "the stack is full".into(),
        };
        drop(symbols);
        self.error(fault.kind(), &message)
    }

    fn print(self, value: Option<Word>, last: bool) {
        let mut out = Vec::new();
        if let Some(value) = value {
            values::show(self.vm, value, 0, &mut out);
        }
        out.push(if last { b'\n' } else { b' ' });
        // A closed pipe is the reader's decision, not this program's error.
        let _ = std::io::Write::write_all(&mut *self.vm.output.borrow_mut(), &out);
    }

    fn push_growing(self, list: Gc<Object>, value: Word) -> Result<Word> {
        let list: Gc<List> = list.downcast().expect("the interpreter tested the layout");
        let (length, old) = (list.length.get() as usize, list.storage());
        if length == old.items().len() {
            let new = self.check(objects::new_values(self.mutator(), (length * 2).max(4)))?;
            for (to, from) in new.items().iter().zip(old.items()) {
                to.set(self.mutator(), new, from.get());
            }
            list.items.set(self.mutator(), list, Some(new));
        }
        let storage = list.storage();
        storage.items()[length].set(self.mutator(), storage, value);
        list.length.set(length as i64 + 1);
        Ok(NanBox::NONE)
    }

    fn index_error(self, object: Word, index: Word) -> Raised {
        match (self.value(object), self.value(index)) {
            (Value::Record(..), Value::Text(name)) => {
                self.error("field", &format!("no field '{}'", String::from_utf8_lossy(name.items())))
            }
            (Value::List(list), Value::Int(index)) => {
                let length = list.length.get();
                self.error("index", &format!("index {index} is outside a list of {length}"))
            }
            (Value::Text(text), Value::Int(index)) => {
                let length = text.length.get();
                self.error("index", &format!("index {index} is outside a string of {length}"))
            }
            (object, index) => {
                let message = format!("cannot index {} with {}", object.type_name(), index.type_name());
                self.error("type", &message)
            }
        }
    }

    fn index(self, object: Word, index: Word) -> Result<Word> {
        if let (Value::Record(record, map), Value::Text(name)) = (self.value(object), self.value(index))
            && let Some(symbol) = self.symbol(&name)
            && let Some(number) = map.fields.iter().position(|&field| field == symbol)
        {
            return Ok(values::field(&record, &map, number as u32));
        }
        Err(self.index_error(object, index))
    }

    fn index_set(self, object: Word, index: Word, value: Word) -> Result<()> {
        if let (Value::Record(..), Value::Text(name)) = (self.value(object), self.value(index))
            && let Ok(name) = std::str::from_utf8(name.items())
        {
            let symbol = self.vm.symbols.borrow_mut().intern(name);
            return self.field_set(object, symbol, value);
        }
        Err(self.index_error(object, index))
    }

    fn field_set(self, object: Word, name: Symbol, value: Word) -> Result<()> {
        let Value::Record(record, map) = self.value(object) else {
            return Err(self.fault(Fault::NoField, object, NanBox::NONE, i64::from(name.0)));
        };
        let (mutator, vm) = (self.mutator(), self.vm);
        if let Some(number) = map.fields.iter().position(|&field| field == name) {
            values::set_field(mutator, &record, &map, number as u32, value);
            return Ok(());
        }
        if map.fields.len() >= FIELD_LIMIT {
            return Err(self.error("value", &format!("a record has at most {FIELD_LIMIT} fields")));
        }
        let Ok(next) = vm.maps.with_field(vm.heap(), &map, name) else {
            return Err(self.error("memory", "too many kinds of records"));
        };
        if next.overflow_capacity() != map.overflow_capacity() {
            let new = self.check(objects::new_values(mutator, next.overflow_capacity() as usize))?;
            if let Some(old) = record.overflow.get() {
                for (to, from) in new.items().iter().zip(old.items()) {
                    to.set(mutator, new, from.get());
                }
            }
            record.overflow.set(mutator, record, Some(new));
        }
        values::set_field(mutator, &record, &next, map.fields.len() as u32, value);
        record.header().set_layout_id(next.layout);
        Ok(())
    }

    fn slice(self, value: Word, from: Word, to: Word) -> Result<Word> {
        let (Value::Int(from), Value::Int(to)) = (self.value(from), self.value(to)) else {
            return Err(self.error("type", "slice needs two ints"));
        };
        let within = |length: usize| {
            let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
            (from <= to && to <= length).then_some(from..to)
        };
        let outside =
            |length: usize| self.error("index", &format!("slice {from} to {to} of a sequence of {length}"));
        match self.value(value) {
            Value::Text(text) => {
                let bytes = text.items();
                self.text(&bytes[within(bytes.len()).ok_or_else(|| outside(bytes.len()))?])
            }
            Value::List(list) => {
                let range = within(list.len()).ok_or_else(|| outside(list.len()))?;
                // The items are read after the allocation, which may have moved them.
                let new = self.check(objects::new_list(self.mutator(), range.len()))?;
                let storage = new.storage();
                for (to, from) in storage.items().iter().zip(&list.storage().items()[range.clone()]) {
                    to.set(self.mutator(), storage, from.get());
                }
                new.length.set(range.len() as i64);
                Ok(objects::word(new))
            }
            other => Err(self.wrong("slice", &other)),
        }
    }
}
