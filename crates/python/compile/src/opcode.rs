//! The instruction set: one list, many uses.
//!
//! An instruction is one 64-bit word: `op:8 | a:16 | b:16 | c:24`, low bits first. Fixed width, because a pc is then an
//! index (side tables are arrays, jumps need no relaxation) and decoding is one load and three shifts; 64 and not 32 bits,
//! because 8-bit registers force spilling in long functions and extended-argument prefixes in long modules, and a prefix is a
//! position at which nothing may resume. `a` and `b` name registers; `c` names a register, a table index, a jump target or an
//! immediate, whence its 24 bits.
//!
//! Rules that every instruction keeps (the interpreter, the recorder and the verifier rely on them):
//!
//! * It writes its destination last, and only when it succeeds. A destination may therefore be a variable's own register.
//! * It has at most one destination. An instruction that may run user code thus suspends as "deliver the result at this
//!   pc": store into `a` (or drop it) and go on at pc + 1. Where more is needed (branch on exhaustion, a second result) the
//!   opcode says so below, or the operation is split in two instructions.
//! * [`Operand::Pair`] is the one exception: `LOAD_METHOD` and its kin write a callable to `a` and its receiver to `a + 1`, or
//!   the attribute's value to `a` and *unset* to `a + 1`. When they must call user code they have written `a + 1` before.
//! * Conditional jumps take a `bool`; truth testing (`TO_BOOL`) is an instruction of its own.
//!
//! docs/bytecode.md describes frames, calls, exceptions and generators for the authors of interpreters.
//!
//! A *site* operand indexes [`crate::CodeObject::sites`]: one entry per instruction, holding the name it uses; the runtime keeps
//! its inline cache at the same index, so that an instruction needs no room for it.

use std::fmt;

pub use crate::operand::{
    CommonConstant, FunctionAttribute, IntrinsicKind, LEFT_WHERE_RAISED, SpecialMethod,
};

/// What an operand field means. Register counts of blocks are computed by [`Opcode::block_len`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operand {
    /// Not used; zero.
    None,
    /// A register that is written.
    Def,
    /// A register that is read.
    Use,
    /// A register that is read, then written.
    Update,
    /// Two consecutive registers that are written: callable, receiver-or-unset.
    Pair,
    /// The first of some consecutive registers that are read.
    Block,
    /// Index into the constants.
    Const,
    /// Index into the names.
    Name,
    /// Index into the sites (name + inline cache).
    Site,
    /// Index into the call shapes.
    Shape,
    /// Target pc.
    Target,
    /// A number; the opcode's doc says which.
    Imm,
}

impl Operand {
    /// Whether the instruction writes the register.
    pub fn is_written(self) -> bool {
        matches!(self, Operand::Def | Operand::Update | Operand::Pair)
    }
}

/// What executing an instruction may do besides writing its destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Neither raises nor calls.
    Pure,
    /// May raise, never runs user code.
    Raise,
    /// May run user code (and so raise anything).
    Call,
    /// Suspends the frame; on resumption the sent value is delivered or an exception is raised here.
    Suspend,
}

/// Where control goes afterwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// To the next instruction.
    Next,
    /// To the target in `c`.
    Jump,
    /// To the next instruction or to the target in `c`.
    Branch,
    /// Out of the frame or to an exception handler.
    Exit,
}

macro_rules! instruction_set {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal ($a:ident $b:ident $c:ident) $effect:ident $flow:ident;)*) => {
        /// An operation; see the list in this file for operands and effects.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Opcode { $($(#[doc = $doc])* $name,)* }

        /// All opcodes, in numeric order.
        pub const ALL: &[Opcode] = &[$(Opcode::$name,)*];
        const NAMES: &[&str] = &[$($text,)*];
        const OPERANDS: &[[Operand; 3]] = &[$([Operand::$a, Operand::$b, Operand::$c],)*];
        const EFFECTS: &[(Effect, Flow)] = &[$((Effect::$effect, Flow::$flow),)*];
        const DOCS: &[&str] = &[$(concat!($($doc),*),)*];

        impl Opcode {
            /// The operation of an opcode byte. Spelled as a `match`, of which the optimizer makes one comparison with the number of
            /// opcodes: a table would put a load between an instruction and the jump to its handler.
            #[inline(always)]
            #[expect(non_upper_case_globals, reason = "named after the opcodes")]
            fn decode(byte: u8) -> Opcode {
                $(const $name: u8 = Opcode::$name as u8;)*
                match byte {
                    $($name => Opcode::$name,)*
                    _ => Opcode::Nop,
                }
            }
        }
    };
}

