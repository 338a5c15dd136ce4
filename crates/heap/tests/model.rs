//! A random mutator against a reference model of the object graph, under every stress knob.
//!
//! The model holds, per object, its layout, its immediate values and the model indices it refers to. The heap side keeps
//! each object reachable only in the ways the program chose: native stack, handle, handle vector, root source, another
//! object. After any collection, everything reachable in the model must read back equal from the heap; weak references and
//! entries of the weak table must be there if their object or key is reachable; a finalizer must be due only for an object
//! that is not, once, and before those of objects that it refers to.
//!
//! `HEAP_CASES=n` runs n cases per knob instead of the default.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use fastrand::Rng;
use heap::{
    Gc, Header, Heap, HeapConfig, Items, Layout, Mutator, Object, Root, RootSource, RootVec, RootVisitor,
    Slot, WeakRef, WeakTable, WordSlot,
};

#[derive(Layout)]
#[layout(id = 1, name = "pair")]
#[repr(C)]
struct Pair {
    header: Header,
    serial: Cell<u64>,
    left: Slot,
    right: WordSlot,
}

#[derive(Layout)]
#[layout(id = 2, name = "array")]
#[repr(C)]
struct Array {
    header: Header,
    length: Cell<usize>,
    serial: Cell<u64>,
    #[array(length = "length")]
    items: Items<WordSlot>,
}

#[derive(Layout)]
#[layout(id = 3, name = "bytes")]
#[repr(C)]
struct Bytes {
    header: Header,
    length: Cell<usize>,
    serial: Cell<u64>,
    #[array(length = "length")]
    items: Items<Cell<u8>>,
}

/// As `Pair`, with a finalizer.
#[derive(Layout)]
#[layout(id = 4, name = "final", finalizer)]
#[repr(C)]
struct Final {
    header: Header,
    serial: Cell<u64>,
    left: Slot,
    right: WordSlot,
}

/// The object as a pair, if it has that shape, with or without a finalizer.
fn as_pair(object: Gc) -> Option<Gc<Pair>> {
    // SAFETY: both layouts are the same fields in the same places.
    object.downcast::<Pair>().or_else(|| object.downcast::<Final>().map(|f| unsafe { f.cast() }))
}

/// One object as the model sees it. Reference fields: a model index, or an immediate (odd) word.
enum Shape {
    Pair,
    Final,
    Array,
    Bytes(u8, usize),
}
struct ModelObject {
    shape: Shape,
    fields: Vec<Result<usize, u64>>,
}

/// A malloc-side stack of words, as an interpreter has.
#[derive(Default)]
struct Frames {
    precise: RefCell<Vec<Cell<u64>>>,
    ambiguous: RefCell<Vec<u64>>,
}
struct FrameSource(Rc<Frames>);
impl RootSource for FrameSource {
    fn trace(&self, visitor: &mut RootVisitor<'_>) {
        for word in self.0.precise.borrow().iter() {
            visitor.word(word);
        }
        let ambiguous = self.0.ambiguous.borrow();
        // SAFETY: the vector's own words.
        unsafe { visitor.conservative(ambiguous.as_ptr(), ambiguous.len()) };
    }
}

struct Program<'a> {
    mutator: &'a Mutator,
    rng: Rng,
    model: Vec<ModelObject>,
    /// Heap handles of some model objects: (model index, handle).
    roots: Vec<(usize, Root)>,
    vector: RootVec,
    vector_model: Vec<usize>,
    frames: Rc<Frames>,
    frames_model: Vec<usize>,
    ambiguous_model: Vec<usize>,
    pinned: Vec<(usize, usize, Root)>,
    weak: Vec<(usize, WeakRef)>,
    table: WeakTable,
    table_model: HashMap<usize, usize>,
    /// Objects whose finalizer was due.
    finalized: HashSet<usize>,
    /// Of these, the ones that the program has not seen again.
    let_go: HashSet<usize>,
    /// Objects that were unreachable and came back with a finalizer: weak references to them are gone.
    revived: HashSet<usize>,
}

impl<'a> Program<'a> {
    fn new(mutator: &'a Mutator, seed: u64) -> Self {
        let frames: Rc<Frames> = Rc::default();
        mutator.add_root_source(Box::new(FrameSource(frames.clone())));
        Program {
            mutator,
            rng: Rng::with_seed(seed),
            model: Vec::new(),
            roots: Vec::new(),
            vector: RootVec::new(mutator),
            vector_model: Vec::new(),
            frames,
            frames_model: Vec::new(),
            ambiguous_model: Vec::new(),
            pinned: Vec::new(),
            weak: Vec::new(),
            table: WeakTable::new(mutator),
            table_model: HashMap::new(),
            finalized: HashSet::new(),
            let_go: HashSet::new(),
            revived: HashSet::new(),
        }
    }

