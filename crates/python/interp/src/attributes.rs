//! Globals and attributes. Where an attribute is found depends on the map and the class: green, memoised in the site.

use crate::calls;
use crate::complex;
use crate::continuation::Continuation;
use crate::exceptions;
use crate::frame::{self, Entered};
use crate::known_attributes;
use crate::residual as call;
use heap::{Layout, LayoutId};
use metatrace_machine::{Arg, Encoding, FrameStack, Machine, MachineExt, NanBox, Raised, Window};
use python_compile::opcode::Opcode as Op;
use python_model::code::{AttributePlan, Code, frame as extra};
use python_model::maps::Place;
use python_model::namespace::binding;
use python_model::objects::*;
use python_model::py::Py;
use python_model::types::{Ty, TypeRef};
use python_model::value::{UNSET, Word, as_object, object, object as object_of, word};

type Entry<M> = Result<Entered<<M as Machine>::Value>, Raised>;

/// `LOAD_GLOBAL`: a variable of the module, else of the builtins. A constant for traces while it is not rebound.
#[inline]
pub fn load_global<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    site: u32,
) -> Result<M::Value, Raised> {
    let (in_module, in_builtins) = code.global(py, site)?;
    if M::RECORDS {
        for variable in [in_module, in_builtins] {
            let value = variable.value.get();
            match binding(variable).stability() {
                Some(stability) if m.assume(&stability) => {
                    if value != UNSET {
                        return Ok(m.value(py.vm().immortal(value)));
                    }
                }
                _ => {
                    let variable = m.reference(variable.erase());
                    let value = m.load_value(Variable::VALUE, variable);
                    if !m.value_is(value, NanBox::UNSET) {
                        return Ok(value);
                    }
                }
            }
        }
    } else {
        for variable in [in_module, in_builtins] {
            let value = variable.value.get();
            if value != UNSET {
                return Ok(m.value(value));
            }
        }
    }
    stack.set_pc(pc);
    if code.asks_for_globals() {
        let (nothing, at) = (m.value(NanBox::UNSET), m.int(code.address() as i64));
        let site = m.int(i64::from(site));
        return m.call_value(&call::LOAD_NAME, &[Arg::Value(nothing), Arg::Int(at), Arg::Int(site)]);
    }
    let (name, kind) = (m.int(i64::from(code.site_name(site).0)), m.int(2));
    m.call_nothing(&call::UNBOUND, &[Arg::Int(name), Arg::Int(kind)])?;
    unreachable!("it always raises")
}

/// The plan of a site for objects of a layout; `None`: the layout does not decide the class.
#[inline(always)]
fn plan(py: Py, code: &'static Code, site: u32, layout: LayoutId) -> Option<(AttributePlan, TypeRef)> {
    match code.site(site).cached(layout) {
        Some(known) => Some(known),
        None if has_one_class(py, layout) => {
            let class = class_of_layout(py, layout);
            Some((plan_uncached(py, code, site, layout, class), class))
        }
        None => None,
    }
}

#[cold]
fn plan_uncached(py: Py, code: &'static Code, site: u32, layout: LayoutId, class: TypeRef) -> AttributePlan {
    let name = code.site_name(site);
    let plan = if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT {
        py.attribute_plan(py.vm().maps.get(layout), name)
    } else {
        py.attribute_plan_of_type(class, name)
    };
    if let AttributePlan::ClassConstant(word)
    | AttributePlan::ClassInstance(word)
    | AttributePlan::ClassVariable(word)
    | AttributePlan::Method(word)
    | AttributePlan::Property(word)
    | AttributePlan::Fallback(word) = plan
        && let Some(object) = object(word)
    {
        // The class keeps it alive as long as its version holds; the collector does not know that the site has its address.
        heap::pin(object);
    }
    if let AttributePlan::Method(method) = plan
        && layout == List::ID
        && py.vm().symbols.text(name).as_bytes() == b"append"
    {
        py.vm().list_append.set(py.vm().immortal(method));
    }
    code.site(site).set(layout, class, plan);
    plan
}

/// The same for a generator, coroutine or asynchronous generator: one layout, three classes.
fn plan_of_generator(py: Py, code: &'static Code, site: u32, value: Word) -> (AttributePlan, TypeRef) {
    let class = py.type_of(value);
    (py.attribute_plan_of_type(class, code.site_name(site)), class)
}