instruction_set! {
    /// Does nothing.
    Nop = "NOP" (None None None) Pure Next;

    // -- Registers ---------------------------------------------------------------------------------------------------
    /// a = constant c
    LoadConst = "LOAD_CONST" (Def None Const) Pure Next;
    /// a = b
    Move = "MOVE" (Def Use None) Pure Next;
    /// a becomes unset (an unbound variable).
    Unset = "UNSET" (Def None None) Pure Next;
    /// Raises `UnboundLocalError` for name c if a is unset.
    CheckBound = "CHECK_BOUND" (Use None Name) Raise Next;
    /// a = a fresh cell that holds b (b may be unset only if it is a parameter's register: never).
    MakeCell = "MAKE_CELL" (Def Use None) Pure Next;
    /// a = a fresh empty cell
    MakeEmptyCell = "MAKE_EMPTY_CELL" (Def None None) Pure Next;

    // -- Variables ---------------------------------------------------------------------------------------------------
    /// a = content of cell b; `NameError`/`UnboundLocalError` for name c if it is empty
    LoadDeref = "LOAD_DEREF" (Def Use Name) Raise Next;
    /// cell a := b
    StoreDeref = "STORE_DEREF" (Use Use None) Pure Next;
    /// empties cell a; raises for name c if it is empty already
    DeleteDeref = "DELETE_DEREF" (Use None Name) Raise Next;
    /// a = name c from the frame's namespace, else globals, else builtins
    LoadName = "LOAD_NAME" (Def None Site) Call Next;
    /// name c of the frame's namespace := a
    StoreName = "STORE_NAME" (Use None Name) Call Next;
    /// the same, where it may be done often: the site knows the variable if the namespace is the module's
    StoreNameCached = "STORE_NAME_CACHED" (Use None Site) Call Next;
    /// deletes name c of the frame's namespace
    DeleteName = "DELETE_NAME" (None None Name) Call Next;
    /// a = name c from globals, else builtins
    LoadGlobal = "LOAD_GLOBAL" (Def None Site) Call Next;
    /// global name c := a
    StoreGlobal = "STORE_GLOBAL" (Use None Site) Call Next;
    /// deletes global name c
    DeleteGlobal = "DELETE_GLOBAL" (None None Site) Call Next;
    /// a = the frame's namespace
    LoadLocals = "LOAD_LOCALS" (Def None None) Raise Next;
    /// a = mapping a's entry c, else content of cell b
    LoadFromDictOrDeref = "LOAD_FROM_DICT_OR_DEREF" (Update Use Name) Call Next;
    /// a = mapping a's entry c, else global or builtin c
    LoadFromDictOrGlobals = "LOAD_FROM_DICT_OR_GLOBALS" (Update None Name) Call Next;
    /// a = `builtins.__build_class__`
    LoadBuildClass = "LOAD_BUILD_CLASS" (Def None None) Call Next;
    /// a = common object c: see [`CommonConstant`]
    LoadCommon = "LOAD_COMMON_CONSTANT" (Def None Imm) Pure Next;

    // -- Attributes and items ----------------------------------------------------------------------------------------
    /// a = b.c
    LoadAttr = "LOAD_ATTR" (Def Use Site) Call Next;
    /// a.c = b
    StoreAttr = "STORE_ATTR" (Use Use Site) Call Next;
    /// del a.c
    DeleteAttr = "DELETE_ATTR" (Use None Site) Call Next;
    /// a, a+1 = method c of b and b, or b.c and unset
    LoadMethod = "LOAD_METHOD" (Pair Use Site) Call Next;
    /// a = attribute c of super; block b: `super`, class, self
    LoadSuperAttr = "LOAD_SUPER_ATTR" (Def Block Site) Call Next;
    /// a, a+1 = method c of super and self, or attribute and unset; block b: `super`, class, self
    LoadSuperMethod = "LOAD_SUPER_METHOD" (Pair Block Site) Call Next;
    /// a, a+1 = special method c ([`SpecialMethod`]) of b's type and b, or bound callable and unset
    LoadSpecial = "LOAD_SPECIAL" (Pair Use Imm) Call Next;
    /// a = b[c]
    LoadItem = "LOAD_ITEM" (Def Use Use) Call Next;
    /// a[b] = c
    StoreItem = "STORE_ITEM" (Use Use Use) Call Next;
    /// del a[b]
    DeleteItem = "DELETE_ITEM" (Use Use None) Call Next;
    /// a = b[x:y]; block c: x, y
    LoadSlice = "LOAD_SLICE" (Def Use Block) Call Next;
    /// a[x:y] = b; block c: x, y
    StoreSlice = "STORE_SLICE" (Use Use Block) Call Next;
    /// a = slice(x, y, z); block b: x, y, z
    BuildSlice = "BUILD_SLICE" (Def Block None) Pure Next;

    // -- Operators ---------------------------------------------------------------------------------------------------
    /// a = b + c
    Add = "ADD" (Def Use Use) Call Next;
    /// a = b - c
    Sub = "SUB" (Def Use Use) Call Next;
    /// a = b * c
    Mul = "MUL" (Def Use Use) Call Next;
    /// a = b @ c
    MatMul = "MATMUL" (Def Use Use) Call Next;
    /// a = b / c
    TrueDiv = "TRUEDIV" (Def Use Use) Call Next;
    /// a = b % c
    Mod = "MOD" (Def Use Use) Call Next;
    /// a = b ** c
    Pow = "POW" (Def Use Use) Call Next;
    /// a = b << c
    LShift = "LSHIFT" (Def Use Use) Call Next;
    /// a = b >> c
    RShift = "RSHIFT" (Def Use Use) Call Next;
    /// a = b | c
    Or = "OR" (Def Use Use) Call Next;
    /// a = b ^ c
    Xor = "XOR" (Def Use Use) Call Next;
    /// a = b & c
    And = "AND" (Def Use Use) Call Next;
    /// a = b // c
    FloorDiv = "FLOORDIV" (Def Use Use) Call Next;
    /// a = b + constant c
    AddConst = "ADD_CONST" (Def Use Const) Call Next;
    /// a = b - constant c
    SubConst = "SUB_CONST" (Def Use Const) Call Next;
    /// a = b * constant c
    MulConst = "MUL_CONST" (Def Use Const) Call Next;
    /// a = b @ constant c
    MatMulConst = "MATMUL_CONST" (Def Use Const) Call Next;
    /// a = b / constant c
    TrueDivConst = "TRUEDIV_CONST" (Def Use Const) Call Next;
    /// a = b % constant c
    ModConst = "MOD_CONST" (Def Use Const) Call Next;
    /// a = b ** constant c
    PowConst = "POW_CONST" (Def Use Const) Call Next;
    /// a = b << constant c
    LShiftConst = "LSHIFT_CONST" (Def Use Const) Call Next;
    /// a = b >> constant c
    RShiftConst = "RSHIFT_CONST" (Def Use Const) Call Next;
    /// a = b | constant c
    OrConst = "OR_CONST" (Def Use Const) Call Next;
    /// a = b ^ constant c
    XorConst = "XOR_CONST" (Def Use Const) Call Next;
    /// a = b & constant c
    AndConst = "AND_CONST" (Def Use Const) Call Next;
    /// a = b // constant c
    FloorDivConst = "FLOORDIV_CONST" (Def Use Const) Call Next;
    /// a = (b += c)
    InplaceAdd = "INPLACE_ADD" (Def Use Use) Call Next;
    /// a = (b -= c)
    InplaceSub = "INPLACE_SUB" (Def Use Use) Call Next;
    /// a = (b *= c)
    InplaceMul = "INPLACE_MUL" (Def Use Use) Call Next;
    /// a = (b @= c)
    InplaceMatMul = "INPLACE_MATMUL" (Def Use Use) Call Next;
    /// a = (b /= c)
    InplaceTrueDiv = "INPLACE_TRUEDIV" (Def Use Use) Call Next;
    /// a = (b %= c)
    InplaceMod = "INPLACE_MOD" (Def Use Use) Call Next;
    /// a = (b **= c)
    InplacePow = "INPLACE_POW" (Def Use Use) Call Next;
    /// a = (b <<= c)
    InplaceLShift = "INPLACE_LSHIFT" (Def Use Use) Call Next;
    /// a = (b >>= c)
    InplaceRShift = "INPLACE_RSHIFT" (Def Use Use) Call Next;
    /// a = (b |= c)
    InplaceOr = "INPLACE_OR" (Def Use Use) Call Next;
    /// a = (b ^= c)
    InplaceXor = "INPLACE_XOR" (Def Use Use) Call Next;
    /// a = (b &= c)
    InplaceAnd = "INPLACE_AND" (Def Use Use) Call Next;
    /// a = (b //= c)
    InplaceFloorDiv = "INPLACE_FLOORDIV" (Def Use Use) Call Next;
    /// a = (b += constant c)
    InplaceAddConst = "INPLACE_ADD_CONST" (Def Use Const) Call Next;
    /// a = (b -= constant c)
    InplaceSubConst = "INPLACE_SUB_CONST" (Def Use Const) Call Next;
    /// a = (b *= constant c)
    InplaceMulConst = "INPLACE_MUL_CONST" (Def Use Const) Call Next;
    /// a = (b @= constant c)
    InplaceMatMulConst = "INPLACE_MATMUL_CONST" (Def Use Const) Call Next;
    /// a = (b /= constant c)
    InplaceTrueDivConst = "INPLACE_TRUEDIV_CONST" (Def Use Const) Call Next;
    /// a = (b %= constant c)
    InplaceModConst = "INPLACE_MOD_CONST" (Def Use Const) Call Next;
    /// a = (b **= constant c)
    InplacePowConst = "INPLACE_POW_CONST" (Def Use Const) Call Next;
    /// a = (b <<= constant c)
    InplaceLShiftConst = "INPLACE_LSHIFT_CONST" (Def Use Const) Call Next;
    /// a = (b >>= constant c)
    InplaceRShiftConst = "INPLACE_RSHIFT_CONST" (Def Use Const) Call Next;
    /// a = (b |= constant c)
    InplaceOrConst = "INPLACE_OR_CONST" (Def Use Const) Call Next;
    /// a = (b ^= constant c)
    InplaceXorConst = "INPLACE_XOR_CONST" (Def Use Const) Call Next;
    /// a = (b &= constant c)
    InplaceAndConst = "INPLACE_AND_CONST" (Def Use Const) Call Next;
    /// a = (b //= constant c)
    InplaceFloorDivConst = "INPLACE_FLOORDIV_CONST" (Def Use Const) Call Next;
    /// a = b < c
    Lt = "LT" (Def Use Use) Call Next;
    /// a = b <= c
    Le = "LE" (Def Use Use) Call Next;
    /// a = b == c
    Eq = "EQ" (Def Use Use) Call Next;
    /// a = b != c
    Ne = "NE" (Def Use Use) Call Next;
    /// a = b > c
    Gt = "GT" (Def Use Use) Call Next;
    /// a = b >= c
    Ge = "GE" (Def Use Use) Call Next;
    /// a = b < constant c
    LtConst = "LT_CONST" (Def Use Const) Call Next;
    /// a = b <= constant c
    LeConst = "LE_CONST" (Def Use Const) Call Next;
    /// a = b == constant c
    EqConst = "EQ_CONST" (Def Use Const) Call Next;
    /// a = b != constant c
    NeConst = "NE_CONST" (Def Use Const) Call Next;
    /// a = b > constant c
    GtConst = "GT_CONST" (Def Use Const) Call Next;
    /// a = b >= constant c
    GeConst = "GE_CONST" (Def Use Const) Call Next;
    /// a = b is c
    Is = "IS" (Def Use Use) Pure Next;
    /// a = b is not c
    IsNot = "IS_NOT" (Def Use Use) Pure Next;
    /// a = whether b is an `int`, of no subclass; only in code of the interpreter itself
    IsInt = "IS_INT" (Def Use None) Pure Next;
    /// a = b in c (always a bool)
    In = "IN" (Def Use Use) Call Next;
    /// a = b not in c (always a bool)
    NotIn = "NOT_IN" (Def Use Use) Call Next;
    /// a = +b
    Pos = "POS" (Def Use None) Call Next;
    /// a = -b
    Neg = "NEG" (Def Use None) Call Next;
    /// a = ~b
    Invert = "INVERT" (Def Use None) Call Next;
    /// a = not b
    Not = "NOT" (Def Use None) Call Next;
    /// a = bool(b)
    ToBool = "TO_BOOL" (Def Use None) Call Next;

    // -- Control -----------------------------------------------------------------------------------------------------
    /// goes to c, without polling; backwards only in the loop of `yield from` and `await`
    Jump = "JUMP" (None None Target) Pure Jump;
    /// goes to loop header c; the place where signals, thread switches and tracing are polled
    JumpBackward = "JUMP_BACKWARD" (None None Target) Call Jump;
    /// goes to c if a is False; a is a bool
    JumpIfFalse = "JUMP_IF_FALSE" (Use None Target) Pure Branch;
    /// goes to c if a is True; a is a bool
    JumpIfTrue = "JUMP_IF_TRUE" (Use None Target) Pure Branch;
    /// goes to c if a is None
    JumpIfNone = "JUMP_IF_NONE" (Use None Target) Pure Branch;
    /// goes to c if a is not None
    JumpIfNotNone = "JUMP_IF_NOT_NONE" (Use None Target) Pure Branch;
    /// a = iter(b)
    GetIter = "GET_ITER" (Def Use None) Call Next;
    /// a = next(b), or goes to c when b is exhausted (a keeps its value)
    ForIter = "FOR_ITER" (Def Use Target) Call Branch;
    /// leaves the frame with result a
    Return = "RETURN" (Use None None) Pure Exit;

    // -- Calls -------------------------------------------------------------------------------------------------------
    /// a = call; block b: callable, then c positional arguments
    Call = "CALL" (Def Block Imm) Call Next;
    /// a = call; block b: callable, receiver or unset, then c positional arguments
    CallMethod = "CALL_METHOD" (Def Block Imm) Call Next;
    /// a = call; block b: callable, then the arguments of shape c
    CallKw = "CALL_KW" (Def Block Shape) Call Next;
    /// a = call; block b: callable, receiver or unset, then the arguments of shape c
    CallMethodKw = "CALL_METHOD_KW" (Def Block Shape) Call Next;
    /// a = call; block b: callable, list or tuple or iterable of positional arguments, and if c is 1 a dict of keywords
    CallEx = "CALL_EX" (Def Block Imm) Call Next;
    /// a = function of code constant c, without defaults, closure, annotations
    MakeFunction = "MAKE_FUNCTION" (Def None Const) Pure Next;
    /// gives function a the attribute c ([`FunctionAttribute`]) with value b
    SetFunctionAttribute = "SET_FUNCTION_ATTRIBUTE" (Use Use Imm) Pure Next;
    /// a = intrinsic operation c ([`Intrinsic`]) on the block b
    Intrinsic = "INTRINSIC" (Def Block Imm) Call Next;

    // -- Displays ----------------------------------------------------------------------------------------------------
    /// a = tuple of the c registers from b
    BuildTuple = "BUILD_TUPLE" (Def Block Imm) Pure Next;
    /// a = list of the c registers from b
    BuildList = "BUILD_LIST" (Def Block Imm) Pure Next;
    /// a = set of the c registers from b
    BuildSet = "BUILD_SET" (Def Block Imm) Call Next;
    /// a = dict of c key, value pairs from b
    BuildMap = "BUILD_MAP" (Def Block Imm) Call Next;
    /// a = concatenation of the c strings from b
    BuildString = "BUILD_STRING" (Def Block Imm) Pure Next;
    /// list a appends b
    ListAppend = "LIST_APPEND" (Use Use None) Pure Next;
    /// list a extends by iterable b
    ListExtend = "LIST_EXTEND" (Use Use None) Call Next;
    /// a = tuple of list b
    ListToTuple = "LIST_TO_TUPLE" (Def Use None) Pure Next;
    /// set a adds b
    SetAdd = "SET_ADD" (Use Use None) Call Next;
    /// set a is updated by iterable b
    SetUpdate = "SET_UPDATE" (Use Use None) Call Next;
    /// dict a: a[b] = c
    MapAdd = "MAP_ADD" (Use Use Use) Call Next;
    /// dict a is updated by mapping b
    DictUpdate = "DICT_UPDATE" (Use Use None) Call Next;
    /// keywords dict a is updated by mapping b; duplicates raise `TypeError` naming callable c
    DictMerge = "DICT_MERGE" (Use Use Use) Call Next;
    /// a = tuple of exactly c items of iterable b (b itself if it is such a tuple)
    UnpackSequence = "UNPACK_SEQUENCE" (Def Use Imm) Call Next;
    /// a = tuple of items of b, the middle one a list; c = before | after << 12
    UnpackEx = "UNPACK_EX" (Def Use Imm) Call Next;
    /// a = item c of tuple b, which exists
    TupleItem = "TUPLE_ITEM" (Def Use Imm) Pure Next;

    // -- Strings -----------------------------------------------------------------------------------------------------
    /// a = format(b, "")
    FormatSimple = "FORMAT_SIMPLE" (Def Use None) Call Next;
    /// a = format(b, c)
    FormatWithSpec = "FORMAT_WITH_SPEC" (Def Use Use) Call Next;
    /// a = str, repr or ascii of b; c = 's', 'r' or 'a'
    ConvertValue = "CONVERT_VALUE" (Def Use Imm) Call Next;
    /// a = Interpolation; block b: value, expression text, conversion or None, format spec
    BuildInterpolation = "BUILD_INTERPOLATION" (Def Block None) Pure Next;
    /// a = Template; block b: tuple of strings, tuple of interpolations
    BuildTemplate = "BUILD_TEMPLATE" (Def Block None) Pure Next;

    // -- Exceptions --------------------------------------------------------------------------------------------------
    /// raises a (an instance or a class)
    Raise = "RAISE" (Use None None) Call Exit;
    /// raises a with cause b
    RaiseFrom = "RAISE_FROM" (Use Use None) Call Exit;
    /// raises the exception being handled again (bare `raise`)
    RaiseCurrent = "RAISE_CURRENT" (None None None) Raise Exit;
    /// raises a again, adding nothing to its traceback; c: whether the frame is left where a was raised ([`LEFT_WHERE_RAISED`]), or here
    Reraise = "RERAISE" (Use None Imm) Raise Exit;
    /// a = the exception handled so far; b is now being handled
    PushExcInfo = "PUSH_EXC_INFO" (Def Use None) Pure Next;
    /// a is again the exception being handled
    PopExcept = "POP_EXCEPT" (Use None None) Pure Next;
    /// a = whether exception b matches class or tuple c
    CheckExcMatch = "CHECK_EXC_MATCH" (Def Use Use) Call Next;
    /// a = (part of exception b that matches c or None, rest or None)
    CheckEgMatch = "CHECK_EG_MATCH" (Def Use Use) Call Next;
    /// a = exit(type, value, traceback) of exception c; block b: callable pair of the exit method
    WithExceptStart = "WITH_EXCEPT_START" (Def Block Use) Call Next;

    // -- Generators and coroutines -----------------------------------------------------------------------------------
    /// where a generator that has not started is suspended
    GeneratorStart = "GENERATOR_START" (None None None) Suspend Next;
    /// yields b; a = the value sent in
    Yield = "YIELD" (Def Use None) Suspend Next;
    /// as `YIELD`, on behalf of the iterator c, to which `throw` and `close` are forwarded
    YieldDelegated = "YIELD_DELEGATED" (Def Use Use) Suspend Next;
    /// sends a to b: a = what it yields; or a = what it returns, and goes to c
    Send = "SEND" (Update Use Target) Call Branch;
    /// a = value of b if it is a `StopIteration`, else raises b again
    CleanupThrow = "CLEANUP_THROW" (Def Use None) Raise Next;
    /// a = iterator for `yield from b`
    GetYieldFromIter = "GET_YIELD_FROM_ITER" (Def Use None) Call Next;
    /// a = iterator for `await b`; c = 0, 1 after `__aenter__`, 2 after `__aexit__`
    GetAwaitable = "GET_AWAITABLE" (Def Use Imm) Call Next;
    /// a = aiter(b)
    GetAIter = "GET_AITER" (Def Use None) Call Next;
    /// a = awaitable of anext(b)
    GetANext = "GET_ANEXT" (Def Use None) Call Next;
    /// raises a again unless it is a `StopAsyncIteration`
    EndAsyncFor = "END_ASYNC_FOR" (Use None None) Raise Next;
    /// a = b wrapped as the value of an asynchronous generator
    AsyncGenWrap = "ASYNC_GEN_WRAP" (Def Use None) Pure Next;

    // -- Patterns ----------------------------------------------------------------------------------------------------
    /// a = whether b is a mapping
    MatchMapping = "MATCH_MAPPING" (Def Use None) Pure Next;
    /// a = whether b is a sequence
    MatchSequence = "MATCH_SEQUENCE" (Def Use None) Pure Next;
    /// a = tuple of b's values at the keys in tuple c, or None
    MatchKeys = "MATCH_KEYS" (Def Use Use) Call Next;
    /// a = tuple of attributes or None; block b: subject, class, keyword names; c = positional count
    MatchClass = "MATCH_CLASS" (Def Block Imm) Call Next;
    /// a = len(b)
    GetLen = "GET_LEN" (Def Use None) Call Next;

    // -- Statements --------------------------------------------------------------------------------------------------
    /// a = module c; block b: level, fromlist
    ImportName = "IMPORT_NAME" (Def Block Name) Call Next;
    /// a = name c of module b
    ImportFrom = "IMPORT_FROM" (Def Use Name) Call Next;
    /// makes sure that the frame's namespace has `__annotations__`
    SetupAnnotations = "SETUP_ANNOTATIONS" (None None None) Call Next;

    // -- Never emitted -----------------------------------------------------------------------------------------------
    /// shows the frame to observers, then does what the code has here; the interpreter puts it into a copy of the instructions
    Observe = "OBSERVE" (None None None) Call Next;
}