    /// Some live object: (model index, reference).
    fn pick(&mut self) -> Option<(usize, Gc)> {
        let n =
            self.roots.len() + self.vector_model.len() + self.frames_model.len() + self.ambiguous_model.len();
        if n == 0 {
            return None;
        }
        let mut i = self.rng.usize(0..n);
        let (mut index, mut object) = if i < self.roots.len() {
            (self.roots[i].0, self.roots[i].1.get())
        } else {
            i -= self.roots.len();
            if i < self.vector_model.len() {
                (self.vector_model[i], self.vector.get(i).unwrap())
            } else {
                i -= self.vector_model.len();
                // SAFETY: frame words are kept alive by the root source.
                unsafe {
                    if i < self.frames_model.len() {
                        (
                            self.frames_model[i],
                            Gc::from_address(self.frames.precise.borrow()[i].get() as usize),
                        )
                    } else {
                        i -= self.frames_model.len();
                        (
                            self.ambiguous_model[i],
                            Gc::from_address(self.frames.ambiguous.borrow()[i] as usize),
                        )
                    }
                }
            }
        };
        // Walk a few steps into the graph.
        for _ in 0..self.rng.usize(0..4) {
            let fields = &self.model[index].fields;
            if fields.is_empty() {
                break;
            }
            let f = self.rng.usize(0..fields.len());
            let Ok(next) = fields[f] else { break };
            // SAFETY: the model says that this field is a reference.
            object = unsafe { Gc::from_address(field_word(object, f) as usize) };
            index = next;
        }
        Some((index, object))
    }

    fn root(&mut self, index: usize, object: Gc) {
        match self.rng.u8(0..4) {
            0 => {
                self.vector.push(object);
                self.vector_model.push(index);
            }
            1 => {
                self.frames.precise.borrow_mut().push(Cell::new(object.address() as u64));
                self.frames_model.push(index);
            }
            2 if self.ambiguous_model.len() < 20 => {
                self.frames.ambiguous.borrow_mut().push(object.address() as u64);
                self.ambiguous_model.push(index);
            }
            _ => self.roots.push((index, Root::new(self.mutator, object))),
        }
    }

    fn unroot(&mut self) {
        match self.rng.u8(0..4) {
            0 if !self.vector_model.is_empty() => {
                self.vector.pop();
                self.vector_model.pop();
            }
            1 if !self.frames_model.is_empty() => {
                self.frames.precise.borrow_mut().pop();
                self.frames_model.pop();
            }
            2 if !self.ambiguous_model.is_empty() => {
                self.frames.ambiguous.borrow_mut().pop();
                self.ambiguous_model.pop();
            }
            _ if !self.roots.is_empty() => {
                let i = self.rng.usize(0..self.roots.len());
                self.roots.swap_remove(i);
            }
            _ => {}
        }
    }

