//! The heap that random traces work on: a few layouts, a few residual functions, constant objects, and the text that
//! describes all of it for comparison.

use heap::{
    Attached, Gc, Header, Heap, HeapConfig, Items, Layout, Object, RootVec, Slot, StableRef, WordSlot,
};
use metatrace_ir::DescrTable;
use metatrace_machine::{
    Assumption, CallDescr, CallTarget, Context, Effects, Encoding, Footprint, Host, Kind, NanBox, WideInt,
    Word,
};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

/// An object with a field of most kinds.
#[derive(heap::Layout)]
#[layout(id = 3901, name = "node")]
#[repr(C)]
pub struct Node {
    pub header: Header,
    pub a: WordSlot,
    pub b: Cell<i64>,
    pub c: Cell<f64>,
    #[field(immutable)]
    pub k: Cell<i64>,
    pub next: Slot<Node>,
    pub d: Cell<bool>,
    pub e: Cell<u8>,
}

/// What `set_layout` turns a [`Node`] into. Its fields are accessed through the descriptors of [`Node`].
#[derive(heap::Layout)]
#[layout(id = 3902, name = "node2")]
#[repr(C)]
pub struct Node2 {
    pub header: Header,
    pub a: WordSlot,
    pub b: Cell<i64>,
    pub c: Cell<f64>,
    #[field(immutable)]
    pub k: Cell<i64>,
    pub next: Slot<Node>,
    pub d: Cell<bool>,
    pub e: Cell<u8>,
}

#[derive(heap::Layout)]
#[layout(id = 3903, name = "list")]
#[repr(C)]
pub struct List {
    pub header: Header,
    pub len: Cell<i64>,
    #[array(length = "len")]
    pub items: Items<WordSlot>,
}

#[derive(heap::Layout)]
#[layout(id = 3904, name = "floats")]
#[repr(C)]
pub struct Floats {
    pub header: Header,
    pub len: Cell<i64>,
    #[array(length = "len")]
    pub items: Items<Cell<f64>>,
}

thread_local! {
    /// What the logging functions were called with, in order.
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// Address of the constant node that `disturb` writes to.
    static DISTURBED: Cell<usize> = const { Cell::new(0) };
}

fn node(address: u64) -> Gc<Node> {
    // SAFETY: the generator passes nodes (or, with the same fields, `Node2`s) only, tested by a guard.
    unsafe { Gc::from_address(address as usize) }
}

extern "C" fn mix(_: *mut Context, a: u64, b: u64) -> u64 {
    a.wrapping_mul(31).rotate_left(7) ^ b
}
extern "C" fn scale(_: *mut Context, a: u64, b: u64) -> u64 {
    (f64::from_bits(a) * 0.5 + f64::from_bits(b)).to_bits()
}
extern "C" fn read_b(_: *mut Context, object: u64) -> u64 {
    node(object).b.get() as u64
}
extern "C" fn bump_b(_: *mut Context, object: u64) -> u64 {
    let object = node(object);
    object.b.set(object.b.get().wrapping_add(1));
    0
}
extern "C" fn log_int(_: *mut Context, i: u64) -> u64 {
    LOG.with_borrow_mut(|log| log.push((i as i64).to_string()));
    0
}
extern "C" fn log_float(_: *mut Context, f: u64) -> u64 {
    LOG.with_borrow_mut(|log| log.push(float_text(f64::from_bits(f))));
    0
}
extern "C" fn fail_if(context: *mut Context, i: u64) -> u64 {
    if i & 3 == 0 {
        // SAFETY: a residual function gets the context of its thread.
        unsafe { (*context).raised.set(NanBox::box_int(&mut Host, i & 0xFFFF)) };
    }
    i.wrapping_add(1)
}
extern "C" fn make_node(context: *mut Context, b: u64) -> u64 {
    // SAFETY: a residual function gets the context of its thread.
    let mutator = unsafe { (*context).mutator() };
    let made = Node {
        header: Header::EMPTY,
        a: WordSlot::new(NanBox::NONE),
        b: Cell::new(b as i64),
        c: Cell::new(0.5),
        k: Cell::new(7),
        next: Slot::NULL,
        d: Cell::new(false),
        e: Cell::new(3),
    };
    mutator.alloc(made).expect("a few bytes").address() as u64
}
extern "C" fn disturb(_: *mut Context) -> u64 {
    let object = node(DISTURBED.get() as u64);
    object.b.set(object.b.get().wrapping_mul(3).wrapping_add(1));
    object.d.set(!object.d.get());
    object.a.init(NanBox::box_int(&mut Host, object.b.get() as u64 & 0xFF));
    0
}

