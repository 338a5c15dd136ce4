//! Rare operations of the compiler's own: `INTRINSIC`.

use heap::{Gc, Header, WordSlot};
use python_compile::opcode::IntrinsicKind;
use python_model::names::Name;
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::{NONE, UNSET, Word, as_object, word};
use std::cell::Cell;

/// Runs an intrinsic on its operands.
pub fn run(py: Py, kind: u32, args: Gc<Tuple>, namespace: Word) -> Result {
    let arg = |index: usize| args.items()[index].get();
    match IntrinsicKind::from_operand(kind).expect("the compiler's own operand") {
        IntrinsicKind::Print => {
            let hook = py.import_from("sys", "displayhook")?;
            py.call(hook, &[arg(0)])?;
            Ok(NONE)
        }
        IntrinsicKind::ImportStar => {
            crate::names::import_star(py, arg(0), namespace)?;
            Ok(NONE)
        }
        IntrinsicKind::TypeVar => type_param(py, Ty::TypeVar, arg(0), UNSET, UNSET),
        IntrinsicKind::TypeVarWithBound => type_param(py, Ty::TypeVar, arg(0), arg(1), UNSET),
        IntrinsicKind::TypeVarWithConstraints => type_param(py, Ty::TypeVar, arg(0), UNSET, arg(1)),
        IntrinsicKind::ParamSpec => type_param(py, Ty::ParamSpec, arg(0), UNSET, UNSET),
        IntrinsicKind::TypeVarTuple => type_param(py, Ty::TypeVarTuple, arg(0), UNSET, UNSET),
        IntrinsicKind::SetTypeParamDefault => {
            let parameter: Gc<TypeParam> = as_object(arg(0)).expect("a type parameter");
            parameter.default.set(py.mutator(), parameter, arg(1));
            Ok(arg(0))
        }
        IntrinsicKind::SubscriptGeneric => {
            let generic = py.ty(Ty::Generic).word();
            let subscript = py.import_from("typing", "_GenericAlias")?;
            let unpacked = unpack_type_params(py, arg(0))?;
            py.call(subscript, &[generic, unpacked])
        }
        IntrinsicKind::TypeAlias => {
            let alias = type_param(py, Ty::TypeAliasType, arg(0), arg(2), UNSET)?;
            let alias_object: Gc<TypeParam> = as_object(alias).expect("made just now");
            alias_object.constraints.set(py.mutator(), alias_object, arg(1));
            Ok(alias)
        }
        IntrinsicKind::SetFunctionTypeParams => {
            let function: Gc<Function> = as_object(arg(0)).expect("a function");
            function.type_params.set(py.mutator(), function, arg(1));
            Ok(arg(0))
        }
        IntrinsicKind::PrepReraiseStar => crate::raising::combine(py, arg(0), arg(1)),
        IntrinsicKind::SetExcInfo => {
            py.thread().set_handled(py.mutator(), arg(0));
            Ok(NONE)
        }
    }
}

/// A `TypeVar` and its like. Bound and constraints are functions that compute them, or unset.
fn type_param(py: Py, ty: Ty, name: Word, bound: Word, constraints: Word) -> Result {
    let mut module = NONE;
    (py.vm().hooks.visit_frames)(py, &mut |frame| {
        module = python_model::dict::get_symbol(py, frame.code.globals, Name::NameAttr).unwrap_or(NONE);
        false
    });
    Ok(word(py.alloc(TypeParam {
        header: Header::EMPTY,
        kind: Cell::new(ty as i64),
        name: WordSlot::new(name),
        bound: WordSlot::new(bound),
        constraints: WordSlot::new(constraints),
        default: WordSlot::new(UNSET),
        flags: Cell::new(INFER_VARIANCE | LAZY),
        module: WordSlot::new(module),
        extra: WordSlot::new(UNSET),
    })?))
}

/// [`TypeParam::flags`]: the variance is inferred (PEP 695).
pub const INFER_VARIANCE: i64 = 4;
/// [`TypeParam::flags`]: bound, constraints and default are functions that compute them.
pub const LAZY: i64 = 8;

/// The parameters with each `TypeVarTuple` unpacked.
fn unpack_type_params(py: Py, params: Word) -> Result {
    let params = py.tuple_from_iterable(params)?;
    let out = py.new_list(params.items().len())?;
    for param in params.items() {
        let is_tuple =
            as_object::<TypeParam>(param.get()).is_some_and(|p| p.kind.get() == Ty::TypeVarTuple as i64);
        let item = if is_tuple {
            let unpack = py.import_from("typing", "Unpack")?;
            py.get_item(unpack, param.get())?
        } else {
            param.get()
        };
        python_model::py::list_push(py, out, item)?;
    }
    py.tuple_from_list(out)
}