    fn allocate(&mut self) {
        let m = self.mutator;
        let index = self.model.len();
        let serial = index as u64;
        let (object, shape, fields): (Gc, _, _) = match self.rng.u8(0..20) {
            0..=11 => {
                let (left, right) = (self.pick(), self.pick());
                let init = Pair {
                    header: Header::EMPTY,
                    serial: Cell::new(serial),
                    left: Slot::new(left.map(|l| l.1)),
                    right: WordSlot::new(right.map_or(serial << 1 | 1, |r| r.1.address() as u64)),
                };
                // The initial value was built from references held across the allocation, which may move them: the
                // fields are written again from the (conservatively held, hence unmoved) locals.
                let pair = m.alloc(init).unwrap();
                pair.left.init(left.map(|l| l.1));
                pair.right.init(right.map_or(serial << 1 | 1, |r| r.1.address() as u64));
                let fields =
                    vec![left.map_or(Err(0), |l| Ok(l.0)), right.map_or(Err(serial << 1 | 1), |r| Ok(r.0))];
                (pair.erase(), Shape::Pair, fields)
            }
            17 => {
                let left = self.pick();
                let init = Final {
                    header: Header::EMPTY,
                    serial: Cell::new(serial),
                    left: Slot::NULL,
                    right: WordSlot::new(5),
                };
                let object = m.alloc(init).unwrap();
                object.left.init(left.map(|l| l.1));
                (object.erase(), Shape::Final, vec![left.map_or(Err(0), |l| Ok(l.0)), Err(5)])
            }
            12..=16 => {
                let length = self.length();
                let fill = self.pick();
                let fixed = Array {
                    header: Header::EMPTY,
                    length: Cell::new(0),
                    serial: Cell::new(serial),
                    items: Items::EMPTY,
                };
                let word = fill.map_or(3, |f| f.1.address() as u64);
                let array = m.alloc_array(length, fixed, word).unwrap();
                (array.erase(), Shape::Array, vec![fill.map_or(Err(3), |f| Ok(f.0)); length])
            }
            _ => {
                let length = self.length() * 8 + self.rng.usize(0..8);
                let fixed = Bytes {
                    header: Header::EMPTY,
                    length: Cell::new(0),
                    serial: Cell::new(serial),
                    items: Items::EMPTY,
                };
                let fill = self.rng.u8(..);
                let bytes = m.alloc_array(length, fixed, fill as u64).unwrap();
                (bytes.erase(), Shape::Bytes(fill, length), vec![])
            }
        };
        self.model.push(ModelObject { shape, fields });
        // Let some objects die at once; hook others into an existing one, or root them.
        match self.rng.u8(0..10) {
            0..=3 => {}
            4..=6 => {
                if let Some((owner, owner_object)) = self.pick() {
                    self.store(owner, owner_object, Ok(index), object.address() as u64);
                }
            }
            _ => self.root(index, object),
        }
    }

    fn length(&mut self) -> usize {
        match self.rng.u8(0..40) {
            0 => self.rng.usize(0..9000),
            1..=2 => self.rng.usize(0..1500),
            3..=8 => self.rng.usize(0..200),
            _ => self.rng.usize(0..12),
        }
    }

    fn store(&mut self, owner: usize, owner_object: Gc, value: Result<usize, u64>, word: u64) {
        let count = self.model[owner].fields.len();
        if count == 0 {
            return;
        }
        let f = self.rng.usize(0..count);
        match self.model[owner].shape {
            Shape::Pair | Shape::Final if f == 0 => {
                let pair = as_pair(owner_object).unwrap();
                // SAFETY: the word is a reference, if the value says so.
                let target = value.is_ok().then(|| unsafe { Gc::from_address(word as usize) });
                pair.left.set(self.mutator, pair, target);
                self.model[owner].fields[f] = if value.is_ok() { value } else { Err(0) };
                return;
            }
            Shape::Pair | Shape::Final => {
                let pair = as_pair(owner_object).unwrap();
                pair.right.set(self.mutator, pair, word);
            }
            _ => {
                let array = owner_object.downcast::<Array>().unwrap();
                array.items()[f].set(self.mutator, array, word);
            }
        }
        self.model[owner].fields[f] = value;
    }

    fn step(&mut self) {
        match self.rng.u8(0..112) {
            0..=54 => self.allocate(),
            55..=74 => {
                if let (Some((owner, object)), Some((value, target))) = (self.pick(), self.pick()) {
                    self.store(owner, object, Ok(value), target.address() as u64);
                }
            }
            75..=79 => {
                if let Some((owner, object)) = self.pick() {
                    let word = self.rng.u64(..) | 1;
                    self.store(owner, object, Err(word), word);
                }
            }
            80..=95 => self.unroot(),
            96 => {
                if let Some((index, object)) = self.pick() {
                    let address = heap::identity(object);
                    self.pinned.push((index, address, Root::new(self.mutator, object)));
                }
            }
            97 => self.mutator.collect_minor(),
            98 if self.rng.u8(0..10) == 0 => self.mutator.collect_major(),
            99 => drop(self.check()),
            100..=102 => {
                if let Some((index, object)) = self.pick() {
                    self.weak.push((index, WeakRef::new(self.mutator, object, None)));
                }
            }
            103..=105 => {
                if let (Some((key, key_object)), Some((value, object))) = (self.pick(), self.pick()) {
                    self.table.insert(key_object, object.address() as u64);
                    self.table_model.insert(key, value);
                }
            }
            106..=108 => self.resize(),
            109 if self.rng.u8(0..30) == 0 => self.mutator.freeze(),
            110 if self.rng.u8(0..10) == 0 => self.mutator.unfreeze(),
            _ => self.finalize(),
        }
    }

    fn resize(&mut self) {
        let Some((index, object)) = self.pick() else { return };
        let Some(array) = object.downcast::<Array>() else { return };
        let length = if self.rng.bool() { self.length() } else { array.length() + self.rng.usize(0..4) };
        if self.mutator.resize_array(array, length, 3) {
            self.model[index].fields.resize(length, Err(3));
        }
    }

