//! `Template` and `Interpolation`: what t-strings make (PEP 750).

use heap::{Gc, Header, WordSlot};
use python_model::native::{Args, NativeDef, NativeType, bind, class_method, def, getter};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

static TEMPLATE_METHODS: &[NativeDef] = &[
    class_method("__class_getitem__", "($type, object, /)", "See PEP 585", |py, a| {
        python_model::generic::alias(py, a[0], a[1])
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = template(py, a[0], "__repr__")?;
        let (strings, parts) = (py.repr_text(own.strings.get())?, py.repr_text(own.interpolations.get())?);
        py.str(&format!("Template(strings={strings}, interpolations={parts})"))
    }),
    def("__iter__", "($self, /)", "Strings that are not empty and interpolations, in order.", |py, a| {
        let own = template(py, a[0], "__iter__")?;
        let list = py.new_list(4)?;
        let interpolations = tuple(own.interpolations.get());
        for (index, text) in tuple(own.strings.get()).items().iter().enumerate() {
            if py.as_str(text.get()).is_some_and(|text| !text.is_empty()) {
                list_push(py, list, text.get())?;
            }
            if let Some(interpolation) = interpolations.items().get(index) {
                list_push(py, list, interpolation.get())?;
            }
        }
        py.iter(py.tuple_from_list(list)?)
    }),
    def("__add__", "($self, value, /)", "Return self+value.", |py, a| {
        let own = template(py, a[0], "__add__")?;
        let Some(other) = as_object::<Template>(a[1]) else {
            return Err(py.type_error(format!(
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                py.type_name(a[1])
            )));
        };
        let parts = py.new_list(8)?;
        for one in [own, other] {
            let interpolations = tuple(one.interpolations.get());
            for (index, text) in tuple(one.strings.get()).items().iter().enumerate() {
                list_push(py, parts, text.get())?;
                if let Some(interpolation) = interpolations.items().get(index) {
                    list_push(py, parts, interpolation.get())?;
                }
            }
        }
        from_parts(py, parts)
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let own = template(py, a[0], "__reduce__")?;
        let unpickle = py.import("string.templatelib")?;
        let unpickle = py.get_attr(unpickle, py.intern("_template_unpickle")?)?;
        py.new_tuple(&[unpickle, py.new_tuple(&[own.strings.get(), own.interpolations.get()])?])
    }),
    getter("strings", "Strings of the template", |py, a| Ok(template(py, a[0], "strings")?.strings.get())),
    getter("interpolations", "Interpolations of the template", |py, a| {
        Ok(template(py, a[0], "interpolations")?.interpolations.get())
    }),
    getter("values", "Values of the interpolations", |py, a| {
        let own = template(py, a[0], "values")?;
        let list = py.new_list(4)?;
        for item in tuple(own.interpolations.get()).items() {
            let one: Gc<Interpolation> = as_object(item.get()).expect("a template holds interpolations");
            list_push(py, list, one.value.get())?;
        }
        py.tuple_from_list(list)
    }),
];

static INTERPOLATION_METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = interpolation(py, a[0], "__repr__")?;
        let mut out = String::from("Interpolation(");
        for (index, part) in
            [own.value.get(), own.expression.get(), own.conversion.get(), own.format_spec.get()]
                .into_iter()
                .enumerate()
        {
            if index > 0 {
                out.push_str(", ");
            }
            out.push_str(&py.repr_text(part)?);
        }
        out.push(')');
        py.str(&out)
    }),
    def("__reduce__", "($self, /)", "Helper for pickle.", |py, a| {
        let own = interpolation(py, a[0], "__reduce__")?;
        let parts = [own.value.get(), own.expression.get(), own.conversion.get(), own.format_spec.get()];
        py.new_tuple(&[py.ty(Ty::Interpolation).word(), py.new_tuple(&parts)?])
    }),
    class_method(
        "__class_getitem__",
        "($type, object, /)",
        "Interpolations are generic over their value.",
        |py, a| python_model::generic::alias(py, a[0], a[1]),
    ),
    getter("value", "The value of the expression", |py, a| Ok(interpolation(py, a[0], "value")?.value.get())),
    getter("expression", "The text of the expression", |py, a| {
        Ok(interpolation(py, a[0], "expression")?.expression.get())
    }),
    getter("conversion", "The letter of the conversion, or None", |py, a| {
        Ok(interpolation(py, a[0], "conversion")?.conversion.get())
    }),
    getter("format_spec", "The format specification", |py, a| {
        Ok(interpolation(py, a[0], "format_spec")?.format_spec.get())
    }),
];