macro_rules! functions {
    ($($name:ident = $function:ident($($param:ident),*) $(-> $result:ident)?, $effects:expr;)*) => { $(
        pub static $name: CallDescr = CallDescr {
            name: stringify!($function),
            target: CallTarget::new($function as *const ()),
            params: &[$(Kind::$param),*],
            result: functions!(@result $($result)?),
            effects: $effects,
        };
    )*
        /// All residual functions.
        pub static FUNCTIONS: &[&CallDescr] = &[$(&$name),*];
    };
    (@result) => { None };
    (@result $kind:ident) => { Some(Kind::$kind) };
}

const B: Footprint = Footprint::Only { fields: &[Node::B], arrays: &[] };
const ACTS: Effects = Effects { elidable: false, ..Effects::PURE };

functions! {
    MIX = mix(Int, Int) -> Int, Effects::PURE;
    SCALE = scale(Float, Float) -> Float, Effects::PURE;
    READ_B = read_b(Ref) -> Int, Effects { reads: B, ..ACTS };
    BUMP_B = bump_b(Ref), Effects { reads: B, writes: B, ..ACTS };
    LOG_INT = log_int(Int), ACTS;
    LOG_FLOAT = log_float(Float), ACTS;
    FAIL_IF = fail_if(Int) -> Int, ACTS.raising();
    MAKE_NODE = make_node(Int) -> Ref, Effects::ALLOCATES;
    DISTURB = disturb(), Effects { can_raise: false, ..Effects::ANY };
}

/// Words of raw memory that traces may read and write.
pub const RAW_WORDS: usize = 16;

/// See the module header.
pub struct World {
    pub(super) context: Box<Context>,
    /// The objects that the traces' constants refer to.
    pub(super) nodes: Vec<StableRef>,
    pub(super) lists: Vec<StableRef>,
    pub(super) floats: Vec<StableRef>,
    pub(super) raw: Box<[Cell<u64>; RAW_WORDS]>,
    pub(super) assumption: Assumption,
    /// The objects among the inputs of the current run.
    pub(super) inputs: RefCell<RootVec<Object>>,
    context_root: heap::RootId,
    mutator: Attached,
    _heap: Arc<Heap>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.mutator.remove_root_source(self.context_root);
    }
}

impl World {
    /// A fresh heap with the given `gc` stress knobs.
    pub fn new(gc: &[&str]) -> World {
        // A small heap: major collections take place among the cases, and what `verify` goes through does not grow with their number.
        let mut config = HeapConfig { min: 128 << 10, ..HeapConfig::default() };
        for knob in gc {
            config.set("gc", knob).unwrap_or_else(|e| panic!("{e}"));
        }
        let heap = Heap::new(config).unwrap_or_else(|e| panic!("{e}"));
        for layout in [Node::DESCR, Node2::DESCR, List::DESCR, Floats::DESCR, WideInt::DESCR] {
            heap.register(layout);
        }
        let mutator = heap.attach_thread().unwrap_or_else(|e| panic!("{e}"));
        // SAFETY: the world owns both; the root source is removed and the context dropped before the mutator.
        let context = unsafe { Context::new(mutator.as_ptr()) };
        let context_root = mutator.add_root_source(Box::new(context.roots()));
        let inputs = RefCell::new(RootVec::new(&mutator));
        let mut world = World {
            context,
            nodes: Vec::new(),
            lists: Vec::new(),
            floats: Vec::new(),
            raw: Box::new([const { Cell::new(0) }; RAW_WORDS]),
            assumption: Assumption::new(),
            inputs,
            context_root,
            mutator,
            _heap: heap,
        };
        world.nodes = (0..2).map(|_| world.mutator.stabilize(world.new_node().erase())).collect();
        world.lists = vec![world.mutator.stabilize(world.new_list(4).erase())];
        world.floats = vec![world.mutator.stabilize(world.new_floats(3).erase())];
        world.reset();
        world
    }

