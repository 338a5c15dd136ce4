//! Instructions that the runtime serves: what they do is one residual call, whose result is theirs. They are apart from [`crate::run`], whose
//! loop is better off without them: there are many, and none is frequent enough to miss what going here costs.

use crate::exceptions;
use crate::frame;
use crate::generators;
use crate::items;
use crate::patterns;
use crate::plain;
use crate::quiet;
use crate::quiet_keys;
use crate::residual as call;
use crate::traced_bind::Held;
use crate::traced_dict;
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, NanBox, Raised, Window};
use python_compile::opcode::Opcode as Op;
use python_model::code::{Code, frame as extra};
use python_model::dict;
use python_model::py::Py;
use python_model::types::flags;
use python_model::value::word;

/// The instructions that are served, as a pattern. With each of them named, the loop's table has an entry for every operation, and no comparison
/// before it.
macro_rules! served_operations {
    () => {
        Op::LoadFromDictOrDeref
            | Op::LoadFromDictOrGlobals
            | Op::LoadBuildClass
            | Op::DeleteAttr
            | Op::DeleteItem
            | Op::StoreSlice
            | Op::BuildSlice
            | Op::Intrinsic
            | Op::BuildSet
            | Op::BuildMap
            | Op::BuildString
            | Op::ListExtend
            | Op::ListToTuple
            | Op::SetUpdate
            | Op::MapAdd
            | Op::DictUpdate
            | Op::DictMerge
            | Op::UnpackEx
            | Op::FormatWithSpec
            | Op::ConvertValue
            | Op::BuildInterpolation
            | Op::BuildTemplate
            | Op::Raise
            | Op::RaiseFrom
            | Op::RaiseCurrent
            | Op::Reraise
            | Op::CheckEgMatch
            | Op::CleanupThrow
            | Op::GetYieldFromIter
            | Op::GetAIter
            | Op::GetANext
            | Op::EndAsyncFor
            | Op::AsyncGenWrap
            | Op::MatchMapping
            | Op::MatchKeys
            | Op::MatchClass
            | Op::ImportName
            | Op::ImportFrom
            | Op::SetupAnnotations
            | Op::SetAdd
            | Op::FormatSimple
            | Op::GetAwaitable
            | Op::MatchSequence
    };
}

pub(crate) use served_operations;