const _: () = assert!(ALL.len() < 256, "an opcode is one byte");

impl Opcode {
    /// Upper-case name as the disassembler prints it.
    pub fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Meaning of `a`, `b`, `c`.
    pub fn operands(self) -> [Operand; 3] {
        OPERANDS[self as usize]
    }

    /// What else executing it may do.
    pub fn effect(self) -> Effect {
        EFFECTS[self as usize].0
    }

    /// Where control goes.
    pub fn flow(self) -> Flow {
        EFFECTS[self as usize].1
    }

    /// One sentence about the operation.
    pub fn doc(self) -> &'static str {
        DOCS[self as usize].trim()
    }

    /// Whether an exception may be raised at this instruction, so that its handler is a successor.
    pub fn can_raise(self) -> bool {
        self.effect() != Effect::Pure
    }

    /// The opcode that takes a constant as its right operand instead of a register.
    pub fn with_const(self) -> Option<Opcode> {
        use Opcode::*;
        Some(match self {
            Add => AddConst,
            Sub => SubConst,
            Mul => MulConst,
            MatMul => MatMulConst,
            TrueDiv => TrueDivConst,
            Mod => ModConst,
            Pow => PowConst,
            LShift => LShiftConst,
            RShift => RShiftConst,
            Or => OrConst,
            Xor => XorConst,
            And => AndConst,
            FloorDiv => FloorDivConst,
            InplaceAdd => InplaceAddConst,
            InplaceSub => InplaceSubConst,
            InplaceMul => InplaceMulConst,
            InplaceMatMul => InplaceMatMulConst,
            InplaceTrueDiv => InplaceTrueDivConst,
            InplaceMod => InplaceModConst,
            InplacePow => InplacePowConst,
            InplaceLShift => InplaceLShiftConst,
            InplaceRShift => InplaceRShiftConst,
            InplaceOr => InplaceOrConst,
            InplaceXor => InplaceXorConst,
            InplaceAnd => InplaceAndConst,
            InplaceFloorDiv => InplaceFloorDivConst,
            Lt => LtConst,
            Le => LeConst,
            Eq => EqConst,
            Ne => NeConst,
            Gt => GtConst,
            Ge => GeConst,
            _ => return None,
        })
    }

    /// For `ADD` .. `INPLACE_FLOORDIV_CONST`: which of the thirteen operators, whether in place, whether `c` is a constant.
    pub fn operator(self) -> Option<Operator> {
        let at = (self as usize).checked_sub(Opcode::Add as usize)?;
        let count = Operator::COUNT;
        (at < 4 * count).then_some(Operator {
            plain: ALL[Opcode::Add as usize + at % count],
            is_inplace: at >= 2 * count,
            has_const: at / count % 2 == 1,
        })
    }

    /// The operation of an opcode byte, if it is one.
    pub(crate) fn from_byte(byte: u8) -> Option<Opcode> {
        ALL.get(usize::from(byte)).copied()
    }

    /// A number that changes with the names and the order of the opcodes: code of another compiler is told by it.
    pub fn fingerprint() -> u32 {
        // FNV-1a
        let bytes = ALL.iter().flat_map(|op| op.name().bytes().chain([0]));
        bytes.fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
    }

    /// Number of registers in the block operand of an instruction. `shape` gives the argument count of a call shape.
    pub fn block_len(self, c: u32, shape: impl FnOnce(u32) -> u32) -> u32 {
        use Opcode::*;
        match self {
            Call => c + 1,
            CallMethod => c + 2,
            CallKw => shape(c) + 1,
            CallMethodKw => shape(c) + 2,
            CallEx => c + 2,
            BuildTuple | BuildList | BuildSet | BuildString => c,
            BuildMap => c * 2,
            LoadSlice | StoreSlice | BuildTemplate | ImportName | WithExceptStart => 2,
            BuildSlice | LoadSuperAttr | LoadSuperMethod | MatchClass => 3,
            BuildInterpolation => 4,
            Opcode::Intrinsic => IntrinsicKind::from_operand(c).map_or(0, IntrinsicKind::arity),
            _ => 0,
        }
    }
}

