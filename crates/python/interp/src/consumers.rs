//! Built-in functions that take all items of a generator, or call methods of all objects in a list, as code of the interpreter.
//!
//! `sum(f(x) for x in xs)` is a loop of two functions, one of them written in Rust. To run it there, the runtime would enter the interpreter
//! for each item, and a trace would end at each of them: it could see neither that the generator's frame is the same every time nor what
//! becomes of the item. So with a generator these functions are what `consumers.py` says: a frame is pushed like for any call, the loop in it
//! gets hot like any loop, and a trace goes through both. (PyPy gives such functions a merge point of their own, or writes them in Python.)
//!
//! * The code is *per generator code*: a `sum` whose loop served every generator of the program would be one trace with a bridge for each.
//!   The first generators of a code share it with those of others ([`FIRST_CALLS`]): most programs have many generator expressions that run
//!   once or twice.
//! * The frames are never seen: code that is [hidden](python_model::code::Code::is_hidden) is not in tracebacks, nor found by whoever looks at
//!   frames. They count for the recursion limit.
//! * Names in the source are those of [`private_names`]: what a program binds in `builtins` does not change them.

use crate::frame;
use crate::map_filter;
use heap::{Gc, Layout};
use metatrace_machine::{Encoding, Flow, FrameStack, Machine, MachineExt, NanBox, Raised};
use python_compile::code::flags;
use python_compile::{Constant, Mode, Options};
use python_model::code::{Code, CodeInfo, Consumers};
use python_model::dict;
use python_model::functions;
use python_model::generator::State;
use python_model::objects::*;
use python_model::py::{Py, Result as PyResult};
use python_model::types::{Ty, TypeRef};
use python_model::value::{NONE, Word, as_object, word};
use std::cell::{Cell, RefCell};

/// The functions of `consumers.py` that stand for a builtin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Consumer {
    All,
    Any,
    Contains,
    FrozenSet,
    Join,
    List,
    Max,
    Min,
    Set,
    Sorted,
    Sum,
    Tuple,
    Unpack2,
    Unpack3,
    Unpack4,
}

impl Consumer {
    fn name(self) -> &'static str {
        match self {
            Consumer::All => "all",
            Consumer::Any => "any",
            Consumer::Contains => "contains",
            Consumer::FrozenSet => "frozenset",
            Consumer::Join => "join",
            Consumer::List => "list",
            Consumer::Max => "max",
            Consumer::Min => "min",
            Consumer::Set => "set",
            Consumer::Sorted => "sorted",
            Consumer::Sum => "sum",
            Consumer::Tuple => "tuple",
            Consumer::Unpack2 => "unpack2",
            Consumer::Unpack3 => "unpack3",
            Consumer::Unpack4 => "unpack4",
        }
    }

    /// What a function written in Rust is, called with so many arguments of which the last is a generator.
    fn of_function(py: Py, builtin: Gc<Builtin>, count: u32) -> Option<Consumer> {
        let owner = builtin.owner.get();
        if count == 2 {
            let is_str = py.as_type(owner).is_some_and(|owner| owner.builtin == Some(Ty::Str));
            return (is_str && builtin.def().name == "join").then_some(Consumer::Join);
        }
        let consumer = match builtin.def().name {
            "all" => Consumer::All,
            "any" => Consumer::Any,
            "max" => Consumer::Max,
            "min" => Consumer::Min,
            "sorted" => Consumer::Sorted,
            "sum" => Consumer::Sum,
            _ => return None,
        };
        (count == 1 && crate::inlined::is_of_builtins(py, owner)).then_some(consumer)
    }

    /// What a class is, called with a generator.
    fn of_class(class: TypeRef) -> Option<Consumer> {
        match class.builtin {
            Some(Ty::FrozenSet) => Some(Consumer::FrozenSet),
            Some(Ty::List) => Some(Consumer::List),
            Some(Ty::Set) => Some(Consumer::Set),
            Some(Ty::Tuple) => Some(Consumer::Tuple),
            _ => None,
        }
    }
}

/// Calls of consumers with generators of the same code before there is code just for them.
const FIRST_CALLS: u32 = 8;

/// What is made of the source, each function when it is first needed.
#[derive(Default)]
struct Source {
    functions: RefCell<Vec<(&'static str, &'static CodeInfo)>>,
    /// The code that generators share.
    shared: Consumers,
    /// The globals, once there are any.
    namespace: Cell<Word>,
}