/// The same for objects of runtime modules, which say themselves of what class they are: green.
fn plan_of_foreign<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    site: u32,
    object: M::Ref,
    layout: LayoutId,
) -> (AttributePlan, TypeRef) {
    let class = frame::class_of_foreign(m, object, layout);
    (py.attribute_plan_of_type(class, code.site_name(site)), class)
}

/// The class of all objects of a layout. Precondition: there is one (see [`has_one_class`]).
fn class_of_layout(py: Py, layout: LayoutId) -> TypeRef {
    if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT {
        return py.vm().maps.get(layout).class;
    }
    py.vm().types.of_layout(layout).expect("the caller asked")
}

/// Whether a layout decides the class.
fn has_one_class(py: Py, layout: LayoutId) -> bool {
    layout.0 >= heap::FIRST_DYNAMIC_LAYOUT || py.vm().types.of_layout(layout).is_some()
}

pub(crate) fn load_place<M: Machine>(m: &mut M, object: M::Ref, place: Place) -> M::Value {
    match place {
        Place::Inline(slot) => m.load_value(Place::inline_field(slot), object),
        Place::Overflow(index) => {
            let overflow = m.load_ref(Instance::OVERFLOW, object);
            let index = m.int(i64::from(index));
            m.load_item_value(Values::ITEMS_ARRAY, overflow, index)
        }
    }
}

/// `LOAD_ATTR`. What is most common, a slot of an instance, is loaded in place.
#[inline(always)]
pub fn load<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    value: M::Value,
    site: u32,
) -> Entry<M> {
    if !M::RECORDS
        && let Some(object) = m.as_ref(value)
        && let layout = m.layout_of(object)
        && let Some(slot) = code.site(site).cached_slot(layout)
    {
        let found = m.load_value(Place::inline_field(slot), object);
        if !m.value_is(found, NanBox::UNSET) {
            return Ok(Entered::Value(found));
        }
    }
    load_any(m, py, stack, code, pc, value, site)
}

fn load_any<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    value: M::Value,
    site: u32,
) -> Entry<M> {
    if let Some(object) = m.as_ref(value) {
        let layout = m.layout_of(object);
        if layout == Module::ID {
            if let Some(found) = module_variable(m, py, object, code, site) {
                return Ok(Entered::Value(found));
            }
        } else if M::RECORDS && layout == Type::ID {
            if let Some(found) = known_attributes::of_class(m, py, object, code.site_name(site))? {
                return Ok(Entered::Value(found));
            }
        } else if M::RECORDS
            && layout == Complex::ID
            && let Some(part) =
                complex::part(m, object, py.vm().symbols.text(code.site_name(site)).as_bytes())
        {
            return Ok(Entered::Value(part));
        } else if let Some((plan, class)) = plan(py, code, site, layout) {
            if M::RECORDS
                && matches!(plan, AttributePlan::Generic)
                && let Some(found) = exceptions::attribute(m, py, value, class, code.site_name(site))
            {
                return Ok(Entered::Value(found));
            }
            if M::RECORDS
                && known_attributes::is_class_asked(py, class, code.site_name(site))
                && frame::depends_on(m, class)
            {
                return Ok(Entered::Value(m.value(class.word())));
            }
            if !matches!(plan, AttributePlan::Generic) && !frame::depends_on(m, class) {
                return generic(m, stack, code, pc, value, site);
            }
            match plan {
                AttributePlan::Field(place) => {
                    let found = load_place(m, object, place);
                    if !m.value_is(found, NanBox::UNSET) {
                        return Ok(Entered::Value(found));
                    }
                }
                AttributePlan::ClassConstant(found) => {
                    let found = if M::RECORDS { py.vm().immortal(found) } else { found };
                    return Ok(Entered::Value(m.value(found)));
                }
                AttributePlan::ClassVariable(variable) => {
                    return Ok(Entered::Value(known_attributes::class_variable(m, py, variable)));
                }
                AttributePlan::Method(function) => {
                    return bound_method(m, function, value).map(Entered::Value);
                }
                AttributePlan::Property(getter) => {
                    frame::forget_scratch(m, stack);
                    return calls::call_special(m, py, stack, pc, getter, &[value]);
                }
                AttributePlan::Fallback(function) => {
                    let name = m.value(py.name_word(code.site_name(site)));
                    stack.window().set(code.extra(extra::SCRATCH), value);
                    stack.set_continuation(Continuation::GetAttr as u32);
                    let entered = calls::call_special(m, py, stack, pc, function, &[value, name]);
                    if !matches!(entered, Ok(Entered::Frame(_))) {
                        stack.set_continuation(Continuation::Plain as u32);
                    }
                    return entered;
                }
                AttributePlan::Item(index) => {
                    if let Some(item) = item_of_payload(m, object, index) {
                        return Ok(Entered::Value(item));
                    }
                }
                AttributePlan::ClassInstance(found) => {
                    if let Some(found) = known_attributes::class_instance(m, py, found) {
                        return Ok(Entered::Value(found));
                    }
                }
                AttributePlan::Generic | AttributePlan::Add(..) => {}
            }
        }
    }
    generic(m, stack, code, pc, value, site)
}

