//! `tuple`.

use crate::items::{self, Subscript};
use heap::Gc;
use python_model::instance;
use python_model::native::{Args, NativeDef, NativeType, class_method, def};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static METHODS: &[NativeDef] = &[
    def("count", "($self, value, /)", "Return number of occurrences of value.", |py, a| {
        items::count(py, receiver(py, a[0], "count")?, a[1])
    }),
    def(
        "index",
        "($self, value, start=0, stop=sys.maxsize, /)",
        "Return first index of value.\n\nRaises ValueError if the value is not present.",
        |py, a| {
            let own = receiver(py, a[0], "index")?;
            let range = items::search_range(py, a[2], a[3], own.items().len())?;
            match items::find(py, own, a[1], range)? {
                Some(index) => py.int(index as i64),
                None => Err(py.value_error("tuple.index(x): x not in tuple")),
            }
        },
    ),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        items::repr(py, a[0], receiver(py, a[0], "__repr__")?, ("(", ")"), "(...)")
    }),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let own = receiver(py, a[0], "__hash__")?;
        py.int(py.hash(word(own))?)
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| compare(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| compare(py, a, Comparison::Ne)),
    def("__lt__", "($self, value, /)", "Return self<value.", |py, a| compare(py, a, Comparison::Lt)),
    def("__le__", "($self, value, /)", "Return self<=value.", |py, a| compare(py, a, Comparison::Le)),
    def("__gt__", "($self, value, /)", "Return self>value.", |py, a| compare(py, a, Comparison::Gt)),
    def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| compare(py, a, Comparison::Ge)),
    def("__iter__", "($self, /)", "Implement iter(self).", |py, a| {
        py.iter(word(receiver(py, a[0], "__iter__")?))
    }),
    def("__len__", "($self, /)", "Return len(self).", |py, a| {
        py.int(receiver(py, a[0], "__len__")?.items().len() as i64)
    }),
    def("__getitem__", "($self, key, /)", "Return self[key].", get_item),
    def("__contains__", "($self, key, /)", "Return bool(key in self).", |py, a| {
        let own = receiver(py, a[0], "__contains__")?;
        Ok(bool_word(items::find(py, own, a[1], (0, usize::MAX))?.is_some()))
    }),
    def("__add__", "($self, value, /)", "Return self+value.", add),
    def("__mul__", "($self, value, /)", "Return self*value.", |py, a| multiply(py, a, "__mul__")),
    def("__rmul__", "($self, value, /)", "Return value*self.", |py, a| multiply(py, a, "__rmul__")),
    def("__getnewargs__", "($self, /)", "", |py, a| {
        let own = receiver(py, a[0], "__getnewargs__")?;
        py.new_tuple(&[word(own)])
    }),
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::Tuple,
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
    constructor: Some(construct),
    methods: METHODS,
}];

fn receiver(py: Py, value: Word, method: &str) -> Result<Gc<Tuple>> {
    py.expect(value, Ty::Tuple, method)
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let is_exact = class.is(py.ty(Ty::Tuple));
    if is_exact {
        args.no_keywords(py, "tuple")?;
    } else if args.keyword_count() > 0 && class.lookup(py, python_model::names::Name::Init).is_some() {
        // An `__init__` of the subclass may take them; `object.__init__` lets them pass.
        let inherited = py.ty(Ty::Object).lookup(py, python_model::names::Name::Init);
        if class.lookup(py, python_model::names::Name::Init) == inherited {
            args.no_keywords(py, "tuple")?;
        }
    }
    let tuple = match items::only_argument(py, "tuple", args.positionals())? {
        Some(iterable) => word(py.tuple_from_iterable(iterable)?),
        None => py.vm().empty_tuple(),
    };
    if is_exact { Ok(tuple) } else { instance::new(py, class, tuple) }
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0], "__eq__")?;
    match py.cast::<Tuple>(a[1]) {
        Some(other) => items::compare(py, op, own, other),
        None => Ok(NOT_IMPLEMENTED),
    }
}

fn get_item(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__getitem__")?;
    let length = own.items().len();
    match items::subscript(py, a[1], "tuple")? {
        Subscript::Index(index) => match items::position(index, length) {
            Some(at) => Ok(own.items()[at].get()),
            None => Err(py.index_error("tuple index out of range")),
        },
        Subscript::Slice(bounds) => {
            let selected = bounds.select(length);
            if selected.count == 0 {
                return Ok(py.vm().empty_tuple());
            }
            if selected.count == length && selected.step == 1 {
                return Ok(word(own));
            }
            let made = py.new_tuple_uninit(selected.count)?;
            for (n, to) in made.items().iter().enumerate() {
                to.set(py.mutator(), made, own.items()[selected.position(n)].get());
            }
            Ok(word(made))
        }
    }
}

fn add(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0], "__add__")?;
    let Some(other) = py.cast::<Tuple>(a[1]) else {
        let result = items::reflected(py, Binary::Add, a[0], a[1])?;
        if result != NOT_IMPLEMENTED {
            return Ok(result);
        }
        let name = py.type_name(a[1]);
        return Err(py.type_error(format!("can only concatenate tuple (not \"{name}\") to tuple")));
    };
    py.tuple_join(own, other)
}

fn multiply(py: Py, a: &[Word], method: &str) -> Result {
    let own = receiver(py, a[0], method)?;
    let result = items::reflected(py, Binary::Mul, a[0], a[1])?;
    if result != NOT_IMPLEMENTED {
        return Ok(result);
    }
    let Some(count) = items::repetitions(py, a[1])? else { return Ok(NOT_IMPLEMENTED) };
    let length = own.items().len();
    if count == 1 {
        return Ok(word(own));
    }
    let total = match length.checked_mul(count) {
        Some(0) => return Ok(py.vm().empty_tuple()),
        Some(total) if total <= isize::MAX as usize / 16 => total,
        _ => return Err(py.out_of_memory()),
    };
    let made = py.new_tuple_uninit(total)?;
    for (to, from) in made.items().iter().zip(own.items().iter().cycle()) {
        to.set(py.mutator(), made, from.get());
    }
    Ok(word(made))
}