    /// The context that traces are executed with.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The raw memory of the traces, an integer constant in them.
    pub fn raw_address(&self) -> usize {
        self.raw.as_ptr() as usize
    }

    /// Names of everything that occurs in random traces.
    pub fn names(&self) -> DescrTable {
        let mut names = DescrTable::new();
        names.use_encoding::<NanBox>();
        names
            .add_layout(Node2::DESCR)
            .add_layout(Node::DESCR)
            .add_layout(List::DESCR)
            .add_layout(Floats::DESCR);
        for function in FUNCTIONS {
            names.add_call(function);
        }
        names.add_address("main", super::build::MAIN).add_address("callee", super::build::CALLEE);
        let constants = self.nodes.iter().chain(&self.lists).chain(&self.floats);
        for (i, object) in constants.enumerate() {
            names.add_address(&format!("constant{i}"), object.address() as u64);
        }
        names.add_address("assumption", self.assumption.flag_address() as u64);
        names
    }

    pub(super) fn new_node(&self) -> Gc<Node> {
        node(make_node((&raw const *self.context).cast_mut(), 5))
    }
    pub(super) fn new_list(&self, length: usize) -> Gc<List> {
        let fixed = List { header: Header::EMPTY, len: Cell::new(0), items: Items::EMPTY };
        self.mutator.alloc_array(length, fixed, NanBox::NONE).expect("a few bytes")
    }
    pub(super) fn new_floats(&self, length: usize) -> Gc<Floats> {
        let fixed = Floats { header: Header::EMPTY, len: Cell::new(0), items: Items::EMPTY };
        self.mutator.alloc_array(length, fixed, 1.5f64.to_bits()).expect("a few bytes")
    }

    /// Everything that a run may change back to where it was.
    pub(super) fn reset(&self) {
        LOG.with_borrow_mut(Vec::clear);
        self.context.raised.set(0);
        for (i, word) in self.raw.iter().enumerate() {
            word.set(0x0102_0304_8586_8788u64.wrapping_mul(i as u64 + 1));
        }
        DISTURBED.set(self.nodes[0].address());
        for (i, object) in self.nodes.iter().enumerate() {
            let object = node(object.address() as u64);
            object.header.set_layout_id(Node::ID);
            object.a.init(NanBox::box_int(&mut Host, i as u64 + 20));
            object.b.set(i as i64 * 3);
            object.c.set(0.25);
            object.next.init(None);
            object.d.set(i == 0);
            object.e.set(200);
        }
        for list in &self.lists {
            // SAFETY: the constants in `lists` are lists.
            let list: Gc<List> = unsafe { list.get().cast() };
            for i in 0..list.len.get() as usize {
                // SAFETY: `i` is below the length.
                unsafe { &list.items.slice(i + 1)[i] }.init(NanBox::box_int(&mut Host, i as u64));
            }
        }
        for floats in &self.floats {
            // SAFETY: the constants in `floats` are float arrays.
            let floats: Gc<Floats> = unsafe { floats.get().cast() };
            // SAFETY: the length is that of the array.
            for (i, item) in unsafe { floats.items.slice(floats.len.get() as usize) }.iter().enumerate() {
                item.set(i as f64 * 0.75);
            }
        }
        let mut inputs = self.inputs.borrow_mut();
        inputs.clear();
    }

    /// Log, raw memory, constant objects and inputs, appended to what was described before.
    pub(super) fn describe_rest(&self, text: &mut Description) {
        text.line(format!("log {}", LOG.with_borrow(|log| log.join(" "))));
        let raw = self.raw.iter().map(|w| format!("{:x}", w.get())).collect::<Vec<_>>();
        text.line(format!("raw {}", raw.join(" ")));
        for object in self.nodes.iter().chain(&self.lists).chain(&self.floats) {
            let reference = text.reference(object.address() as u64);
            text.line(format!("constant {reference}"));
        }
        for object in self.inputs.borrow().iter() {
            let reference = text.reference(object.address() as u64);
            text.line(format!("input {reference}"));
        }
        text.objects();
    }
}