/// An item of the tuple that an instance of a subclass of `tuple` holds; `None`: there is no such item.
fn item_of_payload<M: Machine>(m: &mut M, object: M::Ref, index: u32) -> Option<M::Value> {
    let payload = m.load_value(Instance::PAYLOAD, object);
    let tuple = m.as_ref(payload)?;
    if !m.has_layout(tuple, Tuple::ID) {
        return None;
    }
    let (index, length) = (m.int(i64::from(index)), m.array_len(Tuple::ITEMS_ARRAY, tuple));
    let is_inside = m.uint_lt(index, length);
    m.truth(is_inside).then(|| m.load_item_value(Tuple::ITEMS_ARRAY, tuple, index))
}

fn generic<M: Machine>(
    m: &mut M,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    value: M::Value,
    site: u32,
) -> Entry<M> {
    stack.set_pc(pc);
    let name = m.int(i64::from(code.site_name(site).0));
    m.call_value(&call::GET_ATTR, &[Arg::Value(value), Arg::Int(name)]).map(Entered::Value)
}

pub(crate) fn bound_method<M: Machine>(
    m: &mut M,
    function: Word,
    receiver: M::Value,
) -> Result<M::Value, Raised> {
    let method = m.new_object(BoundMethod::ID, BoundMethod::DESCR.size_bytes)?;
    let function = m.value(function);
    m.store_value(BoundMethod::FUNCTION, method, function);
    m.store_value(BoundMethod::RECEIVER, method, receiver);
    Ok(m.box_ref(method))
}

/// A name in a module that a trace takes for constant, as the module itself is one.
fn module_variable<M: Machine>(
    m: &mut M,
    py: Py,
    module: M::Ref,
    code: &'static Code,
    site: u32,
) -> Option<M::Value> {
    let object = m.promote_ref(module);
    let module: heap::Gc<Module> = object.downcast()?;
    // The properties of a class that was assigned go before the module's own names.
    if module.class.get() != UNSET {
        return None;
    }
    let variable = match code.site(site).variable_in(module) {
        Some(variable) => variable,
        None => module_variable_uncached(py, module, code, site)?,
    };
    if M::RECORDS {
        return self::variable(m, py, variable);
    }
    let value = variable.value.get();
    (value != UNSET).then(|| m.value(value))
}

/// The value of a variable of a module in a trace: a constant while it is not rebound. `None`: it has none.
pub fn variable<M: Machine>(m: &mut M, py: Py, variable: heap::Gc<Variable>) -> Option<M::Value> {
    py.vm().immortal(word(variable));
    if let Some(stability) = binding(variable).stability()
        && m.assume(&stability)
    {
        let value = variable.value.get();
        return (value != UNSET).then(|| m.value(py.vm().immortal(value)));
    }
    let variable = m.reference(variable.erase());
    let value = m.load_value(Variable::VALUE, variable);
    if m.value_is(value, NanBox::UNSET) { None } else { Some(value) }
}

#[cold]
fn module_variable_uncached(
    py: Py,
    module: heap::Gc<Module>,
    code: &'static Code,
    site: u32,
) -> Option<heap::Gc<Variable>> {
    let name = code.site_name(site);
    // Data descriptors of `module` itself (`__dict__`, `__class__`) go first.
    if py.vm().symbols.text(name).as_bytes().starts_with(b"__") {
        return None;
    }
    let dict = module.dict.get()?;
    let variable = python_model::dict::variable(py, dict, name).ok()?;
    code.site(site).set_variable_in(py, module, variable);
    Some(variable)
}