/// Pushes the frame for a call of `max`, `min` or `sum` with a list of instances, whose methods they call; `None`: it is something else. The code belongs to
/// the calling function.
#[inline(never)]
pub fn enter_with_list<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: Gc<Builtin>,
    argument: M::Value,
) -> Result<Option<Flow<M::Value>>, Raised> {
    let consumer = match Consumer::of_function(py, builtin, 1) {
        Some(consumer @ (Consumer::Max | Consumer::Min | Consumer::Sum)) => consumer,
        _ => return Ok(None),
    };
    if !is_list_of_instances(m, argument) || !M::RECORDS && py.thread().is_observed(py.vm()) {
        return Ok(None);
    }
    let list = frame::object(m, argument);
    let Some(iterator) = crate::iteration::of_sequence(m, List::ID, list)? else { return Ok(None) };
    let iterator = m.box_ref(iterator);
    let caller = Code::at(stack.top().code);
    push(m, py, stack, pc, &caller.consumers, (consumer, word(builtin)), &[iterator])
}

/// Pushes the frame that looks for an item in a list; `None`: an observer is to see who is called. The code belongs to the function that asks.
#[inline(never)]
pub fn enter_containment<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    list: M::Value,
    item: M::Value,
) -> Result<Option<Flow<M::Value>>, Raised> {
    if !M::RECORDS && py.thread().is_observed(py.vm()) {
        return Ok(None);
    }
    let object = frame::object(m, list);
    let Some(iterator) = crate::iteration::of_sequence(m, List::ID, object)? else { return Ok(None) };
    let iterator = m.box_ref(iterator);
    let caller = Code::at(stack.top().code);
    push(m, py, stack, pc, &caller.consumers, (Consumer::Contains, NONE), &[iterator, item])
}

/// Whether a value is a list that begins with an instance of a class written in Python.
#[inline(always)]
pub fn is_list_of_instances<M: Machine>(m: &mut M, value: M::Value) -> bool {
    let Some(object) = m.as_ref(value) else { return false };
    if m.layout_of(object) != List::ID {
        return false;
    }
    let (zero, length) = (m.int(0), m.load_int(List::LENGTH, object));
    let has_items = m.int_lt(zero, length);
    if !m.truth(has_items) {
        return false;
    }
    let items = m.load_ref(List::ITEMS, object);
    let first = m.load_item_value(Values::ITEMS_ARRAY, items, zero);
    match m.as_ref(first) {
        Some(first) => m.layout_of(first).0 >= heap::FIRST_DYNAMIC_LAYOUT,
        None => false,
    }
}

/// Pushes the frame for a call of a function written in Rust with these registers; `None`: the runtime is to call it. The last argument is
/// one that [`is_source`].
#[inline(never)]
pub fn enter_function<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    builtin: Gc<Builtin>,
    args: &[M::Value],
) -> Result<Option<Flow<M::Value>>, Raised> {
    let Some(consumer) = Consumer::of_function(py, builtin, args.len() as u32) else { return Ok(None) };
    enter(m, py, stack, pc, (consumer, word(builtin)), args)
}

/// The same for a call of a built-in class with a generator.
#[inline(never)]
pub fn enter_class<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    class: TypeRef,
    generator: M::Value,
) -> Result<Option<Flow<M::Value>>, Raised> {
    let Some(consumer) = Consumer::of_class(class) else { return Ok(None) };
    enter(m, py, stack, pc, (consumer, class.word()), &[generator])
}

/// Pushes the frame that takes exactly so many items of a generator; `None`: the runtime is to do it. Its result is a tuple of them.
#[inline(never)]
pub fn enter_unpacking<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    generator: M::Value,
    count: u32,
) -> Result<Option<Flow<M::Value>>, Raised> {
    let consumer = match count {
        2 => Consumer::Unpack2,
        3 => Consumer::Unpack3,
        4 => Consumer::Unpack4,
        _ => return Ok(None),
    };
    enter(m, py, stack, pc, (consumer, NONE), &[generator])
}

fn enter<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    (consumer, callee): (Consumer, Word),
    args: &[M::Value],
) -> Result<Option<Flow<M::Value>>, Raised> {
    // An observer is told of the builtin that is called.
    if !M::RECORDS && py.thread().is_observed(py.vm()) {
        return Ok(None);
    }
    let source = frame::object(m, *args.last().expect("a consumer has an argument"));
    let Some(of) = code_of_source(m, source) else { return Ok(None) };
    if consumer == Consumer::Join {
        // The source calls the method by its name, which a subclass may have given to another one.
        let Some(separator) = m.as_ref(args[0]) else { return Ok(None) };
        if !m.has_layout(separator, Str::ID) {
            return Ok(None);
        }
    }
    push(m, py, stack, pc, &of.consumers, (consumer, callee), args)
}

