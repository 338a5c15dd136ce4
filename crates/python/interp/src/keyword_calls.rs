//! Calls with keywords: where each argument goes depends on the call and the function alone, so it is found once for a site.

use crate::calls::{
    Entry, FEW_ARGUMENTS, argument_tuple, argument_values, argument_words, code_of, enter_bound,
    enter_bound_directly, enter_traced,
};
use crate::frame::{self, Entered};
use crate::instantiation::instantiate_keywords;
use crate::residual as call;
use crate::traced_bind;
use crate::traced_dict;
use heap::Layout;
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, NanBox, Raised};
use python_compile::code::flags;
use python_model::code::Code;
use python_model::native::Args;
use python_model::objects::*;
use python_model::py::Py;
use python_model::value::{Word, as_object, word};

/// `CALL_KW` and `CALL_METHOD_KW`: the arguments of shape c.
#[expect(clippy::too_many_arguments, reason = "the parts of a call, none of which is an object of its own")]
pub fn call_keywords<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    b: u32,
    is_method: bool,
    c: u32,
) -> Entry<M> {
    let w = stack.window();
    let callable = w.get(b);
    let shape = &code.object().call_shapes[c as usize];
    let count = shape.positional + shape.keywords.len() as u32;
    let (mut receiver, first) = if is_method { (Some(w.get(b + 1)), b + 2) } else { (None, b + 1) };
    if let Some(value) = receiver
        && m.value_is(value, NanBox::UNSET)
    {
        receiver = None;
    }
    stack.set_pc(pc);
    // A Python function whose parameters all have values, by position or name: registers to registers.
    if let Some(object) = m.as_ref(callable)
        && m.has_layout(object, Function::ID)
    {
        let callee = code_of(m, py, object);
        let has_receiver = receiver.is_some();
        let find = || keyword_order(code, shape, callee, has_receiver);
        if let Some(order) = code.shape(c).order(callee, has_receiver, find) {
            let value = m.box_ref(object);
            let to = frame::push(m, py, stack, pc, callee, value)?;
            if let Some(receiver) = receiver {
                to.set(0, receiver);
            }
            for (k, &slot) in order.iter().enumerate() {
                to.set(slot, w.get(first + k as u32));
            }
            frame::place_closure(m, callee, object, to);
            return Ok(Entered::Frame(m.function_entry(stack, &callee.entry)));
        }
        if M::RECORDS {
            let args = argument_values(stack, receiver, first, count);
            let names = keyword_names(py, code, shape);
            if let Some(entry) = enter_traced(m, py, stack, pc, callee, object, &args, &names)? {
                return Ok(entry);
            }
        }
        let names = names_of(m, py, code, c)?;
        if !M::RECORDS && count < FEW_ARGUMENTS as u32 {
            let (words, total) = argument_words(m, stack, receiver, first, count);
            let args = Args { words: &words[..total], keywords: as_object(m.promote_value(names)) };
            return enter_bound_directly(m, py, stack, pc, callee, object, args);
        }
        let args = argument_tuple(m, stack, receiver, first, count)?;
        return enter_bound(m, py, stack, pc, callee, object, args, names);
    }
    if M::RECORDS
        && receiver.is_none()
        && let Some(entry) = instantiate_keywords(m, py, stack, code, pc, callable, shape, first)?
    {
        return Ok(entry);
    }
    let names = names_of(m, py, code, c)?;
    if !M::RECORDS && count < FEW_ARGUMENTS as u32 {
        let (words, total) = argument_words(m, stack, receiver, first, count);
        let callable = m.promote_value(callable);
        let args = Args { words: &words[..total], keywords: as_object(m.promote_value(names)) };
        let result = py.call_args(callable, args)?;
        return Ok(Entered::Value(m.value(result)));
    }
    let args = argument_tuple(m, stack, receiver, first, count)?;
    m.call_value(&call::CALL_TUPLE, &[Arg::Value(callable), Arg::Value(args), Arg::Value(names)])
        .map(Entered::Value)
}

/// The keywords of a call: text and word.
pub(crate) fn keyword_names(
    py: Py,
    caller: &'static Code,
    shape: &'static python_compile::code::CallShape,
) -> Vec<(&'static str, Word)> {
    let name =
        |keyword: &u32| (&*caller.object().names[*keyword as usize], py.name_word(caller.name(*keyword)));
    shape.keywords.iter().map(name).collect()
}

/// Adds the keyword arguments of a `CALL_EX` in a trace, a dict or None, to the values of the others; their names, which are part of the trace. `None`: it is no
/// simple dict, or there are many.
pub(crate) fn spread<M: Machine>(
    m: &mut M,
    py: Py,
    keywords: M::Value,
    values: &mut traced_bind::Held<M::Value>,
) -> Result<Option<Vec<(String, Word)>>, Raised> {
    if m.value_is(keywords, NanBox::NONE) {
        return Ok(Some(Vec::new()));
    }
    let Some((names, found)) = traced_dict::entries(m, keywords) else { return Ok(None) };
    values.extend(found);
    let text = |name: Word| Some((py.to_text(name).ok()?, name));
    Ok(names.into_iter().map(text).collect())
}

/// Where each argument of a call goes, if the call gives a value to every parameter and the function has no star parameters.
/// Green: it depends on the two code objects only.
pub(crate) fn keyword_order(
    caller: &'static Code,
    shape: &python_compile::code::CallShape,
    callee: &'static Code,
    has_receiver: bool,
) -> Option<Vec<u32>> {
    let object = callee.object();
    if object.flags & (flags::VARARGS | flags::VARKEYWORDS) != 0
        || python_model::generator::is_generator(callee)
    {
        return None;
    }
    let parameters = object.arg_count + object.kwonly_count;
    let offset = u32::from(has_receiver);
    let positional = shape.positional + offset;
    if positional > object.arg_count || positional + shape.keywords.len() as u32 != parameters {
        return None;
    }
    let mut order: Vec<u32> = (0..shape.positional).map(|k| k + offset).collect();
    for &keyword in &shape.keywords {
        let name = &caller.object().names[keyword as usize];
        let slot = object.varnames[..parameters as usize].iter().position(|v| v == name)? as u32;
        if slot < object.posonly_count || slot < positional || order.contains(&slot) {
            return None;
        }
        order.push(slot);
    }
    Some(order)
}

/// The tuple of keyword names of a call shape: a constant.
pub(crate) fn names_of<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    shape: u32,
) -> Result<M::Value, Raised> {
    let known = &code.shape(shape).names;
    if known.get() == 0 {
        let keywords = &code.object().call_shapes[shape as usize].keywords;
        let names = py.new_tuple_uninit(keywords.len())?;
        for (to, &keyword) in names.items().iter().zip(keywords) {
            to.set(py.mutator(), names, py.name_word(code.name(keyword)));
        }
        known.set(py.vm().immortal(word(names)));
    }
    Ok(m.value(known.get()))
}