/// `LOAD_METHOD`: the function to call with the object as first argument; `None`: it is an ordinary attribute.
#[inline(always)]
pub fn method<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    value: M::Value,
    site: u32,
) -> Result<Option<M::Value>, Raised> {
    let Some(object) = m.as_ref(value) else { return Ok(method_of_number(m, py, code, value, site)) };
    let layout = m.layout_of(object);
    let found = if layout == Generator::ID && !M::RECORDS {
        Some(plan_of_generator(py, code, site, m.promote_value(value)))
    } else if layout == Foreign::ID || layout == Compact::ID {
        Some(plan_of_foreign(m, py, code, site, object, layout))
    } else {
        plan(py, code, site, layout)
    };
    let Some((AttributePlan::Method(function), class)) = found else {
        return Ok(None);
    };
    if M::RECORDS {
        if !frame::depends_on(m, class) {
            return Ok(None);
        }
        py.vm().immortal(function);
    }
    Ok(Some(m.value(function)))
}

/// The same of an integer or a float, which are no objects: their classes never change.
fn method_of_number<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    value: M::Value,
    site: u32,
) -> Option<M::Value> {
    let ty = if m.as_int(value).is_some() {
        Ty::Int
    } else if m.as_float(value).is_some() {
        Ty::Float
    } else {
        return None;
    };
    match py.attribute_plan_of_type(py.ty(ty), code.site_name(site)) {
        AttributePlan::Method(function) => Some(m.value(function)),
        _ => None,
    }
}

/// `super().name` as a function to call with the instance first, where the names mean what they usually mean.
pub fn super_method<M: Machine>(
    m: &mut M,
    py: Py,
    code: &'static Code,
    site: u32,
    callable: M::Value,
    class: M::Value,
    receiver: M::Value,
) -> Option<M::Value> {
    if !m.value_is(callable, py.ty(Ty::Super).word()) {
        return None;
    }
    let object = m.as_ref(class)?;
    let object = m.promote_ref(object);
    let class = py.as_type(word(object))?;
    let receiver = m.as_ref(receiver)?;
    let layout = m.layout_of(receiver);
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        return None;
    }
    if !M::RECORDS
        && let Some((AttributePlan::Method(found), _)) = code.site(site).cached_super(class, layout)
    {
        return Some(m.value(found));
    }
    let of = py.vm().maps.get(layout).class;
    let mro = of.mro.borrow();
    let position = mro.iter().position(|t| t.is(class))?;
    let name = code.site_name(site);
    let found = mro[position + 1..]
        .iter()
        .find_map(|t| python_model::dict::get_symbol(py, t.object().dict.get()?, name))?;
    if !python_model::attribute::is_method(py, found) || !frame::depends_on(m, of) {
        return None;
    }
    let found = if M::RECORDS { py.vm().immortal(found) } else { found };
    if !M::RECORDS
        && let Some(function) = object_of(found)
    {
        // As in `plan_uncached`.
        heap::pin(function);
        code.site(site).set_super(class, layout, of, AttributePlan::Method(found));
    }
    Some(m.value(found))
}

/// `LOAD_SPECIAL` of an instance whose class has the method as a plain function.
pub fn special_method<M: Machine>(m: &mut M, py: Py, value: M::Value, which: u32) -> Option<Word> {
    let object = m.as_ref(value)?;
    let layout = m.layout_of(object);
    if layout.0 < heap::FIRST_DYNAMIC_LAYOUT {
        return None;
    }
    let class = py.vm().maps.get(layout).class;
    let method = class.lookup(py, crate::special::name(which))?;
    as_object::<Function>(method)?;
    frame::depends_on(m, class).then(|| if M::RECORDS { py.vm().immortal(method) } else { method })
}