/// The code that gives the items: of a generator that is not finished and does not run, or of the function of a `map` or `filter`.
fn code_of_source<M: Machine>(m: &mut M, source: M::Ref) -> Option<&'static Code> {
    if m.layout_of(source) == LazyIter::ID {
        return map_filter::code(m, source);
    }
    let address = m.load_int(Generator::CODE, source);
    let of = Code::at(m.promote_int(address) as u64);
    let state = m.load_int(Generator::STATE, source);
    let is_generator = of.flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) == 0;
    (is_generator && m.promote_int(state) <= State::Suspended as i64).then_some(of)
}

/// Pushes the frame of a consumer. `own`: its code for generators, or calls, of the same code.
fn push<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    pc: u32,
    own: &'static Consumers,
    (consumer, callee): (Consumer, Word),
    args: &[M::Value],
) -> Result<Option<Flow<M::Value>>, Raised> {
    let shared = &py.vm().state::<Source>().shared;
    let own = if !M::RECORDS && own.is_cold(FIRST_CALLS) { shared } else { own };
    let code = match own.get(consumer as u8) {
        Some(known) => known,
        None => {
            let made = code_for(py, consumer, callee)?;
            own.add(consumer as u8, made);
            made
        }
    };
    let none = m.value(NanBox::NONE);
    let to = frame::push(m, py, stack, pc, code, none)?;
    for (parameter, value) in (0..).zip(args) {
        to.set(parameter, *value);
    }
    Ok(Some(m.function_entry(stack, &code.entry)))
}

/// Whether a value is a generator (or a coroutine) or an iterator like `map`, as the last argument of a call. Trace: a guard on what it is.
#[inline(always)]
pub fn is_source<M: Machine>(m: &mut M, value: M::Value) -> bool {
    m.as_ref(value).is_some_and(|object| matches!(m.layout_of(object), Generator::ID | LazyIter::ID))
}

/// New code of a consumer. `callee`: the builtin that it stands for.
#[cold]
fn code_for(py: Py, consumer: Consumer, callee: Word) -> PyResult<&'static Code> {
    let source = py.vm().state::<Source>();
    if source.namespace.get() == 0 {
        let namespace = word(private_names(py)?);
        source.namespace.set(py.vm().immortal(namespace));
    }
    let namespace = source.namespace.get();
    let code_of = |name: &'static str| Code::with_globals(py, source.function(name), namespace);
    if consumer == Consumer::Sum {
        let names = as_object::<Dict>(namespace).expect("made above");
        let rest = functions::new_function(py, code_of("sum_rest")?, NONE)?;
        define(py, names, "sum_rest", word(rest))?;
        define(py, names, "sum_from", callee)?;
    }
    code_of(consumer.name())
}

fn define(py: Py, namespace: Gc<Dict>, name: &str, value: Word) -> PyResult<()> {
    let name = py.name_word(py.intern(name)?);
    dict::set(py, namespace, name, value)
}

impl Source {
    /// A function of the source.
    fn function(&self, name: &'static str) -> &'static CodeInfo {
        let known = self.functions.borrow().iter().find(|(own, _)| *own == name).map(|(_, info)| *info);
        known.unwrap_or_else(|| {
            let made = compile(name);
            self.functions.borrow_mut().push((name, made));
            made
        })
    }
}

/// Compiles one function of the source, which are parted by two empty lines.
fn compile(name: &str) -> &'static CodeInfo {
    let start = format!("def {name}(");
    let text = include_str!("consumers.py").split("\n\n\n");
    let text = text.filter_map(|part| part.find(&start).map(|at| &part[at..])).next();
    let text = text.expect("the source defines each consumer");
    let options = Options { is_own: true, ..Options::default() };
    let compiled = python_compile::compile(text, "<consumers>", Mode::Exec, options);
    let module = compiled.unwrap_or_else(|error| panic!("the source of {name}: {error:?}")).code;
    let function = module.constants.iter().find_map(|constant| match constant {
        Constant::Code(code) => Some(code),
        _ => None,
    });
    let mut code = (**function.expect("the text is one function")).clone();
    code.flags |= flags::HIDDEN;
    CodeInfo::new(code)
}

/// The globals of the source.
fn private_names(py: Py) -> PyResult<Gc<Dict>> {
    let namespace = dict::new_namespace(py)?;
    define(py, namespace, "__builtins__", py.vm().builtins.get())?;
    let classes = [
        ("bool", Ty::Bool),
        ("complex", Ty::Complex),
        ("exact_frozenset", Ty::FrozenSet),
        ("exact_tuple", Ty::Tuple),
        ("float", Ty::Float),
        ("int", Ty::Int),
        ("type", Ty::Type),
        ("ValueError", Ty::ValueError),
    ];
    for (name, class) in classes {
        define(py, namespace, name, py.ty(class).word())?;
    }
    Ok(namespace)
}