    /// Takes what is due; brings some of it back.
    fn finalize(&mut self) {
        // Those of a cycle are due together: the first may have brought back the others.
        let mut brought_back = HashSet::new();
        while let Some(object) = self.mutator.next_finalizable() {
            let index = as_pair(object).unwrap().serial.get() as usize;
            assert!(self.finalized.insert(index), "object {index} was due twice");
            assert!(
                !self.check().contains_key(&index)
                    || brought_back.contains(&index) && self.is_behind_cycle(index),
                "object {index} was due but is reachable"
            );
            let below = self.closure(index);
            for &inner in &below {
                assert!(
                    !self.let_go.contains(&inner)
                        || self.closure(inner).contains(&index)
                        || self.is_behind_cycle(index),
                    "object {inner} was due before {index}, which refers to it"
                );
            }
            // Also what is not rooted now may be, through another one that is due.
            self.revived.extend(&below);
            if self.rng.bool() {
                self.root(index, object);
                self.let_go.retain(|object| !below.contains(object));
                brought_back.extend(below);
            } else if !brought_back.contains(&index) {
                self.let_go.insert(index);
            }
        }
    }

    /// Is an object part of a cycle with several finalizers, or does one refer to it? Where only such are left, all are due at once, in
    /// no order.
    fn is_behind_cycle(&self, index: usize) -> bool {
        let is_final = |i: &usize| matches!(self.model[*i].shape, Shape::Final);
        let finals = || (0..self.model.len()).filter(is_final);
        finals().any(|one| {
            let closure = self.closure(one);
            closure.contains(&index)
                && closure
                    .iter()
                    .filter(|i| is_final(i))
                    .any(|&other| other != one && self.closure(other).contains(&one))
        })
    }

    /// What the model can reach from an object, itself included.
    fn closure(&self, index: usize) -> HashSet<usize> {
        let mut found = HashSet::new();
        let mut todo = vec![index];
        while let Some(index) = todo.pop() {
            if found.insert(index) {
                todo.extend(self.model[index].fields.iter().filter_map(|field| field.ok()));
            }
        }
        found
    }

    /// Everything reachable in the model reads back equal. Returns it, with addresses.
    fn check(&self) -> HashMap<usize, usize> {
        let mut seen: HashMap<usize, usize> = HashMap::new();
        let mut todo: Vec<(usize, Gc)> = self.roots.iter().map(|(i, r)| (*i, r.get())).collect();
        todo.extend(self.vector_model.iter().copied().zip(self.vector.iter()));
        // SAFETY: kept alive by the root source.
        unsafe {
            todo.extend(
                self.frames_model
                    .iter()
                    .zip(self.frames.precise.borrow().iter())
                    .map(|(i, w)| (*i, Gc::from_address(w.get() as usize))),
            );
            todo.extend(
                self.ambiguous_model
                    .iter()
                    .zip(self.frames.ambiguous.borrow().iter())
                    .map(|(i, w)| (*i, Gc::from_address(*w as usize))),
            );
        }
        for (index, address, root) in &self.pinned {
            assert_eq!(root.get().address(), *address, "a pinned object has moved");
            todo.push((*index, root.get()));
        }
        loop {
            self.check_graph(&mut todo, &mut seen);
            // Values of the weak table whose keys are reachable.
            for (key, value) in &self.table_model {
                if let Some(&address) = seen.get(key) {
                    // SAFETY: the address of a reachable object.
                    match self.table.get(unsafe { Gc::from_address(address) }) {
                        // SAFETY: the program stores references only.
                        Some(word) => todo.push((*value, unsafe { Gc::from_address(word as usize) })),
                        None => assert!(self.revived.contains(key), "the entry of {key} is missing"),
                    }
                }
            }
            if todo.iter().all(|(index, object)| seen.get(index) == Some(&object.address())) {
                break;
            }
        }
        for (index, weak) in &self.weak {
            if let Some(&address) = seen.get(index) {
                match weak.get() {
                    Some(object) => assert_eq!(object.address(), address),
                    None => assert!(self.revived.contains(index), "the weak reference to {index} is gone"),
                }
            }
        }
        seen
    }

