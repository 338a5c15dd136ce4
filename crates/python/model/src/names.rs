//! Names that the runtime itself uses, interned once.

macro_rules! names {
    ($($name:ident = $text:literal)*) => {
        /// Index of a well-known name.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u16)]
        pub enum Name { $($name,)* }
        /// The texts, by index.
        pub const TEXTS: &[&str] = &[$($text,)*];
        impl Name {
            pub fn text(self) -> &'static str {
                TEXTS[self as usize]
            }
        }
    };
}

names! {
    Init = "__init__" New = "__new__" Repr = "__repr__" Str = "__str__" Eq = "__eq__" Ne = "__ne__" Lt = "__lt__" Le = "__le__"
    Gt = "__gt__" Ge = "__ge__" Hash = "__hash__" Bool = "__bool__" Len = "__len__" GetItem = "__getitem__"
    SetItem = "__setitem__" DelItem = "__delitem__" Contains = "__contains__" Iter = "__iter__" Next = "__next__"
    Call = "__call__" Enter = "__enter__" Exit = "__exit__" GetAttr = "__getattr__" GetAttribute = "__getattribute__"
    SetAttr = "__setattr__" DelAttr = "__delattr__" Get = "__get__" Set = "__set__" Delete = "__delete__"
    SetName = "__set_name__" InitSubclass = "__init_subclass__" Format = "__format__" Index = "__index__" Int = "__int__"
    Float = "__float__" Abs = "__abs__" Round = "__round__" Neg = "__neg__" Pos = "__pos__" Invert = "__invert__"
    Add = "__add__" Radd = "__radd__" Iadd = "__iadd__" Sub = "__sub__" Rsub = "__rsub__" Isub = "__isub__"
    Mul = "__mul__" Rmul = "__rmul__" Imul = "__imul__" MatMul = "__matmul__" RmatMul = "__rmatmul__" ImatMul = "__imatmul__"
    TrueDiv = "__truediv__" RtrueDiv = "__rtruediv__" ItrueDiv = "__itruediv__" Mod = "__mod__" Rmod = "__rmod__"
    Imod = "__imod__" Pow = "__pow__" Rpow = "__rpow__" Ipow = "__ipow__" LShift = "__lshift__" RlShift = "__rlshift__"
    IlShift = "__ilshift__" RShift = "__rshift__" RrShift = "__rrshift__" IrShift = "__irshift__" Or = "__or__"
    Ror = "__ror__" Ior = "__ior__" Xor = "__xor__" Rxor = "__rxor__" Ixor = "__ixor__" And = "__and__" Rand = "__rand__"
    Iand = "__iand__" FloorDiv = "__floordiv__" RfloorDiv = "__rfloordiv__" IfloorDiv = "__ifloordiv__"
    Divmod = "__divmod__" Rdivmod = "__rdivmod__" Reversed = "__reversed__" Missing = "__missing__"
    DictAttr = "__dict__" Class = "__class__" NameAttr = "__name__" Qualname = "__qualname__" ModuleAttr = "__module__"
    Doc = "__doc__" Slots = "__slots__" ClassCell = "__classcell__" ClassDictCell = "__classdictcell__" Main = "__main__" Builtins = "builtins" Prepare = "__prepare__"
    AEnter = "__aenter__" AExit = "__aexit__" Annotations = "__annotations__" MatchArgs = "__match_args__"
    BuildClass = "__build_class__" Print = "print" Send = "send" Throw = "throw" Close = "close" Value = "value" Append = "append"
    InstanceCheck = "__instancecheck__" Key = "key" Reverse = "reverse" Default = "default" Metaclass = "metaclass"
    Sep = "sep" End = "end" Flush = "flush" File = "file" Trunc = "__trunc__" Floor = "__floor__" Ceil = "__ceil__" AIter = "__aiter__" Bytes = "__bytes__" ClassGetItem = "__class_getitem__" All = "__all__" Path = "__path__" Package = "__package__" Spec = "__spec__" Loader = "__loader__" FileAttr = "__file__" Wrapped = "__wrapped__" Start = "start" Strict = "strict" Encoding = "encoding" Errors = "errors" Keys = "keys" LengthHint = "__length_hint__" Del = "__del__" AbcImpl = "_abc_impl" Await = "__await__" ANext = "__anext__" Complex = "__complex__" Dir = "__dir__" SubclassCheck = "__subclasscheck__" SubclassHook = "__subclasshook__" AbstractMethods = "__abstractmethods__" IsAbstractMethod = "__isabstractmethod__" Module = "module" Import = "__import__" Cached = "__cached__" Annotate = "__annotate__" AnnotateFunc = "__annotate_func__" AnnotationsCache = "__annotations_cache__" TypeParams = "__type_params__" StaticAttributes = "__static_attributes__" FirstLine = "__firstlineno__" WeakRefAttr = "__weakref__" MroEntries = "__mro_entries__" OrigBases = "__orig_bases__" OrigClass = "__orig_class__" Args = "args" Name_ = "name" Obj = "obj" Msg = "msg" Path_ = "path" NameFrom = "name_from" Code_ = "code" Errno = "errno" Strerror = "strerror" Filename = "filename" Filename2 = "filename2" CharactersWritten = "characters_written" Lineno = "lineno" Offset = "offset" Text = "text" EndLineno = "end_lineno" EndOffset = "end_offset" PrintFileAndLine = "print_file_and_line" Message = "message" Exceptions = "exceptions" Object_ = "object" Reason = "reason" Notes = "__notes__" Traceback_ = "__traceback__" Cause = "__cause__" Context_ = "__context__" SuppressContext = "__suppress_context__" Mro = "mro" Reduce = "__reduce__" ReduceEx = "__reduce_ex__" GetState = "__getstate__" SetState = "__setstate__" GetNewArgs = "__getnewargs__" GetNewArgsEx = "__getnewargs_ex__" Copy = "copy" Update = "update" Items = "items" Values_ = "values" Get_ = "get" Pop_ = "pop" Insert = "insert" Extend = "extend" Sort = "sort" Stdout = "stdout" Stderr = "stderr" Stdin = "stdin" Write = "write" Read = "read" ReadLine = "readline" Modules = "modules" Sys = "sys" Displayhook = "displayhook" Excepthook = "excepthook" Underscore = "_" IterNext = "iternext" Sizeof = "__sizeof__" Buffer = "__buffer__" ReleaseBuffer = "__release_buffer__" File_ = "file" Closed = "closed" Wrapped_ = "__func__" SelfAttr = "__self__" Self_ = "self" Origin = "__origin__" Parameters = "__parameters__" Objclass = "__objclass__" Defaults = "__defaults__" Kwdefaults = "__kwdefaults__" Closure = "__closure__" Code = "__code__" Globals = "__globals__" TextSignature = "__text_signature__" Signature = "__signature__" Fspath = "__fspath__"
}