/// `STORE_ATTR`. What is most common, a slot of an instance, is stored in place.
#[expect(clippy::too_many_arguments, reason = "an operation and where it stands")]
#[inline(always)]
pub fn store<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    value: M::Value,
    site: u32,
    new: M::Value,
) -> Result<(), Raised> {
    if !M::RECORDS
        && let Some(object) = m.as_ref(value)
        && let layout = m.layout_of(object)
        && let Some((plan, _)) = code.site(site).cached(layout)
    {
        match plan {
            AttributePlan::Field(Place::Inline(slot)) => {
                m.store_value(Place::inline_field(slot), object, new);
                return Ok(());
            }
            AttributePlan::Add(Place::Inline(slot), next) => {
                m.store_value(Place::inline_field(slot), object, new);
                m.set_layout(object, next.layout);
                return Ok(());
            }
            _ => {}
        }
    }
    store_any(m, py, stack, code, pc, value, site, new)
}

#[expect(clippy::too_many_arguments, reason = "an operation and where it stands")]
fn store_any<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    code: &'static Code,
    pc: u32,
    value: M::Value,
    site: u32,
    new: M::Value,
) -> Result<(), Raised> {
    if let Some(object) = m.as_ref(value) {
        let layout = m.layout_of(object);
        if layout.0 >= heap::FIRST_DYNAMIC_LAYOUT {
            let (plan, class) = match code.site(site).cached(layout) {
                Some(known) => known,
                None => {
                    let map = py.vm().maps.get(layout);
                    let plan = py.store_plan(map, code.site_name(site));
                    code.site(site).set(layout, map.class, plan);
                    (plan, map.class)
                }
            };
            let holds = matches!(plan, AttributePlan::Generic) || frame::depends_on(m, class);
            match plan {
                AttributePlan::Field(Place::Inline(slot)) if holds => {
                    m.store_value(Place::inline_field(slot), object, new);
                    return Ok(());
                }
                AttributePlan::Field(Place::Overflow(index)) if holds => {
                    let overflow = m.load_ref(Instance::OVERFLOW, object);
                    let index = m.int(i64::from(index));
                    m.store_item(Values::ITEMS_ARRAY, overflow, index, Arg::Value(new));
                    return Ok(());
                }
                AttributePlan::Add(Place::Inline(slot), next) if holds => {
                    m.store_value(Place::inline_field(slot), object, new);
                    m.set_layout(object, next.layout);
                    return Ok(());
                }
                _ => {}
            }
        }
    }
    stack.set_pc(pc);
    if M::RECORDS
        && let Some(object) = m.as_ref(value)
        && m.has_layout(object, Type::ID)
        && known_attributes::store_in_class(m, py, object, code.site_name(site), new)
    {
        return Ok(());
    }
    let name = m.int(i64::from(code.site_name(site).0));
    m.call_nothing(&call::SET_ATTR, &[Arg::Value(value), Arg::Int(name), Arg::Value(new)])
}

/// `LOAD_SUPER_ATTR`, `LOAD_SUPER_METHOD`.
#[inline(always)]
pub fn load_super<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (op, a, b, c) = code.decoded(pc);
    // The block may overlap the pair: what the call needs is read first.
    let (callable, class, object) = (w.get(b), w.get(b + 1), w.get(b + 2));
    if op == Op::LoadSuperMethod
        && let Some(function) = super_method(m, py, code, c, callable, class, object)
    {
        w.set(a, function);
        w.set(a + 1, object);
        return Ok(());
    }
    let name = m.int(i64::from(code.site_name(c).0));
    stack.set_pc(pc);
    let value = m.call_value(
        &call::SUPER_ATTR,
        &[Arg::Value(callable), Arg::Value(class), Arg::Value(object), Arg::Int(name)],
    )?;
    if op == Op::LoadSuperMethod {
        w.set(a + 1, m.value(NanBox::UNSET));
    }
    w.set(a, value);
    Ok(())
}

/// `LOAD_SPECIAL`.
#[inline(always)]
pub fn load_special<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    w: Window<M::Value>,
    code: &'static Code,
    pc: u32,
) -> Result<(), Raised> {
    let (_, a, b, c) = code.decoded(pc);
    let object = w.get(b);
    if let Some(function) = special_method(m, py, object, c) {
        w.set(a, m.value(function));
        w.set(a + 1, object);
        return Ok(());
    }
    w.set(a + 1, m.value(NanBox::UNSET));
    let which = m.int(i64::from(c));
    stack.set_pc(pc);
    let value = m.call_value(&call::LOAD_SPECIAL, &[Arg::Value(object), Arg::Int(which)])?;
    w.set(a, value);
    Ok(())
}