pub static TYPES: &[NativeType] = &[
    NativeType {
        ty: Ty::Template,
        doc: "Template object",
        constructor: Some(construct_template),
        methods: TEMPLATE_METHODS,
    },
    NativeType {
        ty: Ty::Interpolation,
        doc: "Interpolation object",
        constructor: Some(construct_interpolation),
        methods: INTERPOLATION_METHODS,
    },
];

fn template(py: Py, value: Word, method: &str) -> Result<Gc<Template>> {
    py.expect(value, Ty::Template, method)
}

fn interpolation(py: Py, value: Word, method: &str) -> Result<Gc<Interpolation>> {
    py.expect(value, Ty::Interpolation, method)
}

fn tuple(value: Word) -> Gc<Tuple> {
    as_object(value).expect("a template is made of tuples")
}

fn construct_template(py: Py, _class: TypeRef, args: Args) -> Result {
    if args.keyword_count() > 0 {
        return Err(py.type_error("Template.__new__ only accepts *args arguments"));
    }
    let parts = py.list_of(args.words)?;
    from_parts(py, parts)
}

/// A template of strings and interpolations in any order: neighbouring strings become one, neighbouring interpolations get
/// an empty one between them.
fn from_parts(py: Py, parts: Gc<List>) -> Result {
    let (strings, interpolations) = (py.new_list(4)?, py.new_list(4)?);
    let mut text: Vec<u8> = Vec::new();
    for index in 0..parts.len() {
        let part = parts.item(index);
        if let Some(more) = py.as_str(part) {
            text.extend_from_slice(more.as_bytes());
        } else if as_object::<Interpolation>(part).is_some() {
            list_push(py, strings, py.str_bytes(&text)?)?;
            text.clear();
            list_push(py, interpolations, part)?;
        } else {
            return Err(py.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                py.type_name(part)
            )));
        }
    }
    list_push(py, strings, py.str_bytes(&text)?)?;
    let made = Template {
        header: Header::EMPTY,
        strings: WordSlot::new(py.tuple_from_list(strings)?),
        interpolations: WordSlot::new(py.tuple_from_list(interpolations)?),
    };
    Ok(word(py.alloc(made)?))
}

fn construct_interpolation(py: Py, _class: TypeRef, args: Args) -> Result {
    let signature = python_model::signature!("(value, expression='', conversion=None, format_spec='')");
    let [value, expression, conversion, spec] = bind(py, "Interpolation", signature, args)?;
    let text = |value: Word, name: &str| -> Result {
        if value == UNSET {
            return py.str("");
        }
        if py.as_str(value).is_none() {
            return Err(py.type_error(format!(
                "Interpolation() argument '{name}' must be str, not {}",
                py.argument_type(value)
            )));
        }
        Ok(value)
    };
    let (expression, spec) = (text(expression, "expression")?, text(spec, "format_spec")?);
    let conversion = if conversion == UNSET { NONE } else { conversion };
    if conversion != NONE {
        let Some(letter) = py.as_str(conversion) else {
            return Err(py.type_error(format!(
                "Interpolation() argument 'conversion' must be str, not {}",
                py.argument_type(conversion)
            )));
        };
        if !matches!(letter.as_bytes(), b"s" | b"r" | b"a") {
            return Err(
                py.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")
            );
        }
    }
    Ok(word(py.alloc(Interpolation {
        header: Header::EMPTY,
        value: WordSlot::new(value),
        expression: WordSlot::new(expression),
        conversion: WordSlot::new(conversion),
        format_spec: WordSlot::new(spec),
    })?))
}
