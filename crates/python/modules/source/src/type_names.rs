//! `_types`: names of built-in types that no builtin names. `types` takes all of them.

use python_model::class::{NativeClass, native_type};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::types::{Ty, flags};

pub static MODULE: NativeModule = NativeModule {
    name: "_types",
    doc: "Define names for built-in types.",
    functions: &[],
    fill: |py, own| {
        for &(name, ty) in NAMES {
            dict::set_symbol(py, own, py.intern(name)?, py.ty(ty).word())?;
        }
        // Nothing makes capsules here; the type is there to be compared with.
        let capsule = native_type(
            py,
            &NativeClass {
                module: "builtins",
                name: "PyCapsule",
                doc: "",
                base: None,
                flags: flags::FINAL | flags::NO_CONSTRUCTOR,
                constructor: None,
                methods: &[],
            },
        )?;
        dict::set_symbol(py, own, py.intern("CapsuleType")?, capsule.word())
    },
};

const NAMES: &[(&str, Ty)] = &[
    ("AsyncGeneratorType", Ty::AsyncGenerator),
    ("BuiltinFunctionType", Ty::Builtin),
    ("BuiltinMethodType", Ty::Builtin),
    ("CellType", Ty::Cell),
    ("ClassMethodDescriptorType", Ty::ClassMethodDescriptor),
    ("CodeType", Ty::Code),
    ("CoroutineType", Ty::Coroutine),
    ("EllipsisType", Ty::EllipsisType),
    ("FrameType", Ty::Frame),
    ("FunctionType", Ty::Function),
    ("GeneratorType", Ty::Generator),
    ("GenericAlias", Ty::GenericAlias),
    ("GetSetDescriptorType", Ty::GetsetDescriptor),
    ("LambdaType", Ty::Function),
    ("MappingProxyType", Ty::MappingProxy),
    ("MemberDescriptorType", Ty::MemberDescriptor),
    ("MethodDescriptorType", Ty::MethodDescriptor),
    ("MethodType", Ty::Method),
    ("MethodWrapperType", Ty::MethodWrapper),
    ("ModuleType", Ty::Module),
    ("NoneType", Ty::NoneType),
    ("NotImplementedType", Ty::NotImplementedType),
    ("SimpleNamespace", Ty::SimpleNamespace),
    ("TracebackType", Ty::Traceback),
    ("UnionType", Ty::Union),
    ("WrapperDescriptorType", Ty::WrapperDescriptor),
];