/// An arithmetic instruction taken apart, for whoever treats all operators alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operator {
    /// The opcode of `a = b op c`: `Add` .. `FloorDiv`.
    pub plain: Opcode,
    /// Whether it is `op=`.
    pub is_inplace: bool,
    /// Whether the right operand is a constant.
    pub has_const: bool,
}

impl Operator {
    const COUNT: usize = Opcode::FloorDiv as usize - Opcode::Add as usize + 1;
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One instruction: `op:8 | a:16 | b:16 | c:24`, the bytes of a little-endian word on every host: the interpreter's dispatch loads each
/// operand by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C, align(8))]
pub struct Instruction([u8; 8]);

/// Exclusive upper bound of the `c` operand.
pub const C_LIMIT: u32 = 1 << 24;

impl Instruction {
    /// Packs an instruction. Panics if `c` does not fit 24 bits (the assembler has checked its limits before).
    pub fn new(op: Opcode, a: u16, b: u16, c: u32) -> Instruction {
        assert!(c < C_LIMIT);
        let word = op as u64 | u64::from(a) << 8 | u64::from(b) << 24 | u64::from(c) << 40;
        Instruction(word.to_le_bytes())
    }

    /// The operation.
    #[inline(always)]
    pub fn op(&self) -> Opcode {
        Opcode::decode(self.0[0])
    }