/// Executes the instruction at pc. Precondition: it is one of those below. It is decoded again: operands that are handed on would have to be kept
/// for each instruction of the loop.
#[inline(never)]
pub fn execute<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (op, a, b, c) = code.decoded(pc);
    // A residual call whose result is the instruction's.
    macro_rules! residual {
        ($descr:expr $(, $arg:expr)*) => {{
            stack.set_pc(pc);
            let value = m.call_value(&$descr, &[$($arg),*])?;
            w.set(a, value)
        }};
    }
    macro_rules! residual_nothing {
        ($descr:expr $(, $arg:expr)*) => {{
            stack.set_pc(pc);
            m.call_nothing(&$descr, &[$($arg),*])?
        }};
    }
    match op {
        Op::LoadFromDictOrDeref | Op::LoadFromDictOrGlobals => {
            let cell = match op {
                Op::LoadFromDictOrDeref => w.get(b),
                _ => m.value(NanBox::UNSET),
            };
            let (at, name) = (m.int(code.address() as i64), m.int(i64::from(code.name(c).0)));
            residual!(call::LOAD_FROM, Arg::Value(w.get(a)), Arg::Int(at), Arg::Int(name), Arg::Value(cell));
        }
        Op::LoadBuildClass => {
            let at = m.int(code.address() as i64);
            residual!(call::BUILD_CLASS_FUNCTION, Arg::Int(at));
        }
        Op::DeleteAttr => {
            let name = m.int(i64::from(code.site_name(c).0));
            residual_nothing!(call::DEL_ATTR, Arg::Value(w.get(a)), Arg::Int(name));
        }
        Op::DeleteItem => {
            if M::RECORDS {
                stack.set_pc(pc);
                if plain::delete(m, py, w.get(a), w.get(b))? {
                    return Ok(());
                }
            }
            residual_nothing!(call::DEL_ITEM, Arg::Value(w.get(a)), Arg::Value(w.get(b)));
        }
        Op::StoreSlice => {
            let none = m.value(NanBox::NONE);
            let (start, stop) = (w.get(c), w.get(c + 1));
            stack.set_pc(pc);
            if M::RECORDS {
                if plain::store_part(m, w.get(a), start, stop, w.get(b))? {
                    return Ok(());
                }
            } else {
                let [own, start, stop, items] = [w.get(a), start, stop, w.get(b)].map(|v| m.promote_value(v));
                if py.simple_slice_store(own, start, stop, items)? {
                    return Ok(());
                }
            }
            let slice = items::new_slice(m, [start, stop, none])?;
            residual_nothing!(call::SET_ITEM, Arg::Value(w.get(a)), Arg::Value(slice), Arg::Value(w.get(b)));
        }
        Op::BuildSlice => {
            stack.set_pc(pc);
            w.set(a, items::new_slice(m, [w.get(b), w.get(b + 1), w.get(b + 2)])?);
        }

        Op::Intrinsic => {
            let count = python_compile::opcode::IntrinsicKind::from_operand(c).map_or(0, |k| k.arity());
            let args = frame::tuple(m, py, w, b, count)?;
            let namespace = w.get(code.extra(extra::NAMESPACE));
            let kind = m.int(i64::from(c));
            residual!(call::INTRINSIC, Arg::Int(kind), Arg::Value(args), Arg::Value(namespace));
        }

        Op::BuildSet => {
            let is_plain = M::RECORDS && plain::are_plain(m, (b..b + c).map(|register| w.get(register)));
            let items = frame::tuple(m, py, w, b, c)?;
            if is_plain {
                residual!(quiet::PLAIN_SET, Arg::Value(items));
                return Ok(());
            }
            residual!(call::NEW_SET, Arg::Value(items));
        }
        Op::BuildMap if M::RECORDS && c == 0 => w.set(a, traced_dict::empty(m)?),
        Op::BuildMap if !M::RECORDS => {
            stack.set_pc(pc);
            let made = dict::with_room(py, c as usize)?;
            for pair in 0..c {
                let (key, value) = (w.get(b + 2 * pair), w.get(b + 2 * pair + 1));
                dict::set(py, made, m.promote_value(key), m.promote_value(value))?;
            }
            w.set(a, m.value(word(made)));
        }
        Op::BuildMap => {
            if let Some(keys) = traced_dict::constant_keys(m, (0..c).map(|pair| w.get(b + 2 * pair))) {
                let values: Held<M::Value> = (0..c).map(|pair| w.get(b + 2 * pair + 1)).collect();
                if let Some(made) = traced_dict::of(m, py, &keys, &values)? {
                    w.set(a, made);
                    return Ok(());
                }
            }
            let is_plain = plain::are_plain(m, (0..c).map(|pair| w.get(b + 2 * pair)));
            let items = frame::tuple(m, py, w, b, 2 * c)?;
            if is_plain {
                residual!(quiet::PLAIN_DICT, Arg::Value(items));
                return Ok(());
            }
            residual!(call::NEW_DICT, Arg::Value(items));
        }
        Op::BuildString => {
            if M::RECORDS {
                stack.set_pc(pc);
                let parts: Vec<M::Value> = (b..b + c).map(|register| w.get(register)).collect();
                if let Some(text) = plain::join(m, &parts)? {
                    w.set(a, text);
                    return Ok(());
                }
            }
            let items = frame::tuple(m, py, w, b, c)?;
            residual!(call::BUILD_STRING, Arg::Value(items));
        }
        Op::ListExtend => {
            if M::RECORDS {
                stack.set_pc(pc);
                if plain::extend(m, w.get(a), w.get(b))? {
                    return Ok(());
                }
            }
            residual_nothing!(call::LIST_EXTEND, Arg::Value(w.get(a)), Arg::Value(w.get(b)));
        }
        Op::ListToTuple => residual!(call::LIST_TO_TUPLE, Arg::Value(w.get(b))),
        Op::SetAdd => {
            if M::RECORDS {
                stack.set_pc(pc);
                if plain::set_add(m, py, w.get(a), w.get(b))? {
                    return Ok(());
                }
            }
            residual_nothing!(call::SET_ADD, Arg::Value(w.get(a)), Arg::Value(w.get(b)));
        }
        Op::SetUpdate => {
            residual_nothing!(call::SET_UPDATE, Arg::Value(w.get(a)), Arg::Value(w.get(b)));
        }
        Op::MapAdd => {
            let own = frame::object(m, w.get(a));
            if M::RECORDS && items::is_simple_key(m, py, w.get(b)) && quiet_keys::compares_quietly(m, py, own)
            {
                let set = quiet_keys::dict_set(m, w.get(b));
                residual_nothing!(*set, Arg::Ref(own), Arg::Value(w.get(b)), Arg::Value(w.get(c)));
                return Ok(());
            }
            residual_nothing!(
                call::MAP_ADD,
                Arg::Value(w.get(a)),
                Arg::Value(w.get(b)),
                Arg::Value(w.get(c))
            );
        }
        Op::DictUpdate => {
            residual_nothing!(call::DICT_UPDATE, Arg::Value(w.get(a)), Arg::Value(w.get(b)));
        }
        // The keywords that a function passes on are mostly none.
        Op::DictMerge if M::RECORDS && traced_dict::is_empty(m, w.get(b)) => {}
        Op::DictMerge if M::RECORDS && traced_dict::is_empty(m, w.get(a)) => {
            stack.set_pc(pc);
            if let Some((keys, values)) = traced_dict::entries(m, w.get(b))
                && let Some(made) = traced_dict::of(m, py, &keys, &values)?
            {
                // The empty one is in this register alone.
                w.set(a, made);
                return Ok(());
            }
            residual_nothing!(
                call::DICT_MERGE,
                Arg::Value(w.get(a)),
                Arg::Value(w.get(b)),
                Arg::Value(w.get(c))
            );
        }
        Op::DictMerge => {
            residual_nothing!(
                call::DICT_MERGE,
                Arg::Value(w.get(a)),
                Arg::Value(w.get(b)),
                Arg::Value(w.get(c))
            );
        }
        Op::UnpackEx => {
            let (before, after) = (m.int(i64::from(c & 0xFFF)), m.int(i64::from(c >> 12)));
            let descr = if M::RECORDS && items::simple_length(m, w.get(b)).is_some() {
                &quiet::UNPACK_PARTS
            } else {
                &call::UNPACK_EX
            };
            residual!(*descr, Arg::Value(w.get(b)), Arg::Int(before), Arg::Int(after));
        }
        Op::FormatSimple | Op::FormatWithSpec => {
            let spec = match op {
                Op::FormatWithSpec => w.get(c),
                _ => m.value(NanBox::UNSET),
            };
            if M::RECORDS {
                stack.set_pc(pc);
                if let Some(text) = plain::format(m, w.get(b), spec)? {
                    w.set(a, text);
                    return Ok(());
                }
            }
            residual!(call::FORMAT, Arg::Value(w.get(b)), Arg::Value(spec));
        }
        Op::ConvertValue => {
            if M::RECORDS {
                stack.set_pc(pc);
                if let Some(text) = plain::convert(m, w.get(b), c)? {
                    w.set(a, text);
                    return Ok(());
                }
            }
            let how = m.int(i64::from(c));
            residual!(call::CONVERT, Arg::Value(w.get(b)), Arg::Int(how));
        }
        Op::BuildInterpolation => residual!(
            call::BUILD_INTERPOLATION,
            Arg::Value(w.get(b)),
            Arg::Value(w.get(b + 1)),
            Arg::Value(w.get(b + 2)),
            Arg::Value(w.get(b + 3))
        ),
        Op::BuildTemplate => {
            residual!(call::BUILD_TEMPLATE, Arg::Value(w.get(b)), Arg::Value(w.get(b + 1)));
        }

        Op::Raise => {
            stack.set_pc(pc);
            return Err(exceptions::raise(m, py, w.get(a), None));
        }
        Op::RaiseFrom => {
            stack.set_pc(pc);
            return Err(exceptions::raise(m, py, w.get(a), Some(w.get(b))));
        }
        Op::RaiseCurrent => residual_nothing!(call::RAISE_CURRENT),
        Op::Reraise => return Err(m.raise(w.get(a))),
        Op::CheckEgMatch => {
            residual!(call::SPLIT_GROUP, Arg::Value(w.get(b)), Arg::Value(w.get(c)));
        }
        Op::CleanupThrow => residual!(call::CLEANUP_THROW, Arg::Value(w.get(b))),
        Op::GetYieldFromIter => {
            if let Some(iterator) = generators::delegated_iter(m, py, stack, pc, w.get(b))? {
                w.set(a, iterator);
                return Ok(());
            }
            let at = m.int(code.address() as i64);
            residual!(call::YIELD_FROM_ITER, Arg::Value(w.get(b)), Arg::Int(at));
        }
        Op::GetAwaitable => {
            if M::RECORDS
                && let Some(iterator) = generators::awaited_iter(m, py, stack, pc, w.get(b))?
            {
                w.set(a, iterator);
                return Ok(());
            }
            let after = m.int(i64::from(c));
            residual!(call::AWAITABLE, Arg::Value(w.get(b)), Arg::Int(after));
        }
        Op::GetAIter => residual!(call::AITER, Arg::Value(w.get(b))),
        Op::GetANext => residual!(call::ANEXT, Arg::Value(w.get(b))),
        Op::EndAsyncFor => residual_nothing!(call::END_ASYNC_FOR, Arg::Value(w.get(a))),
        Op::AsyncGenWrap => residual!(call::ASYNC_GEN_WRAP, Arg::Value(w.get(b))),

        Op::MatchSequence => {
            let matches = patterns::matches_kind(m, py, w.get(b), flags::SEQUENCE, &call::MATCH_SEQUENCE)?;
            w.set(a, m.box_bool(matches));
        }
        Op::MatchMapping => {
            let matches = patterns::matches_kind(m, py, w.get(b), flags::MAPPING, &call::MATCH_MAPPING)?;
            w.set(a, m.box_bool(matches));
        }
        Op::MatchKeys => residual!(call::MATCH_KEYS, Arg::Value(w.get(b)), Arg::Value(w.get(c))),
        Op::MatchClass => {
            let count = m.int(i64::from(c));
            residual!(
                call::MATCH_CLASS,
                Arg::Value(w.get(b)),
                Arg::Value(w.get(b + 1)),
                Arg::Value(w.get(b + 2)),
                Arg::Int(count)
            );
        }
        Op::ImportName => {
            let (at, name) = (m.int(code.address() as i64), m.int(i64::from(code.name(c).0)));
            let namespace = w.get(code.extra(extra::NAMESPACE));
            residual!(
                call::IMPORT_NAME,
                Arg::Int(at),
                Arg::Int(name),
                Arg::Value(w.get(b)),
                Arg::Value(w.get(b + 1)),
                Arg::Value(namespace)
            );
        }
        Op::ImportFrom => {
            let name = m.int(i64::from(code.name(c).0));
            residual!(call::IMPORT_FROM, Arg::Value(w.get(b)), Arg::Int(name));
        }
        Op::SetupAnnotations => {
            let namespace = w.get(code.extra(extra::NAMESPACE));
            residual_nothing!(call::SETUP_ANNOTATIONS, Arg::Value(namespace));
        }

        _ => unreachable!("the interpreter's loop executes it"),
    }
    Ok(())
}