/// A heap as text: objects are numbered in the order in which they are reached, so that two equal graphs at different
/// addresses give equal texts.
#[derive(Default)]
pub(super) struct Description {
    pub text: String,
    numbers: HashMap<u64, usize>,
    reached: Vec<u64>,
}

impl Description {
    pub fn line(&mut self, line: String) {
        let _ = writeln!(self.text, "{line}");
    }

    pub fn of_kind(&mut self, kind: Kind, bits: u64) -> String {
        match kind {
            Kind::Value => self.value(bits),
            Kind::Int => (bits as i64).to_string(),
            Kind::Float => float_text(f64::from_bits(bits)),
            Kind::Bool => (bits != 0).to_string(),
            Kind::Ref => self.reference(bits),
        }
    }

    fn value(&mut self, word: Word) -> String {
        let h = &mut Host;
        if NanBox::is_int(h, word) {
            (NanBox::unbox_int(h, word) as i64).to_string()
        } else if NanBox::is_float(h, word) {
            float_text(NanBox::unbox_float(h, word))
        } else if NanBox::is_bool(h, word) {
            (NanBox::unbox_bool(h, word) != 0).to_string()
        } else if NanBox::is_ref(h, word) {
            self.reference(word)
        } else {
            match word {
                NanBox::NONE => "none".to_string(),
                NanBox::UNSET => "unset".to_string(),
                _ => format!("word {word:#x}"),
            }
        }
    }

    /// An object's number; a wide integer is its value, since boxes have no identity.
    pub fn reference(&mut self, address: u64) -> String {
        if address == 0 {
            return "null".to_string();
        }
        // SAFETY: words that a trace calls references are addresses of live objects.
        let object: Gc<Object> = unsafe { Gc::from_address(address as usize) };
        if let Some(wide) = object.downcast::<WideInt>() {
            return wide.value.get().to_string();
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(address).or_insert_with(|| {
            self.reached.push(address);
            next
        });
        format!("object{number}")
    }

    /// All objects reached so far and those behind them.
    fn objects(&mut self) {
        let mut next = 0;
        while next < self.reached.len() {
            let address = self.reached[next];
            // SAFETY: as for `reference`.
            let object: Gc<Object> = unsafe { Gc::from_address(address as usize) };
            let fields = self.fields(object);
            self.line(format!("object{next} = {fields}"));
            next += 1;
        }
    }

    fn fields(&mut self, object: Gc<Object>) -> String {
        let id = object.layout_id();
        if id == Node::ID || id == Node2::ID {
            let n = node(object.address() as u64);
            let a = self.value(n.a.get());
            let next = self.reference(n.next.get().map_or(0, |next| next.address() as u64));
            let (b, c, k, d, e) = (n.b.get(), float_text(n.c.get()), n.k.get(), n.d.get(), n.e.get());
            return format!("node{} a={a} b={b} c={c} k={k} next={next} d={d} e={e}", id.0 - Node::ID.0 + 1);
        }
        if let Some(list) = object.downcast::<List>() {
            // SAFETY: the length is that of the array.
            let items = unsafe { list.items.slice(list.len.get() as usize) };
            return format!(
                "list {}",
                items.iter().map(|i| self.value(i.get())).collect::<Vec<_>>().join(" ")
            );
        }
        if let Some(floats) = object.downcast::<Floats>() {
            // SAFETY: the length is that of the array.
            let items = unsafe { floats.items.slice(floats.len.get() as usize) };
            return format!(
                "floats {}",
                items.iter().map(|i| float_text(i.get())).collect::<Vec<_>>().join(" ")
            );
        }
        format!("layout {}", id.0)
    }
}

/// All not-a-numbers are one: which bits an operation gives them is not defined.
fn float_text(f: f64) -> String {
    if f.is_nan() { "nan".to_string() } else { format!("{f:?}f") }
}