    /// First operand.
    #[inline(always)]
    pub fn a(&self) -> u16 {
        u16::from_le_bytes([self.0[1], self.0[2]])
    }

    /// Second operand.
    #[inline(always)]
    pub fn b(&self) -> u16 {
        u16::from_le_bytes([self.0[3], self.0[4]])
    }

    /// Third operand.
    #[inline(always)]
    pub fn c(&self) -> u32 {
        u32::from_le_bytes([self.0[4], self.0[5], self.0[6], self.0[7]]) >> 8
    }

    /// The word itself.
    pub fn bits(&self) -> u64 {
        u64::from_le_bytes(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_overlap() {
        for &op in ALL {
            let i = Instruction::new(op, 0xfffe, 0xabcd, 0xfedcba);
            assert_eq!((i.op(), i.a(), i.b(), i.c()), (op, 0xfffe, 0xabcd, 0xfedcba));
        }
    }

    #[test]
    fn names_are_unique_and_documented() {
        let mut names: Vec<_> = ALL.iter().map(|op| op.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|op| !op.doc().is_empty()));
    }

    #[test]
    fn operators_come_in_four_rows() {
        let of = |plain, is_inplace, has_const| Some(Operator { plain, is_inplace, has_const });
        assert_eq!(Opcode::Add.operator(), of(Opcode::Add, false, false));
        assert_eq!(Opcode::FloorDivConst.operator(), of(Opcode::FloorDiv, false, true));
        assert_eq!(Opcode::InplaceXor.operator(), of(Opcode::Xor, true, false));
        assert_eq!(Opcode::InplaceFloorDivConst.operator(), of(Opcode::FloorDiv, true, true));
        for op in [Opcode::Lt, Opcode::BuildSlice, Opcode::Nop] {
            assert_eq!(op.operator(), None);
        }
        for &op in ALL {
            if let Some(o) = op.operator() {
                let prefix = if o.is_inplace { "INPLACE_" } else { "" };
                let suffix = if o.has_const { "_CONST" } else { "" };
                assert_eq!(op.name(), format!("{prefix}{}{suffix}", o.plain));
            }
        }
    }

    #[test]
    fn branches_have_targets() {
        for &op in ALL {
            let has_target = op.operands()[2] == Operand::Target;
            assert_eq!(has_target, matches!(op.flow(), Flow::Jump | Flow::Branch), "{op}");
        }
    }
}