    fn check_graph(&self, todo: &mut Vec<(usize, Gc)>, seen: &mut HashMap<usize, usize>) {
        while let Some((index, object)) = todo.pop() {
            if let Some(&address) = seen.get(&index) {
                assert_eq!(address, object.address(), "object {index} is in two places");
                continue;
            }
            seen.insert(index, object.address());
            let expected = &self.model[index];
            match expected.shape {
                Shape::Pair | Shape::Final => {
                    assert_eq!(as_pair(object).unwrap().serial.get(), index as u64);
                }
                Shape::Array => {
                    let array = object.downcast::<Array>().unwrap();
                    assert_eq!((array.serial.get(), array.length()), (index as u64, expected.fields.len()));
                }
                Shape::Bytes(fill, length) => {
                    let bytes = object.downcast::<Bytes>().unwrap();
                    assert_eq!((bytes.serial.get(), bytes.length()), (index as u64, length));
                    assert!(bytes.items().iter().all(|b| b.get() == fill));
                }
            }
            for (f, field) in expected.fields.iter().enumerate() {
                let word = field_word(object, f);
                match *field {
                    Err(immediate) => assert_eq!(word, immediate),
                    // SAFETY: the model says that this field is a reference.
                    Ok(target) => todo.push((target, unsafe { Gc::from_address(word as usize) })),
                }
            }
        }
    }
}

fn field_word(object: Gc<Object>, f: usize) -> u64 {
    match as_pair(object) {
        Some(pair) if f == 0 => pair.left.get().map_or(0, |l| l.address() as u64),
        Some(pair) => pair.right.get(),
        None => object.downcast::<Array>().unwrap().items()[f].get(),
    }
}

fn run(options: &[(&str, &str)], default_cases: u64, steps: usize) {
    let cases = std::env::var("HEAP_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default_cases);
    let (mut due, mut cleared) = (0, 0);
    for case in 0..cases {
        let mut config = HeapConfig { reserve: 256 << 20, min: 256 << 10, ..HeapConfig::default() };
        config.set("nursery", "256K").unwrap();
        for (name, value) in options {
            config.set(name, value).unwrap();
        }
        let heap = Heap::new(config).unwrap();
        for descr in [Pair::DESCR, Array::DESCR, Bytes::DESCR, Final::DESCR] {
            heap.register(descr);
        }
        let mutator = heap.attach_thread().unwrap();
        let mut program = Program::new(&mutator, case + 1);
        for _ in 0..steps {
            program.step();
        }
        program.check();
        if let Err(found) = mutator.verify_heap() {
            panic!("case {case}: {}", found[0]);
        }
        mutator.collect_major();
        program.finalize();
        program.check();
        due += program.finalized.len();
        cleared += program.weak.iter().filter(|(_, weak)| weak.get().is_none()).count();
    }
    assert!(due > 0 && cleared > 0 || cases < default_cases, "{due} finalizers, {cleared} weak references");
}

#[test]
fn default_options() {
    run(&[], 40, 4000);
}
#[test]
fn tiny_nursery_verified() {
    run(&[("gc", "tiny-nursery"), ("gc", "verify")], 20, 2000);
}
#[test]
fn every_allocation() {
    run(&[("gc", "every-alloc"), ("gc", "poison"), ("gc", "verify")], 12, 300);
}
#[test]
fn every_seventh_always_evacuate_poison_verify() {
    run(&[("gc", "every-7"), ("gc", "always-evacuate"), ("gc", "poison"), ("gc", "verify")], 24, 900);
}
#[test]
fn never_evacuate_poison_verify() {
    run(&[("gc", "every-7"), ("gc", "no-evacuate"), ("gc", "poison"), ("gc", "verify")], 24, 900);
}
#[test]
fn always_evacuate_protect() {
    run(&[("gc", "tiny-nursery"), ("gc", "always-evacuate"), ("gc", "protect")], 20, 2000);
}
#[test]
fn majors_all_the_time() {
    run(
        &[("gc", "every-5"), ("min", "8K"), ("gc", "short-slices"), ("gc", "verify"), ("gc", "poison")],
        24,
        900,
    );
}
#[test]
fn full_collections_all_the_time() {
    run(&[("stress_major", "9"), ("gc", "poison"), ("gc", "verify")], 16, 600);
}
#[test]
fn incremental_cycles_agree_with_a_plain_traversal() {
    run(
        &[("gc", "every-11"), ("min", "8K"), ("gc", "short-slices"), ("gc", "shadow"), ("gc", "verify")],
        24,
        900,
    );
}
#[test]
fn random_words_as_roots_are_harmless() {
    run(&[("gc", "tiny-nursery"), ("cons_extra", "200"), ("gc", "verify"), ("min", "64K")], 20, 1500);
}
